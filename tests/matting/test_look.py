"""What follows a frame: never more than was asked for, never of another shot."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bgstream.frame import LAYOUTS, RGB, Colour, Frame
from bgstream.matting.look import Look, with_next

Shots = list[int]


def looks(shots: Shots) -> list[Look]:
    """Shots of so many frames each, numbered by pts."""
    raw, plane = np.zeros((2, 3), np.float32), np.zeros((2, 3), np.uint8)
    firsts = [k == 0 for shot in shots for k in range(shot)]
    return [
        Look(Frame((plane, plane, plane), LAYOUTS["gbrp"], Colour(RGB, True), pts), raw, raw, first)
        for pts, first in enumerate(firsts)
    ]


def numbers(shots: Shots, ahead: int) -> list[tuple[int, list[int]]]:
    return [
        (look.frame.pts, [after.frame.pts for after in following]) for look, following in with_next(looks(shots), ahead)
    ]


def test_each_look_with_what_follows_in_its_shot() -> None:
    assert numbers([3, 1, 2], 2) == [(0, [1, 2]), (1, [2]), (2, []), (3, []), (4, [5]), (5, [])]


@pytest.mark.parametrize("ahead", [0, 1, 5])
def test_nothing_comes_of_nothing(ahead: int) -> None:
    assert list(with_next([], ahead)) == []


@settings(derandomize=True, deadline=None)
@given(st.lists(st.integers(1, 5), max_size=5), st.integers(0, 6))
def test_every_look_once_in_order_and_never_across_a_cut(shots: Shots, ahead: int) -> None:
    shot_of = [number for number, shot in enumerate(shots) for _ in range(shot)]
    got = numbers(shots, ahead)
    assert [pts for pts, _ in got] == list(range(len(shot_of)))
    for pts, following in got:
        same = [k for k in range(pts + 1, len(shot_of)) if shot_of[k] == shot_of[pts]]
        assert following == same[:ahead]


@pytest.mark.parametrize("ahead", [0, 1, 3])
def test_no_more_is_asked_for_than_is_needed(ahead: int) -> None:
    asked = 0

    def counted() -> Iterator[Look]:
        nonlocal asked
        for look in looks([8]):
            asked += 1
            yield look

    stream = with_next(counted(), ahead)
    for given_out in range(1, 5):
        next(stream)
        assert asked == given_out + ahead


def test_a_clip_that_begins_amid_a_shot_is_no_trouble() -> None:
    assert [look.frame.pts for look, _ in with_next(looks([4])[1:], 2)] == [1, 2, 3]
