"""Smoothing over time: slow where the picture stands still, immediate where it moves."""

import numpy as np
import pytest
from bgstream_kernels import MotionSmoother
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.kernels import twins
from tests.kernels.drawing import Size, modest, seeds, sizes

Float = NDArray[np.float32]
Clip = list[tuple[Float, Float]]
SIZE = (9, 12)


def clip(seed: int, size: Size, motions: list[float], contrast: float = 1) -> Clip:
    """Raw alpha that flickers at random, over luma that changes by up to ``motion`` of the contrast."""
    rng = np.random.default_rng(seed)
    luma = rng.random(size)
    frames: Clip = []
    for motion in motions:
        luma = np.clip(luma + rng.uniform(-motion, motion, size), 0, 1)
        frames.append((rng.random(size, np.float32), (luma * contrast).astype(np.float32)))
    return frames


def smoother_for(frames: Clip, *rule: float) -> MotionSmoother:
    height, width = frames[0][0].shape
    return MotionSmoother((height, width), *rule)


motions = st.lists(st.sampled_from([0.0, 0.01, 0.03, 0.06, 0.5]), min_size=1, max_size=6)
clips = st.builds(clip, seeds, sizes, motions, st.sampled_from([1.0, 0.3, 0.02]))
rules = st.tuples(st.floats(0, 1, width=16), st.sampled_from([0.0, 0.008, 0.04]), st.sampled_from([0.05, 0.18, 0.4]))


@modest
@given(clips, rules)
def test_smoother_agrees_with_its_twin(frames: Clip, rule: tuple[float, float, float]) -> None:
    smoother = smoother_for(frames, *rule)
    twin = twins.Smoothing(*rule, MotionSmoother.least_contrast)
    for (raw, luma), expected in zip(frames, twins.smoothed(frames, twin), strict=True):
        given_raw, given_luma = raw.copy(), luma.copy()
        got = smoother(raw, luma)
        assert got.dtype == np.float32
        np.testing.assert_allclose(got, expected, rtol=0, atol=1e-5)
        np.testing.assert_array_equal(raw, given_raw)
        np.testing.assert_array_equal(luma, given_luma)


@modest
@given(clips)
def test_answers_stay_between_0_and_1(frames: Clip) -> None:
    smoother = smoother_for(frames)
    for raw, luma in frames:
        got = smoother(raw, luma)
        assert got.min() >= 0
        assert got.max() <= 1


def test_the_first_frame_passes_through_and_so_does_the_first_after_a_reset() -> None:
    smoother = MotionSmoother(SIZE)
    first, second, third = clip(1, SIZE, [0.0, 0.0, 0.0])
    np.testing.assert_array_equal(smoother(*first), first[0])
    assert np.abs(smoother(*second) - second[0]).max() > 0.1
    smoother.reset()
    np.testing.assert_array_equal(smoother(*third), third[0])


def test_after_a_reset_nothing_of_the_past_is_left() -> None:
    used, fresh = MotionSmoother(SIZE), MotionSmoother(SIZE)
    for frame in clip(2, SIZE, [0.5, 0.5]):
        used(*frame)
    used.reset()
    for frame in clip(3, SIZE, [0.03, 0.03, 0.03]):
        np.testing.assert_array_equal(used(*frame), fresh(*frame))


@pytest.mark.parametrize("motion", [0.0, 0.03])
def test_still_1_switches_smoothing_off(motion: float) -> None:
    smoother = MotionSmoother(SIZE, still=1)
    for frame in clip(4, SIZE, [motion] * 4):
        np.testing.assert_allclose(smoother(*frame), frame[0], rtol=0, atol=1e-6)


def test_where_nothing_moves_each_answer_takes_its_share() -> None:
    smoother = MotionSmoother(SIZE, still=0.25)
    (first, luma), (second, _) = clip(5, SIZE, [0.0, 0.0])
    smoother(first, luma)
    np.testing.assert_allclose(smoother(second, luma), 0.75 * first + 0.25 * second, rtol=0, atol=1e-6)


def test_where_the_picture_moves_the_new_answer_is_taken_as_it_is() -> None:
    smoother = MotionSmoother(SIZE)
    (first, luma), (second, _) = clip(6, SIZE, [0.0, 0.0])
    moved = luma.copy()
    moved[:, :6] = (luma[:, :6] + 0.5) % 1
    smoother(first, luma)
    got = smoother(second, moved)
    np.testing.assert_allclose(got[:, :6], second[:, :6], rtol=0, atol=1e-6)
    np.testing.assert_allclose(got[:, 7:], 0.75 * first[:, 7:] + 0.25 * second[:, 7:], rtol=0, atol=1e-6)


def test_the_past_follows_luma_frame_by_frame() -> None:
    """A change that came and stayed is motion once, not for ever."""
    smoother = MotionSmoother(SIZE)
    (first, luma), (second, _), (third, _) = clip(7, SIZE, [0.0, 0.0, 0.0])
    changed = np.float32(1) - luma
    smoother(first, luma)
    state = smoother(second, changed).copy()
    np.testing.assert_allclose(smoother(third, changed), 0.75 * state + 0.25 * third, rtol=0, atol=1e-6)
