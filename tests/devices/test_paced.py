"""A clip that plays as a camera: by a clock that the tests turn."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from bgstream.errors import SourceError
from bgstream.frame import LAYOUTS, Colour, Frame
from bgstream.protocols import SourceInfo
from bgstream.sources.paced import Paced
from bgstream.sources.synthetic import SyntheticSource


class Time:
    """A clock that stands still but for waits and what a test adds."""

    def __init__(self) -> None:
        self.now, self.waited = 1000.0, list[float]()

    def clock(self) -> float:
        return self.now

    def wait(self, seconds: float) -> bool:
        self.waited.append(round(seconds, 6))
        self.now += seconds
        return False


class Clip:
    """Frames at given times (seconds), the last of a given duration."""

    def __init__(self, *times: str, last: str = "0") -> None:
        tick = Fraction(1, 1000)
        self._frames = [
            Frame((np.zeros((2, 2), np.uint8),) * 3, LAYOUTS["yuv444p"], Colour(), int(Fraction(time) / tick), tick)
            for time in times
        ]
        if self._frames:
            self._frames[-1] = replace(self._frames[-1], duration=int(Fraction(last) / tick))
        self.info = SourceInfo(
            Path("clip.mkv"), (2, 2), LAYOUTS["yuv444p"], Colour(), rate=Fraction(10), duration=9.0, audio=1
        )

    def frames(self) -> Iterator[Frame]:
        return iter(self._frames)

    def sample(self, count: int) -> list[Frame]:
        return self._frames[:count]


def test_frames_come_at_their_own_times_over_and_over() -> None:
    time = Time()
    paced = Paced(Clip("0", "0.1", "0.5", last="0.2"), clock=time.clock, wait=time.wait)
    frames = list(islice(paced.frames(), 7))
    assert [round(frame.time, 6) for frame in frames] == [1000, 1000.1, 1000.5, 1000.7, 1000.8, 1001.2, 1001.4]
    assert time.waited == [0.1, 0.4, 0.2, 0.1, 0.4, 0.2]


def test_a_rate_counts_more_than_the_clips_times() -> None:
    time = Time()
    paced = Paced(Clip("0", "0.1", "0.5"), Fraction(50), time.clock, time.wait)
    assert [round(frame.time, 6) for frame in islice(paced.frames(), 4)] == [1000, 1000.02, 1000.04, 1000.06]
    assert paced.info.rate == 50


def test_who_is_slow_gets_no_rush() -> None:
    time = Time()
    frames = Paced(Clip("0", "0.1", "0.2", "0.3"), clock=time.clock, wait=time.wait).frames()
    next(frames)
    time.now += 5
    assert [round(frame.time, 6) for frame in islice(frames, 3)] == [1005, 1005.1, 1005.2]


def test_a_little_lateness_is_made_up_for() -> None:
    time = Time()
    frames = Paced(Clip("0", "0.1", "0.2", "0.3"), clock=time.clock, wait=time.wait).frames()
    next(frames)
    time.now += 0.13
    assert [round(frame.time, 6) for frame in islice(frames, 3)] == [1000.13, 1000.2, 1000.3]


def test_a_picture_is_a_camera_at_its_rate() -> None:
    time = Time()
    paced = Paced(Clip("0"), Fraction(25), time.clock, time.wait)
    assert [round(frame.time, 6) for frame in islice(paced.frames(), 3)] == [1000, 1000.04, 1000.08]


def test_info_is_that_of_a_camera() -> None:
    info = Paced(Clip("0")).info
    assert (info.time_base, info.duration, info.audio, info.still) == (Fraction(1, 1_000_000), 0, 0, False)
    assert (info.rate, info.size) == (Fraction(10), (2, 2))
    assert len(Paced(Clip("0", "1")).sample(1)) == 1


def test_frames_keep_their_pixels() -> None:
    time, source = Time(), SyntheticSource((48, 64), count=2)
    frames = islice(Paced(source, clock=time.clock, wait=time.wait).frames(), 4)
    for frame, wanted in zip(frames, [*source.frames()] * 2, strict=True):
        assert (frame.colour, frame.layout, frame.time_base) == (wanted.colour, wanted.layout, Fraction(1, 1_000_000))
        np.testing.assert_array_equal(frame.planes[0], wanted.planes[0])


def test_a_stop_ends_the_wait_and_all_that_follows() -> None:
    paced = Paced(Clip("0", "3600"))  # an hour, by the real clock
    frames = paced.frames()
    next(frames)
    paced.stop()
    assert list(frames) == []
    assert list(paced.frames()) == []


def test_a_clip_without_frames_is_an_error() -> None:
    with pytest.raises(SourceError, match=r"clip\.mkv holds no frame"):
        next(Paced(Clip()).frames())
