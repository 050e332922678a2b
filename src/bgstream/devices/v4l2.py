"""Linux' cameras and virtual webcams, asked through V4L2's ioctls.

Structures and numbers: ``linux/videodev2.h``, part of the kernel's stable interface, as 64-bit systems lay them out.
"""

import os
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from typing import Any

from bgstream.devices.modes import Mode

QUERYCAP, ENUM_FMT, ENUM_FRAMESIZES, ENUM_FRAMEINTERVALS = 0x80685600, 0xC0405602, 0xC02C564A, 0xC034564B
G_FMT, G_PARM = 0xC0D05604, 0xC0CC5615
STREAMOFF = 0x40045613
CAPTURE, OUTPUT, STREAMING, DEVICE_CAPS = 0x1, 0x2, 0x04000000, 0x80000000
TYPE_CAPTURE = 1  # V4L2_BUF_TYPE_VIDEO_CAPTURE
DISCRETE = 1  # V4L2_FRMSIZE_TYPE_DISCRETE and V4L2_FRMIVAL_TYPE_DISCRETE
FOURCCS = {b"YU12": "yuv420p", b"NV12": "nv12", b"YUYV": "yuyv422", b"UYVY": "uyvy422"}
FOURCCS |= {b"MJPG": "mjpeg", b"JPEG": "mjpeg", b"H264": "h264"}
# What is tried where a driver gives a range instead of a list.
SIZES = ((180, 320), (240, 320), (360, 640), (480, 640), (540, 960), (600, 800), (720, 1280), (1080, 1920))
RATES = tuple(Fraction(rate) for rate in (5, 10, 15, 20, 24, 25, 30, 50, 60))

# Call (ioctl's number, the structure's bytes); gives the bytes that come back, or None where the driver has no more.
Ask = Callable[[int, bytes], bytes | None]


@dataclass(frozen=True, slots=True)
class Capability:
    """What a device says of itself.

    Attributes:
        driver: the driver's name (``uvcvideo``, ``v4l2 loopback``).
        card: the device's name, as call programs show it.
        bus: where it hangs.
        capture: pictures can be read from it.
        output: pictures can be written to it.
    """

    driver: str
    card: str
    bus: str
    capture: bool
    output: bool


@contextmanager
def asking(path: str) -> Iterator[Ask]:
    """Ask a device.

    Args:
        path: of its node. It is opened without streaming, which leaves a camera's light off.

    Raises:
        OSError: it cannot be opened; later, that it has gone.
    """
    from fcntl import ioctl  # not everywhere

    device = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)

    def ask(number: int, request: bytes) -> bytes | None:
        answer = bytearray(request)
        try:
            ioctl(device, number, answer)
        except OSError as error:
            if error.errno in (22, 25):  # EINVAL: no more of these; ENOTTY: the driver does not know the question
                return None
            raise
        return bytes(answer)

    try:
        yield ask
    finally:
        os.close(device)


def query(path: str) -> Capability:
    """What a device says of itself.

    Raises:
        OSError: it cannot be opened, or is no video device (ENOTTY).
    """
    with asking(path) as ask:
        return capability(ask)


def modes(path: str) -> tuple[Mode, ...]:
    """What a camera can deliver, of what we can take; in the driver's order.

    Raises:
        OSError: it cannot be opened.
    """
    with asking(path) as ask:
        return tuple(dict.fromkeys(listed(ask)))


def capability(ask: Ask) -> Capability:
    """Ask for a :class:`Capability`.

    Raises:
        OSError: ENOTTY, it is no video device.
    """
    answer = ask(QUERYCAP, bytes(104))
    if answer is None:
        raise OSError(25, "not a video device")
    driver, card, bus, _, every, device = struct.unpack_from("16s32s32sIII", answer)
    able = device if every & DEVICE_CAPS else every  # else "all nodes of this camera together"
    streams = bool(able & STREAMING)
    return Capability(_text(driver), _text(card), _text(bus), streams and bool(able & CAPTURE), bool(able & OUTPUT))


def listed(ask: Ask) -> Iterator[Mode]:
    """Ask for all modes: every pixel format's sizes, every size's rates."""
    for (fourcc,) in _each(ask, ENUM_FMT, 64, "44x4s", struct.pack("I", TYPE_CAPTURE)):
        if fourcc not in FOURCCS:
            continue
        for size in _sizes(ask, fourcc):
            for rate in _rates(ask, fourcc, size):
                yield Mode(FOURCCS[fourcc], size, rate)


def _sizes(ask: Ask, fourcc: bytes) -> Iterator[tuple[int, int]]:
    """The sizes, (height, width), of one pixel format; the present one where the driver lists none."""
    found = False
    for kind, *numbers in _each(ask, ENUM_FRAMESIZES, 44, "8xI6I", fourcc):
        found = True
        if kind == DISCRETE:
            yield numbers[1], numbers[0]
            continue
        left, right, step, top, bottom, stride = numbers
        yield from (
            (height, width)
            for height, width in SIZES
            if left <= width <= right and not (width - left) % max(1, step)
            if top <= height <= bottom and not (height - top) % max(1, stride)
        )
    present = None if found else ask(G_FMT, struct.pack("I204x", TYPE_CAPTURE))
    if present is not None:
        width, height = struct.unpack_from("8x2I", present)
        yield height, width


def _rates(ask: Ask, fourcc: bytes, size: tuple[int, int]) -> Iterator[Fraction]:
    """The rates at one size; the present one where the driver lists none."""
    height, width = size
    found = False
    for kind, *numbers in _each(ask, ENUM_FRAMEINTERVALS, 52, "16xI6I", fourcc + struct.pack("2I", width, height)):
        found = True
        times = [Fraction(*numbers[k : k + 2]) for k in (0, 2) if all(numbers[k : k + 2])]
        if kind == DISCRETE:
            yield from (1 / time for time in times[:1])
        elif len(times) == 2:
            yield from (rate for rate in RATES if times[0] <= 1 / rate <= times[1])
    present = None if found else ask(G_PARM, struct.pack("I200x", TYPE_CAPTURE))
    if present is not None:
        above, below = struct.unpack_from("12x2I", present)
        if above and below:
            yield Fraction(below, above)


def _each(ask: Ask, number: int, size: int, answer: str, about: bytes) -> Iterator[tuple[Any, ...]]:
    """All entries of a list: the structure begins with the index and goes on with what it is asked about."""
    for index in count():
        found = ask(number, (struct.pack("I", index) + about).ljust(size, b"\0"))
        if found is None:
            return
        yield struct.unpack_from(answer, found)


def _text(raw: bytes) -> str:
    return raw.split(b"\0")[0].decode("utf-8", "replace")
