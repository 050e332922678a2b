"""``bgstream tune``: a table, a memory of its own, and the way to lose it. ``doctor`` tells whether there is one."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from bgstream import doctor
from bgstream.matting import tune
from bgstream.matting.cached import Sessions
from bgstream.matting.cards import find_card
from bgstream.matting.choice import Choice
from tests.cli.command import BGSTREAM, assert_done, assert_refused, inside
from tests.cli.test_private import homeless
from tests.conftest import need
from tests.matting.tiny_networks import write_brightness, write_card


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "cache"
    monkeypatch.setenv("BGSTREAM_CACHE", str(path))
    monkeypatch.setattr(tune, "ROUNDS", (2, 2))
    monkeypatch.setattr(tune, "QUIET", 0.0)
    return path


@pytest.fixture
def network(tmp_path: Path) -> Path:
    path = write_brightness(tmp_path / "net.onnx")
    write_card(path)
    return path


def test_a_table_and_what_is_kept(network: Path, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    done = inside(capfd, "tune", "--model", network)
    assert_done(done)
    lines = done.out.splitlines()
    assert lines[0] == "tiny at 32×24"
    assert lines[1].split() == ["options", "ms", "ratio"]
    (usual,) = (line for line in lines if "usual" in line)
    assert usual.split()[:2] == ["1", "thread"]
    assert float(usual.split()[3]) == 1
    assert len([line for line in lines if line.endswith("kept")]) == 1
    assert lines[-1] == f"kept in {folder / 'sessions.json'}"
    card = find_card(str(network))
    assert Sessions().find(card.load(), card.size, "cpu") is not None


def test_for_programs(network: Path, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    done = inside(capfd, "tune", "-m", network, "selfie-landscape", "--json")
    assert_done(done)
    said = json.loads(done.out)
    assert said["path"] == str(folder / "sessions.json")
    assert [(row["model"], row["size"]) for row in said["networks"]] == [
        ("tiny", [24, 32]),
        ("selfie-landscape", [144, 256]),
    ]
    for row in said["networks"]:
        assert all(option["same"] and option["ms"] > 0 for option in row["options"])
        assert row["kept"].keys() == {"threads", "pattern", "arena"}


def test_a_busy_machine_keeps_nothing(
    network: Path, folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tune, "QUIET", 1e9)
    done = inside(capfd, "tune", "--model", network)
    assert_done(done)
    assert "others were at work" in done.out
    assert "kept in" not in done.out
    assert not folder.exists()


def test_forget(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    card = find_card("selfie")
    Sessions().keep(card.load(), card.size, "cpu", Choice(1))
    assert "measures anew" in inside(capfd, "tune", "--forget").out
    assert json.loads(inside(capfd, "tune", "--forget", "--json").out)["forgotten"] is False
    assert list(folder.iterdir()) == []


def test_wrong_words(capfd: pytest.CaptureFixture[str]) -> None:
    assert_refused(inside(capfd, "tune", "--forgt"), 2)
    assert_refused(inside(capfd, "tune", "--model", "selfi"), 2)


def finding() -> doctor.Finding:
    return next(found for found in doctor.examine() if found.topic == "tuning")


def test_doctor_tells(folder: Path) -> None:
    assert (finding().state, finding().fix) == ("absent", "bgstream tune")
    card = find_card("selfie")
    Sessions().keep(card.load(), card.size, "cpu", Choice(2, arena=False))
    assert finding().state == "ok"
    assert "selfie: 2 threads, no arena" in finding().detail
    (folder / "sessions.json").write_text("{")
    assert finding().state == "problem"
    assert "--forget" in finding().fix


def test_no_connection_is_opened(network: Path, tmp_path: Path, folder: Path) -> None:
    trace = tmp_path / "trace"
    line = [need("strace"), "-f", "-e", "trace=network", "-o", str(trace), str(BGSTREAM), "tune", "-m", str(network)]
    environment = homeless(tmp_path) | {"BGSTREAM_CACHE": str(folder)}
    subprocess.run(line, check=True, capture_output=True, env=environment)
    calls = trace.read_text()
    assert "exited with 0" in calls
    assert re.findall(r".*(?:AF_INET|sendto|sendmsg|connect\().*", calls) == []


def test_only_the_cache_folder_is_written_to(network: Path, tmp_path: Path, folder: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    line = [str(BGSTREAM), "tune", "--model", str(network)]
    subprocess.run(line, check=True, capture_output=True, env=homeless(home) | {"BGSTREAM_CACHE": str(folder)})
    assert list(home.rglob("*")) == []
