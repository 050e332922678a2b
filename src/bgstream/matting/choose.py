"""Which network a clip gets, and whether it is persons that are meant."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bgstream.matting.cards import Card, find_card
from bgstream.matting.look import resized
from bgstream.matting.person import PERSON, TWIN, Testimony, Witnesses, alone, testimony, union
from bgstream.matting.shelf import Shelf
from bgstream.matting.tiers import Tier
from bgstream.protocols import Source

GENERAL = "u2netp"
SAMPLES, ASKED = 8, 4  # frames looked at, spread over the clip; and those that the general network is asked about
LEAST = 0.03  # share of the picture that somebody covers in a frame that is weighed
SEEN = 0.3  # share of the frames looked at in which somebody has to be seen
SURE = 1.4  # see Evidence.score: persons reach 1.45 to 1.9, what only looks like one to a network 1.35 at most
CLEAR = 0.15  # of the score beyond SURE, or below: two such frames of one mind are enough
PAIR = 2
CLEARLY = 0.01  # intersection over union

Float = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Choice:
    """How a clip is to be matted.

    Attributes:
        card: the network.
        person: persons are meant, and the person networks bound what the network marks.
        certain: there is somebody in every frame: a single picture, judged as a whole.
        size: (height, width) to ask the network at; None for its card's own.
    """

    card: Card
    person: bool = False
    certain: bool = False
    size: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What three networks together say of one frame.

    Attributes:
        said: of the person networks.
        confirmed: share of what the first one marks that the general network marks too.
        closer: by how much more the second one agrees with the general network than the first one does
            (intersection over union).
    """

    said: Testimony
    confirmed: float
    closer: float

    @property
    def score(self) -> float:
        """How surely it is a person, 2 at most: confirmed by the twin and by the general network, and decided."""
        return self.said.twin + self.confirmed - self.said.undecided - 0.5 * self.said.undecided_twin


def choose(model: str, subject: str, tier: Tier, shelf: Shelf, clip: Source) -> Choice:
    """The network for a clip, by what the user says and by what the clip shows.

    Args:
        model: ``auto`` or what :func:`bgstream.matting.cards.find_card` takes.
        subject: ``auto``: decided here; ``person``: persons are meant; others: whatever the network marks.
        tier: whether a confirmed person gets a small network alone.
        shelf: where the networks are taken from.
        clip: what is to be matted.
    """
    auto, still = model == "auto", clip.info.still
    general = find_card(GENERAL if auto else model)
    plain = Choice(general)
    alone = tier.alone and not still
    if general.subject == "person" or general.recurrent:
        return plain
    if alone and not auto and subject != "person":
        return plain
    if subject == "person" and not (alone and auto):
        return replace(plain, person=True, certain=still)
    evidence, seen = _look(find_card(GENERAL), shelf, clip) if subject in ("auto", "person") else ([], 0.0)
    if subject == "person" or is_person(evidence, seen):
        if alone and auto:
            return Choice(find_card(best(evidence)), not _plain(evidence, seen))
        return replace(plain, person=True, certain=still)
    return plain


def is_person(evidence: Sequence[Evidence], seen: float) -> bool:
    """Whether persons are meant: seen often enough, and surely in most of the frames weighed."""
    return bool(evidence) and seen >= SEEN and float(np.median([one.score for one in evidence])) >= SURE


def best(evidence: Sequence[Evidence]) -> str:
    """The person network to take: the second where it clearly agrees more with the general one."""
    return TWIN if evidence and float(np.median([one.closer for one in evidence])) > CLEARLY else PERSON


def _plain(evidence: Sequence[Evidence], seen: float) -> bool:
    """Somebody is surely there all the time: no need to ask whether."""
    return seen == 1 and all(one.said.presence == 2 for one in evidence)


def _look(general: Card, shelf: Shelf, clip: Source) -> tuple[list[Evidence], float]:
    """The general network, a hundred times dearer, is asked about few frames, and only where somebody is seen."""
    witnesses, frames = Witnesses(shelf), clip.sample(SAMPLES)
    answers = [(frame, *witnesses.answers(frame)) for frame in frames]
    marked = [answer for answer in answers if (answer[1] > 0.5).mean() >= LEAST]
    if not marked:
        return [], 0.0
    judges = [shelf.take(general) for _ in range(PAIR)]
    asked = marked[:: -(-len(marked) // ASKED)]
    evidence: list[Evidence] = []
    with ThreadPoolExecutor(PAIR) as pool:  # a question each takes as long as one question in all threads
        for pair in (asked[::2], asked[1::2]):
            said = pool.map(alone, judges, [frame for frame, _, _ in pair])
            evidence += [weigh(raw, one, other) for raw, (_, one, other) in zip(said, pair, strict=True)]
            beyond = [one.score - SURE for one in evidence]
            if min(beyond) > CLEAR or max(beyond) < -CLEAR:  # all say the same, and clearly
                break
    return evidence, len(marked) / len(frames)


def weigh(general: Float, first: Float, second: Float) -> Evidence:
    """Hold the person networks' raw alpha of one frame against the general network's; any sizes."""
    subject = general > 0.5
    one, other = (resized(raw, subject.shape) > 0.5 for raw in (first, second))
    confirmed = int(np.count_nonzero(one & subject)) / max(1, int(np.count_nonzero(one)))
    return Evidence(testimony(first, second), confirmed, union(other, subject) - union(one, subject))
