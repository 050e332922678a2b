"""A part of a clip: exact to the frame, moved to zero, the same pictures as decoding from the beginning gives."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from bgstream.errors import BgstreamError, ConfigError, SourceError
from bgstream.protocols import Wants
from bgstream.sources import VideoSource, open_source, parse_span
from bgstream.sources.film import Film
from tests.media.catalogue import VFR, Catalogue


def part(path: Path, start: str = "", end: str = "") -> VideoSource:
    return VideoSource(path, Wants(), span=parse_span(start, end))


def numbers(path: Path, start: str, end: str) -> list[int]:
    """Which of the file's pictures come out, found by their pixels and, moved back, their times."""
    source = part(path, start, end)
    assert source.info.cut is not None
    whole = list(VideoSource(path, Wants()).frames())
    moved = round(source.info.cut.begin / source.info.time_base)
    at = {frame.pts: number for number, frame in enumerate(whole)}
    found = []
    for frame in source.frames():
        number = at[frame.pts + moved]
        for mine, theirs in zip(frame.planes, whole[number].planes, strict=True):
            np.testing.assert_array_equal(mine, theirs)
        found.append(number)
    assert next(source.frames()).pts == 0
    return found


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("12.5", "12.5"), ("1:02.5", "62.5"), ("0:01:02.5", "62.5"), ("1:00:00", "3600"), (".04", "0.04"), ("90", "90")],
)
def test_times(text: str, seconds: str) -> None:
    mark = parse_span(text, "").start
    assert mark is not None
    assert (mark.seconds, mark.number) == (Fraction(seconds), None)


def test_a_frames_number() -> None:
    mark = parse_span("", "240f").end
    assert mark is not None
    assert mark.number == 240


def test_nothing_said_is_the_whole() -> None:
    assert not parse_span("", "")


@pytest.mark.parametrize("text", ["x", "-1", "1:2:3:4", "1;2", "f", "2.5f", "1e3", "nan", "1:", ":5", "٣"])
def test_what_is_no_time_is_refused_with_examples(text: str) -> None:
    for words in ((text, ""), ("", text)):
        with pytest.raises(ConfigError, match="cannot be read") as caught:
            parse_span(*words)
        assert "1:02.5" in caught.value.hint
        assert "240f" in caught.value.hint


@pytest.mark.parametrize(("start", "end"), [("2", "1"), ("1", "1"), ("5f", "5f"), ("5f", "4f"), ("", "0"), ("", "0f")])
def test_an_end_that_is_not_behind_the_start_is_refused(start: str, end: str) -> None:
    with pytest.raises(ConfigError, match="no frame lies"):
        parse_span(start, end)


@pytest.mark.parametrize(  # twelve frames, one every 0.04 s
    ("start", "end", "first", "last"),
    [
        ("", "0.08", 0, 1),
        ("0.08", "", 2, 11),
        ("0.08", "0.16", 2, 3),
        ("0.081", "0.161", 3, 4),
        ("0.0799", "0.1599", 2, 3),
        ("3f", "6f", 3, 5),
        ("3f", "0.24", 3, 5),
        ("0.12", "6f", 3, 5),
        ("0:00:00.12", "99", 3, 11),
        ("11f", "500f", 11, 11),
    ],
)
@pytest.mark.parametrize("name", ["plain.mp4", "tracks.mkv", "late_video.mp4"])
def test_start_is_included_and_end_is_not(
    name: str, start: str, end: str, first: int, last: int, clip: Catalogue
) -> None:
    assert numbers(clip(name), start, end) == list(range(first, last + 1))


@pytest.mark.parametrize("text", ["0.0333", "0.03333333", "0.033", "0.0334"])
@pytest.mark.parametrize("name", ["thirty.mp4", "thirty.mkv"])
def test_a_thirtieth_may_be_written_short(name: str, text: str, clip: Catalogue) -> None:
    assert numbers(clip(name), text, "") == list(range(1, 12))
    assert numbers(clip(name), "", text) == [0]


@pytest.mark.parametrize(
    "name", ["vfr.mp4", "edit_list.mp4", "eleven_seconds.ts", "interlaced.mkv", "alpha.webm", "vp9.webm"]
)
def test_two_parts_make_the_whole(name: str, clip: Catalogue) -> None:
    count = len(list(VideoSource(clip(name), Wants()).frames()))
    for place in ("0.2", "5f"):
        assert numbers(clip(name), "", place) + numbers(clip(name), place, "") == list(range(count))


def test_distances_of_a_variable_rate_are_kept(clip: Catalogue) -> None:
    source = part(clip("vfr.mp4"), "3f", "8f")
    assert [frame.pts for frame in source.frames()] == [pts - VFR[3] for pts in VFR[3:8]]
    cut = source.info.cut
    assert cut is not None
    assert (cut.begin, cut.end, cut.skipped) == tuple(Fraction(VFR[k], 90000) for k in (3, 8, 3))
    assert source.info.duration == pytest.approx((VFR[8] - VFR[3]) / 90000)


def test_seconds_count_from_the_first_picture(clip: Catalogue) -> None:
    cut = part(clip("eleven_seconds.ts"), "0.08", "0.16").info.cut
    assert cut is not None
    assert float(cut.begin) == pytest.approx(11.48)
    assert float(cut.end or 0) == pytest.approx(11.56)
    assert float(cut.skipped) == pytest.approx(0.08)


@pytest.mark.parametrize("name", ["far.mp4", "far_open.mkv", "far_late.mp4", "far_interlaced.mkv"])
def test_what_is_sought_is_what_decoding_all_gives(name: str, clip: Catalogue) -> None:
    path, seen = clip(name), numbers(clip(name), "6.5", "7.2")
    assert seen == list(range(65, 72))
    info = VideoSource(path, Wants()).info
    film = Film(path, info.time_base, 1, "interlaced" in name)
    zero = next(film.pictures())[1]
    assert next(film.pictures(zero + round(6.5 / info.time_base)))[1] > zero  # or nothing was sought


def test_what_never_has_a_whole_key_frame_is_decoded_from_the_beginning(clip: Catalogue) -> None:
    assert numbers(clip("far_refreshed.mp4"), "6.5", "7.2") == list(range(65, 72))


@pytest.mark.parametrize("name", ["far.mp4", "far_open.mkv", "long.webm", "eleven_seconds.ts"])
def test_samples_are_of_the_part_alone(name: str, clip: Catalogue) -> None:
    source = part(clip(name), "8f", "12f")
    frames = {frame.pts: frame for frame in source.frames()}
    sampled = source.sample(3)
    assert sampled
    for frame in sampled:
        np.testing.assert_array_equal(frame.planes[0], frames[frame.pts].planes[0])


def test_samples_spread_over_the_part(clip: Catalogue) -> None:
    times = [frame.time for frame in part(clip("far.mp4"), "5", "7").sample(4)]
    assert times == pytest.approx([0.3, 0.8, 1.3, 1.8], abs=0.11)


@pytest.mark.parametrize("start", ["0.5", "12f", "1:00", "99f"])
def test_a_start_behind_the_end_names_the_length(start: str, clip: Catalogue) -> None:
    with pytest.raises(ConfigError, match=f"start {start} lies behind the end") as caught:
        part(clip("plain.mp4"), start)
    assert "0.48 s" in caught.value.hint


def test_a_far_start_behind_the_end(clip: Catalogue) -> None:
    with pytest.raises(ConfigError, match="lies behind the end"):
        part(clip("far.mp4"), "20")


@pytest.mark.parametrize(("start", "end"), [("0.2", "3f"), ("8f", "0.2"), ("0.21", "0.23")])
def test_a_part_without_a_frame_is_refused(start: str, end: str, clip: Catalogue) -> None:
    with pytest.raises(ConfigError, match="no frame of"):
        part(clip("plain.mp4"), start, end)


@pytest.mark.parametrize("name", ["cut_faststart.mp4", "cut.webm", "cut.mkv"])
def test_damage_behind_the_end_does_no_harm(name: str, clip: Catalogue) -> None:
    assert len(list(part(clip(name), "2f", "10f").frames())) == 8
    with pytest.raises(SourceError, match=r"cut short|damaged"):
        list(part(clip(name), "2f", "2.9").frames())


def test_a_picture_has_no_parts(clip: Catalogue) -> None:
    with pytest.raises(BgstreamError, match="is a picture"):
        open_source(clip("photo.png"), Wants(), span=parse_span("1", ""))
