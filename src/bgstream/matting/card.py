"""What a card says: everything about a network that a program needs to run it, as data."""

import hashlib
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from itertools import pairwise
from math import exp, log
from pathlib import Path

from bgstream.errors import ModelError
from bgstream.library.download import Download
from bgstream.library.places import checked_path

Size = tuple[int, int]
LEVELS = (0.03, 0.97)


@dataclass(frozen=True, slots=True)
class State:
    """What a recurrent network hands itself from frame to frame: an output that is the next frame's input."""

    input: str
    output: str


@dataclass(frozen=True, slots=True)
class Constant:
    """An input with one number, shape [1], that does not come from the picture.

    Attributes:
        input: the tensor.
        table: (longest side of the network's input in pixels, value) pairs, rising; one pair: always that value.
    """

    input: str
    table: tuple[tuple[int, float], ...]

    def value(self, size: Size) -> float:
        """The number for a (height, width); a power law between two entries, the outermost beyond them."""
        side = max(size)
        for (low, first), (high, second) in pairwise(self.table):
            if low < side < high:
                share = (log(side) - log(low)) / (log(high) - log(low))
                return exp(log(first) + share * (log(second) - log(first)))
        return next((value for limit, value in self.table if side <= limit), self.table[-1][1])


@dataclass(frozen=True, slots=True)
class Fit:
    """How frames of any size become an input that the network takes.

    Attributes:
        how: ``stretch`` to the card's size, whatever the aspect (as most are trained); ``pad``: into the card's
            size, aspect kept, the rest the mean colour; ``free``: a size with the frame's aspect.
        multiple: of which both sides are, rounded down (``free``).
        short: the short side (``free``); 0 is no rule.
        longest: the long side's bound, or the long side itself where there is no ``short`` (``free``).
    """

    how: str = "stretch"
    multiple: int = 1
    short: int = 0
    longest: int = 0


@dataclass(frozen=True, slots=True)
class Card:
    """One network.

    Attributes:
        name: what ``--model`` takes.
        title: one line for people.
        subject: ``person`` or ``any``.
        weights: the ONNX file; with ``download``, where bgstream would put it.
        sha256: of the weights; empty where nobody vouches for them (a user's own file), or ``download`` does.
        licence: SPDX name.
        origin: where the weights come from.
        input_name, alpha_name: the graph's tensors; empty: its first image input, its first output.
        size: (height, width) of the network's input; where it is free, that for frames of 16:9.
        channels_last: the input is N, H, W, C instead of N, C, H, W.
        mean, std: the normalisation of R, G, B 0..1: (value - mean) / std. Fixed: never a frame's own maximum.
        sigmoid: the network answers in logits.
        levels: alpha that counts as nothing and as all. A segmenting network's edge is soft for want of
            resolution, so its tails are cut; a matting network's tails are hair.
        fit: how a frame becomes an input.
        states: what a recurrent network carries from frame to frame; all start at zero.
        constants: inputs with a fixed number.
        foreground_name: the output with the subject's own colours, where there is one. It is named for other
            programs and for tests: here the colours are found from the full-size frame, for any network alike,
            so that opaque pixels stay those of the source.
        download: where the weights are published, if they are not shipped.
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
    size: Size
    channels_last: bool = False
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    std: tuple[float, float, float] = (1.0, 1.0, 1.0)
    sigmoid: bool = False
    levels: tuple[float, float] = LEVELS
    fit: Fit = Fit()
    states: tuple[State, ...] = ()
    constants: tuple[Constant, ...] = ()
    foreground_name: str = ""
    download: Download | None = None

    @property
    def recurrent(self) -> bool:
        """Whether it remembers frames: they have to come in order, once each, and a new shot is to be told."""
        return bool(self.states)

    def load(self) -> bytes:
        """The weights, checked.

        Raises:
            ModelError: they are missing, not yet pulled, or not the ones that the card describes.
        """
        weights = checked_path(self.download) if self.download else self.weights
        try:
            data = weights.read_bytes()
        except OSError as error:
            raise ModelError(
                f"model '{self.name}': cannot read {weights}: {error.strerror}", "check the card's 'file'"
            ) from None
        if self.sha256 and hashlib.sha256(data).hexdigest() != self.sha256:
            raise ModelError(
                f"model '{self.name}': {Path(str(weights)).name} is not the file that its card describes (sha256)",
                "install bgstream again, or correct the card",
            )
        return data
