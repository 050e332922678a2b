"""``bgstream eval`` as users run it."""

import json
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from bgstream.errors import ConfigError
from bgstream.evaluate.matrix import Plan, plans
from tests.cli.command import assert_done, assert_refused, bgstream, inside
from tests.evaluate import scenes

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in: a truth, a matte, a source, an index with a folder of mattes."""
    monkeypatch.chdir(tmp_path)
    truth = scenes.moving(6)
    scenes.write_grey(tmp_path / "truth.mkv", truth)
    scenes.write_alpha(tmp_path / "matte.webm", scenes.shifted(truth, 2))
    scenes.write_colours(tmp_path / "clip.mp4", 6)
    scenes.write_grey(tmp_path / "mattes" / "one.mkv", scenes.noisy(truth))
    scenes.write_grey(tmp_path / "mattes" / "two.mkv", truth)
    rows = [
        {"name": name, "category": category, "tags": ["hair"], "alpha": "truth.mkv", "input": "clip.mp4", "frames": 6}
        for name, category in (("one", "person"), ("two", "greenscreen"))
    ]
    scenes.write_index(tmp_path / "index.json", rows)
    return tmp_path


def test_the_installed_command(room: Path) -> None:
    done = bgstream("eval", "matte.webm", "truth.mkv", "--source", "clip.mp4", "-o", "report.html", cwd=room)
    assert_done(done)
    assert "iou↑" in done.out
    assert "worst frames:" in done.out
    assert (room / "report.html").read_text().startswith("<!doctype html>")
    assert sorted(path.name for path in room.iterdir() if path.suffix in (".html", ".part", ".svg")) == ["report.html"]


def test_help_has_examples_before_options() -> None:
    done = bgstream("eval", "--help")
    assert (done.status, done.err) == (0, "")
    assert done.out.index("bgstream eval matte.mkv truth.mkv") < done.out.index("--every")
    assert max(len(line) for line in done.out.splitlines()) <= 115
    nothing = bgstream("eval")
    assert (nothing.status, nothing.out) == (2, done.out)


def test_one_json_document(room: Path, capfd: Capture) -> None:
    done = inside(capfd, "eval", "mattes", "--suite", "index.json", "--json")
    assert_done(done)
    told = json.loads(done.out)
    assert [clip["name"] for clip in told["clips"]] == ["one", "two"]
    assert told["clips"][1]["mad"] == 0
    assert told["categories"]["hair"]["n"] == 2
    assert told["categories"]["green screen"]["iou"] == 1
    assert all(json.loads(line)["event"] == "phase" for line in done.err.splitlines())


def test_a_table_for_people(room: Path, capfd: Capture) -> None:
    done = inside(capfd, "eval", "mattes", "--suite", "index.json", "--only", "green screen", "--quiet")
    assert_done(done)
    assert done.err == ""
    assert [line.split()[0] for line in done.out.splitlines() if line.startswith(("one", "two"))] == ["two"]


def test_without_truth(room: Path, capfd: Capture) -> None:
    done = inside(capfd, "eval", "mattes/one.mkv", "--json", "--quiet")
    assert_done(done)
    (clip,) = json.loads(done.out)["clips"]
    assert {"flick", "undecided", "agree", "presence"} <= clip.keys()
    assert clip["worst"]


def test_missing_and_short_mattes_fail_after_the_table(room: Path, capfd: Capture) -> None:
    (room / "mattes" / "two.mkv").unlink()
    scenes.write_grey(room / "mattes" / "one.mkv", scenes.moving(4))
    for more in ((), ("--json",)):
        done = inside(capfd, "eval", "mattes", "--suite", "index.json", "--quiet", *more)
        assert done.status == 1
        assert "one" in done.out
        assert done.lines("bgstream: ") == ["bgstream: one: short, 4 of 6 frames", "bgstream: two: no prediction found"]
        assert len(done.lines("hint: ")) == 1
    assert json.loads(done.out)["complaints"] == ["one: short, 4 of 6 frames", "two: no prediction found"]


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("nosuch.mkv",), 1),
        (("http://example.org/a.mkv",), 1),
        (("matte.webm", "nosuch.mkv"), 1),
        (("clip.mp4",), 1),
        (("mattes",), 1),
        (("matte.webm", "truth.mkv", "-o", "report.pdf"), 2),
        (("matte.webm", "truth.mkv", "-o", "nosuch/report.html"), 1),
        (("matte.webm", "truth.mkv", "--every", "0"), 2),
        (("matte.webm", "truth.mkv", "--evry", "2"), 2),
        (("matte.webm", "truth.mkv", "--only", "hair"), 2),
        (("matte.webm", "truth.mkv", "--models", "auto"), 2),
        (("mattes", "truth.mkv", "--suite", "index.json"), 2),
        (("mattes", "--suite", "nosuch.json"), 1),
        (("mattes", "--suite", "clip.mp4"), 1),
        (("mattes", "--suite", "index.json", "--only", "fish"), 2),
        (("mattes", "--suite", "index.json", "--baselines", "index.json"), 1),
        (("mattes", "--run", "index.json"), 2),
        (("--run", "index.json", "--models", "nosuchmodel"), 2),
        (("--run", "index.json", "--models", "u2netp,u2netp"), 2),
        (("--run", "index.json", "--models", "u2netp,"), 2),
        (("--run", "index.json", "--quality", "splendid"), 2),
        (("--json",), 2),
    ],
    ids=str,
)
def test_refusals(room: Path, capfd: Capture, words: tuple[str, ...], status: int) -> None:
    done = inside(capfd, "eval", *words, "--quiet")
    if words == ("--json",):
        assert json.loads(done.out)["kind"] == "ConfigError"
    assert_refused(done, status)
    assert not (room / "report.html").exists()


def test_run_mattes_scores_and_draws(room: Path, capfd: Capture) -> None:
    scenes.write_index(room / "peers.json", {"peer": {"clips": {"one": {"mad": 50.0, "dtssd": 3.0}}}})
    words = ["--run", "index.json", "--models", "selfie-landscape", "-o", "report.html", "--keep", "kept", "--json"]
    done = inside(capfd, "eval", *words, "--baselines", "peers.json")
    assert_done(done)
    (point,) = json.loads(done.out)["points"]
    assert point["ms"] > 0
    assert [clip["frames"] for clip in point["clips"]] == [6, 6]
    assert json.loads(done.out)["baselines"][0]["theirs"]["mad"] == 50
    assert sorted(path.name for path in (room / "kept" / "selfie-landscape").iterdir()) == ["one.mkv", "two.mkv"]
    assert "Quality against speed" in (room / "report.html").read_text()
    assert ElementTree.parse(room / "report.svg").getroot().tag.endswith("svg")
    again = inside(capfd, "eval", "kept/selfie-landscape", "--suite", "index.json", "--json", "--quiet")
    assert json.loads(again.out)["groups"] == point["groups"]


def test_run_goes_on_where_one_input_is_broken(room: Path, capfd: Capture) -> None:
    (room / "broken.mp4").write_bytes(b"no clip" * 100)
    rows = json.loads((room / "index.json").read_text())
    rows[0]["input"] = "broken.mp4"
    del rows[1]["input"]
    rows.append({**rows[0], "name": "three", "input": "clip.mp4"})
    scenes.write_index(room / "index.json", rows)
    done = inside(capfd, "eval", "--run", "index.json", "--models", "selfie-landscape", "--quiet")
    assert done.status == 1
    first, second = done.lines("bgstream: ")
    assert "one" in first
    assert "broken.mp4" in first
    assert second == "bgstream: selfie-landscape: two: the index names no input"
    assert "three" in done.out


def test_pictures_are_a_suite_too(room: Path, capfd: Capture) -> None:
    scenes.write_folder(room / "stills", scenes.moving(1))
    rows = [{"name": "still", "type": "still", "alpha": "stills/0000.png", "input": "stills/0000.png"}]
    scenes.write_index(room / "index.json", rows)
    done = inside(capfd, "eval", "--run", "index.json", "--models", "selfie-landscape", "--json", "--quiet")
    assert_done(done)
    (point,) = json.loads(done.out)["points"]
    assert point["ms"] > 0
    assert point["clips"][0]["dtssd"] is None


def test_a_plan_says_quality_only_where_it_was_given() -> None:
    assert [plan.name for plan in plans(["auto", "net/u2.onnx"], [])] == ["auto", "u2.onnx"]
    assert Plan("selfie").settings().matte
    assert Plan("../evil name", "best").folder == "evil_name_best"
    with pytest.raises(ConfigError):
        plans(["a/x.onnx", "b/x.onnx"], [])


def test_a_folder_of_pictures_is_a_clip(room: Path, capfd: Capture) -> None:
    scenes.write_folder(room / "pictures", scenes.moving(6))
    done = inside(capfd, "eval", "pictures", "truth.mkv", "--json", "--quiet")
    assert_done(done)
    assert json.loads(done.out)["clips"][0]["mad"] == pytest.approx(0, abs=1e-9)


def test_mattes_without_an_end_are_no_traceback(room: Path, capfd: Capture) -> None:
    whole = (room / "truth.mkv").read_bytes()
    (room / "cut.mkv").write_bytes(whole[: len(whole) // 2])
    done = inside(capfd, "eval", "cut.mkv", "truth.mkv", "--quiet")
    assert done.status == 1
    assert "Traceback" not in done.err
    assert np.all([line.startswith(("bgstream: ", "hint: ")) for line in done.err.splitlines()])
