"""``bgstream cam`` from the command line, with a clip as the camera: what works without any device."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bgstream.cli import main
from tests.media.judge import Judge

CLIP = Path(__file__).parents[2] / "examples" / "astronaut.mp4"
COMMAND = [sys.executable, "-m", "bgstream", "cam"]


@pytest.fixture
def home() -> Iterator[dict[str, str]]:
    """An environment of its own, so that no camera of another test is in the way; its path is short, for a socket."""
    with tempfile.TemporaryDirectory(prefix="bgs") as folder:
        yield os.environ | {"XDG_RUNTIME_DIR": folder, "XDG_CONFIG_HOME": folder}


def cam(home: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *words], capture_output=True, text=True, env=home, check=False, timeout=120)


FILMING = ("--camera", str(CLIP), "--to", "none", "--size", "320x180")


class Running:
    """A camera that runs, and what it says line by line."""

    def __init__(self, home: dict[str, str], *words: str) -> None:
        self._home = home
        command = [*COMMAND, *FILMING, "--stats", "--json", *words]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=home)

    def until(self, state: str) -> dict[str, object]:
        """The figures of the first second in that state."""
        assert self.process.stderr is not None
        said = []
        for line in self.process.stderr:
            said.append(line)
            event = json.loads(line)
            if event["event"] == "stats" and event["state"] == state:
                return dict(event)
        raise AssertionError(f"it ended before it was {state}: {said}")

    def ask(self, *words: str) -> subprocess.CompletedProcess[str]:
        return cam(self._home, *words)

    def end(self) -> dict[str, object]:
        out, said = self.process.communicate(timeout=60)
        assert self.process.returncode == 0, said
        return dict(json.loads(out))


def test_it_runs_is_controlled_and_stops(home: dict[str, str], tmp_path: Path, judge: Judge) -> None:
    target = tmp_path / "shown.mp4"
    running = Running(home, "--record", str(target), "-b", "navy")
    assert running.until("live")["size"] == [180, 320]
    assert json.loads(running.ask("get", "wishes", "--json").stdout)["wishes"]["backdrop"] == "navy"
    assert running.ask("set", "background=#00c000", "mirror=on").returncode == 0
    assert running.ask("set", "quality=fats").returncode == 2
    running.process.send_signal(signal.SIGUSR1)
    running.until("paused")
    assert running.ask("resume").returncode == 0
    running.until("live")
    second = cam(home, *FILMING, "--seconds", "1")
    assert second.returncode == 2, "two cameras cannot share a name"
    assert "runs" in second.stderr or "running" in second.stderr
    assert running.ask("stop").returncode == 0
    assert running.end()["state"] == "off"
    assert len(judge.pts(target)) > 5
    assert running.ask("get", "stats").returncode == 1, "nobody answers any more"


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_signals_end_it_in_order(home: dict[str, str], tmp_path: Path, judge: Judge, name: str) -> None:
    target = tmp_path / "shown.mp4"
    running = Running(home, "--record", str(target))
    running.until("live")
    running.process.send_signal(getattr(signal, name))
    assert running.end()["state"] == "off"
    assert len(judge.pts(target)) > 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--camera", "/no/such/camera"), "camera"),
        (("--camera", str(Path(__file__))), "not a video"),
        (("-b", "nowhere.jpg"), "nowhere.jpg"),
        (("-b", "transparent"), "no transparency"),
        (("-m", "no-such-model"), "no-such-model"),
        (("-m", "key"), "whole clip"),
        (("-q", "fats"), "fats"),
        (("--size", "1281x720"), "1281x720"),
        (("--size", "wide"), "wide"),
        (("--rate", "1000"), "rate"),
        (("--blur", "500"), "blur"),
        (("--picture", "nothing.png"), "nothing.png"),
        (("--picture", str(Path(__file__))), "test_cam_command.py"),
        (("--fit", "squeeze"), "squeeze"),
        (("--backdorp", "red"), "--backdorp"),
        (("--record", "shown.xyz"), "xyz"),
        (("--to", "/dev/null"), "virtual webcam"),
        (("--seconds", "-1"), "seconds"),
    ],
)
def test_what_cannot_be_meant_is_one_line_and_a_hint(
    home: dict[str, str],
    words: tuple[str, ...],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", home["XDG_RUNTIME_DIR"])
    status = main(["cam", *FILMING, "--seconds", "1", *words])
    told = capsys.readouterr().err
    assert status in (1, 2)
    assert said in told
    assert told.count("\n") == 2, told
    assert "hint:" in told


def test_a_recording_that_exists_is_kept(home: dict[str, str], tmp_path: Path) -> None:
    target = tmp_path / "shown.mp4"
    target.write_text("mine")
    done = cam(home, *FILMING, "--seconds", "1", "--record", str(target))
    assert done.returncode == 2
    assert target.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [target]


def test_neither_camera_nor_backdrop_is_recorded_over(home: dict[str, str], tmp_path: Path) -> None:
    copy = tmp_path / "clip.mp4"
    copy.write_bytes(CLIP.read_bytes())
    for words in (("--camera", str(copy)), ("-b", str(copy))):
        done = cam(home, *FILMING, *words, "--seconds", "1", "--record", str(copy), "-y")
        assert done.returncode in (1, 2), done.stderr
        assert copy.read_bytes() == CLIP.read_bytes()


def test_the_service_is_shown_and_written_when_told_to(home: dict[str, str]) -> None:
    shown = cam(home, "--install-service", "-b", "navy")
    assert shown.returncode == 2, "nobody can be asked"
    written = cam(home, "--install-service", "-b", "navy", "-y")
    assert written.returncode == 0, written.stderr
    unit = Path(home["XDG_CONFIG_HOME"]) / "systemd" / "user" / "bgstream-cam.service"
    (start,) = [line for line in unit.read_text().splitlines() if line.startswith("ExecStart=")]
    assert "navy" in start
    assert "--install-service" not in start
