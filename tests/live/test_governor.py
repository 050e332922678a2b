"""The governor: gives up steps while time is short, takes them back when it is not, and does not swing."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from bgstream.live.governor import LARGE, LEVELS, Governor, Level, levels_of
from bgstream.matting.tiers import find_tier

RATE = 30.0
COSTS = (0.012, 0.010, 0.008, 0.006)  # processor seconds a frame, by level


class Machine:
    """A camera, and a processor that others take time of: ``slower(second)`` is wall time over processor time."""

    def __init__(self, slower: Callable[[float], float]) -> None:
        self.now, self.dropped, self.frame = 0.0, 0, 0
        self._slower = slower
        self.governor = Governor(LEVELS, lambda: self.now)
        self.levels: list[tuple[float, int]] = []
        self.left: list[float] = []  # when frames have left

    def run(self, seconds: float) -> None:
        end = self.now + seconds
        while self.now < end:
            newest = int(self.now * RATE)
            if newest < self.frame:
                self.now = self.frame / RATE
                newest = self.frame
            self.dropped += newest - self.frame
            self.frame = newest + 1
            level = LEVELS.index(self.governor.level)
            wall = COSTS[level] * self._slower(self.now)
            self.now += wall
            self.left.append(self.now)
            if self.governor.note(wall, COSTS[level], self.dropped):
                self.levels.append((self.now, LEVELS.index(self.governor.level)))

    @property
    def level(self) -> int:
        return LEVELS.index(self.governor.level)

    def fps(self, since: float) -> float:
        return sum(time >= since for time in self.left) / (self.now - since)


def test_with_time_enough_everything_is_done() -> None:
    machine = Machine(lambda _: 1.0)
    machine.run(30)
    assert machine.levels == []
    assert machine.dropped == 0


@pytest.mark.parametrize(("slower", "level"), [(2.9, 1), (3.8, 2), (4.9, 3)])
def test_just_so_much_is_given_up(slower: float, level: int) -> None:
    """Wall time a frame has to come below 0.92 of 33 ms: 12 ms × 2.9 does not, 10 ms × 2.9 does."""
    machine = Machine(lambda _: slower)
    machine.run(20)
    assert machine.level == level
    assert machine.fps(since=3) == pytest.approx(RATE, rel=0.02)


def test_the_rate_is_held_while_others_work_and_all_is_done_again_soon_after() -> None:
    machine = Machine(lambda second: 3.6 if 10 <= second < 20 else 1.0)
    machine.run(30)
    assert machine.fps(since=0) > 0.97 * RATE
    assert max(level for _, level in machine.levels) == 2
    assert machine.level == 0
    back = next(time for time, level in machine.levels if level == 0 and time > 20)
    assert back < 25, "within five seconds"


def test_it_never_goes_back_to_what_cannot_fit() -> None:
    machine = Machine(lambda _: 2.9)
    machine.run(120)
    assert len(machine.levels) == 1


def test_a_hopeless_machine_stays_at_the_last_level() -> None:
    machine = Machine(lambda _: 20.0)
    machine.run(20)
    assert machine.level == len(LEVELS) - 1
    assert len(machine.levels) == len(LEVELS) - 1


def test_swings_become_rarer() -> None:
    """Others take time whenever there seems to be enough: rises that were too early are waited for longer."""
    machine = Machine(lambda _: 3.2 if machine.level == 0 else 1.5)
    machine.run(120)
    rises = [time for time, level in machine.levels if level == 0]
    waits = [later - earlier for earlier, later in pairwise(rises)]
    assert len(waits) >= 3
    assert waits[-1] > 2 * waits[0]


def test_a_pause_is_not_counted() -> None:
    machine = Machine(lambda _: 1.0)
    machine.run(2)
    machine.now += 60
    machine.frame = int(machine.now * RATE)
    machine.governor.restart(machine.dropped)
    machine.run(2)
    assert machine.levels == []


def test_a_large_network_is_asked_at_a_smaller_size() -> None:
    assert levels_of(find_tier("fast"), large=True) == LARGE
    assert [level.small for level in LARGE] == [False, True, True, True]
    assert all(level.interval == 1 for level in LARGE), "it answers when it can in any case"


@pytest.mark.parametrize("levels", [LEVELS, LARGE])
def test_every_level_says_what_is_given_up(levels: tuple[Level, ...]) -> None:
    texts = [level.text for level in levels]
    assert texts[0] == ""
    assert all(texts[1:])
    assert len(set(texts)) == len(texts)


def test_hair_goes_first_in_tiers_that_have_it() -> None:
    assert levels_of(find_tier("fast"), large=False) == LEVELS
    first, second, *_ = levels_of(find_tier("balanced"), large=False)
    assert first.fine and not second.fine
    assert second.interval == 1 and second.refine
