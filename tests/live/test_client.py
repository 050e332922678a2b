"""``bgstream cam set``, ``get``, ``pause``: what is asked, what is told, and how it fails."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bgstream.cli.cam_control import run
from bgstream.errors import ConfigError, SinkError, SourceError
from bgstream.live.address import Address, usual
from bgstream.live.board import Board
from bgstream.live.client import absolute, ask
from bgstream.live.control import Control
from tests.live.boards import Maker, Ready, short_folder

HEAVY = ("numpy", "av", "cv2", "numba", "onnxruntime", "rich", "platformdirs")


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """No test speaks to the camera that its user may have running."""
    with short_folder() as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
        yield folder


@pytest.fixture
def board() -> Iterator[Board[Ready]]:
    made = Maker().board()
    with Control(made):
        yield made


def test_set_reaches_the_camera(board: Board[Ready], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["set", "background=green", "blur=30", "mirror=toggle"]) == 0
    assert (board.wishes.backdrop, board.wishes.blur, board.wishes.mirror) == ("green", 30.0, True)
    told = capsys.readouterr().out.splitlines()
    assert {"backdrop=green", "blur=30", "mirror=on", "pause=off"} <= set(told)


def test_get_tells(board: Board[Ready], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["get"]) == 0
    assert capsys.readouterr().out.strip() == board.stats.line
    assert run(["get", "wishes", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"ok": True, "wishes": board.wishes.as_dict()}
    assert run(["get", "stats", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["stats"]["state"] == "starting"


def test_deeds(board: Board[Ready], capsys: pytest.CaptureFixture[str]) -> None:
    for verb, paused in (("pause", True), ("resume", False), ("toggle", True)):
        assert run([verb]) == 0
        assert board.paused is paused
    capsys.readouterr()
    assert run(["stop", "--quiet"]) == 0
    assert board.stopped
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["sett", "blur=3"], "did you mean 'set'?"),
        (["set", "blurr=3"], "did you mean 'blur'?"),
        (["get", "wishs"], "did you mean 'wishes'?"),
        (["set", "blur"], "for example: blur=VALUE"),
        (["set"], "for example"),
        (["set", "blur=much"], "for example: blur=20"),
        (["set", "blur=1000"], "from 1 to 100"),
        (["set", "mirror=maybe"], "mirror=toggle"),
        (["pause", "now"], "leave out 'now'"),
        (["get", "stats", "wishes"], "bgstream cam get stats"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anybody_is_asked(words: list[str], hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        run(words)
    assert hint in caught.value.hint


def test_nobody_is_running(home: Path) -> None:
    with pytest.raises(SinkError, match="no camera is running") as caught:
        run(["pause"])
    assert caught.value.hint
    place = usual()
    place.path.parent.mkdir(0o700, exist_ok=True)
    place.path.touch()  # what is there need not be a socket
    with pytest.raises(SinkError, match="no camera is running"):
        run(["pause"])


def test_the_camera_s_no_is_told_in_its_own_words(board: Board[Ready]) -> None:
    with pytest.raises(SourceError, match="cannot open bad") as caught:
        run(["set", "backdrop=bad"])
    assert caught.value.hint == "give another"


def test_files_are_named_by_their_whole_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("beach.jpg", "blur", "net.onnx"):
        (tmp_path / name).touch()
    (tmp_path / "a.folder").mkdir()
    said = {"background": "beach.jpg", "model": "net.onnx", "quality": "net.onnx"}
    assert absolute(said) == {**said, "background": str(tmp_path / "beach.jpg"), "model": str(tmp_path / "net.onnx")}
    for as_it_is in ("blur", "0,0,255", "#fff", "gone.jpg", "a.folder", "1.5", 7):
        assert absolute({"backdrop": as_it_is}) == {"backdrop": as_it_is}


def test_without_unix_sockets_the_same_words_work(home: Path) -> None:
    address = Address(home / "cam.json", unix=False)
    board = Maker().board()
    with Control(board, address):
        assert ask({"set": {"blur": 50}}, address)["wishes"]["blur"] == 50.0
    with pytest.raises(SinkError, match="no camera is running"):
        ask({"get": "stats"}, address)


def test_a_camera_that_says_nothing_is_not_waited_for_longer_than_asked(home: Path) -> None:
    maker = Maker()
    with Control(maker.board()):
        with pytest.raises(SinkError, match="does not answer"):
            ask({"set": {"model": "slow"}}, seconds=0.01)
        maker.loaded.set()


def test_a_folder_that_others_own_is_not_trusted(home: Path) -> None:
    (home / "elsewhere").mkdir()
    (home / "bgstream").symlink_to(home / "elsewhere")
    with pytest.raises(SinkError, match="not a folder"):
        ask({"get": "stats"})


def test_nothing_heavy_is_loaded_to_ask(board: Board[Ready]) -> None:
    code = f"import sys; from bgstream.cli.cam_control import run; run(['get']); run(['set', 'blur=4'])\nprint([name for name in {HEAVY} if name in sys.modules])"  # noqa: E501
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout.splitlines()[-1] == "[]"
