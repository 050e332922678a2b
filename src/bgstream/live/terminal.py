"""Keys from the terminal, one by one and at once, by each system's own means."""

import os
import select
import signal
import sys
import threading
from contextlib import suppress
from typing import Self

if sys.platform == "win32":
    import msvcrt

    class Terminal:
        """The console."""

        def __init__(self) -> None:
            self.there = sys.stdin is not None and sys.stdin.isatty()
            self._ended = threading.Event()

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_failure: object) -> None:
            self.wake()

        def wake(self) -> None:
            """End :meth:`read`."""
            self._ended.set()

        def read(self) -> str | None:
            """Keys that were pressed; None after :meth:`wake`."""
            while not msvcrt.kbhit():
                if self._ended.wait(0.1):  # the console cannot be waited for
                    return None
            return msvcrt.getwch()

else:
    import termios
    import tty

    class Terminal:
        """Standard input: every key at once and unseen, Ctrl-C as ever; as it was in the end.

        In the background (``bgstream cam &``) it is the shell's: reading it or changing its mode would stop us.
        """

        def __init__(self) -> None:
            self.there = False

        def __enter__(self) -> Self:
            with suppress(OSError, ValueError):  # no standard input at all
                self._input = sys.stdin.fileno() if sys.stdin is not None else -1
                self.there = os.isatty(self._input) and self._foreground()
            if self.there:
                self._before = termios.tcgetattr(self._input)
                self._woken, self._waker = os.pipe()
                tty.setcbreak(self._input, termios.TCSANOW)
            return self

        def __exit__(self, *_failure: object) -> None:
            if not self.there:
                return
            os.close(self._waker)
            os.close(self._woken)
            with suppress(termios.error, OSError):  # the terminal has gone
                if self._foreground():
                    self._restore()

        def _restore(self) -> None:
            """Even where a moment ago we went to the background: blocked, the signal does not stop us."""
            before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
            try:
                termios.tcsetattr(self._input, termios.TCSADRAIN, self._before)
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, before)

        def _foreground(self) -> bool:
            return os.tcgetpgrp(self._input) == os.getpgrp()

        def wake(self) -> None:
            """End :meth:`read`."""
            os.write(self._waker, b"!")

        def read(self) -> str | None:
            """Keys that were pressed; None after :meth:`wake`, or when the terminal has gone."""
            try:
                while not self._ready():
                    pass
                if self._woken in self._readable:
                    return None
                if termios.tcgetattr(self._input)[3] & termios.ICANON:  # the shell's mode again, after Ctrl-Z and fg
                    tty.setcbreak(self._input, termios.TCSANOW)
                return os.read(self._input, 64).decode(errors="replace") or None
            except (OSError, termios.error):
                return None

        def _ready(self) -> bool:
            """Something is to be read, by us; in the background look now and then whether we are back."""
            mine = self._foreground()
            awaited = [self._woken, self._input] if mine else [self._woken]
            self._readable = select.select(awaited, [], [], None if mine else 1.0)[0]
            return self._woken in self._readable or (bool(self._readable) and self._foreground())
