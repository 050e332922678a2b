"""Nobody there, nothing shown: a person network that is asked live is believed only where another one agrees.

A person network marks two thirds of an empty beach, though with a vague outline; somebody's outline is crisp. Another
network of its kind marks something else there, and the same where somebody is. To ask both about every frame would
cost as much as everything else together, so the second one is asked only where the outline is vague: now and then, and
at once where what is marked changes.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import numpy as np

from bgstream.matting.bounding import by_regions
from bgstream.matting.look import Float, Look, resized
from bgstream.matting.person import ALIKE, DECIDED, LEAST, TWIN, Testimony, testimony, undecided
from bgstream.progress import Clock

OPEN, SHUT = 10, 3  # frames from one question to the next, while somebody is shown and while nobody is
CHANGE = 0.25  # of what was marked at the last question: so much more or less asks again at once
NO = 0.25  # agreement (intersection over union) below which nobody is there; up to ALIKE it is doubtful
CRISP = {TWIN: 15.0}  # undecided pixels, over the square root of marked ones, up to which an outline is (measured)
DOUBTS = 3  # doubtful frames in a row after which nobody is shown


class Gate:
    """Takes everything out of raw alpha while nobody is there. Causal; shut until somebody is surely there.

    While that is in doubt for a few frames, whole regions that the second network does not mark are taken out.

    Args:
        second: raw alpha of another person network for a look's frame; any size.
        clock: counts as stage "model".
        crisp: below which vagueness the first network needs no other, see :data:`CRISP`; 0: it always does.
    """

    def __init__(self, second: Callable[[Look], Float], clock: Clock, crisp: float = 0.0) -> None:
        self._second, self._clock, self._crisp = second, clock, crisp
        self.open = False
        self._since = self._doubts = 0
        self._marked = 0.0

    def __call__(self, looks: Iterable[Look]) -> Iterator[Look]:
        """The same looks in order, ``raw`` zero while the gate is shut; where it turns, a shot begins."""
        for look in looks:
            with self._clock("model"):
                before = self.open
                raw = self._judge(look)
                passed = replace(look, raw=raw) if self.open else replace(look, raw=np.zeros_like(raw), presence=0)
                if self.open != before:  # what is remembered of the other side of it is not to be mixed in
                    passed = replace(passed, first=True, link=None)
            yield passed

    def _judge(self, look: Look) -> Float:
        """Opens or shuts; raw alpha, bounded by what the second network says where that is in doubt."""
        share = float((look.raw > 0.5).mean())
        if look.first:
            self.open, self._doubts, self._since = False, 0, OPEN
        self._since += 1
        changed = abs(share - self._marked) > CHANGE * self._marked
        if share < LEAST:
            self.open, self._doubts, self._marked = False, 0, share
        elif vagueness(look.raw) < self._crisp:
            self.open, self._doubts, self._marked = True, 0, share
        elif changed or self._doubts or self._since >= (OPEN if self.open else SHUT):
            self._since, self._marked = 0, share
            other = self._second(look)
            self._weigh(testimony(look.raw, other))
            if self._doubts:
                return by_regions(look.raw, resized(other, look.raw.shape))
        return look.raw

    def _weigh(self, said: Testimony) -> None:
        if said.twin > ALIKE and said.undecided < DECIDED:
            self.open, self._doubts = True, 0
        elif said.twin < NO or said.presence == 0:
            self.open, self._doubts = False, 0
        elif self.open:
            self._doubts += 1
            self.open = self._doubts < DOUBTS


def vagueness(raw: Float) -> float:
    """Undecided pixels (0.1 to 0.9) over the square root of those above 0.5: how wide an outline is, of any length.

    Args:
        raw: (height, width) float32 0..1.
    """
    return undecided(raw) * math.sqrt(max(1, int(np.count_nonzero(raw > 0.5))))
