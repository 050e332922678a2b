"""A V4L2 device as FFmpeg holds it: found among this process's descriptors, and waited for.

A read of a V4L2 device through FFmpeg lasts until there is a picture, whatever time-out was given, and nothing ends
it. So the descriptor is made not to block and is polled here, in slices, between which a request to stop is heard.
"""

import os
import select
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bgstream.devices.v4l2 import STREAMOFF, TYPE_CAPTURE

SLICE = 0.1  # seconds after which a request to stop is heard
DESCRIPTORS = Path("/proc/self/fd")
MANNERS = getattr(os, "O_ACCMODE", 3) | getattr(os, "O_NONBLOCK", 0)


def descriptor(path: str) -> int | None:
    """FFmpeg's descriptor of a device just opened; None where it cannot be found.

    It is the one for reading and writing that blocks: those that ask a device for its modes do not, and who feeds a
    v4l2loopback device only writes.
    """
    from fcntl import F_GETFL, fcntl

    device = Path(path).stat().st_rdev
    for number in (int(entry.name) for entry in DESCRIPTORS.iterdir()):
        try:
            if os.fstat(number).st_rdev == device and fcntl(number, F_GETFL) & MANNERS == os.O_RDWR:
                return number
        except OSError:  # closed meanwhile: the listing's own
            continue
    return None


def ready(device: int, end: float, stopped: threading.Event) -> bool:
    """Wait until a device has a picture or an error to tell.

    Args:
        device: its descriptor.
        end: until when, by ``time.monotonic()``.
        stopped: ends the wait.
    """
    poll = select.poll()
    poll.register(device, select.POLLIN)
    while not stopped.is_set():
        left = end - time.monotonic()
        if poll.poll(1000 * max(0.0, min(SLICE, left))):
            return True
        if left <= 0:
            break
    return False


@contextmanager
def bounded(path: str, seconds: float, stopped: threading.Event) -> Iterator[Callable[[], bool]]:
    """What opens a device in this block is not held up for longer than some seconds by a camera that sends nothing.

    FFmpeg reads a first picture to learn what a coded stream holds. When time is over or a stop is asked for,
    streaming is switched off on FFmpeg's own descriptor: its read, and so the opening, fails.

    Args:
        path: of the device's node.
        seconds: until then.
        stopped: ends it at once.

    Yields:
        Whether the opening was cut off.
    """
    done, cut = threading.Event(), threading.Event()

    def guard() -> None:
        end = time.monotonic() + seconds
        while not done.wait(SLICE):
            if stopped.is_set() or time.monotonic() > end:
                cut.set()
                _stop_streaming(path)

    thread = threading.Thread(target=guard, name="bgstream-camera")
    thread.start()
    try:
        yield cut.is_set
    finally:
        done.set()
        thread.join()


def _stop_streaming(path: str) -> None:
    from fcntl import ioctl

    try:
        device = descriptor(path)
        if device is not None:
            ioctl(device, STREAMOFF, TYPE_CAPTURE.to_bytes(4, "little"))
    except OSError:  # gone, or not streaming yet: the next slice tries again
        return
