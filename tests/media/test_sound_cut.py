"""The sound of a part of a clip stays with its pictures; channels of every kind go somewhere."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from av.audio.frame import AudioFrame

from bgstream.protocols import Cut
from bgstream.sinks import companions
from bgstream.sinks.reshape import Reshaped
from tests.media.carrying import carried
from tests.media.catalogue import ODD, Catalogue
from tests.media.judge import Judge

PACKET = 0.09  # seconds, the longest in these files (FLAC)


@pytest.mark.parametrize(
    ("name", "output"),
    [
        ("clicked.mp4", "out.webm"),
        ("clicked.mp4", "out.mkv"),
        ("clicked.mp4", "out.mp4"),
        ("clicked.mov", "out.mp4"),
        ("clicked.mkv", "out.webm"),
        ("clicked.mkv", "out.mkv"),
        ("clicked.webm", "out.webm"),
        ("clicked.webm", "out.mp4"),
    ],
)
def test_what_is_heard_half_a_second_in(name: str, output: str, clip: Catalogue, tmp_path: Path, judge: Judge) -> None:
    out = carried(clip(name), tmp_path / output, "0.2", "0.8")
    assert judge.heard(out) == pytest.approx(0.3, abs=0.0015)
    assert -0.0071 <= judge.lead(out) < PACKET  # Opus' own run-in, at the earliest
    assert judge.duration(out) < 0.6 + PACKET
    assert [float(time) for time in judge.times(out)] == pytest.approx([k / 25 for k in range(15)], abs=0.001)


def test_a_far_part_is_read_from_near_it(
    clip: Catalogue, tmp_path: Path, judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(companions, "EARLIER", 1)
    for output in ("out.webm", "out.mp4"):
        assert judge.heard(carried(clip("far.mp4"), tmp_path / output, "6.2", "7")) == pytest.approx(0.3, abs=0.0015)


@pytest.mark.parametrize("name", ["cut_faststart.mp4", "cut.webm"])
def test_damage_behind_the_end_does_no_harm(name: str, clip: Catalogue, tmp_path: Path, judge: Judge) -> None:
    for output in ("out.webm", "out.mp4"):
        assert judge.duration(carried(clip(name), tmp_path / output, "0.2", "0.9")) < 0.7 + PACKET


def ramp(first: int, count: int, rate: int = 48_000) -> AudioFrame:
    """Samples that say their own number."""
    frame = AudioFrame.from_ndarray(np.arange(first, first + count, dtype=np.int32)[None], "s32", "mono")
    frame.sample_rate, frame.pts, frame.time_base = rate, first, Fraction(1, rate)
    return frame


def test_a_cut_is_exact_to_the_sample() -> None:
    reshaped = Reshaped("s32", "mono", 48_000, Cut(Fraction(1500, 48_000), Fraction(2600, 48_000)))
    frames = [out for first in range(0, 4096, 1024) for out in reshaped(ramp(first, 1024))] + list(reshaped(None))
    assert frames[0].pts == 0
    np.testing.assert_array_equal(np.concatenate([f.to_ndarray()[0] for f in frames]), np.arange(1500, 2600))


def test_a_track_may_change_its_rate() -> None:
    reshaped = Reshaped("flt", "mono", 48_000, None)
    made = [*reshaped(ramp(0, 4800)), *reshaped(ramp(2400, 2400, 24_000)), *reshaped(None)]
    assert sum(frame.samples for frame in made) == pytest.approx(9600, abs=40)
    assert {frame.sample_rate for frame in made} == {48_000}


@pytest.mark.parametrize(
    ("output", "wanted"),
    [
        ("out.webm", ["5.1", "quad", "3.0", "7.1", "mono"]),
        ("out.mp4", ["5.1", "4.0", "3.0", "7.1", "mono"]),
        ("out.mov", [*ODD[:-1], None]),
    ],
)
def test_channels_of_every_kind(
    output: str, wanted: list[str | None], clip: Catalogue, tmp_path: Path, judge: Judge
) -> None:
    """Opus and AAC take what has its place in them; PCM is copied whatever it is."""
    out = carried(clip("many_channels.mov"), tmp_path / output)
    assert [track.get("channel_layout") for track in judge.streams(out, "audio")] == wanted
    if output != "out.mov":
        assert [judge.heard(out, track) for track in range(5)] == pytest.approx([0.0] * 5, abs=0.002)


@pytest.mark.parametrize("output", ["out.webm", "out.mkv", "out.mp4"])
def test_what_a_track_is_for(output: str, clip: Catalogue, tmp_path: Path, judge: Judge) -> None:
    tracks = judge.streams(carried(clip("commented.mkv"), tmp_path / output), "audio")
    title = "handler_name" if output == "out.mp4" else "title"
    assert [track["tags"][title] for track in tracks] == ["Film", "Talk"]
    assert [track["disposition"]["default"] for track in tracks] == [1, 0]
    if output == "out.mkv":  # the others say no more of it
        assert [track["disposition"]["comment"] for track in tracks] == [0, 1]
