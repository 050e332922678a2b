"""A network without a card: what can be told from the graph itself and from one trial answer."""

from pathlib import Path
from typing import Any

import numpy as np

from bgstream.errors import ModelError
from bgstream.matting.cards import Card
from bgstream.matting.session import Device, Session

FREE_SIZE = 320  # rows and columns where the graph leaves them free
IMAGENET = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def inspect_network(path: Path) -> Card:
    """Make a card for an ONNX file: one float image input with 3 channels, one mask among its outputs.

    Normalisation cannot be read from a graph: ImageNet's is assumed, as most saliency networks use it; a
    card beside the file says otherwise. Whether the answer is in logits is decided once, from the range of
    its answer to noise.

    Raises:
        ModelError: it does not look like a segmentation network.
    """
    data = path.read_bytes()
    session = Session(path.name, data, Device("cpu"))
    images = [entry for entry in session.inputs if _channels(entry.shape)]
    if len(images) != 1 or len(session.inputs) != 1 or images[0].type != "tensor(float)":
        found = ", ".join(f"{entry.name} {entry.shape}" for entry in session.inputs)
        raise ModelError(
            f"{path} has no single float image input (found {found})",
            "write a card for it: see bgstream_models/*.toml",
        )
    image = images[0]
    last = _channels(image.shape) == "last"
    sides = image.shape[1:3] if last else image.shape[2:4]
    height, width = (side if isinstance(side, int) and side > 0 else FREE_SIZE for side in sides)
    card = Card(
        name=path.stem,
        title=f"{path.name} (inspected, ImageNet normalisation assumed)",
        subject="any",
        weights=path,
        sha256="",
        licence="unknown",
        origin=str(path),
        input_name=image.name,
        alpha_name=session.outputs[0].name,
        size=(height, width),
        channels_last=last,
        mean=IMAGENET[0],
        std=IMAGENET[1],
    )
    return _with_activation(card, session)


def _channels(shape: list[Any]) -> str:
    """Where an image input has its 3 channels: ``first``, ``last`` or nowhere (empty)."""
    if len(shape) != 4:
        return ""
    return "first" if shape[1] == 3 else ("last" if shape[3] == 3 else "")


def _with_activation(card: Card, session: Session) -> Card:
    from dataclasses import replace

    shape = (1, *card.size, 3) if card.channels_last else (1, 3, *card.size)
    noise = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    answer = session.run(card.alpha_name, {card.input_name: noise})
    if answer.size < 64 or np.squeeze(answer).ndim != 2:
        raise ModelError(
            f"{card.weights}: its first output {answer.shape} is no mask",
            "write a card that names the output",
        )
    return replace(card, sigmoid=bool(answer.min() < -0.05 or answer.max() > 1.05))
