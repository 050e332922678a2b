"""The camera's keys in the terminal it was started from: one letter, no Enter."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self

from bgstream.errors import BgstreamError
from bgstream.live.board import Board
from bgstream.live.terminal import Terminal
from bgstream.live.wishes import BLUR

HELP = "space pause, m mirror, f follow the face, + - blur, r ramp, b next backdrop, q quit, ? this"
SWITCHES = {"m": "mirror", "f": "framing", "r": "ramp"}
STEPS = {"+": 1.25, "=": 1.25, "-": 0.8}  # "=" is "+" without shift on many keyboards
PAUSE, QUIT, NEXT = (" ", "p"), ("q", "Q"), "b"


class Keys:
    """Listens while the ``with`` block lasts, if standard input is a terminal in whose foreground we are.

    What takes time (a film is opened) is done in a thread of its own, so that pause is always at once.

    Args:
        board: of the camera.
        tell: is told what a key has done, in a line; from any thread.
        backdrops: what ``b`` goes through; the blur first.
    """

    def __init__(
        self, board: Board[Any], tell: Callable[[str], None], backdrops: Sequence[str] = ("blur", "black")
    ) -> None:
        self._board, self._tell = board, tell
        self._backdrops = tuple(dict.fromkeys(backdrops))
        self._tried = ""
        self._opened = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            terminal = opened.enter_context(Terminal())
            if terminal.there:
                self._worker = ThreadPoolExecutor(1, "bgstream-keys-change")
                opened.callback(self._worker.shutdown, cancel_futures=True)
                thread = threading.Thread(target=self._listen, args=(terminal,), name="bgstream-keys")
                thread.start()
                opened.callback(thread.join)
                opened.callback(terminal.wake)
            self._opened = opened.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.close()

    def _listen(self, terminal: Terminal) -> None:
        while (letters := terminal.read()) is not None:
            for letter in letters:
                self._press(letter)

    def _press(self, key: str) -> None:
        if key in PAUSE:
            self._board.turn_pause()
            self._tell("paused" if self._board.paused else "live")
        elif key in QUIT:
            self._tell("stopping")
            self._board.stop()
        elif key == "?":
            self._tell(HELP)
        elif key in SWITCHES or key in STEPS or key == NEXT:
            self._worker.submit(self._change, key)

    def _change(self, key: str) -> None:
        word, value = self._meant(key)
        try:
            wishes = self._board.change({word: value})
        except BgstreamError as error:
            self._tell(f"{error}{': ' if error.hint else ''}{error.hint}")
        else:
            now = getattr(wishes, word)
            self._tell(f"{word} {('off', 'on')[now] if isinstance(now, bool) else format(now, 'g' * (word == 'blur'))}")

    def _meant(self, key: str) -> tuple[str, Any]:
        if key in SWITCHES:
            return SWITCHES[key], "toggle"
        wishes = self._board.wishes
        if key in STEPS:
            return "blur", min(BLUR[1], max(BLUR[0], wishes.blur * STEPS[key]))
        self._tried = self._after(self._tried or wishes.backdrop)
        if self._tried == wishes.backdrop:
            self._tried = self._after(self._tried)
        return "backdrop", self._tried

    def _after(self, backdrop: str) -> str:
        """The next one: of what was tried last, not of what is shown, or one that cannot be had would stay next."""
        known = self._backdrops.index(backdrop) if backdrop in self._backdrops else -1
        return self._backdrops[(known + 1) % len(self._backdrops)]
