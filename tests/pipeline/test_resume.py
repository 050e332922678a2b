"""Numbered pictures: a run that was stopped goes on where it was, and a whole sequence is not made twice."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bgstream.errors import ConfigError
from bgstream.pipeline import run
from bgstream.progress import Clock, Silent
from bgstream.settings import Settings
from tests.media.catalogue import Catalogue

SETTINGS = Settings(model="selfie-landscape")


class Impatient(Silent):
    """Presses Ctrl-C after so many pictures."""

    def __init__(self, after: int) -> None:
        self.after = after

    def step(self, frames: int, time: float, clock: Clock) -> None:
        if frames == self.after:
            raise KeyboardInterrupt


@pytest.fixture(scope="module")
def whole(clip: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    assert run(clip("plain.mp4"), folder, SETTINGS).frames == 12
    return folder


def pictures(folder: Path) -> list[np.ndarray]:
    return [np.asarray(Image.open(path)) for path in sorted(folder.glob("frame_*.png"))]


@pytest.mark.parametrize("settings", [SETTINGS, Settings(model="selfie-landscape", start="2f")], ids=["all", "part"])
def test_it_goes_on(settings: Settings, clip: Catalogue, tmp_path: Path) -> None:
    source = clip("plain.mp4")
    (tmp_path / "part").mkdir()
    (tmp_path / "once").mkdir()
    with pytest.raises(KeyboardInterrupt):
        run(source, tmp_path / "part", settings, Impatient(8))
    there = len(pictures(tmp_path / "part"))
    assert 1 <= there <= 8
    report, once = run(source, tmp_path / "part", settings), run(source, tmp_path / "once", settings)
    assert report.frames == once.frames - there
    assert any(f"went on after picture {there}" in note for note in report.notes)
    for mine, theirs in zip(pictures(tmp_path / "part"), pictures(tmp_path / "once"), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    assert (tmp_path / "part" / "frames.json").read_text() == (tmp_path / "once" / "frames.json").read_text()


def test_a_run_that_only_failed_to_tell(clip: Catalogue, whole: Path, tmp_path: Path) -> None:
    """All pictures are there, but it was killed before it could say so."""
    with pytest.raises(KeyboardInterrupt):
        run(clip("plain.mp4"), tmp_path, SETTINGS, Impatient(8))
    part = tmp_path / ".bgstream-part.json"
    there = len(pictures(tmp_path))
    for number, path in enumerate(sorted(whole.glob("frame_*.png")), 1):
        (tmp_path / path.name).write_bytes(path.read_bytes())
        if number > there:
            with part.open("a") as lines:
                lines.write(f"{512 * (number - 1)} 512\n")
    assert run(clip("plain.mp4"), tmp_path, SETTINGS).frames == 0
    assert not part.exists()
    assert (tmp_path / "frames.json").read_text() == (whole / "frames.json").read_text()


def test_a_whole_sequence_is_left_as_it_is(clip: Catalogue, whole: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in whole.iterdir()}
    report = run(clip("plain.mp4"), whole, SETTINGS)
    assert report.frames == 0
    assert any("nothing was done" in note for note in report.notes)
    assert {path: path.stat().st_mtime_ns for path in whole.iterdir()} == before


def test_other_settings_want_a_word(clip: Catalogue, whole: Path) -> None:
    with pytest.raises(ConfigError, match="other settings") as caught:
        run(clip("plain.mp4"), whole, Settings(model="selfie-landscape", choke=1.0))
    assert "-y" in caught.value.hint
