"""What fails or cannot be meant, by the installed command: exit status, one line, one hint, the folder as it was."""

import shutil
import sys
from pathlib import Path

import pytest

from tests.cli.command import FAST, assert_done, assert_refused, bgstream, listing
from tests.media.catalogue import Catalogue


@pytest.fixture
def folder(clip: Catalogue, tmp_path: Path) -> Path:
    """A folder of the user's own: a clip, a link to it, an older result."""
    shutil.copy(clip("silent.mp4"), tmp_path / "clip.mp4")
    (tmp_path / "link.mp4").symlink_to("clip.mp4")
    (tmp_path / "out.webm").write_bytes(b"an older result")
    (tmp_path / "out.png").write_bytes(b"an older result")
    return tmp_path


INPUTS = (
    "nowhere.mp4",
    "empty.mp4",
    "text.mp4",
    "cut_before_moov.mp4",
    "cut_faststart.mp4",
    "audio_only.mp4",
    "cut.jpg",
)


@pytest.mark.parametrize("name", INPUTS)
def test_a_bad_input_is_1_and_the_old_result_survives(name: str, clip: Catalogue, folder: Path) -> None:
    if name != "nowhere.mp4":
        shutil.copy(clip(name), folder / name)
    before = listing(folder)
    done = bgstream(name, "-o", "out.png" if name.endswith(".jpg") else "out.webm", *FAST, cwd=folder)
    assert_refused(done, 1)
    assert name in done.lines("bgstream: ")[0]
    assert listing(folder) == before


def test_a_cut_clip_leaves_no_default_output(clip: Catalogue, folder: Path) -> None:
    shutil.copy(clip("cut.webm"), folder / "cut.mkv")
    before = listing(folder)
    assert_refused(bgstream("cut.mkv", *FAST, cwd=folder), 1)
    assert listing(folder) == before


@pytest.mark.parametrize(
    "target",
    [
        "no/such/folder/out.webm",
        pytest.param(
            "/proc/out.webm",  # holds for root as well, who may write to any ordinary folder
            marks=pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux' unwritable folder"),
        ),
    ],
)
def test_an_unwritable_target_is_1(target: str, folder: Path) -> None:
    before = listing(folder)
    assert_refused(bgstream("clip.mp4", "-o", target, *FAST, cwd=folder), 1)
    assert listing(folder) == before


WRONG = {
    "unknown flag": (("clip.mp4", "--feathr", "2"), "'--feather'"),
    "unknown model": (("clip.mp4", "-o", "x.webm", "-m", "u2netpp"), "'u2netp'"),
    "output is input": (("clip.mp4", "-b", "green", "-o", "clip.mp4"), "-o"),
    "output is input by a link": (("clip.mp4", "-b", "green", "-o", "link.mp4"), "-o"),
    "mp4 holds no alpha": (("clip.mp4", "-o", "x.mp4"), "x.webm"),
    "unknown suffix": (("clip.mp4", "-o", "x.wbem"), "'.webm'"),
    "unknown setting in a file": (("clip.mp4", "--config", "mine.toml"), "'feather'"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_command_is_2_and_does_nothing(case: str, folder: Path) -> None:
    words, hint = WRONG[case]
    (folder / "mine.toml").write_text("feathr = 2\n")
    before = listing(folder)
    done = bgstream(*words, cwd=folder)
    assert_refused(done, 2)
    assert hint in done.lines("hint: ")[0]
    assert listing(folder) == before


def test_a_default_output_that_exists_is_kept_without_y(folder: Path) -> None:
    (folder / "clip.webm").write_bytes(b"an older result")
    before = listing(folder)
    done = bgstream("clip.mp4", *FAST, cwd=folder)
    assert_refused(done, 2)
    assert "-y" in done.lines("hint: ")[0]
    assert listing(folder) == before


def test_debug_shows_where_it_failed(folder: Path) -> None:
    done = bgstream("nowhere.mp4", "--debug", cwd=folder)
    assert done.status == 1
    assert "Traceback" in done.err
    assert "no such file" in done.err


def test_settings_from_a_file(folder: Path) -> None:
    (folder / "mine.toml").write_text('backdrop = "#00ff00"\nmodel = "selfie-landscape"\n')
    assert_done(bgstream("clip.mp4", "--config", "mine.toml", "-o", "green.mp4", cwd=folder))
