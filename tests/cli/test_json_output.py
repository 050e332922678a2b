"""For programs: one JSON document on stdout, one JSON object a line on stderr."""

import json
from pathlib import Path

import pytest

from tests.cli.command import FAST, Done, assert_refused, bgstream
from tests.media.catalogue import Catalogue


@pytest.fixture(scope="module")
def done(clip: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Done:
    """One run with ``--json``."""
    return bgstream(clip("sar.mp4"), "-o", tmp_path_factory.mktemp("json") / "out.webm", "--json", *FAST)


def test_a_run_tells_what_it_did(done: Done, clip: Catalogue) -> None:
    assert done.status == 0
    report = json.loads(done.out)
    assert report["source"] == str(clip("sar.mp4"))
    assert Path(report["target"]).exists()
    assert (report["frames"], report["model"], report["limited_by"] in report["stage_ms"]) == (12, FAST[1], True)
    assert min(report["seconds"], report["fps"]) > 0


def test_notes_are_in_the_document(done: Done) -> None:
    assert any("square" in note for note in json.loads(done.out)["notes"])


def test_progress_is_one_object_a_line(done: Done) -> None:
    events = [json.loads(line) for line in done.err.splitlines()]
    (start,) = (event for event in events if event["event"] == "start")
    assert start["duration"] == 0.48
    assert all({"event", "text"} <= event.keys() for event in events)


def test_a_failure_is_a_document_too(tmp_path: Path) -> None:
    done = bgstream(tmp_path / "nowhere.mp4", "-o", tmp_path / "out.webm", "--json")
    assert_refused(done, 1)
    answer = json.loads(done.out)
    assert answer["kind"] == "SourceError"
    assert "no such file" in answer["error"]
    assert answer["hint"]


def test_a_wrong_flag_is_a_document_too(tmp_path: Path) -> None:
    done = bgstream("clip.mp4", "--jsno", "--json", cwd=tmp_path)
    assert_refused(done, 2)
    assert json.loads(done.out)["kind"] == "ConfigError"


def test_quiet_leaves_the_document_alone(clip: Catalogue, tmp_path: Path) -> None:
    done = bgstream(clip("plain.mp4"), "-o", tmp_path / "out.mkv", "--quiet", "--json", *FAST)
    assert json.loads(done.out)["frames"] == 12
    assert done.err == ""


def test_without_json_people_get_plain_lines(clip: Catalogue, tmp_path: Path) -> None:
    done = bgstream(clip("plain.mp4"), "-o", tmp_path / "out.mkv", *FAST)
    assert "12 frames" in done.out
    assert "\x1b" not in done.out + done.err  # no colours or cursor moves into a pipe
    assert "{" not in done.err
