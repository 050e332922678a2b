"""Cards: what is known of a network, as data. A new network is a new card, never a new class."""

import hashlib
import tomllib
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from bgstream.errors import ConfigError, ModelError, nearest

KEYS = {"name", "title", "subject", "file", "sha256", "licence", "origin", "input", "output"}
INPUT_KEYS = {"name", "size", "layout", "mean", "std"}
OUTPUT_KEYS = {"alpha", "activation"}


@dataclass(frozen=True, slots=True)
class Card:
    """One network.

    Attributes:
        name: what ``--model`` takes.
        title: one line for people.
        subject: ``person`` or ``any``.
        weights: the ONNX file.
        sha256: of the weights; empty where nobody vouches for them (a user's own file).
        licence: SPDX name.
        origin: where the weights come from.
        input_name, alpha_name: the graph's tensors.
        size: (height, width) of the network's input.
        channels_last: the input is N, H, W, C instead of N, C, H, W.
        mean, std: the normalisation of R, G, B 0..1: (value - mean) / std. Fixed: never a frame's own maximum.
        sigmoid: the network answers in logits.
    """

    name: str
    title: str
    subject: str
    weights: Path | Traversable
    sha256: str
    licence: str
    origin: str
    input_name: str
    alpha_name: str
    size: tuple[int, int]
    channels_last: bool = False
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    std: tuple[float, float, float] = (1.0, 1.0, 1.0)
    sigmoid: bool = False

    def load(self) -> bytes:
        """The weights, checked.

        Raises:
            ModelError: they are missing, or not the ones that the card describes.
        """
        try:
            data = self.weights.read_bytes()
        except OSError as error:
            raise ModelError(
                f"model '{self.name}': cannot read {self.weights}: {error.strerror}",
                "check the card's 'file'",
            ) from None
        if self.sha256 and hashlib.sha256(data).hexdigest() != self.sha256:
            raise ModelError(
                f"model '{self.name}': {Path(str(self.weights)).name} is not the file that its card describes (sha256)",
                "install bgstream again, or correct the card",
            )
        return data


def shipped() -> dict[str, Card]:
    """The cards that come with bgstream, by name."""
    folder = resources.files("bgstream_models")
    cards = [read_card(entry) for entry in folder.iterdir() if entry.name.endswith(".toml")]
    return {card.name: card for card in sorted(cards, key=lambda card: card.name)}


def find_card(model: str) -> Card:
    """The card for what ``--model`` says: a shipped name, a card (``.toml``) or a network (``.onnx``).

    A network with a card beside it (same name, ``.toml``) uses that; otherwise it is inspected.

    Raises:
        ConfigError: there is no model of that name.
        ModelError: its file is missing or cannot be used.
    """
    path = Path(model)
    if path.suffix == ".toml":
        return read_card(_existing(path))
    if path.suffix == ".onnx":
        beside = _existing(path).with_suffix(".toml")
        if beside.exists():
            return read_card(beside)
        from bgstream.matting.inspect import inspect_network

        return inspect_network(path)
    cards = shipped()
    if model not in cards:
        raise ConfigError(f"unknown model '{model}'", nearest(model, [*cards, "auto"]))
    return cards[model]


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise ModelError(f"no such model file: {path}", "'bgstream models' lists what is shipped")
    return path


def read_card(entry: Path | Traversable) -> Card:
    """Read one card.

    Raises:
        ModelError: it is no TOML, or a key is missing, unknown or of the wrong kind.
    """
    try:
        data = tomllib.loads(entry.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ModelError(
            f"card {entry.name}: {error}", "see bgstream_models/u2netp.toml for a card that works"
        ) from None
    try:
        for table, keys in ((data, KEYS), (data["input"], INPUT_KEYS), (data["output"], OUTPUT_KEYS)):
            for key in table:
                if key not in keys:
                    raise ModelError(f"card {entry.name}: unknown key '{key}'", nearest(key, keys))
        return _card(data, entry)
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(
            f"card {entry.name}: missing or wrong {error}",
            "see bgstream_models/u2netp.toml for a card that works",
        ) from None


def _card(data: dict[str, Any], entry: Path | Traversable) -> Card:
    inputs, outputs = data["input"], data["output"]
    height, width = (int(side) for side in inputs["size"])
    layout, activation = inputs.get("layout", "nchw"), outputs.get("activation", "none")
    if layout not in ("nchw", "nhwc") or activation not in ("none", "sigmoid") or min(height, width) < 1:
        raise ValueError("'layout', 'activation' or 'size'")
    folder = entry.parent if isinstance(entry, Path) else resources.files("bgstream_models")
    return Card(
        name=str(data["name"]),
        title=str(data["title"]),
        subject=str(data.get("subject", "any")),
        weights=folder / str(data["file"]),
        sha256=str(data["sha256"]),
        licence=str(data["licence"]),
        origin=str(data["origin"]),
        input_name=str(inputs["name"]),
        alpha_name=str(outputs["alpha"]),
        size=(height, width),
        channels_last=layout == "nhwc",
        mean=_triple(inputs["mean"]),
        std=_triple(inputs["std"]),
        sigmoid=activation == "sigmoid",
    )


def _triple(values: list[float]) -> tuple[float, float, float]:
    red, green, blue = (float(value) for value in values)
    return red, green, blue
