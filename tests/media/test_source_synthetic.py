"""The synthetic source: the same on every run, and its alpha is what its frames were made with."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from bgstream.bench.clip import write_clip, write_truth
from bgstream.evaluate.read import alphas
from bgstream.protocols import Wants
from bgstream.sources import open_source
from bgstream.sources.synthetic import OUTLINES, SyntheticSource

SIZE = (90, 160)


@pytest.mark.parametrize("size", [(2, 2), (3, 5), (47, 65), (90, 160), (240, 320)])
def test_any_size(size: tuple[int, int]) -> None:
    source = SyntheticSource(size, count=3)
    frames = list(source.frames())
    assert len(frames) == 3
    assert all(frame.size == source.truth(index).shape == size for index, frame in enumerate(frames))


def test_the_same_on_every_run_and_another_with_another_seed() -> None:
    one, again, other = (list(SyntheticSource(SIZE, count=2, seed=seed).frames()) for seed in (1, 1, 2))
    for mine, same, different in zip(one, again, other, strict=True):
        for k in range(3):
            np.testing.assert_array_equal(mine.planes[k], same.planes[k])
        assert not np.array_equal(mine.planes[0], different.planes[0])


@pytest.mark.parametrize("subject", OUTLINES)
def test_the_subject_is_whole_soft_and_brighter_than_what_is_behind(subject: str) -> None:
    source = SyntheticSource((360, 640), count=60, subject=subject)
    for index, frame in list(enumerate(source.frames()))[::20]:
        alpha, luma = source.truth(index), frame.planes[0]
        assert 0.1 < (alpha == 255).mean() < 0.3
        assert 0.001 < ((alpha > 0) & (alpha < 255)).mean() < 0.02
        assert luma[alpha == 255].mean() > luma[alpha == 0].mean() + 40


def test_subject_and_background_move_and_not_together() -> None:
    source = SyntheticSource(SIZE, count=30)
    first, *_, last = source.frames()
    before, after = (np.argwhere(source.truth(index) > 127).mean(0) for index in (0, 29))
    assert abs(before - after)[1] > 5
    behind = (source.truth(0) == 0) & (source.truth(29) == 0)
    assert np.abs(first.planes[0].astype(int) - last.planes[0])[behind].mean() > 3


def test_motion_is_by_time_not_by_frame() -> None:
    slow, fast = (SyntheticSource(SIZE, Fraction(rate), 40) for rate in (25, 50))
    np.testing.assert_array_equal(slow.truth(10), fast.truth(20))
    assert slow.info.duration == 2 * fast.info.duration


def test_as_a_clip_with_its_truth(tmp_path: Path) -> None:
    source = SyntheticSource(SIZE, count=9)
    assert write_clip(source.frames(), source.info, tmp_path / "clip.mp4") == 9
    write_truth(source, tmp_path / "truth.mkv", 9)
    for index, alpha in enumerate(alphas(tmp_path / "truth.mkv")):
        np.testing.assert_array_equal(np.rint(alpha * 255), source.truth(index))
    read = list(open_source(tmp_path / "clip.mp4", Wants()).frames())
    for frame, made in zip(read, source.frames(), strict=True):
        assert frame.pts * frame.time_base == made.pts * made.time_base
        assert np.abs(frame.planes[0].astype(int) - made.planes[0]).mean() < 4
