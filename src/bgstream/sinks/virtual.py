"""Frames into a virtual webcam, through pyvirtualcam, as the I420 that they are: no RGB on the way."""

import os
import sys
from fractions import Fraction
from importlib import import_module
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from bgstream.devices.holders import holders
from bgstream.devices.loopback import GROUP, busy, find_loopback, remedy
from bgstream.errors import SinkError, nearest
from bgstream.frame import WEBCAM, Frame, i420, i420_length


class VirtualSink:
    """A virtual webcam, held open from here until the ``with`` block is left.

    Args:
        size: (height, width), both even.
        rate: frames a second that are promised to who looks; what is sent may come at another.
        device: ``/dev/videoN`` on Linux, a name elsewhere; None for the first that is free.
        backend: pyvirtualcam's (``v4l2loopback``, ``obs``, ``unitycapture``); None for any that works.

    Attributes:
        device: what pictures are sent to, as the system names it.
        backend: by which way.

    Raises:
        SinkError: no such device, or it is busy, or of another kind; the hint is the command that helps.
    """

    def __init__(
        self, size: tuple[int, int], rate: Fraction, device: str | None = None, backend: str | None = None
    ) -> None:
        height, width = size
        if height % 2 or width % 2 or min(size) < 2:
            raise SinkError(f"a webcam's sides are even, not {width}×{height}", "round the size")
        self.size = size
        self._spare: list[NDArray[np.uint8]] = []
        try:
            library: Any = import_module("pyvirtualcam")
            known = library.camera.BACKENDS
            if backend is not None and backend not in known:
                raise SinkError(f"there is no way '{backend}' to a virtual webcam here", nearest(backend, known))
            self._camera: Any = library.Camera(
                width, height, float(rate), fmt=library.PixelFormat.I420, device=device, backend=backend
            )
        except (ImportError, RuntimeError, ValueError, OSError) as error:
            raise _refused(device, _one_line(error)) from None
        self.device, self.backend = str(self._camera.device), str(self._camera.backend)

    def blank(self, like: Frame) -> Frame:
        """A frame with ``like``'s time and tags: yuv420p planes that are views of one I420 buffer, to be filled."""
        whole = self._spare.pop() if self._spare else np.empty(i420_length(self.size), np.uint8)
        layout, _ = WEBCAM
        return Frame(i420(whole, self.size), layout, like.colour, like.pts, like.time_base, like.duration, keeper=whole)

    def write(self, frame: Frame) -> None:
        """Send one frame that :meth:`blank` gave.

        Raises:
            SinkError: the device has gone.
        """
        try:
            self._camera.send(frame.keeper)
        except (RuntimeError, OSError) as error:
            raise SinkError(f"cannot send to {self.device}: {_one_line(error)}", "start bgstream cam again") from None
        self._spare.append(frame.keeper)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._camera.close()


def _refused(device: str | None, reason: str) -> SinkError:
    """Why pyvirtualcam has taken no device, and what to do."""
    if not sys.platform.startswith("linux"):
        return SinkError(f"there is no virtual webcam: {reason}", remedy())
    try:
        found = find_loopback(device or "auto").path
    except SinkError as error:  # it says better what is wrong, and what helps
        return error
    if holders(found):
        return SinkError(busy(found), "end that program, or name another device with --to")
    hint = "bgstream doctor camera may tell why" if os.access(found, os.R_OK | os.W_OK) else GROUP
    return SinkError(f"cannot use {found}: {reason}", hint)


def _one_line(reason: object) -> str:
    return "; ".join(line.strip() for line in str(reason).splitlines() if line.strip())
