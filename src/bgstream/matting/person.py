"""The person networks as witnesses: where persons are, and whether anybody is there at all.

Two small networks answer alike where there is a person, and each for itself where there is none: a beach or a
row of caps gets a vague answer, or two that differ. So what both say, and how decidedly, is evidence. They are
coarse, but right about regions; the general network is sharp, but takes other things for the subject. So regions
are the witnesses' and edges the general network's.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bgstream.frame import Frame
from bgstream.matting.cards import find_card
from bgstream.matting.exposure import Exposure
from bgstream.matting.look import resized
from bgstream.matting.segmenter import Segmenter
from bgstream.matting.shelf import Shelf

PERSON, TWIN = "selfie", "selfie-landscape"
Float = NDArray[np.float32]
Mask = NDArray[np.bool_]

LEAST = 0.003  # share of the picture that a person covers at least; less is noise
ALIKE, DECIDED = 0.7, 0.6  # a person surely: the two agree (intersection over union), with few undecided pixels
VAGUE = 1.0  # as many undecided pixels as marked ones: nobody
APART, TOGETHER = 0.55, 0.7  # agreement at which the second network has no say, and an equal one


@dataclass(frozen=True, slots=True)
class Testimony:
    """What the person networks say of one frame.

    Attributes:
        share: of the picture that the first one marks.
        twin: intersection over union of what the two mark, at the size of the first one.
        undecided, undecided_twin: pixels between 0.1 and 0.9, for each pixel marked; of either network.
    """

    share: float
    twin: float
    undecided: float
    undecided_twin: float

    @property
    def presence(self) -> int:
        """How surely somebody is there: 0 nobody, 1 perhaps, 2 surely."""
        if self.share < LEAST or self.undecided >= VAGUE:
            return 0
        return 2 if self.twin > ALIKE and self.undecided < DECIDED else 1


def testimony(first: Float, second: Float) -> Testimony:
    """Weigh two person networks' raw alpha of one frame; any sizes."""
    one, other = first > 0.5, resized(second, first.shape) > 0.5
    return Testimony(float(one.mean()), union(one, other), undecided(first), undecided(second))


def undecided(raw: Float) -> float:
    """Pixels between 0.1 and 0.9, for each pixel above 0.5."""
    return int(np.count_nonzero((raw > 0.1) & (raw < 0.9))) / max(1, int(np.count_nonzero(raw > 0.5)))


def union(one: Mask, other: Mask) -> float:
    """Intersection over union of two masks."""
    return int(np.count_nonzero(one & other)) / max(1, int(np.count_nonzero(one | other)))


def alone(network: Segmenter, frame: Frame, gain: float | None = None) -> Float:
    """A network's raw alpha of one frame that stands by itself."""
    rgb, _ = network.see(frame)
    return network.answer(Exposure()(rgb) if gain is None else gain)


class Witnesses:
    """The two person networks.

    Args:
        shelf: where they are taken from.
    """

    def __init__(self, shelf: Shelf) -> None:
        self._networks = [shelf.take(find_card(name)) for name in (PERSON, TWIN)]

    def answers(self, frame: Frame, gain: float | None = None) -> tuple[Float, Float]:
        """Raw alpha of both, each of its own size; without a gain each frame is brightened as it needs by itself."""
        first, second = (alone(network, frame, gain) for network in self._networks)
        return first, second

    def __call__(self, frame: Frame, gain: float, shape: tuple[int, ...]) -> tuple[Float, int]:
        """Raw alpha of persons at ``shape``, and how surely there are any (see :class:`Testimony`).

        The second network's say goes from none to an equal one with their agreement.
        """
        first, second = self.answers(frame, gain)
        said = testimony(first, second)
        say = 0.5 * float(np.clip((said.twin - APART) / (TOGETHER - APART), 0, 1))
        first, second = resized(first, shape), resized(second, shape)
        return first + (second - first) * np.float32(say), said.presence
