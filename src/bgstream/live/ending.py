"""What ends or pauses the camera from outside of it: signals, and time."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any, Self

from bgstream.live.board import Board

ENDING = ("SIGINT", "SIGTERM", "SIGHUP")


class Signals:
    """Ctrl-C and SIGTERM end it in order, a second one at once; SIGUSR1 pauses and goes on.

    To be entered first and left last: before there is a board SIGUSR1 has no effect, where unhandled it would end the
    program. Only where signals can be had: in the main thread.

    Attributes:
        board: what is to be stopped or paused; None: what ends it raises KeyboardInterrupt.
    """

    def __init__(self) -> None:
        self.board: Board[Any] | None = None
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for name in (*ENDING, "SIGUSR1"):
                number = getattr(signal, name, None)
                if number is not None and signal.getsignal(number) is not signal.SIG_IGN:  # nohup, or a script's "&"
                    self._before[number] = signal.signal(number, self._act)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _act(self, number: int, _stack: FrameType | None) -> None:
        if number not in [getattr(signal, name, None) for name in ENDING]:
            if self.board is not None:
                self.board.turn_pause()
        elif self.board is None or self.board.stopped:
            raise KeyboardInterrupt
        else:
            self.board.stop()


@contextmanager
def ending(board: Board[Any], seconds: float) -> Iterator[None]:
    """Stop after so many seconds; 0 is never."""
    if not seconds:
        yield
        return
    timer = threading.Timer(seconds, board.stop)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
