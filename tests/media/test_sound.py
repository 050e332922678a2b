"""The source's sound beside new pictures: every track, its language, its place in time, its own packets."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from bgstream.protocols import Wants
from bgstream.sources import VideoSource
from tests.media.carrying import carried
from tests.media.catalogue import Catalogue
from tests.media.judge import Judge
from tests.media.synthetic import frames, info_of, write

WITH_SOUND = (
    "plain.mp4",
    "late_video.mp4",
    "late_audio.mp4",
    "late_audio.mkv",
    "eleven_seconds.ts",
    "edit_list.mp4",
    "tracks.mp4",
    "tracks.mkv",
    "long_audio.mp4",
    "mp3.mkv",
    "vp9.webm",
)
OUTPUTS = ("out.webm", "out.mkv", "out.mp4")


def after_run_in(lead: float) -> float:
    """A coder's run-in, one silent packet (and Opus' 6.5 ms) before the picture, may go or stay."""
    return 0.0 if -0.03 < lead < 0 else lead


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("name", WITH_SOUND)
def test_sound_and_picture_stay_together(name: str, output: str, clip: Catalogue, tmp_path: Path, judge: Judge) -> None:
    path = clip(name)
    out = carried(path, tmp_path / output)
    assert len(judge.streams(out, "audio")) == len(judge.streams(path, "audio"))
    for track in range(len(judge.streams(out, "audio"))):
        theirs, mine = after_run_in(judge.lead(path, track)), after_run_in(judge.lead(out, track))
        assert mine == pytest.approx(theirs, abs=0.020)
    before, after = judge.times(path), judge.times(out)
    assert [float(t - after[0]) for t in after] == pytest.approx([float(t - before[0]) for t in before], abs=0.001)


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize(
    ("name", "heard"), [("late_audio.mp4", 0.3), ("late_audio.mkv", 0.3), ("late_video.mp4", -0.4), ("mp3.mkv", 0.0)]
)
def test_the_tone_is_heard_when_it_was(
    name: str, heard: float, output: str, clip: Catalogue, tmp_path: Path, judge: Judge
) -> None:
    assert judge.heard(clip(name)) == pytest.approx(heard, abs=0.03)  # coders are heard a little late
    assert judge.heard(carried(clip(name), tmp_path / output)) == pytest.approx(judge.heard(clip(name)), abs=0.02)


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("name", ["tracks.mp4", "tracks.mkv"])
def test_languages_and_channels_of_two_tracks(
    name: str, output: str, clip: Catalogue, tmp_path: Path, judge: Judge
) -> None:
    tracks = judge.streams(carried(clip(name), tmp_path / output), "audio")
    assert [(t["tags"]["language"], t["channels"]) for t in tracks] == [("eng", 1), ("deu", 2)]


@pytest.mark.parametrize(
    ("name", "output", "codec"),
    [
        ("plain.mp4", "out.webm", "opus"),
        ("mp3.mkv", "out.webm", "opus"),
        ("vp9.webm", "out.webm", "opus"),
        ("plain.mp4", "out.mp4", "aac"),
        ("mp3.mkv", "out.mp4", "mp3"),
        ("plain.mp4", "out.mkv", "aac"),
        ("mp3.mkv", "out.mkv", "mp3"),
        ("vp9.webm", "out.mkv", "opus"),
    ],
)
def test_codec(name: str, output: str, codec: str, clip: Catalogue, tmp_path: Path, judge: Judge) -> None:
    (track,) = judge.streams(carried(clip(name), tmp_path / output), "audio")
    assert track["codec_name"] == codec


@pytest.mark.parametrize(
    ("name", "output"),
    [("plain.mp4", "out.mp4"), ("tracks.mp4", "out.mp4"), ("mp3.mkv", "out.mkv"), ("vp9.webm", "out.webm")],
)
def test_copied_sound_is_the_same_packets(
    name: str, output: str, clip: Catalogue, tmp_path: Path, judge: Judge
) -> None:
    out = carried(clip(name), tmp_path / output)
    for track in range(len(judge.streams(out, "audio"))):
        assert judge.packets_md5(out, track) == judge.packets_md5(clip(name), track)


@pytest.mark.parametrize("output", OUTPUTS)
def test_sound_longer_than_the_pictures_is_kept_whole(
    output: str, clip: Catalogue, tmp_path: Path, judge: Judge
) -> None:
    out = carried(clip("long_audio.mp4"), tmp_path / output)
    assert judge.duration(out) == pytest.approx(judge.duration(clip("long_audio.mp4")), abs=0.03)


def test_sound_is_left_out_where_it_is_not_wanted(clip: Catalogue, tmp_path: Path, judge: Judge) -> None:
    info = replace(VideoSource(clip("plain.mp4"), Wants()).info, audio=0)
    assert judge.streams(write(tmp_path / "out.webm", frames(), info=info), "audio") == []


def test_the_source_is_read_from_another_time_base(clip: Catalogue, tmp_path: Path, judge: Judge) -> None:
    """Pictures count in 1/25 s, sound in 1/48000 s: neither is mistaken for the other."""
    made = frames(times=tuple(range(10)), tick=Fraction(1, 25))
    out = write(tmp_path / "out.webm", made, info=info_of(made, sound=clip("plain.mp4")))
    assert judge.lead(out) == pytest.approx(0, abs=0.020)
