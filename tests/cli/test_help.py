"""Help and lists: examples first, and quick because nothing heavy is imported."""

import json
import subprocess
import sys

import pytest

from tests.cli.command import assert_refused, bgstream

HEAVY = ("av", "cv2", "numba", "onnxruntime", "rich", "numpy", "PIL", "pyvirtualcam", "platformdirs")


@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_examples_come_before_options(flag: str) -> None:
    done = bgstream(flag)
    assert (done.status, done.err) == (0, "")
    assert 0 <= done.out.index("bgstream clip.mp4 -o out.webm") < done.out.index("--overwrite")


def test_without_a_word_it_helps_and_says_that_nothing_was_done() -> None:
    done = bgstream()
    assert (done.status, done.err) == (2, "")
    assert done.out == bgstream("--help").out


def test_every_flag_is_explained() -> None:
    text = bgstream("--help").out
    for flag in ("--output", "--backdrop", "--model", "--device", "--matte", "--json", "--config", "--debug"):
        assert flag in text


def test_it_fits_a_terminal() -> None:
    assert max(len(line) for line in bgstream("--help").out.splitlines()) <= 110


@pytest.mark.parametrize(
    "code",
    [
        "import bgstream, bgstream.cli",
        "import bgstream.cli\ntry:\n    bgstream.cli.main(['--help'])\nexcept SystemExit:\n    pass",
        "import bgstream.cli\nbgstream.cli.main(['clip.mp4', '--nosuchflag'])",
    ],
)
def test_nothing_heavy_is_imported(code: str) -> None:
    tell = f"\nimport sys\nprint(sorted(set({HEAVY}) & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code + tell], capture_output=True, check=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_python_m_is_the_same_command() -> None:
    words = [sys.executable, "-m", "bgstream", "--help"]
    done = subprocess.run(words, capture_output=True, check=True, text=True)
    assert done.stdout == bgstream("--help").out


def test_models_for_people() -> None:
    done = bgstream("models")
    assert (done.status, done.err) == (0, "")
    for name in ("selfie", "selfie-landscape", "u2netp"):
        assert any(line.split()[0] == name for line in done.out.splitlines() if line)


def test_models_for_programs() -> None:
    done = bgstream("models", "--json")
    assert (done.status, done.err) == (0, "")
    rows = {row["name"]: row for row in json.loads(done.out)}
    assert {"selfie", "selfie-landscape", "u2netp"} <= rows.keys()
    assert rows["u2netp"]["subject"] == "any"
    assert all(row["licence"] and row["size"] and row["title"] for row in rows.values())


def test_models_refuses_what_it_does_not_know() -> None:
    done = bgstream("models", "--jsn")
    assert_refused(done, 2)
    assert "--json" in done.err
