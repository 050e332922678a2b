"""What is no clip, or half a clip, is refused with one line and a hint; never a short clip in silence."""

import os
from pathlib import Path

import pytest

from bgstream.errors import SourceError
from bgstream.protocols import Wants
from bgstream.sources import VideoSource, open_source
from tests.media.catalogue import Catalogue

AT_ONCE = ("text.mp4", "noise.mp4", "empty.mp4", "cut_before_moov.mp4", "audio_only.mp4", "picture_inside.mp4")
CUT = ("cut_faststart.mp4", "cut_short.mp4", "cut.webm", "cut.mkv")


def refusal(path: Path) -> SourceError:
    with pytest.raises(SourceError) as caught:
        VideoSource(path, Wants())
    return caught.value


def one_line_and_a_hint(error: SourceError, path: Path) -> None:
    assert str(path) in str(error)
    assert error.hint
    assert "\n" not in str(error) + error.hint


@pytest.mark.parametrize("name", AT_ONCE)
def test_refused_before_the_first_frame(name: str, clip: Catalogue) -> None:
    one_line_and_a_hint(refusal(clip(name)), clip(name))


@pytest.mark.parametrize("name", CUT)
def test_a_cut_clip_fails(name: str, clip: Catalogue) -> None:
    pts: list[int] = []
    with pytest.raises(SourceError, match=r"cut short|damaged") as caught:
        pts.extend(frame.pts for frame in VideoSource(clip(name), Wants()).frames())
    one_line_and_a_hint(caught.value, clip(name))


def test_an_index_that_points_beyond_the_end_is_refused_before_any_work(clip: Catalogue) -> None:
    with pytest.raises(SourceError, match=r"holds \d+ of its \d+ frames") as caught:
        VideoSource(clip("cut_faststart.mp4"), Wants())
    here, whole = (int(word) for word in str(caught.value).split() if word.isdigit())
    assert 0.3 * whole < here < 0.7 * whole


@pytest.mark.parametrize("name", ["cut.webm", "cut.mkv"])
def test_the_message_says_where_it_ends(name: str, clip: Catalogue) -> None:
    read: list[int] = []
    with pytest.raises(SourceError) as caught:
        read.extend(frame.pts for frame in VideoSource(clip(name), Wants()).frames())
    assert 10 < len(read) < 50
    assert f"after frame {len(read)}" in str(caught.value)


@pytest.mark.parametrize("name", ["long.mp4", "long.webm", "long.mkv", "long_audio.mp4", "edit_list.mp4", "vfr.mp4"])
def test_a_whole_clip_is_not_taken_for_a_cut_one(name: str, clip: Catalogue) -> None:
    assert list(VideoSource(clip(name), Wants()).frames())


@pytest.mark.parametrize("keep", [0.35, 0.6, 0.85])
@pytest.mark.parametrize("name", ["long.mp4", "long.webm", "long.mkv"])
def test_cut_anywhere(name: str, keep: float, clip: Catalogue, tmp_path: Path) -> None:
    """At least two frames are missing in all of these."""
    whole = clip(name).read_bytes()
    path = tmp_path / name
    path.write_bytes(whole[: int(len(whole) * keep)])
    with pytest.raises(SourceError):
        list(VideoSource(path, Wants()).frames())


def test_missing(tmp_path: Path) -> None:
    error = refusal(tmp_path / "nowhere.mp4")
    assert "no such file" in str(error)
    one_line_and_a_hint(error, tmp_path / "nowhere.mp4")


def test_folder(tmp_path: Path) -> None:
    assert "folder" in str(refusal(tmp_path))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_instead_of_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "pipe.mp4"
    os.mkfifo(path)
    one_line_and_a_hint(refusal(path), path)


def test_empty_says_so(clip: Catalogue) -> None:
    assert "0 bytes" in str(refusal(clip("empty.mp4")))


def test_sound_alone_says_so(clip: Catalogue) -> None:
    assert "only sound" in str(refusal(clip("audio_only.mp4")))


def test_names_that_ffmpeg_would_take_for_a_protocol(clip: Catalogue, tmp_path: Path) -> None:
    for name in ("a:b.mp4", "concat:x|y.mp4", "space and ünïcode 名 %02d.mp4"):
        path = tmp_path / name
        path.write_bytes(clip("silent.mp4").read_bytes())
        assert len(list(open_source(path, Wants()).frames())) == 12
