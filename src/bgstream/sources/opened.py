"""A camera while it is open in FFmpeg: packets with a time-out, and its errors in our words."""

import gc
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EACCES, EAGAIN, EBUSY, EINVAL, EIO, ENODEV, ENOENT, ENXIO, EPERM
from typing import TYPE_CHECKING, cast

import av
import av.error

from bgstream.devices.cameras import Camera
from bgstream.devices.loopback import GROUP, busy
from bgstream.devices.modes import Mode
from bgstream.errors import SourceError
from bgstream.frame import MICRO
from bgstream.sources.reading import bounded, descriptor, ready

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.codeccontext import VideoCodecContext
    from av.video.stream import VideoStream

SILENCE = 2.0  # seconds without a whole picture after which a camera counts as hung
UNPLUGGED = (ENODEV, ENXIO, ENOENT, EIO)
NAP = 0.005  # seconds between two looks where a system cannot wait
# FFmpeg would read the first pictures only to guess a rate and a zero of time; both are known.
AT_ONCE = {"fpsprobesize": "0", "max_ts_probe": "0"}
CODED = ("mjpeg", "h264")


class Opened:
    """An open camera.

    Args:
        camera: which one.
        container: of FFmpeg's input device.
        stopped: ends waiting.
    """

    def __init__(self, camera: Camera, container: "InputContainer", stopped: threading.Event) -> None:
        self._camera, self._container, self._stopped = camera, container, stopped
        self._stream: VideoStream = container.streams.video[0]
        self._device = descriptor(camera.path) if camera.format == "v4l2" else None
        if self._device is not None:
            os.set_blocking(self._device, False)
        self.unit = self._stream.time_base or MICRO

    def decoder(self) -> "VideoCodecContext":
        """The decoder: without delay, and strict, so that a broken JPEG is an error and no grey half picture."""
        context = self._stream.codec_context
        context.thread_count = 1  # more would hold frames back
        context.options = {"err_detect": "explode"}
        return context

    def packet(self, end: float) -> "Packet[VideoStream] | None":
        """The next packet, or None after a stop.

        Args:
            end: until when to wait, by ``time.monotonic()``.

        Raises:
            SourceError: that time is over, or the camera has been unplugged.
        """
        while not self._stopped.is_set() and time.monotonic() <= end:
            if self._device is not None and not ready(self._device, end, self._stopped):
                continue
            try:
                with explained(self._camera):
                    return next(self._container.demux(self._stream))
            except BlockingIOError:  # nothing yet after all
                if self._device is None:
                    self._stopped.wait(NAP)
        if self._stopped.is_set():
            return None
        raise silent(self._camera)


@contextmanager
def opened(camera: Camera, mode: Mode, stopped: threading.Event) -> Iterator[Opened]:
    """Open a camera for as long as the block lasts. Packets have to be let go of before its end.

    Raises:
        SourceError: it is busy (the message names who holds it), takes no such mode, or is not there.
    """
    with explained(camera):
        container = _bounded(camera, mode, stopped) if camera.format == "v4l2" else _open(camera, mode)
    try:
        yield Opened(camera, container, stopped)
    finally:
        container.close()


def silent(camera: Camera) -> SourceError:
    """The error of a camera that sends nothing."""
    return SourceError(
        f"{camera.name} ({camera.path}) has sent no picture for {SILENCE:.0f} seconds",
        "plug it out and in again, or end other programs that use it",
    )


def _bounded(camera: Camera, mode: Mode, stopped: threading.Event) -> "InputContainer":
    with bounded(camera.path, SILENCE, stopped) as cut:
        try:
            container = _open(camera, mode)
        except (av.error.FFmpegError, OSError):
            if not cut():
                raise
        else:
            if not cut():
                return container
            container.close()  # FFmpeg knew enough without a picture, but streaming is off now
    gc.collect()  # PyAV's half-opened container is part of a cycle, and would hold the device until some later day
    raise silent(camera)


def _open(camera: Camera, mode: Mode) -> "InputContainer":
    """Open with the mode; where the mode is only a guess, with less and less of it until the camera takes it."""
    height, width = mode.size
    asked = {"video_size": f"{width}x{height}", "framerate": str(mode.rate)}
    attempts = [asked | _pixel(camera.format, mode.pixel)]
    if not mode.pixel:
        attempts += [{"video_size": asked["video_size"]}, {}]
    timeout = None if camera.format == "v4l2" else (5 * SILENCE, SILENCE)
    while True:
        try:
            options = AT_ONCE | attempts.pop(0)
            return av.open(camera.path, format=camera.format, options=options, timeout=timeout)
        except (av.error.FFmpegError, OSError):
            if not attempts:
                raise


def _pixel(input_format: str, pixel: str) -> dict[str, str]:
    """The option that asks for a pixel format."""
    if not pixel:
        return {}
    if input_format == "v4l2":
        return {"input_format": pixel}
    return {"vcodec" if pixel in CODED and input_format == "dshow" else "pixel_format": pixel}


@contextmanager
def explained(camera: Camera) -> Iterator[None]:
    """Turn FFmpeg's errors about a camera into :class:`SourceError`; "nothing yet" passes."""
    try:
        yield
    except (av.error.FFmpegError, OSError) as error:
        number = cast(int, error.errno)
        if number == EAGAIN:
            raise
        raise _error(camera, number, str(error.strerror or error)) from None


def _error(camera: Camera, number: int, reason: str) -> SourceError:
    name = f"{camera.name} ({camera.path})"
    if number == EBUSY:
        return SourceError(busy(camera.path), "end that program, or name another camera with --camera")
    if number in UNPLUGGED:
        return SourceError(f"{name} has been unplugged, or has failed: {reason}", "plug it in again")
    if number in (EACCES, EPERM):
        return SourceError(f"{camera.path} may not be opened by this user", GROUP)
    if number == EINVAL:
        return SourceError(f"{name} does not take this mode", "bgstream doctor camera lists the modes that it has")
    return SourceError(f"cannot read {name}: {reason}", "bgstream doctor camera may tell why")
