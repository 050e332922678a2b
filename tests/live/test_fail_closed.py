"""Not one unmatted frame leaves: not at the start, not after errors, unplugging, changes, pauses, nor at the end."""

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bgstream.errors import SourceError
from bgstream.frame import Planes
from bgstream.live.governor import Governor
from bgstream.live.wishes import Wishes
from tests.live.stage import SIZE, Film, Stage, Wall, secret

POINTS = (
    "bgstream.matting.segmenter.Segmenter.answer",
    "bgstream.matting.finish.Finisher._alpha",
    "bgstream.matting.stabilise.Stabiliser._steadied",
    "bgstream.live.screen.compose",
    "bgstream.live.framing.Framing.__call__",
)
MOMENTS = 200
WISHES = Wishes(backdrop="#00c000")
pytestmark = pytest.mark.usefixtures("impatient")


class Faults:
    """Makes what it is wrapped around fail at random moments, until it has done so often enough.

    Args:
        chance: of a failure at each call.
        most: failures in all.
    """

    def __init__(self, chance: float, most: int) -> None:
        self._random, self._chance, self._most = random.Random(7), chance, most
        self.count = 0

    def __call__(self) -> None:
        if self.count < self._most and self._random.random() < self._chance:
            self.count += 1
            raise RuntimeError(f"fault {self.count}")

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def failing(*words: Any, **named: Any) -> Any:
            self()
            answer = function(*words, **named)
            self()  # and when its work is done
            return answer

        return failing


def wrap(monkeypatch: pytest.MonkeyPatch, path: str, faults: Faults) -> None:
    owner, name = path.rsplit(".", 1)
    module, _, inside = owner.rpartition(".")
    target: Any = __import__(owner if owner.islower() else module, fromlist=["x"])
    target = target if owner.islower() else getattr(target, inside)
    monkeypatch.setattr(target, name, faults.around(getattr(target, name)))


def play(
    film: list[Planes], after: Callable[[int, Stage], None], before: Callable[[int], None] = lambda _: None
) -> Any:
    stages: list[Stage] = []
    wall = Wall(lambda left: after(left, stages[0]))
    stages.append(Stage(lambda: Film(film, before), wall, WISHES, govern=Governor))
    stages[0].run()
    return stages[0], wall


def test_the_room_is_what_is_looked_for(film: list[Planes]) -> None:
    """The judge itself: it sees the room in every frame of the film."""
    from bgstream.frame import Frame
    from bgstream.live.job import COLOUR, LAYOUT

    assert all(secret(Frame(planes, LAYOUT, COLOUR)) > SIZE[0] * SIZE[1] // 100 for planes in film)


def test_start_run_and_end(film: list[Planes]) -> None:
    stage, wall = play(film, lambda left, stage: stage.board.stop() if left >= 60 else None)
    assert wall.leaks == 0
    assert wall.live > 50
    assert stage.states == ["starting", "live", "off"]


def test_errors_at_random_moments(film: list[Planes], monkeypatch: pytest.MonkeyPatch) -> None:
    faults = Faults(0.03, MOMENTS)

    def after(_: int, stage: Stage) -> None:
        if faults.count >= MOMENTS:
            stage.board.stop()

    stages: list[Stage] = []
    wall = Wall(lambda left: after(left, stages[0]))
    stages.append(Stage(lambda: Film(film), wall, WISHES, govern=Governor))
    for point in POINTS:
        wrap(monkeypatch, point, faults)
    stages[0].run()
    assert faults.count == MOMENTS
    assert wall.leaks == 0
    assert wall.live > 100, "in between it goes on"
    assert len(stages[0].told) > MOMENTS / 2, "and none of it is kept quiet"


def test_unplugged_at_random_moments(film: list[Planes]) -> None:
    dice = random.Random(3)
    gone = []

    def before(number: int) -> None:
        if dice.random() < 0.04:
            gone.append(number)
            raise SourceError("the camera has gone", "plug it in")

    stage, wall = play(film, lambda _, stage: stage.board.stop() if len(gone) >= 60 else None, before)
    assert wall.leaks == 0
    assert wall.live > 100
    assert "trouble" in stage.states
    assert "the camera has gone" in stage.told


CHANGES: tuple[dict[str, Any], ...] = (
    {"model": "selfie"},
    {"backdrop": "blur"},
    {"backdrop": "navy", "mirror": "toggle"},
    {"quality": "draft"},
    {"pause": "toggle"},
    {"framing": "toggle"},
    {"model": "selfie-landscape"},
    {"pause": "toggle"},
    {"quality": "fast"},
)


def test_changes_while_it_runs(film: list[Planes]) -> None:
    """Backdrops are plain or a blur of the room: blurred, its colour is there by the user's own wish."""
    changes: Iterator[dict[str, Any]] = iter(change for change in CHANGES * 3 if change.get("backdrop") != "blur")

    def after(left: int, stage: Stage) -> None:
        if left % 10 == 0:
            change = next(changes, None)
            stage.board.stop() if change is None else stage.board.change(change)

    stage, wall = play(film, after)
    assert wall.leaks == 0
    assert wall.live > 100
    assert "paused" in stage.states


def test_a_change_that_cannot_be_had_changes_nothing(film: list[Planes]) -> None:
    seen: list[Wishes] = []

    def after(left: int, stage: Stage) -> None:
        if left == 20:
            for words in (
                {"model": "no-such"},
                {"backdrop": "nowhere.jpg"},
                {"colour": "red"},
                {"backdrop": "transparent"},
            ):
                with pytest.raises(Exception, match=r"no|unknown"):
                    stage.board.change(words)
            seen.append(stage.board.wishes)
        if left == 40:
            stage.board.stop()

    stage, wall = play(film, after)
    assert seen == [WISHES]
    assert wall.leaks == 0
    assert stage.states == ["starting", "live", "off"]
