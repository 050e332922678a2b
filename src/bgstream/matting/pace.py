"""How much may be asked: by the tier's own bound on drift, or as a frame rate wants it."""

import time
from collections import deque
from collections.abc import Callable

SECONDS = 2.0  # of work that a rate is measured over
STEP = 1.25  # by which the bound is moved where the rate is off
SLACK = (0.25, 4.0)  # times the tier's own bound
NEAR = 0.05  # of the rate wanted that counts as kept


class Pace:
    """The bound on drift, and how long spans may be.

    Without a rate both stay as the tier says, so that the same input gives the same output. With one they follow what
    the machine does: where frames come too slowly more drift is accepted, where there is time left less.

    Args:
        drift: the tier's bound, see :func:`bgstream.matting.carrying.drift`.
        longest: frames in a span at most, by the tier; twice as many where that is needed.
        rate: frames a second that are wanted; 0 for none.
        now: a clock, in seconds.

    Attributes:
        slack: times the tier's bound that is accepted now.
    """

    def __init__(
        self, drift: float, longest: int, rate: float = 0.0, now: Callable[[], float] = time.perf_counter
    ) -> None:
        self._drift, self._longest, self._rate, self._now = drift, longest, rate, now
        self._marks: deque[tuple[float, int]] = deque()
        self._frames = 0
        self.slack = 1.0

    @property
    def drift(self) -> float:
        """Carried alpha may go astray so far."""
        return self._drift * self.slack

    @property
    def longest(self) -> int:
        """Frames in a span at most."""
        return round(self._longest * min(max(self.slack, 1.0), 2.0))

    def tick(self, frames: int) -> None:
        """So many more frames are through."""
        if not self._rate:
            return
        self._frames += frames
        moment = self._now()
        self._marks.append((moment, self._frames))
        while len(self._marks) > 2 and moment - self._marks[1][0] >= SECONDS:
            self._marks.popleft()
        since, before = self._marks[0]
        if moment - since < SECONDS / 4:
            return
        reached = (self._frames - before) / (moment - since)
        if reached < self._rate * (1 - NEAR):
            self.slack = min(self.slack * STEP, SLACK[1])
        elif reached > self._rate * (1 + NEAR):
            self.slack = max(self.slack / STEP, SLACK[0])
