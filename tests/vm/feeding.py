"""Feeds bytes into a v4l2loopback device, one write a picture, so that it is a camera of any kind, good or bad."""

import os
import struct
import threading
from collections.abc import Iterable
from fcntl import ioctl
from fractions import Fraction
from types import TracebackType
from typing import Self

import numpy as np
from av.codec.context import CodecContext
from av.video.frame import VideoFrame

S_FMT, OUTPUT, NO_FIELD = 0xC0D05605, 2, 1  # linux/videodev2.h
CAMERA = "/dev/video11"


class Feeder:
    """Writes pictures, over and over, from a thread of its own. Use it in a ``with`` block.

    Args:
        pictures: the bytes of each.
        fourcc: of what they are, ``MJPG`` or ``YU12``.
        size: (height, width).
        rate: pictures a second.
        once: stop writing after the last, but stay.
    """

    def __init__(self, pictures: Iterable[bytes], fourcc: str, size: tuple[int, int], rate: float = 30) -> None:
        self._pictures, self._fourcc, self._size, self._pause = list(pictures), fourcc, size, 1 / rate
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._feed)

    def __enter__(self) -> Self:
        height, width = self._size
        self._device = os.open(CAMERA, os.O_WRONLY)
        raw = height * width * 3 // 2
        wanted = struct.pack("I4x2I4s4I", OUTPUT, width, height, self._fourcc.encode(), NO_FIELD, width, 2 * raw, 0)
        ioctl(self._device, S_FMT, bytearray(wanted.ljust(208, b"\0")))
        os.write(self._device, self._pictures[0])  # now there is a camera
        self._thread.start()
        return self

    def _feed(self) -> None:
        number = 0
        while not self._end.wait(self._pause):
            number += 1
            os.write(self._device, self._pictures[number % len(self._pictures)])

    def pause(self) -> None:
        """Write no more, but hold the device."""
        self._end.set()
        self._thread.join()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.pause()
        os.close(self._device)


def jpeg(planes: tuple[np.ndarray, np.ndarray, np.ndarray], pixel: str = "yuvj422p") -> bytes:
    """One picture of a camera's MJPEG, from full-range planes."""
    height, width = planes[0].shape
    picture = VideoFrame(width, height, pixel)
    for plane, pixels in zip(picture.planes, planes, strict=True):
        rows = np.zeros((plane.height, plane.line_size), np.uint8)
        rows[:, : plane.width] = pixels
        plane.update(rows.tobytes())
    encoder = CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, pixel
    encoder.time_base, encoder.color_range = Fraction(1, 30), 2
    encoder.options = {"qmin": "1", "qmax": "1", "flags": "+qscale", "global_quality": "118"}
    return b"".join(bytes(packet) for packet in [*encoder.encode(picture), *encoder.encode(None)])


def damaged(whole: bytes) -> dict[str, bytes]:
    """How a JPEG breaks on its way: the end lost, the middle lost, bytes overwritten, nothing left, no JPEG at all."""
    third, half = len(whole) // 3, len(whole) // 2
    return {
        "cut": whole[:half],
        "cut, then ended": whole[:half] + b"\xff\xd9",
        "hole": whole[:third] + whole[half:],
        "overwritten": whole[:third] + bytes(half - third) + whole[half:],
        "one byte": whole[:1],
        "no JPEG": bytes(len(whole)),
    }
