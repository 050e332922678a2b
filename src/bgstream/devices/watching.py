"""Does anybody look at a virtual webcam? Told by the kernel, so that waiting costs nothing."""

import ctypes
import os
import select
import socket
import struct
import time
from contextlib import suppress
from errno import ENOENT
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from bgstream.devices.holders import holders
from bgstream.errors import SinkError

SUBSCRIBE_EVENT, DQEVENT = 0x4020565A, 0x80885659  # linux/videodev2.h
CLIENT_USAGE, SEND_INITIAL = 0x10E00001, 1  # V4L2_EVENT_PRIVATE_START + 0x8e00000 + 1: v4l2loopback.h, from 0.13
PENDING, COUNT = 72, 8  # where v4l2_event says how many more wait, and where its payload begins
OPENED_OR_CLOSED = 0x20 | 0x08 | 0x10  # IN_OPEN, IN_CLOSE_WRITE, IN_CLOSE_NOWRITE of linux/inotify.h
SETTLED = 0.1  # seconds after which a program that opens a device holds it: inotify tells a moment before


class Way(Protocol):
    """One way of knowing."""

    how: str
    readable: list[int]
    urgent: list[int]

    def __call__(self, told: bool) -> bool | None:
        """Whether somebody looks, or None where nothing new is known; ``told``: the kernel has news."""

    def close(self) -> None:
        """Let go."""


class Watch:
    """Whether any program looks at a virtual webcam. Use it in a ``with`` block.

    The ways, best first: v4l2loopback's own event (0.13 and newer), which counts programs that stream; inotify, which
    tells that a program has opened or closed the device, and /proc, which tells who holds it (this user's programs
    only). Where there is neither, somebody is taken to look all the time.

    Args:
        path: of the device's node.
        ways: by default all, best first.

    Raises:
        SinkError: on entering: there is no such device.
    """

    def __init__(self, path: str, ways: "tuple[type[ByEvent] | type[ByInotify], ...] | None" = None) -> None:
        self._path, self._ways = path, ways if ways is not None else (ByEvent, ByInotify)
        self._way: Way | None = None
        self._again = float("inf")  # when to look once more, though nothing new has been told
        self.how = "none"
        self.watched = True

    def __enter__(self) -> Self:
        if self._path.startswith("/dev/") and not Path(self._path).exists():
            raise SinkError(f"{self._path} does not exist", "bgstream doctor camera says what is there")
        self._here, self._there = socket.socketpair()  # select() takes nothing else on Windows
        for one in (self._here, self._there):
            one.setblocking(False)
        for kind in self._ways:
            with suppress(OSError, AttributeError):  # this one is not to be had: the next
                self._way = kind(self._path)
                self.how, self.watched = self._way.how, False
                break
        self._look(True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._way is not None:
            self._way.close()
        self._here.close()
        self._there.close()

    def wake(self) -> None:
        """End a wait, from any thread or from a signal handler; one that has not begun yet as well."""
        with suppress(OSError, AttributeError):  # awake already (the pipe is full), left, or not entered yet
            self._there.send(b"w")

    def wait(self, seconds: float) -> bool:
        """Sleep until ``watched`` changes, :meth:`wake` is called, or time is over.

        Args:
            seconds: at most; infinity is allowed.

        Returns:
            ``watched``.

        Raises:
            SinkError: the device has gone.
        """
        end, before = time.monotonic() + seconds, self.watched
        while self.watched == before:
            awake, told = self._sleep(max(0.0, min(end, self._again) - time.monotonic()))
            if awake:
                break
            if told:
                self._again = time.monotonic() + SETTLED
            elif time.monotonic() >= self._again:
                self._again, told = float("inf"), True
            self._look(told)
            if time.monotonic() >= end:
                break
        return self.watched

    def _sleep(self, seconds: float) -> tuple[bool, bool]:
        """Whether :meth:`wake` was called, and whether the kernel has news."""
        readable, urgent = ([], []) if self._way is None else (self._way.readable, self._way.urgent)
        # Not poll(): that returns at once, again and again, for a descriptor that does not stream (POLLERR).
        timeout = None if seconds == float("inf") else seconds
        awake = self._here.fileno()
        news, _, more = select.select([awake, *readable], [], urgent, timeout)
        if awake in news:
            with suppress(BlockingIOError):
                while self._here.recv(4096):
                    pass
            return True, False
        return False, bool(news or more)

    def _look(self, told: bool) -> None:
        if self._way is None:
            return
        try:
            watched = self._way(told)
        except OSError as error:
            raise SinkError(f"{self._path} has gone: {error.strerror}", "load v4l2loopback again") from None
        if watched is not None:
            self.watched = watched


class ByEvent:
    """v4l2loopback's client-usage event: how many programs stream."""

    how = "event"

    def __init__(self, path: str) -> None:
        from fcntl import ioctl

        self._ioctl = ioctl
        self._device = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        self.readable: list[int] = []
        self.urgent = [self._device]
        try:
            ioctl(self._device, SUBSCRIBE_EVENT, struct.pack("3I20x", CLIENT_USAGE, 0, SEND_INITIAL))
        except OSError:
            self.close()
            raise

    def __call__(self, told: bool) -> bool | None:
        """The newest event's word."""
        watched = None
        while told:
            event = bytearray(136)
            try:
                self._ioctl(self._device, DQEVENT, event)
            except OSError as error:
                if error.errno == ENOENT:  # there was none after all
                    break
                raise
            watched = struct.unpack_from("I", event, COUNT)[0] > 0
            told = struct.unpack_from("I", event, PENDING)[0] > 0
        return watched

    def close(self) -> None:
        """Let go of the device."""
        os.close(self._device)


class ByInotify:
    """Inotify says when to look into /proc."""

    how = "inotify"

    def __init__(self, path: str) -> None:
        self._path = path
        libc = ctypes.CDLL(None, use_errno=True)
        self._queue = int(libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC))
        if self._queue < 0:
            raise OSError(ctypes.get_errno(), "inotify")
        self.readable, self.urgent = [self._queue], list[int]()
        if libc.inotify_add_watch(self._queue, path.encode(), OPENED_OR_CLOSED) < 0:
            number = ctypes.get_errno()
            self.close()
            raise OSError(number, "inotify")

    def __call__(self, told: bool) -> bool | None:
        """Whether a program other than this one holds the device; the look costs some milliseconds."""
        if not told:
            return None
        with suppress(BlockingIOError):
            os.read(self._queue, 65536)
        return bool(holders(self._path))

    def close(self) -> None:
        """Stop."""
        os.close(self._queue)
