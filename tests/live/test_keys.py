"""Keys on a real (pseudo) terminal: what they do, and that the terminal is as before in any case."""

import os
import pty
import signal
import sys
import termios
from collections.abc import Iterator
from queue import Queue

import pytest

from bgstream.live.board import Board
from bgstream.live.keys import HELP, Keys
from tests.live.boards import Maker, Ready, no_thread_left

BACKDROPS = ("blur", "green", "bad", "black")


class Terminal:
    """Both ends of a terminal that is ours.

    Attributes:
        said: lines that were told.
    """

    def __init__(self, keyboard: int, screen: int) -> None:
        self._keyboard, self._screen = keyboard, screen
        self.said: Queue[str] = Queue()

    def press(self, keys: str) -> None:
        os.write(self._keyboard, keys.encode())

    def after(self, keys: str) -> str:
        """What is told after keys were pressed."""
        self.press(keys)
        return self.said.get(timeout=20)

    @property
    def mode(self) -> list[object]:
        return termios.tcgetattr(self._screen)

    @property
    def at_once(self) -> bool:
        return not termios.tcgetattr(self._screen)[3] & (termios.ICANON | termios.ECHO)

    def cook(self, mode: list[object]) -> None:
        termios.tcsetattr(self._screen, termios.TCSANOW, mode)  # type: ignore[arg-type]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    keyboard, screen = pty.openpty()
    with os.fdopen(screen, closefd=False) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        # A terminal that is not the one of this session has no foreground; a shell's child is in it.
        monkeypatch.setattr(os, "tcgetpgrp", lambda _descriptor: os.getpgrp())
        yield Terminal(keyboard, screen)
    os.close(screen)
    os.close(keyboard)


@pytest.fixture
def board() -> Board[Ready]:
    return Maker().board()


def test_every_key(terminal: Terminal, board: Board[Ready]) -> None:
    with Keys(board, terminal.said.put, BACKDROPS):
        assert terminal.after("?") == HELP
        assert (terminal.after(" "), board.paused) == ("paused", True)
        assert (terminal.after("p"), board.paused) == ("live", False)
        assert (terminal.after("m"), board.wishes.mirror) == ("mirror on", True)
        assert (terminal.after("m"), board.wishes.mirror) == ("mirror off", False)
        assert (terminal.after("f"), board.wishes.framing) == ("framing on", True)
        assert (terminal.after("r"), board.wishes.ramp) == ("ramp on", True)
        assert (terminal.after("+"), board.wishes.blur) == ("blur 25", 25.0)
        assert (terminal.after("-"), board.wishes.blur) == ("blur 20", 20.0)
        assert (terminal.after("b"), board.wishes.backdrop) == ("backdrop green", "green")
        terminal.press("xyz\n\x00é")  # nothing
        assert terminal.after("q") == "stopping"
    assert board.stopped


def test_the_blur_stays_in_range(terminal: Terminal, board: Board[Ready]) -> None:
    with Keys(board, terminal.said.put):
        for key, bound in (("+", 100.0), ("-", 1.0)):
            said = [terminal.after(key) for _ in range(25)]
            assert said[-1] == f"blur {bound:g}"
            assert board.wishes.blur == bound


def test_backdrops_go_round_past_one_that_cannot_be_had(terminal: Terminal, board: Board[Ready]) -> None:
    with Keys(board, terminal.said.put, ("blur", "green", "blur")):
        assert [terminal.after("b") for _ in range(3)] == ["backdrop green", "backdrop blur", "backdrop green"]
    with Keys(board, terminal.said.put, ("green", "bad", "black")):
        said = [terminal.after("b") for _ in range(4)]
    assert said == [
        "cannot open bad: give another",
        "backdrop black",
        "backdrop green",
        "cannot open bad: give another",
    ]


def test_pause_does_not_wait_for_a_change(terminal: Terminal) -> None:
    maker = Maker()
    board = maker.board()
    with Keys(board, terminal.said.put, ("blur", "slow")):
        terminal.press("b")
        assert maker.loading.wait(20)
        assert (terminal.after(" "), board.paused) == ("paused", True)
        maker.loaded.set()
        assert terminal.said.get(timeout=20) == "backdrop slow"
    assert board.paused


@pytest.mark.parametrize("kind", [None, ValueError, KeyboardInterrupt])
def test_the_terminal_is_as_before(kind: type[BaseException] | None, terminal: Terminal, board: Board[Ready]) -> None:
    before = terminal.mode
    with no_thread_left():
        try:
            with Keys(board, terminal.said.put):
                assert terminal.at_once
                assert termios.tcgetattr(sys.stdin.fileno())[3] & termios.ISIG, "Ctrl-C is Ctrl-C"
                if kind is not None:
                    raise kind
        except (ValueError, KeyboardInterrupt) as error:
            assert type(error) is kind
    assert terminal.mode == before


def test_after_the_shell_had_it_keys_work_again(terminal: Terminal, board: Board[Ready]) -> None:
    before = terminal.mode
    with Keys(board, terminal.said.put):
        terminal.cook(before)  # as after Ctrl-Z and fg
        assert terminal.after("?\n") == HELP
        assert terminal.after("?") == HELP
        assert terminal.at_once


def test_the_terminal_may_go_away(monkeypatch: pytest.MonkeyPatch, board: Board[Ready]) -> None:
    keyboard, screen = pty.openpty()
    with no_thread_left(), os.fdopen(screen, closefd=False) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        monkeypatch.setattr(os, "tcgetpgrp", lambda _descriptor: os.getpgrp())
        with Keys(board, lambda _line: None):
            os.close(keyboard)
    os.close(screen)
    assert not board.stopped


def test_without_a_terminal_nothing_is_touched(monkeypatch: pytest.MonkeyPatch, board: Board[Ready]) -> None:
    reader, writer = os.pipe()
    with no_thread_left(), os.fdopen(reader) as stdin:
        for nothing in (stdin, None):
            monkeypatch.setattr(sys, "stdin", nothing)
            os.write(writer, b"q")
            with Keys(board, lambda _line: None):
                pass
    os.close(writer)
    assert not board.stopped


def test_in_the_background_the_terminal_belongs_to_the_shell() -> None:
    """A real session: a child in the background of a terminal neither changes it nor is stopped by it."""
    keyboard, screen = pty.openpty()
    before = termios.tcgetattr(screen)
    leader = os.fork()
    if leader == 0:
        os._exit(_session(screen))
    os.close(screen)
    _, status = os.waitpid(leader, 0)
    os.close(keyboard)
    assert os.waitstatus_to_exitcode(status) == 0
    assert before[3] & termios.ICANON


def _session(screen: int) -> int:
    """In a new session on this terminal: 0 if the child in the background ended well."""
    os.setsid()
    signal.alarm(30)
    with os.fdopen(os.open(os.ttyname(screen), os.O_RDWR), closefd=False) as terminal:  # ours from now on
        child = os.fork()
        if child == 0:
            os.setpgid(0, 0)
            sys.stdin = terminal
            with Keys(Maker().board(), lambda _line: None):
                os._exit(0 if termios.tcgetattr(terminal.fileno())[3] & termios.ICANON else 3)
        _, status = os.waitpid(child, os.WUNTRACED)
        return 4 if os.WIFSTOPPED(status) else os.waitstatus_to_exitcode(status)
