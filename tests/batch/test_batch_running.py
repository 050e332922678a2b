"""Many inputs worked on: what is skipped, what fails, what is loaded once, and what a stop leaves."""

import os
import shutil
from pathlib import Path

import pytest

import bgstream
from bgstream.batch import Outcome, run_many
from bgstream.matting.session import Session
from bgstream.progress import Clock, Silent
from bgstream.settings import Settings
from tests.cli.command import listing
from tests.media.catalogue import Catalogue

MODEL = "selfie-landscape"


@pytest.fixture
def shots(clip: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: two pictures, a clip, and a picture that is damaged."""
    monkeypatch.chdir(tmp_path)
    for name, file in {"a.jpg": "photo.jpg", "b.png": "photo.png", "c.mp4": "plain.mp4", "cut.jpg": "cut.jpg"}.items():
        shutil.copy(clip(file), name)
    return tmp_path


def told(outcomes: list[Outcome]) -> dict[str, str]:
    return {outcome.target.name: outcome.status for outcome in outcomes}


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the networks that are loaded from now on."""
    names: list[str] = []
    begin = Session.__init__

    def count(self: Session, name: str, *rest: object) -> None:
        names.append(name)
        begin(self, name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Session, "__init__", count)
    return names


def test_one_bad_file_does_not_stop_the_rest(shots: Path, loaded: list[str]) -> None:
    before = listing(shots)
    outcomes = bgstream.remove_many(["a.jpg", "cut.jpg", "nowhere.jpg", "b.png", "c.mp4"], model=MODEL)
    assert told(outcomes) == {
        "a.png": "done", "cut.png": "failed", "nowhere.png": "failed", "b_cutout.png": "done", "c.webm": "done",
    }  # fmt: skip
    assert [outcome.report.frames for outcome in outcomes if outcome.report] == [1, 1, 12]
    assert all(outcome.hint for outcome in outcomes if outcome.status == "failed")
    assert "-o" in outcomes[2].hint
    after = listing(shots)
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {"a.png", "b_cutout.png", "c.webm"}
    assert loaded == [MODEL] * 2  # once for pictures, whose threads share a question, and once for clips


def test_what_is_done_is_skipped_until_the_input_is_newer(shots: Path) -> None:
    assert told(bgstream.remove_many("*.jpg", model=MODEL)) == {"a.png": "done", "cut.png": "failed"}
    before = listing(shots)
    assert told(bgstream.remove_many(["a.jpg"], model=MODEL)) == {"a.png": "skipped"}
    os.utime("a.jpg", ns=(0, (shots / "a.png").stat().st_mtime_ns + 1))
    (stale,) = bgstream.remove_many(["a.jpg"], model=MODEL)
    assert (stale.status, "-y" in stale.hint) == ("failed", True)
    assert listing(shots) == before
    (shots / "a.png").write_bytes(b"an older result")
    assert told(bgstream.remove_many(["a.jpg"], model=MODEL, overwrite=True)) == {"a.png": "done"}
    assert listing(shots)["a.png"] == before["a.png"]


def test_a_folder_with_sub_folders_into_another(shots: Path) -> None:
    (shots / "in" / "deep").mkdir(parents=True)
    shutil.move("a.jpg", "in/deep/a.jpg")
    shutil.move("b.png", "in/b.png")
    outcomes = bgstream.remove_many(["in/**"], shots / "out", model=MODEL, mkdir=True)
    assert {str(outcome.target.relative_to(shots)) for outcome in outcomes} == {"out/b.png", "out/deep/a.png"}
    assert (shots / "out" / "deep" / "a.png").exists()


class Stopper(Silent):
    """Ctrl-C while the second input is worked on."""

    heard: int = 0

    def step(self, frames: int, time: float, clock: Clock) -> None:
        Stopper.heard += 1
        if Stopper.heard == 2:
            raise KeyboardInterrupt


def test_a_stop_leaves_nothing_of_the_input_in_hand(shots: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Stopper, "heard", 0)
    before = set(listing(shots))
    outcomes: list[Outcome] = []

    with pytest.raises(KeyboardInterrupt):
        outcomes.extend(run_many(["a.jpg", "c.mp4", "b.png"], None, Settings(model=MODEL), Stopper))
    assert told(outcomes) == {"a.png": "done"}
    assert set(listing(shots)) - before == {"a.png"}


def test_settings_that_cannot_be_meant_are_told_once(shots: Path) -> None:
    before = listing(shots)
    for wrong in ({"quality": "bset"}, {"model": "nowhere.onnx"}, {"fit": "covr"}, {"start": "soon"}):
        with pytest.raises(bgstream.BgstreamError):
            bgstream.remove_many(["a.jpg", "b.png"], **wrong)  # type: ignore[arg-type]
    assert listing(shots) == before
