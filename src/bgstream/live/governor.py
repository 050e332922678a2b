"""Holds the rate: gives up steps of the matting while time is short, and takes them back when it is not."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bgstream.matting.tiers import Tier

WINDOW = 0.5  # seconds that are judged at a time
MISSED, FULL = 0.06, 0.92  # share of frames dropped, and of the time used, from which one level less is worked at
ROOM = 0.7  # share of the time that the level above may be expected to use, to go back to it
CALM, MOST_CALM = 2, 32  # windows without trouble before that; twice as many each time that it was too early
FREER = 0.6  # times as slow as when a step was given up: what took the time has ended, a quarter of the wait will do


@dataclass(frozen=True, slots=True)
class Level:
    """What is done for a frame.

    Attributes:
        text: what is given up, for people; empty for nothing.
        interval: frames from one question to a small network to the next; alpha is carried between.
        refine: edges follow the frame's own.
        clean: islands and holes that come and go are taken out.
        steady: alpha is steadied along the flow.
        small: a large network, where it is free in size, is asked at a smaller one.
        fine: hair is recovered and the subject's own colours are estimated, in tiers that do.
    """

    text: str = ""
    interval: int = 1
    refine: bool = True
    clean: bool = True
    steady: bool = True
    fine: bool = True
    small: bool = False


LEVELS = (
    Level(),
    Level("network asked every 2nd frame", interval=2, fine=False),
    Level("network asked every 3rd frame, plain edges", interval=3, refine=False, fine=False),
    Level("network asked every 3rd frame, plain edges, no cleaning", 3, False, False, False, False),
)
LARGE = (  # a large network is asked as often as it answers, beside the loop, in any case
    Level(),
    Level("smaller network input", small=True, fine=False),
    Level("smaller network input, plain edges", refine=False, small=True, fine=False),
    Level("smaller network input, plain edges, no cleaning", 1, False, False, False, False, True),
)
COARSER = Level("no hair, no own colours at edges", fine=False)


def levels_of(tier: Tier, large: bool) -> tuple[Level, ...]:
    """What can be given up of a tier, bit by bit: first what costs most and shows least.

    Args:
        tier: hair and own colours are given up where it has them.
        large: the network is asked beside the loop.
    """
    levels = LARGE if large else LEVELS
    return (levels[0], COARSER, *levels[1:]) if tier.solve or tier.foreground else levels


class Governor:
    """Judges half a second at a time.

    Going back is judged by foresight: what a frame of the level above cost the processor, times how much longer than
    that a frame now takes (others' work), has to fit well. What was too early all the same is waited for longer.

    Args:
        levels: from the whole work down.
        clock: seconds.
    """

    def __init__(self, levels: Sequence[Level] = LEVELS, clock: Callable[[], float] = time.monotonic) -> None:
        self._levels, self._clock = levels, clock
        self._costs: dict[int, float] = {}  # processor seconds a frame, by level
        self._at = 0
        self._patience, self._calm, self._rose = CALM, 0, False
        self._missed = False  # frames, in the last half second
        self._slow = 0.0  # wall time over processor time when a step was given up last
        self._begin(0)

    @property
    def level(self) -> Level:
        """What is to be done now."""
        return self._levels[self._at]

    def _begin(self, dropped: int) -> None:
        self._since, self._dropped = self._clock(), dropped
        self._frames, self._wall, self._cpu = 0, 0.0, 0.0

    def restart(self, dropped: int) -> None:
        """Nothing was worked on for a while: judge from here.

        Args:
            dropped: frames so far.
        """
        self._calm, self._missed = 0, False
        self._begin(dropped)

    def note(self, wall: float, cpu: float, dropped: int) -> bool:
        """A frame was worked on; says whether ``level`` has changed.

        Args:
            wall: seconds that it took.
            cpu: seconds that the processor worked for it.
            dropped: frames that a newer one replaced, since the start.
        """
        self._frames, self._wall, self._cpu = self._frames + 1, self._wall + wall, self._cpu + cpu
        passed = self._clock() - self._since
        if passed < WINDOW:
            return False
        missed = dropped - self._dropped
        lone = missed == 1 and not self._missed  # anybody's hiccup; not again in the next half second
        self._missed = missed > 0
        short = (missed > MISSED * (missed + self._frames) and not lone) or self._wall > FULL * passed
        self._costs[self._at] = self._cpu / self._frames
        moved = self._down() if short else self._up(passed, missed)
        self._begin(dropped)
        return moved

    def _down(self) -> bool:
        if self._rose:
            self._patience = min(2 * self._patience, MOST_CALM)
        self._calm, self._rose, self._slow = 0, False, self._slower
        if self._at == len(self._levels) - 1:
            return False
        self._at += 1
        return True

    def _up(self, passed: float, missed: int) -> bool:
        self._calm = self._calm + 1 if not missed else 0
        if self._calm > self._patience:  # the last rise was right
            self._rose, self._patience = False, CALM
        freer = self._slower < FREER * self._slow
        needed = max(CALM, self._patience // 4) if freer else self._patience
        if not self._at or self._calm < needed or self._expected(passed) > ROOM:
            return False
        self._at, self._calm, self._rose = self._at - 1, 0, True
        return True

    @property
    def _slower(self) -> float:
        """Wall time over processor time: what others make of ours."""
        return self._wall / max(1e-9, self._cpu)

    def _expected(self, passed: float) -> float:
        """Share of the time that the level above would use."""
        cost = self._costs.get(self._at - 1, self._cpu / self._frames)
        return cost * self._slower * self._frames / passed
