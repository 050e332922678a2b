"""Subtitles and chapters go along: in words that the container knows, at their times, in their languages."""

from fractions import Fraction
from pathlib import Path

import av
import pytest

from bgstream.protocols import Wants
from bgstream.sinks import Delivery
from bgstream.sources import VideoSource
from tests.media.carrying import carried
from tests.media.catalogue import CHAPTERS, TOGETHER, Catalogue
from tests.media.judge import Judge

Cues = list[tuple[float, float, str]]
FIRST: Cues = [(0.08, 0.2, "one"), (0.24, 0.4, "two")]
SECOND: Cues = [(0.0, 0.44, "Grüße, Welt\nzweite")]
KINDS = {"out.webm": "webvtt", "out.mkv": "subrip", "out.mp4": "mov_text", "out.mov": "mov_text"}


def same(mine: Cues, wanted: Cues) -> None:
    assert [text for _, _, text in mine] == [text for _, _, text in wanted]
    assert [time for cue in mine for time in cue[:2]] == pytest.approx(
        [t for cue in wanted for t in cue[:2]], abs=0.0015
    )


@pytest.mark.parametrize(
    ("name", "output"),
    [
        *(("worded.mkv", output) for output in KINDS),
        *((name, output) for name in ("worded.mp4", "worded.webm") for output in ("out.webm", "out.mkv", "out.mp4")),
    ],
)
def test_every_track_in_the_containers_own_words_and_every_chapter(
    name: str, output: str, clip: Catalogue, tmp_path: Path, judge: Judge
) -> None:
    out = carried(clip(name), tmp_path / output)
    tracks = judge.streams(out, "subtitle")
    kind = "webvtt" if (name, output) == ("worded.webm", "out.mkv") else KINDS[output]  # Matroska takes it as it is
    assert [track["codec_name"] for track in tracks] == [kind] * 2
    same(judge.cues(out), FIRST)
    same(judge.cues(out, 1), SECOND)
    german = "ger" if output == "out.mov" else "deu"
    assert [track["tags"]["language"] for track in tracks] == ["eng", german]
    assert tracks[0]["disposition"]["default"] == 1
    if output in ("out.webm", "out.mkv"):
        assert [track["disposition"]["forced"] for track in tracks] == [0, 1]
    same(judge.chapters(out), list(CHAPTERS))


@pytest.mark.parametrize("output", KINDS)
def test_a_part_takes_its_own(output: str, clip: Catalogue, tmp_path: Path, judge: Judge) -> None:
    out = carried(clip("worded.mkv"), tmp_path / output, "0.12", "0.36")
    same(judge.cues(out), [(0.0, 0.08, "one"), (0.12, 0.24, "two")])
    same(judge.cues(out, 1), [(0.0, 0.24, "Grüße, Welt\nzweite")])
    same(judge.chapters(out), [(0.0, 0.04, "Anfang"), (0.04, 0.2, "Mitte & mehr"), (0.2, 0.24, "Ende")])


def test_what_lies_outside_a_part_is_left_out(clip: Catalogue, tmp_path: Path, judge: Judge) -> None:
    out = carried(clip("worded.mkv"), tmp_path / "out.webm", "0.4", "")
    assert judge.cues(out) == []
    same(judge.cues(out, 1), [(0.0, 0.04, "Grüße, Welt\nzweite")])
    same(judge.chapters(out), [(0.0, 0.08, "Ende")])


def test_style_stays_in_matroska_and_becomes_words_elsewhere(clip: Catalogue, tmp_path: Path, judge: Judge) -> None:
    kept = carried(clip("styled.mkv"), tmp_path / "out.mkv")
    assert judge.streams(kept, "subtitle")[0]["codec_name"] == "ass"
    assert len(judge.cues(kept)) == 3
    for output in ("out.webm", "out.mp4"):  # a drawing is no words
        same(judge.cues(carried(clip("styled.mkv"), tmp_path / output)), [(0.04, 0.16, "über"), (0.32, 0.4, "aus")])


def test_texts_at_the_same_time_are_joined_where_only_one_can_be_shown(
    clip: Catalogue, tmp_path: Path, judge: Judge
) -> None:
    same(judge.cues(carried(clip("overlapping.mkv"), tmp_path / "out.webm")), list(TOGETHER))
    joined = [
        (0.04, 0.12, "a\nb"),
        (0.12, 0.16, "a"),
        (0.16, 0.2, "a\nc"),
        (0.2, 0.28, "c"),
        (0.36, 0.4, "d"),
    ]
    same(judge.cues(carried(clip("overlapping.mkv"), tmp_path / "out.mp4")), joined)


@pytest.mark.parametrize("output", ["out.webm", "out.mp4"])
def test_neither_is_written_where_they_are_not_wanted(
    output: str, clip: Catalogue, tmp_path: Path, judge: Judge
) -> None:
    out = carried(clip("worded.mkv"), tmp_path / output, delivery=Delivery(subtitles=False))
    assert (judge.streams(out, "subtitle"), judge.chapters(out)) == ([], [])
    assert len(judge.streams(out, "audio")) == 1


def with_pictures(path: Path) -> Path:
    """A Blu-ray's subtitles (whose contents nobody looks at) and a font beside a clip."""
    with av.open(str(path), "w") as output:
        video = output.add_stream("ffv1", rate=25)
        video.width, video.height = 32, 32
        words = output.add_mux_stream("hdmv_pgs_subtitle")
        words.metadata["language"] = "fra"
        output.add_attachment("letters.ttf", "font/ttf", bytes(range(200)))
        packet = av.Packet(b"\x16\x00\x00")
        packet.pts = packet.dts = 40
        packet.time_base, packet.stream = words.time_base or Fraction(1, 1000), words
        output.start_encoding()
        for number in range(3):
            frame = av.VideoFrame(32, 32, "yuv420p")
            frame.pts, frame.time_base = number, video.codec_context.time_base
            output.mux(video.encode(frame))
        output.mux(packet)
        output.mux(video.encode(None))
    return path


def test_subtitles_that_are_pictures_and_fonts_go_into_matroska_alone(tmp_path: Path, judge: Judge) -> None:
    path = with_pictures(tmp_path / "disc.mkv")
    info = VideoSource(path, Wants()).info
    assert (info.subtitles, info.bitmaps) == (1, 1)
    kept = carried(path, tmp_path / "out.mkv")
    (track,) = judge.streams(kept, "subtitle")
    assert (track["codec_name"], track["tags"]["language"]) == ("hdmv_pgs_subtitle", "fra")
    (font,) = judge.streams(kept, "attachment")
    assert (font["tags"]["filename"], font["tags"]["mimetype"]) == ("letters.ttf", "font/ttf")
    for output in ("out.webm", "out.mp4"):
        assert judge.streams(carried(path, tmp_path / output), "subtitle") == []


def test_what_there_is_is_counted(clip: Catalogue) -> None:
    for name in ("worded.mkv", "worded.mp4", "worded.webm"):
        info = VideoSource(clip(name), Wants()).info
        assert (info.subtitles, info.bitmaps, info.chapters) == (2, 0, 3)
