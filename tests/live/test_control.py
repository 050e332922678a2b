"""The camera's socket: its words, its manners, and clients that have none."""

import json
import os
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bgstream.errors import ConfigError, SinkError
from bgstream.live.address import Address, usual
from bgstream.live.board import Board
from bgstream.live.control import Control
from bgstream.live.listener import MOST
from bgstream.live.words import LONGEST, answer, parse
from tests.live.boards import Maker, Ready, no_thread_left, short_folder

JUNK = [b"", b"nothing", b"[]", b"1", b"{}", b'{"set": 1}', b'{"get": {}}', b'{"do": []}', b'{"a": 1, "b": 2}', b"\xff"]
JUNK += [
    b"[" * 60_000,
    b'{"set": {"blur": 1' + b"0" * 5000 + b"}}",
    b'{"set": {"blur": NaN}}',
    b'{"set": {"blur": 1e999}}',
]
WORDS = st.text() | st.sampled_from(["set", "get", "do", "blur", "model", "pause"])
REQUESTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(WORDS, inner, max_size=2),
)


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as made:
        yield made


@pytest.fixture
def maker() -> Maker:
    return Maker()


@pytest.fixture
def board(maker: Maker) -> Board[Ready]:
    return maker.board()


@pytest.fixture(params=["unix", "loopback"])
def address(request: pytest.FixtureRequest, folder: Path) -> Address:
    return Address(folder / "cam", unix=request.param == "unix")


class Line:
    """A client that may say anything."""

    def __init__(self, address: Address) -> None:
        if address.unix:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.connect(str(address.path))
        else:
            said = json.loads(address.path.read_text())
            self.socket = socket.create_connection(("127.0.0.1", said["port"]))
            self.send(json.dumps({"token": said["token"]}).encode())
        self.socket.settimeout(20)
        self._stream = self.socket.makefile("rb")

    def send(self, line: bytes) -> None:
        self.socket.sendall(line + b"\n")

    def read(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._stream.readline())
        return found

    def ended(self) -> bool:
        """The other end has hung up, with nothing more to say."""
        try:
            return self._stream.readline() == b""
        except ConnectionError:
            return True

    def ask(self, request: Any) -> dict[str, Any]:
        self.send(json.dumps(request).encode())
        return self.read()

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *_failure: object) -> None:
        self._stream.close()
        self.socket.close()


def test_the_words(board: Board[Ready], address: Address) -> None:
    with no_thread_left(), Control(board, address), Line(address) as line:
        reply = line.ask({"set": {"background": "beach.jpg", "blur": "30", "mirror": "toggle"}})
        assert reply == {"ok": True, "wishes": board.wishes.as_dict()}
        assert (board.wishes.backdrop, board.wishes.blur, board.wishes.mirror) == ("beach.jpg", 30.0, True)
        assert line.ask({"get": "wishes"}) == reply
        assert line.ask({"get": "stats"}) == {"ok": True, "stats": json.loads(json.dumps(board.stats.as_dict()))}
        for deed, paused in (("pause", True), ("pause", True), ("toggle", False), ("resume", False), ("toggle", True)):
            assert line.ask({"do": deed})["wishes"]["pause"] is paused
            assert board.paused is paused
        for words, paused in (({}, False), ({}, True), ({"blur": 30}, False), ({"blur": 40}, True)):
            assert line.ask({"set": {"pause": "toggle", **words}})["wishes"]["pause"] is paused
            assert board.paused is paused
        assert line.ask({"do": "stop"})["ok"]
        assert board.stopped


def test_what_is_refused_changes_nothing_and_says_why(board: Board[Ready], address: Address) -> None:
    before = board.wishes
    with Control(board, address), Line(address) as line:
        unknown = line.ask({"set": {"blur": 5, "blurr": 20}})
        assert (unknown["ok"], unknown["kind"]) == (False, "ConfigError")
        assert "did you mean 'blur'?" in unknown["hint"]
        assert line.ask({"set": {"backdrop": "bad", "blur": 5}})["error"] == "cannot open bad"
        assert "ZeroDivisionError" in line.ask({"set": {"backdrop": "bug"}})["error"]
        assert line.ask({"gett": "stats"})["hint"] == "did you mean 'get'?"
        assert line.ask({"do": "resme"})["hint"] == "did you mean 'resume'?"
        assert board.wishes == before


@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: repr(junk[:20]))
def test_junk_is_refused_and_the_line_goes_on(junk: bytes, board: Board[Ready], address: Address) -> None:
    before = board.wishes
    with Control(board, address), Line(address) as line:
        line.send(junk)
        reply = line.read()
        assert not reply["ok"]
        assert reply["error"]
        assert line.ask({"get": "wishes"})["ok"]
    assert board.wishes == before


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(REQUESTS)
def test_any_request_has_an_answer_that_is_json(request: object) -> None:
    board = Maker().board()
    try:
        asked = parse(json.dumps(request).encode())
    except ConfigError as error:
        assert error.hint
    else:
        reply = json.loads(json.dumps(answer(board, asked), allow_nan=False))
        assert isinstance(reply["ok"], bool)
        assert reply["ok"] or reply["error"]


def test_a_line_without_end_is_cut_off(board: Board[Ready], address: Address) -> None:
    with Control(board, address), Line(address) as line, Line(address) as other:
        line.socket.sendall(b"x" * (LONGEST + 1))
        assert "too long" in line.read()["error"]
        assert line.ended()
        assert other.ask({"get": "stats"})["ok"]


def test_pieces_and_many_at_once(board: Board[Ready], address: Address) -> None:
    """A request may come in pieces, and several in one piece; answers keep the order."""
    with Control(board, address), Line(address) as line:
        for letter in b'{"get": "wishes"}\n':
            line.socket.sendall(bytes([letter]))
        assert line.read()["ok"]
        words = [{"set": {"blur": blur}} for blur in range(1, 101)]
        line.socket.sendall(b"".join(json.dumps(word).encode() + b"\n" for word in words))
        assert [line.read()["wishes"]["blur"] for _ in words] == list(range(1, 101))


def test_whoever_does_not_read_keeps_nobody_waiting(board: Board[Ready], address: Address) -> None:
    with Control(board, address), Line(address) as rude, Line(address) as other:
        rude.socket.setblocking(False)
        with pytest.raises(BlockingIOError):
            while True:  # until no more fits: the camera has stopped reading it
                rude.socket.send(b'{"get": "stats"}\n')
        assert other.ask({"get": "stats"})["ok"]


def test_others_are_answered_while_a_network_loads(board: Board[Ready], maker: Maker, address: Address) -> None:
    with Control(board, address), Line(address) as one, Line(address) as other:
        one.send(b'{"set": {"model": "slow"}}')
        assert maker.loading.wait(20)
        assert other.ask({"get": "wishes"})["wishes"]["model"] != "slow"
        assert other.ask({"do": "pause"})["wishes"]["pause"]
        assert other.ask({"set": {"pause": False}})["wishes"]["pause"] is False
        assert other.ask({"set": {"pause": "on"}})["wishes"]["pause"]
        assert board.paused
        maker.loaded.set()
        assert one.read()["wishes"]["model"] == "slow"
        assert board.paused, "a pause that was asked for while something was made ready is lost"


def test_whoever_hangs_up_in_the_middle_is_forgotten(board: Board[Ready], maker: Maker, address: Address) -> None:
    with Control(board, address), Line(address) as other:
        with Line(address) as one:
            one.send(b'{"set": {"model": "slow"}}')
            assert maker.loading.wait(20)
        maker.loaded.set()
        assert other.ask({"set": {"blur": 7}})["wishes"]["model"] == "slow"


def test_the_longest_silent_goes_when_too_many_come(board: Board[Ready], address: Address) -> None:
    with Control(board, address):
        lines = [Line(address) for _ in range(MOST)]
        assert all(line.ask({"get": "stats"})["ok"] for line in lines[1:] + lines[:1])
        with Line(address) as late:
            assert late.ask({"get": "stats"})["ok"]
        assert lines[1].ended()
        assert lines[0].ask({"get": "stats"})["ok"]
        for line in lines:
            line.__exit__()


def test_a_second_camera_is_refused_and_the_first_goes_on(board: Board[Ready], address: Address) -> None:
    with Control(board, address), Line(address) as line:
        with pytest.raises(ConfigError, match="running already") as caught, Control(Maker().board(), address):
            pass
        assert "bgstream cam" in caught.value.hint
        assert line.ask({"get": "stats"})["ok"]


def test_what_a_dead_camera_left_is_replaced(folder: Path, board: Board[Ready], address: Address) -> None:
    code = (
        "import os, sys; from pathlib import Path; from bgstream.live.address import Address;"
        "from bgstream.live.control import Control; from tests.live.boards import Maker;"
        f"Control(Maker().board(), Address(Path({str(address.path)!r}), {address.unix})).__enter__(); os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 9
    assert address.path.exists()
    with Control(board, address), Line(address) as line:
        assert line.ask({"get": "stats"})["ok"]
    assert not address.path.exists()


def test_only_its_owner_can_reach_it(folder: Path, board: Board[Ready], address: Address) -> None:
    folder.chmod(0o755)
    with Control(board, address):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE(address.path.stat().st_mode) == 0o600


def test_without_unix_sockets_a_word_opens_and_only_on_this_machine(folder: Path, board: Board[Ready]) -> None:
    address = Address(folder / "cam", unix=False)
    with Control(board, address) as control:
        assert control._listener.getsockname()[0] == "127.0.0.1"
        said = json.loads(address.path.read_text())
        for guess in (b'{"token": "x"}', b'{"get": "stats"}', b"{}", b'{"token": null}'):
            with socket.create_connection(("127.0.0.1", said["port"])) as line, line.makefile("rb") as stream:
                line.sendall(guess + b'\n{"do": "stop"}\n')
                assert not json.loads(stream.readline())["ok"]
    assert not board.stopped


def test_a_folder_that_is_not_ours_is_refused(folder: Path, board: Board[Ready]) -> None:
    (folder / "real").mkdir()
    (folder / "link").symlink_to(folder / "real")
    (folder / "file").touch()
    for name in ("link", "file"):
        with pytest.raises(SinkError), Control(board, Address(folder / name / "cam")):
            pass
    with pytest.raises(SinkError, match="too long"), Control(board, Address(folder / ("x" * 100) / "cam")):
        pass


def test_it_ends_while_clients_are_open_and_leaves_nothing(board: Board[Ready], address: Address) -> None:
    with no_thread_left():
        with Control(board, address):
            open_lines = [Line(address) for _ in range(3)]
            assert open_lines[0].ask({"get": "stats"})["ok"]
        assert all(line.ended() for line in open_lines)
        for line in open_lines:
            line.__exit__()
    assert not address.path.exists()


def test_no_descriptor_is_left(board: Board[Ready], address: Address) -> None:
    def descriptors() -> int:
        return len(os.listdir("/proc/self/fd"))  # noqa: PTH208

    if not Path("/proc/self/fd").exists():
        pytest.skip("no /proc")
    before = descriptors()
    for _ in range(5):
        with Control(board, address), Line(address) as line:
            assert line.ask({"get": "stats"})["ok"]
    assert descriptors() == before


def test_nobody_asks_from_many_threads_in_vain(board: Board[Ready], address: Address) -> None:
    replies: list[bool] = []

    def many() -> None:
        with Line(address) as line:
            replies.extend(line.ask({"set": {"blur": blur}})["ok"] for blur in range(1, 40))

    with Control(board, address):
        threads = [threading.Thread(target=many) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert replies == [True] * (8 * 39)


def test_the_usual_place_is_the_user_s_own(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    assert usual().path.parent == folder / "bgstream"
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    assert str(os.getuid()) in str(usual().path)
    assert usual() == usual()
