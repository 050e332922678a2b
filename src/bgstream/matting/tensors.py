"""What a card says, held against the graph: the tensors by name, and what is fed beside the picture."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bgstream.errors import ModelError, nearest
from bgstream.matting.card import Card
from bgstream.matting.session import Session

Float = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Tensors:
    """The tensors of one network.

    Attributes:
        image: the input for the picture.
        outputs: alpha first, then the states that the next frame gets, in the card's order.
        zeros: the states before the first frame, by input.
    """

    image: str
    outputs: list[str]
    zeros: dict[str, Float]


def match_tensors(card: Card, session: Session) -> Tensors:
    """Find a card's tensors in its network.

    Raises:
        ModelError: the network has none of that name.
    """
    inputs = {entry.name: entry.shape for entry in session.inputs}
    outputs = [entry.name for entry in session.outputs]
    others = [*(state.input for state in card.states), *(constant.input for constant in card.constants)]
    for name in others:
        _named(card, name, list(inputs), "input")
    image = _named(card, card.input_name, [name for name in inputs if name not in others], "input")
    alpha = _named(card, card.alpha_name, outputs, "output")
    carried = [_named(card, state.output, outputs, "output") for state in card.states]
    zeros = {state.input: _zeros(inputs[state.input]) for state in card.states}
    return Tensors(image, [alpha, *carried], zeros)


def constants(card: Card, size: Sequence[int]) -> dict[str, Float]:
    """The card's constant inputs for a network input of a (height, width): float32, shape [1]."""
    return {constant.input: np.array([constant.value((size[0], size[1]))], np.float32) for constant in card.constants}


def takes_batches(card: Card, tensors: Tensors, session: Session) -> bool:
    """Whether the graph says that it takes several pictures at once; one that remembers never does."""
    shapes = {entry.name: entry.shape for entry in (*session.inputs, *session.outputs)}
    free = [not shapes[name] or not isinstance(shapes[name][0], int) for name in (tensors.image, tensors.outputs[0])]
    return not card.recurrent and all(free)


def _named(card: Card, wanted: str, found: list[str], kind: str) -> str:
    """The tensor that a card means: the one it names, or the first."""
    if wanted in found:
        return wanted
    if wanted or not found:
        raise ModelError(f"model '{card.name}' has no {kind} '{wanted}'", f"correct the card: {nearest(wanted, found)}")
    return found[0]


def _zeros(shape: list[int | str | None]) -> Float:
    """Nothing remembered: the declared shape, a free side being 1 (such states spread to the size they need)."""
    return np.zeros([side if isinstance(side, int) and side > 0 else 1 for side in shape], np.float32)
