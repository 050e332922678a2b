"""The long list of commands that cannot be meant, inside one interpreter."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.command import assert_done, assert_refused, inside, listing
from tests.media.catalogue import Catalogue

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def folder(clip: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: a clip, a hard link to it, a picture, two folders."""
    shutil.copy(clip("silent.mp4"), tmp_path / "clip.mp4")
    shutil.copy(clip("photo.png"), tmp_path / "photo.png")
    (tmp_path / "link.mp4").symlink_to("clip.mp4")
    os.link(tmp_path / "clip.mp4", tmp_path / "hard.webm")
    (tmp_path / "sub.webm").mkdir()
    shutil.copy(clip("plain.mp4"), tmp_path / "hard2.webm")
    shutil.copy(clip("photo.png"), tmp_path / "mask.png")
    shutil.copy(clip("photo.png"), tmp_path / "f_07.png")
    Image.new("RGB", (30, 90)).save(tmp_path / "tall.png")
    monkeypatch.chdir(tmp_path)
    return tmp_path


WRONG = {
    "unknown flag with =": (("clip.mp4", "--modle=u2netp"), "'--model'"),
    "abbreviated flag": (("clip.mp4", "--overwr"), "'--overwrite'"),
    "two inputs and one output": (("clip.mp4", "photo.png", "-o", "x.webm"), "-o FOLDER"),
    "two inputs and a numbered output": (("clip.mp4", "photo.png", "-o", "x_%03d.png"), "-o FOLDER"),
    "two inputs and a pipe": (("clip.mp4", "photo.png", "-o", "-"), "-o FOLDER"),
    "two inputs and one key": (("clip.mp4", "photo.png", "--key-file", "key.mp4"), ".webm"),
    "two inputs and an unknown model": (("clip.mp4", "photo.png", "-m", "u2netpp"), "'u2netp'"),
    "two inputs and an unknown colour": (("clip.mp4", "photo.png", "-b", "gren"), "'green'"),
    "no input": (("-o", "x.webm"), "--help"),
    "a flag without its value": (("clip.mp4", "-o"), "--help"),
    "no number": (("clip.mp4", "--choke", "much"), "--help"),
    "out of range": (("clip.mp4", "--feather", "1e9"), "0 to 100"),
    "not a number": (("clip.mp4", "--choke", "nan"), "100"),
    "no model": (("clip.mp4", "-o", "x.webm", "-m", ""), "u2netp"),
    "unknown backdrop": (("clip.mp4", "-o", "x.mp4", "-b", "gren"), "colour"),
    "output is input by a hard link": (("clip.mp4", "-o", "hard.webm"), "-o"),
    "input is a link to output": (("link.mp4", "-b", "green", "-o", "clip.mp4"), "-o"),
    "no suffix": (("clip.mp4", "-o", "x"), "--mkdir"),
    "a picture into a folder that is not there": (("photo.png", "-o", "x"), "--mkdir"),
    "a colour that is seen through": (("clip.mp4", "-b", "#00ff0080", "-o", "x.mp4"), "'#00ff00'"),
    "output is the plate behind": (("clip.mp4", "-b", "plate:hard2.webm", "-o", "hard2.webm"), "-o"),
    "output is the clean plate": (("clip.mp4", "--plate", "hard2.webm", "-o", "hard2.webm"), "-o"),
    "output is a mask": (("photo.png", "--keep", "mask.png", "-o", "mask.png"), "-o"),
    "output is a mask with a time": (("photo.png", "--remove", "mask.png@0", "-o", "mask.png"), "-o"),
    "key file is the input": (("clip.mp4", "-o", "x.mp4", "--key-file", "link.mp4"), "--key-file"),
    "key file is the output": (("clip.mp4", "-o", "x.mp4", "--key-file", "./x.mp4"), "--key-file"),
    "a backdrop of another shape": (("clip.mp4", "-b", "plate:tall.png", "-o", "x.mp4"), "same camera"),
    "a plate without a file": (("clip.mp4", "-b", "plate:", "-o", "x.mp4"), "plate:"),
    "numbered pictures over a backdrop": (("clip.mp4", "-b", "f_07.png", "-o", "f_%02d.png"), "-o"),
    "a clip as a picture": (("clip.mp4", "-o", "x.png"), ".webm"),
    "a picture as a clip": (("photo.png", "-o", "x.webm"), ".png"),
    "matte on a colour": (("clip.mp4", "--matte", "-b", "red"), "--matte"),
    "matte as webm": (("clip.mp4", "--matte", "-o", "x.webm"), ".mkv"),
    "settings file missing": (("clip.mp4", "--config", "nowhere.toml"), "name"),
}


@pytest.mark.parametrize("case", WRONG)
def test_status_2_and_a_hint(case: str, folder: Path, capfd: Capture) -> None:
    words, hint = WRONG[case]
    before = listing(folder)
    done = inside(capfd, *words)
    assert_refused(done, 2)
    assert hint in done.lines("hint: ")[0]
    assert listing(folder) == before


@pytest.mark.parametrize(
    "text", ['modle = "u2netp"', "choke = true", "smooth = 1", "[[", 'input = "x"', "feather = -1"]
)
def test_settings_files_that_cannot_be_meant(text: str, folder: Path, capfd: Capture) -> None:
    (folder / "mine.toml").write_text(text)
    before = listing(folder)
    assert_refused(inside(capfd, "clip.mp4", "--config", "mine.toml", "-o", "x.webm"), 2)
    assert listing(folder) == before


FAILING = {
    "a folder as target": ("clip.mp4", "-o", "sub.webm"),
    "a file as folder": ("clip.mp4", "-o", "photo.png/out.webm"),
    "a folder as input": (".", "-o", "x.webm"),
    "a folder with nothing in it": ("sub.webm",),
    "a pattern that nothing matches": ("*.tiff",),
    "a backdrop that is missing, for two": ("clip.mp4", "photo.png", "-b", "nowhere.jpg"),
    "a folder that is missing, for two": ("clip.mp4", "photo.png", "-o", "nowhere"),
    "a network that is missing": ("clip.mp4", "-o", "x.webm", "-m", "nowhere.onnx"),
    "a network that is none": ("clip.mp4", "-o", "x.webm", "-m", "words.onnx"),
    "a card that is none": ("clip.mp4", "-o", "x.webm", "-m", "words.toml"),
    "a device that is not there": (
        "clip.mp4", "-o", "x.webm", "-d", "coreml" if sys.platform == "linux" else "tensorrt",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", FAILING)
def test_what_cannot_be_used_fails_with_a_hint(case: str, folder: Path, capfd: Capture) -> None:
    for name in ("words.onnx", "words.toml"):
        (folder / name).write_text("these are words")
    before = listing(folder)
    done = inside(capfd, *FAILING[case])
    assert_refused(done, done.status)
    assert done.status in (1, 2)
    assert listing(folder) == before


def test_flags_override_the_settings_file(folder: Path, capfd: Capture) -> None:
    (folder / "mine.toml").write_text('backdrop = "transparent"\nmodel = "selfie"\n')
    done = inside(
        capfd, "clip.mp4", "--config", "mine.toml", "-b", "green", "-m", "selfie-landscape", "-o", "x.mp4", "--json"
    )
    assert_done(done)
    assert '"model": "selfie-landscape"' in done.out
