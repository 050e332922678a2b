"""Where nobody can say who watches, or it shall not matter: somebody always does."""

from contextlib import suppress
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Protocol, Self


class Watching(Protocol):
    """Whether anybody looks at the output; see :class:`bgstream.devices.watching.Watch`."""

    @property
    def watched(self) -> bool:
        """Somebody does."""

    def wait(self, seconds: float) -> bool:
        """Until that changes, or :meth:`wake` is called, or for so many seconds; says whether anybody looks."""

    def wake(self) -> None:
        """End a wait; from any thread or signal handler."""

    def __enter__(self) -> Self:
        """Begin."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End."""


class Always:
    """Somebody looks."""

    watched = True

    def __init__(self) -> None:
        self._woken: SimpleQueue[None] = SimpleQueue()  # its put() may interrupt its get(): no lock of ours is held

    def wait(self, seconds: float) -> bool:
        """For so many seconds, or until :meth:`wake` is called."""
        with suppress(Empty):
            self._woken.get(timeout=seconds)
            while True:
                self._woken.get_nowait()
        return self.watched

    def wake(self) -> None:
        """End a wait, or the next one; from any thread or signal handler."""
        self._woken.put(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass


class Nobody(Always):
    """Nobody looks but on the page of ``--preview``, of which the board knows."""

    watched = False
