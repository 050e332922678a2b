"""The main job from file to file, by the installed command, judged by ffprobe."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.command import FAST, assert_done, bgstream, listing
from tests.media.catalogue import Catalogue
from tests.media.judge import Judge


@pytest.fixture
def folder(clip: Catalogue, tmp_path: Path) -> Path:
    """A folder of the user's own with a clip and a picture."""
    shutil.copy(clip("plain.mp4"), tmp_path / "clip.mp4")
    shutil.copy(clip("photo.jpg"), tmp_path / "photo.jpg")
    shutil.copy(clip("alpha.png"), tmp_path / "alpha.png")
    return tmp_path


def added(folder: Path, before: dict[str, str]) -> list[str]:
    """The names of new files; those that were there must not have changed."""
    after = listing(folder)
    assert {name: after[name] for name in before} == before
    return sorted(after.keys() - before.keys())


CLIPS = {  # words: output, codec, pixel format, sound
    ("-o", "out.webm"): ("out.webm", "vp9", "yuv420p", ["opus"]),
    ("-o", "out.mp4", "-b", "#00ff00"): ("out.mp4", "h264", "yuv420p", ["aac"]),
    ("-o", "out.mkv"): ("out.mkv", "ffv1", "yuva420p", ["aac"]),
    ("-o", "green.webm", "-b", "green", "--no-audio"): ("green.webm", "vp9", "yuv420p", []),
    ("--matte",): ("clip_matte.mkv", "ffv1", "gray", ["aac"]),
}


@pytest.mark.parametrize("words", CLIPS, ids=" ".join)
def test_clip(words: tuple[str, ...], folder: Path, judge: Judge) -> None:
    name, codec, pixels, sound = CLIPS[words]
    before = listing(folder)
    done = bgstream("clip.mp4", *words, *FAST, cwd=folder)
    assert_done(done)
    assert name in done.out
    assert added(folder, before) == [name]
    stream = judge.video(folder / name)
    assert (stream["codec_name"], stream["pix_fmt"], stream["width"], stream["height"]) == (codec, pixels, 96, 64)
    assert [track["codec_name"] for track in judge.streams(folder / name, "audio")] == sound
    times, theirs = judge.times(folder / name), judge.times(folder / "clip.mp4")
    assert [float(t) for t in times] == pytest.approx([float(t) for t in theirs], abs=0.001)


def test_defaults_beside_the_clip(folder: Path, judge: Judge) -> None:
    """No word but the clip: WebM with alpha, the model chosen by itself."""
    before = listing(folder)
    assert_done(bgstream(folder / "clip.mp4"))
    assert added(folder, before) == ["clip.webm"]
    assert judge.video(folder / "clip.webm")["tags"]["alpha_mode"] == "1"


@pytest.mark.parametrize(
    ("words", "name", "mode"),
    [
        (("photo.jpg",), "photo.png", "RGBA"),
        (("remove", "photo.jpg", "-b", "0,255,0", "-o", "green.png"), "green.png", "RGB"),
        (("photo.jpg", "--matte"), "photo_matte.png", "L"),
    ],
)
def test_picture(words: tuple[str, ...], name: str, mode: str, folder: Path) -> None:
    before = listing(folder)
    assert_done(bgstream(*words, *FAST, cwd=folder))
    assert added(folder, before) == [name]
    with Image.open(folder / name) as picture:
        assert (picture.mode, picture.size) == (mode, (90, 60))


def test_a_picture_s_own_alpha_stays_a_limit(folder: Path) -> None:
    before = listing(folder)
    assert_done(bgstream("alpha.png", *FAST, cwd=folder))
    assert added(folder, before) == ["alpha_cutout.png"]
    with Image.open(folder / "alpha_cutout.png") as picture:
        alpha = np.asarray(picture)[..., 3]
    assert int(alpha[:, :30].max()) == 0
    assert int(alpha[:, 30:60].max()) <= 128


@pytest.mark.parametrize("name", ["a:b 100%d ünïcode 名.mp4", "-dash.mp4"])
def test_names_with_odd_characters(name: str, folder: Path, judge: Judge) -> None:
    (folder / "clip.mp4").rename(folder / name)
    words = ("--", name) if name.startswith("-") else (name,)
    assert_done(bgstream(*FAST, *words, cwd=folder))
    assert len(judge.pts((folder / name).with_suffix(".webm"))) == 12


def test_a_default_output_is_replaced_when_said(folder: Path, judge: Judge) -> None:
    (folder / "clip.webm").write_bytes(b"old")
    assert_done(bgstream("clip.mp4", "-y", *FAST, cwd=folder))
    assert len(judge.pts(folder / "clip.webm")) == 12


def test_a_phone_s_clip_arrives_upright_and_in_time(clip: Catalogue, tmp_path: Path, judge: Judge) -> None:
    assert_done(bgstream(clip("phone.mp4"), "-o", tmp_path / "out.mp4", "-b", "white", *FAST))
    stream = judge.video(tmp_path / "out.mp4")
    assert (stream["width"], stream["height"], "side_data_list" in stream) == (64, 96, False)
    assert judge.times(tmp_path / "out.mp4") == judge.times(clip("phone.mp4"))
