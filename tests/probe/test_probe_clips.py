"""What is said of clips is what ffprobe says of them."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import pytest
from av.stream import Disposition

from bgstream.errors import SourceError
from bgstream.probing import Facts, probe
from bgstream.probing.picture import Picture, Size, Timing
from tests.media.catalogue import CHAPTERS, Catalogue
from tests.media.clips import paint
from tests.media.judge import Judge

CLIPS = (
    "plain.mp4",
    "phone.mp4",
    "rotated270.mp4",
    "sar.mp4",
    "odd444.mp4",
    "ten.mp4",
    "full.mp4",
    "yuvj.mov",
    "untagged.mp4",
    "hlg.mp4",
    "rgb.mkv",
    "late_audio.mkv",
    "late_video.mp4",
    "eleven_seconds.ts",
    "edit_list.mp4",
    "tracks.mkv",
    "interlaced.mkv",
    "vp9.webm",
)
TICK = 0.0011  # seconds: Matroska's unit, and a rounding

RUN_IN = 0.024  # seconds of silence before the sound proper, which Matroska's readers do not all count


def seen(facts: Facts) -> tuple[Picture, Timing]:
    assert facts.picture is not None and facts.picture.timing is not None
    return facts.picture, facts.picture.timing


@pytest.mark.parametrize("name", CLIPS)
def test_says_what_ffprobe_says(name: str, clip: Catalogue, judge: Judge) -> None:
    facts, truth = probe(clip(name)), judge.everything(clip(name))
    picture, timing = seen(facts)
    video = next(stream for stream in truth["streams"] if stream["codec_type"] == "video")
    frames = [frame for frame in truth["frames"] if frame["media_type"] == "video"]
    assert facts.problems == ()
    assert (facts.container, facts.bytes) == (truth["format"]["format_name"], int(truth["format"]["size"]))
    assert (picture.codec, picture.pixel_format) == (video["codec_name"], video["pix_fmt"])
    assert picture.profile == video.get("profile", "")
    assert picture.stored == Size(video["height"], video["width"])
    assert picture.aspect == Fraction(video.get("sample_aspect_ratio", "1:1").replace(":", "/"))
    turned = [side["rotation"] for side in video.get("side_data_list", []) if "rotation" in side]
    assert [picture.rotation] == (turned or [0])
    assert picture.interlaced == any(frame["interlaced_frame"] for frame in frames)
    _same_tags(picture, video)
    _same_times(timing, [float(frame["best_effort_timestamp_time"]) for frame in frames])
    _same_sound(facts, truth["streams"], float(frames[0]["best_effort_timestamp_time"]))


def _same_tags(picture: Picture, video: dict[str, Any]) -> None:
    colour = picture.colour
    names = ("color_space", "color_range", "color_primaries", "color_transfer")
    said = (colour.matrix, colour.range, colour.primaries, colour.transfer)
    assert said == tuple(video.get(name, "unknown") for name in names)


def _same_times(timing: Timing, times: list[float]) -> None:
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert timing.frames == len(times)
    assert timing.first == pytest.approx(times[0], abs=1e-5)
    assert timing.seconds == pytest.approx(times[-1] - times[0] + 0.04, abs=0.011)  # the last one's length varies
    assert timing.gaps.shortest == pytest.approx(min(gaps), abs=1e-5)
    assert timing.gaps.longest == pytest.approx(max(gaps), abs=1e-5)
    assert timing.gaps.median == pytest.approx(sorted(gaps)[(len(gaps) - 1) // 2], abs=1e-5)
    assert timing.constant == (max(gaps) - min(gaps) < TICK)


def _same_sound(facts: Facts, streams: list[dict[str, Any]], begin: float) -> None:
    tracks = [stream for stream in streams if stream["codec_type"] == "audio"]
    assert [track.codec for track in facts.audio] == [track["codec_name"] for track in tracks]
    assert [track.rate for track in facts.audio] == [int(track["sample_rate"]) for track in tracks]
    assert [track.channels for track in facts.audio] == [track["channels"] for track in tracks]
    languages = [track.get("tags", {}).get("language", "und").replace("und", "") for track in tracks]
    assert [track.language for track in facts.audio] == languages
    for ours, theirs in zip(facts.audio, tracks, strict=True):
        lead = float(theirs["start_time"]) - begin
        assert ours.offset is not None and lead - TICK < ours.offset < lead + RUN_IN
        assert ours.seconds == pytest.approx(float(theirs.get("duration", 0.49)), abs=0.04)


def test_frames_are_counted_not_believed(clip: Catalogue) -> None:
    _, timing = seen(probe(clip("edit_list.mp4")))
    assert (timing.frames, timing.declared) == (7, 12)


@pytest.mark.parametrize(
    ("name", "shown", "assumed"),
    [
        ("phone.mp4", Size(96, 64), {}),
        ("sar.mp4", Size(64, 128), {}),
        ("narrow.mp4", Size(85, 96), {}),
        ("untagged.mp4", Size(64, 96), {"matrix": "smpte170m", "range": "tv"}),
        ("untagged720.mp4", Size(720, 64), {"matrix": "bt709", "range": "tv"}),
        ("rgb.mkv", Size(64, 96), {}),
    ],
)
def test_how_it_is_shown(name: str, shown: Size, assumed: dict[str, str], clip: Catalogue) -> None:
    picture, _ = seen(probe(clip(name)))
    assert picture.shown == shown
    assert picture.colour.assumed == assumed


@pytest.mark.parametrize(
    ("name", "depth", "chroma", "hdr"),
    [
        ("plain.mp4", 8, "4:2:0", ""),
        ("pq.mp4", 10, "4:2:0", "PQ"),
        ("hlg.mp4", 10, "4:2:0", "HLG"),
        ("rotated422.mov", 10, "4:2:2", ""),
        ("odd444.mp4", 8, "4:4:4", ""),
        ("rgb.mkv", 10, "RGB", ""),
        ("animated.gif", 8, "RGB", ""),
    ],
)
def test_samples(name: str, depth: int, chroma: str, hdr: str, clip: Catalogue) -> None:
    picture, _ = seen(probe(clip(name)))
    assert (picture.depth, picture.chroma, picture.colour.hdr) == (depth, chroma, hdr)


@pytest.mark.parametrize("name", ["cut_faststart.mp4", "cut.webm", "cut.mkv"])
def test_half_a_file_is_told_up_to_where_it_breaks(name: str, clip: Catalogue) -> None:
    facts = probe(clip(name))
    _, timing = seen(facts)
    assert 0 < timing.frames < 60
    assert len(facts.problems) == 1
    assert f"after frame {timing.frames}" in facts.problems[0]


@pytest.mark.parametrize("name", ["cut_before_moov.mp4", "text.mp4", "noise.mp4", "empty.mp4", "missing.mp4"])
def test_nothing_that_can_be_read_is_an_error(name: str, clip: Catalogue, tmp_path: Path) -> None:
    path = tmp_path / name if name == "missing.mp4" else clip(name)
    with pytest.raises(SourceError) as caught:
        probe(path)
    assert caught.value.hint


def test_sound_alone_is_something(clip: Catalogue) -> None:
    facts = probe(clip("audio_only.mp4"))
    assert (facts.kind, facts.picture, len(facts.audio)) == ("sound", None, 1)
    assert "only sound" in facts.problems[0]


@pytest.mark.parametrize("name", ["worded.mkv", "worded.mp4", "worded.webm"])
def test_subtitles_and_chapters(name: str, clip: Catalogue, judge: Judge) -> None:
    facts = probe(clip(name))
    tracks = judge.streams(clip(name), "subtitle")
    assert [track.codec for track in facts.subtitles] == [track["codec_name"] for track in tracks]
    assert [track.language for track in facts.subtitles] == ["eng", "deu"]
    assert all(track.text for track in facts.subtitles)
    said = [(chapter.begin, chapter.end, chapter.title) for chapter in facts.chapters]
    assert said == list(CHAPTERS)


def test_a_cover_is_no_clip(clip: Catalogue, tmp_path: Path) -> None:
    path = tmp_path / "cover.mp4"
    with av.open(str(clip("audio_only.mp4"))) as source, av.open(str(path), "w") as output:
        sound = output.add_stream_from_template(source.streams.audio[0])
        cover = output.add_stream("mjpeg", rate=25)
        cover.width, cover.height, cover.pix_fmt = 96, 64, "yuvj420p"
        cover.disposition = Disposition.attached_pic
        output.metadata["title"] = "A song"
        output.mux(cover.encode(paint("yuvj420p", (64, 96), 0)))
        for packet in source.demux(audio=0):
            if packet.size:
                packet.stream = sound
                output.mux(packet)
    facts = probe(path)
    assert (facts.kind, facts.cover, facts.picture) == ("sound", "mjpeg", None)
    assert facts.metadata == {"title": "A song"}
