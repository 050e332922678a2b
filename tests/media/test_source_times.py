"""Frames come out complete and at the times that ffprobe sees, whatever the container does with time."""

from fractions import Fraction

import pytest

from bgstream.protocols import Wants
from bgstream.sources import VideoSource
from tests.media.catalogue import VFR, Catalogue
from tests.media.judge import Judge

TIMED = (
    "plain.mp4",
    "vfr.mp4",
    "rotated90.mp4",
    "sar.mp4",
    "odd444.mp4",
    "ten.mp4",
    "late_video.mp4",
    "eleven_seconds.ts",
    "edit_list.mp4",
    "tracks.mkv",
    "interlaced.mkv",
    "prores4444.mov",
    "vp9.webm",
    "animated.gif",
    "one_frame.mp4",
    "tiny.mp4",
    "long.webm",
)


@pytest.mark.parametrize("name", TIMED)
def test_times_are_those_of_ffprobe(name: str, clip: Catalogue, judge: Judge) -> None:
    path = clip(name)
    frames = VideoSource(path, Wants()).frames()
    assert [frame.pts * frame.time_base for frame in frames] == judge.times(path)


def test_a_converted_picture_keeps_its_time(clip: Catalogue, judge: Judge) -> None:
    path = clip("vfr.mp4")
    source = VideoSource(path, Wants(frozenset({"yuv444p10le"})))
    assert [frame.pts for frame in source.frames()] == list(VFR)


def test_time_base_is_told_before_the_first_frame(clip: Catalogue) -> None:
    source = VideoSource(clip("vfr.mp4"), Wants())
    assert source.info.time_base == next(source.frames()).time_base


def test_rate_and_duration(clip: Catalogue) -> None:
    info = VideoSource(clip("plain.mp4"), Wants()).info
    assert (info.rate, info.audio, info.still) == (Fraction(25), 1, False)
    assert info.duration == pytest.approx(0.48)


@pytest.mark.parametrize("name", ["vp9.webm", "tracks.mkv"])
def test_duration_where_only_the_container_says_it(name: str, clip: Catalogue) -> None:
    assert VideoSource(clip(name), Wants()).info.duration == pytest.approx(0.48, abs=0.06)


def test_every_audio_track_is_counted(clip: Catalogue) -> None:
    counts = [VideoSource(clip(name), Wants()).info.audio for name in ("silent.mp4", "plain.mp4", "tracks.mp4")]
    assert counts == [0, 1, 2]
