"""``bgstream A B``, ``bgstream FOLDER``, ``bgstream 'PATTERN'``: a summary for people, a document for programs."""

import json
import shutil
from pathlib import Path

import pytest

from bgstream.pipeline import run
from tests.cli.command import FAST, inside, listing
from tests.media.catalogue import Catalogue

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def shots(clip: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder above one of a picture, a clip of an odd size, a picture that is damaged, and words."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shots").mkdir()
    for name, file in {"a.jpg": "photo.jpg", "b.mp4": "sar.mp4", "cut.jpg": "cut.jpg"}.items():
        shutil.copy(clip(file), tmp_path / "shots" / name)
    (tmp_path / "shots" / "words.txt").write_text("words")
    return tmp_path


def test_a_folder(shots: Path, capfd: Capture) -> None:
    done = inside(capfd, "shots", *FAST)
    assert done.status == 1
    lines = done.out.splitlines()
    assert lines[0].startswith("shots/a_cutout.png: 1 frame in")
    assert lines[1].startswith("shots/b_cutout.webm: 12 frames in")
    assert any(line.startswith("note: b.mp4: ") and "square" in line for line in lines)
    assert lines[-1].startswith("2 done, 1 failed; 13 frames in")
    assert done.err.splitlines()[-2:] == [*done.lines("bgstream: "), *done.lines("hint: ")]
    assert "cut.jpg" in done.lines("bgstream: ")[0]
    assert any(line.startswith("2 of 3: b.mp4 → b_cutout.webm") for line in done.err.splitlines())
    before = listing(shots)
    done = inside(capfd, "shots", *FAST)
    assert (done.status, listing(shots)) == (1, before)
    assert "0 done, 2 skipped: done already (-y does them again), 1 failed" in done.out


def test_files_on_both_sides_of_a_flag_as_a_document(shots: Path, capfd: Capture) -> None:
    done = inside(capfd, "shots/a.jpg", "-o", "new", "shots/b.mp4", "--mkdir", "--json", *FAST)
    assert done.status == 0, done.err
    answer = json.loads(done.out)
    rows = [(row["source"], row["target"], row["status"], row["report"]["frames"]) for row in answer["results"]]
    assert rows == [("shots/a.jpg", "new/a.png", "done", 1), ("shots/b.mp4", "new/b.webm", "done", 12)]
    assert {word: answer[word] for word in ("done", "skipped", "failed", "stopped")} == {
        "done": 2, "skipped": 0, "failed": 0, "stopped": False,
    }  # fmt: skip
    assert all(json.loads(line)["text"] for line in done.err.splitlines())


def test_names_that_would_be_one_are_told(shots: Path, clip: Catalogue, capfd: Capture) -> None:
    shutil.copy(clip("photo.png"), "shots/a.png")
    done = inside(capfd, "shots/a.*", "-o", "shots", *FAST)
    assert done.status == 0, done.err
    assert sorted(path.name for path in (shots / "shots").glob("a_*")) == ["a_jpg_cutout.png", "a_png_cutout.png"]
    assert "note: shots/a.jpg goes into a_jpg_cutout.png" in done.out


def test_ctrl_c_tells_what_was_done(shots: Path, capfd: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(source: Path, *rest: object) -> object:
        if source.suffix == ".mp4":
            raise KeyboardInterrupt
        return run(source, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr("bgstream.batch.running.run", stopped)
    done = inside(capfd, "shots", "--json", *FAST)
    answer = json.loads(done.out)
    assert (done.status, answer["done"], answer["stopped"]) == (130, 1, True)
    assert done.err.splitlines()[-1].startswith("stopped")
    done = inside(capfd, "shots", *FAST)
    assert (done.status, done.out.splitlines()[-1][:17]) == (130, "0 done, 1 skipped")
