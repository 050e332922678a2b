"""Masks carried back to the beginning of a shot, on clips made here."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bgstream.errors import ConfigError
from bgstream.frame import GREY, Colour, Frame
from bgstream.matting.backwards import carried_back, shot_until
from bgstream.matting.rules import box_mask
from bgstream.protocols import SourceInfo

Float = NDArray[np.float32]
SIZE = (128, 192)


def texture(seed: int) -> NDArray[np.uint8]:
    """Smooth noise."""
    import cv2

    noise = np.random.default_rng(seed).integers(0, 256, (SIZE[0] // 10, SIZE[1] // 10), np.uint8)
    return np.asarray(cv2.resize(noise, SIZE[::-1], interpolation=cv2.INTER_CUBIC), np.uint8)


def square(left: int) -> Float:
    return box_mask(SIZE, (left / SIZE[1], 40 / SIZE[0], (left + 40) / SIZE[1], 80 / SIZE[0]))


class Sliding:
    """A textured square that slides right by 3 pixels a frame; another shot before it, which is 5 frames long."""

    start = 1000  # ms; the clip's own clock need not begin at 0
    info = SourceInfo(Path("sliding"), SIZE, GREY, Colour())

    def frames(self) -> Iterator[Frame]:
        behind, front = texture(1), texture(2)
        for number in range(25):
            plane = np.roll(behind // 6, 20 * number) if number < 5 else (behind // 2 + 100).astype(np.uint8)
            if number >= 5:
                left = 20 + 3 * (number - 5)
                plane[40:80, left : left + 40] = front[40:80, 20:60]
            yield Frame((plane,), GREY, Colour(), self.start + 40 * number, Fraction(1, 1000))

    def sample(self, count: int) -> list[Frame]:
        return list(self.frames())[:count]


def test_a_mask_is_carried_back_to_the_cut_before_it() -> None:
    (start,), notes = carried_back(Sliding(), 24 * 0.04, lambda _: square(20 + 3 * 19))
    assert start.time == pytest.approx(0.2)
    assert not notes
    wanted = square(20)
    both = (start.mask > 0.5) & (wanted > 0.5)
    assert both.sum() / ((start.mask > 0.5) | (wanted > 0.5)).sum() > 0.85


def test_a_mask_of_another_size() -> None:
    (start,), _ = carried_back(Sliding(), 0.96, lambda _: square(77)[::2, ::2])
    assert ((start.mask > 0.5) & (square(20) > 0.5)).sum() > 0.8 * 1600


def test_the_frame_spoken_of_is_handed_out() -> None:
    seen: list[int] = []

    def mask_at(frame: Frame) -> Float:
        seen.append(frame.pts)
        return square(20)

    carried_back(Sliding(), 0.4, mask_at)
    assert seen == [1400]


def test_in_a_shots_first_frame_nothing_is_to_be_carried() -> None:
    (start,), _ = carried_back(Sliding(), 0.2, lambda _: square(20))
    assert start.time == pytest.approx(0.2)
    np.testing.assert_array_equal(start.mask, square(20))


def test_memory_is_bounded_and_a_note_says_from_where_on() -> None:
    shot = shot_until(Sliding(), 0.96, most=8)
    assert len(shot.greys) == 8
    assert not shot.whole
    (start,), notes = carried_back(Sliding(), 0.96, lambda _: square(77), most=8)
    assert start.time == pytest.approx(0.68)
    assert "0.68 s only" in notes[0]


class Entering(Sliding):
    """The square comes in from the left in the course of a single shot."""

    def frames(self) -> Iterator[Frame]:
        behind, front = texture(1) // 2 + 100, texture(2)
        for number in range(30):
            plane, left = behind.astype(np.uint8), 6 * (number - 15)
            shown = max(0, left)
            plane[40:80, shown : max(0, left + 40)] = front[40:80, 20 + shown - left : 20 + max(0, left + 40) - left]
            yield Frame((plane,), GREY, Colour(), 40 * number, Fraction(1, 1000))


def test_what_comes_in_later_is_not_there_before() -> None:
    (nothing, start), _ = carried_back(Entering(), 1.0, lambda _: square(60))
    assert nothing.time == 0
    assert not nothing.mask.any()
    assert 8 * 0.04 <= start.time <= 15 * 0.04
    assert start.mask[:, :20].any()


def test_a_time_behind_the_end() -> None:
    with pytest.raises(ConfigError, match="nothing is left"):
        carried_back(Sliding(), 2.0, lambda _: square(20))
