"""Which network a clip gets: a small person network where a person is confirmed, else the general one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bgstream.frame import Frame
from bgstream.matting.cards import Card, find_card
from bgstream.matting.exposure import Exposure
from bgstream.matting.segmenter import Segmenter
from bgstream.matting.session import Device
from bgstream.protocols import Source

GENERAL, PERSON, TWIN = "u2netp", "selfie", "selfie-landscape"
SAMPLES, ASKED = 6, 4  # frames looked at, spread over the clip; and those that the general network is asked about
LEAST = 0.03  # share of the picture that a person covers at least; smaller marks are noise
SEEN = 1 / 3  # share of the frames in which somebody has to be seen
SURE = 0.45  # undecided pixels for each marked one, at most: things that are no persons get vague answers
CONFIRMED, CLOSELY, TOLERATED, ALIKE, CLEARLY = 0.9, 0.95, 0.6, 0.9, 0.01

Mask = NDArray[np.bool_]
Float = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Choice:
    """A card, and what a user should know about why it was taken."""

    card: Card
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Witness:
    """What the person network says of a clip: medians over the frames in which it sees anybody.

    Attributes:
        seen: share of the frames in which it marks at least ``LEAST`` of the picture.
        precision: share of what it marks that the general network marks too.
        agreement: intersection over union with the general network.
        undecided: pixels between 0.1 and 0.9, for each pixel that it marks.
        twin: intersection over union with the second person network.
        twin_precision, twin_agreement: the second network's against the general one.
    """

    seen: float
    precision: float
    agreement: float
    undecided: float
    twin: float
    twin_precision: float
    twin_agreement: float

    @property
    def person(self) -> bool:
        """Whether a person is confirmed: by the general network, or by the twin if the general one tolerates it."""
        by_general = self.precision >= CONFIRMED or self.twin_precision >= CLOSELY
        by_twin = self.twin >= ALIKE and self.precision >= TOLERATED
        return self.seen >= SEEN and self.undecided <= SURE and (by_general or by_twin)

    @property
    def best(self) -> str:
        """The person network to take: the twin where it clearly agrees more with the general one, as precisely."""
        closer = self.twin_agreement > self.agreement + CLEARLY
        return TWIN if closer and self.twin_precision >= min(CONFIRMED, self.precision) else PERSON


def choose_model(device: Device, clip: Source) -> Choice:
    """The card for ``--model auto``.

    Three networks look at a few frames spread over the clip; see :class:`Witness`. Single pictures, where
    speed does not matter, get the general network.
    """
    general = find_card(GENERAL)
    if clip.info.still:
        return Choice(general)
    witness = _look(general, device, clip.sample(SAMPLES))
    if witness is not None and witness.person:
        return Choice(find_card(witness.best))
    note = "no person confirmed: the general model is used, which is slow without a GPU"
    return Choice(general, (note,) if device.name == "cpu" else ())


def _look(general: Card, device: Device, frames: list[Frame]) -> Witness | None:
    """The general network, a hundred times dearer, is asked about few frames, and only where somebody is seen."""
    person, twin = (Segmenter(find_card(name), device) for name in (PERSON, TWIN))
    pairs = [(frame, _answer(person, frame), _answer(twin, frame)) for frame in frames]
    marked = [pair for pair in pairs if (pair[1] > 0.5).mean() >= LEAST]
    if not marked:
        return None
    judge = Segmenter(general, device)
    asked = marked[:: -(-len(marked) // ASKED)]
    return weigh([(_answer(judge, frame), one, other) for frame, one, other in asked], len(marked) / len(frames))


def _answer(network: Segmenter, frame: Frame) -> Float:
    rgb, _ = network.see(frame)
    return network.answer(Exposure()(rgb))


def weigh(answers: Sequence[tuple[Float, Float, Float]], seen: float) -> Witness:
    """Hold the person networks' raw alpha against the general network's.

    Args:
        answers: for each frame in which the person network marks somebody: the general, the person and the
            second person network's raw alpha, of any sizes.
        seen: share of the frames looked at in which it does.
    """
    medians = (float(value) for value in np.median([_row(*answer) for answer in answers], axis=0))
    return Witness(seen, *medians)


def _row(general: Float, person: Float, twin: Float) -> tuple[float, ...]:
    subject = general > 0.5
    first, second = _at(person > 0.5, subject.shape), _at(twin > 0.5, subject.shape)
    undecided = np.count_nonzero((person > 0.1) & (person < 0.9)) / np.count_nonzero(person > 0.5)
    return (
        _precision(first, subject),
        _union(first, subject),
        undecided,
        _union(first, second),
        _precision(second, subject),
        _union(second, subject),
    )


def _precision(mask: Mask, truth: Mask) -> float:
    return int(np.count_nonzero(mask & truth)) / max(1, int(np.count_nonzero(mask)))


def _union(one: Mask, other: Mask) -> float:
    return int(np.count_nonzero(one & other)) / max(1, int(np.count_nonzero(one | other)))


def _at(mask: Mask, shape: tuple[int, ...]) -> Mask:
    """A mask at another size, by nearest sample."""
    rows = np.arange(shape[0]) * mask.shape[0] // shape[0]
    columns = np.arange(shape[1]) * mask.shape[1] // shape[1]
    return mask[np.ix_(rows, columns)]
