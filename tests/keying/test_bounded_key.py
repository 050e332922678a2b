"""A network bounds where the key may act."""

from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np
import pytest

from bgstream.frame import Frame, Matted, Plane
from bgstream.matting.key import ChromaKey
from bgstream.matting.keying.bounded import Bounded
from bgstream.progress import Clock
from tests.keying.judging import truths_of
from tests.keying.scenes import GREEN, Scene, Truth

SCENE = Scene()


class Coarse:
    """A network: the truth, blurred; ``spoil`` makes it worse."""

    def __init__(self, truths: list[Truth], spoil: tuple[slice, slice] | None = None) -> None:
        self._truths, self._spoil = truths, spoil

    def __call__(self, frames: Iterator[Frame]) -> Iterator[Matted]:
        held = list(frames)  # it may look ahead
        for frame, truth in zip(held, self._truths, strict=True):
            alpha = np.rint(cv2.GaussianBlur(truth.alpha, (0, 0), 4) * 255).astype(np.uint8)
            if self._spoil:
                alpha[self._spoil] = 0
            yield Matted(frame, alpha)


def painted(truth: Truth, part: tuple[slice, slice], codes: tuple[int, int, int]) -> Truth:
    planes = [plane.copy() for plane in truth.frame.planes]
    for k, (plane, code) in enumerate(zip(planes, codes, strict=True)):
        step = 2 if k else 1
        plane[part[0].start // step : part[0].stop // step, part[1].start // step : part[1].stop // step] = code
    return replace(truth, frame=replace(truth.frame, planes=tuple(planes)))


def bounded(truths: list[Truth], spoil: tuple[slice, slice] | None = None) -> list[Matted]:
    frames = [truth.frame for truth in truths]
    keyer = ChromaKey(GREEN, frames, Clock())
    return list(Bounded(keyer, Coarse(truths, spoil), Clock())(iter(frames)))


def error(alpha: Plane, truth: Truth) -> float:
    return 1000 * float(np.abs(alpha / 255.0 - truth.alpha).mean())


def test_garbage_away_from_the_subject_vanishes() -> None:
    stand = (slice(0, 200), slice(0, 60))
    truths = [painted(truth, stand, (90, 120, 140)) for truth in truths_of(SCENE, 2)]
    for matte, truth in zip(bounded(truths), truths, strict=True):
        assert matte.alpha[stand].max() == 0
        assert error(matte.alpha, truth) < 4.5


def test_a_logo_of_the_screen_s_colour_stays_and_is_the_frame_s_own() -> None:
    logo = (slice(216, 240), slice(244, 266))
    truths = truths_of(SCENE, 2)
    codes = tuple(int(np.median(plane[:20, :20])) for plane in truths[0].frame.planes)
    truths = [painted(truth, logo, (codes[0], codes[1], codes[2])) for truth in truths]
    alone = ChromaKey(GREEN, [truth.frame for truth in truths], Clock()).matte(truths[0].frame)
    assert alone.alpha[logo].mean() < 60
    for matte in bounded(truths):
        assert matte.alpha[logo].min() == 255
        np.testing.assert_array_equal(matte.colours[0][logo], matte.frame.planes[0][logo])


def test_an_arm_that_the_network_missed_stays() -> None:
    truths = truths_of(SCENE, 2)
    arm = (slice(140, 270), slice(0, 205))
    for matte, truth in zip(bounded(truths, arm), truths, strict=True):
        lost = (truth.alpha > 0.98)[arm] & (matte.alpha[arm] < 128)
        assert lost.mean() < 0.02


def test_where_the_network_sees_nothing_nothing_is_left() -> None:
    truths = truths_of(SCENE, 2)
    everything = (slice(None), slice(None))
    assert max(matte.alpha.max() for matte in bounded(truths, everything)) == 0


@pytest.mark.parametrize("size", [(271, 483), (270, 480)])
def test_inside_its_bounds_the_key_decides(size: tuple[int, int]) -> None:
    truths = truths_of(replace(SCENE, size=size), 2)
    frames = [truth.frame for truth in truths]
    alone = ChromaKey(GREEN, frames, Clock())
    for matte, frame in zip(bounded(truths), frames, strict=True):
        own = alone.matte(frame)
        assert np.mean(matte.alpha != own.alpha) < 0.002
