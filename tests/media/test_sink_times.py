"""Clips out, judged by ffprobe: number of pictures, times, duration."""

from fractions import Fraction
from pathlib import Path

import pytest

from tests.media.catalogue import VFR
from tests.media.judge import Judge
from tests.media.synthetic import STEADY, TICK, frames, write

NTSC = tuple(1001 * k for k in range(10))
KINDS = ("out.webm", "out.mkv", "out.mp4", "matte.mkv")
TIMES = {
    "steady": (STEADY, TICK),
    "ntsc": (NTSC, Fraction(1, 30000)),
    "vfr": (VFR, Fraction(1, 90000)),
    "late": (tuple(t + 5120 for t in STEADY), TICK),
    "jitter": ((0, 90, 3000, 3090, 9000, 9100, 40000), Fraction(1, 90000)),
    "one": ((0,), TICK),
}


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("kind", TIMES)
def test_every_picture_at_its_own_time(kind: str, name: str, tmp_path: Path, judge: Judge) -> None:
    times, tick = TIMES[kind]
    out = write(tmp_path / name, frames(times=times, tick=tick), green=name == "out.mp4", matte=name == "matte.mkv")
    seen = judge.times(out)
    rounding = Fraction(0) if name == "out.mp4" else Fraction(1, 2000)  # Matroska counts milliseconds
    assert len(seen) == len(times)
    for mine, theirs in zip(times, seen, strict=True):
        assert abs(mine * tick - theirs) <= rounding


@pytest.mark.parametrize("name", KINDS)
def test_duration_within_a_frame(name: str, tmp_path: Path, judge: Judge) -> None:
    out = write(tmp_path / name, frames(), green=name == "out.mp4", matte=name == "matte.mkv")
    assert judge.duration(out) == pytest.approx(len(STEADY) / 25, abs=1 / 25)


@pytest.mark.parametrize("name", ["out.webm", "out.mkv"])
def test_negative_times_keep_their_distances(name: str, tmp_path: Path, judge: Judge) -> None:
    """Matroska starts at 0 at the earliest: the whole clip moves, nothing is lost."""
    times = [t - 1024 for t in STEADY]
    seen = judge.times(write(tmp_path / name, frames(times=times)))
    assert [float(t - seen[0]) for t in seen] == pytest.approx([k / 25 for k in range(10)], abs=0.001)
