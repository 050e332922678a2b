"""What is asked of a V4L2 driver, and how its answers are read: a driver of bytes, laid out by hand."""

import struct
from collections.abc import Callable
from fractions import Fraction

import pytest

from bgstream.devices import v4l2
from bgstream.devices.modes import Mode

# The answers of a driver, as linux/videodev2.h lays them out on 64-bit systems; what follows is zeros.
UVC = bytes.fromhex("75766376 6964656f 00000000 00000000".replace(" ", ""))
CARD = b"Integrated Camera: Integrated C\0"
BUS = b"usb-0000:00:14.0-8".ljust(32, b"\0")
FORMATS = [b"YUYV", b"MJPG", b"Z16 "]
DISCRETE_SIZES = {b"YUYV": [(640, 480), (1280, 720)], b"MJPG": [(1280, 720)]}
INTERVALS = {(640, 480): [(1, 30), (1, 15)], (1280, 720): [(1, 10)]}


def capabilities(every: int, device: int) -> bytes:
    return UVC + CARD + BUS + struct.pack("3I", 0x060100, every, device) + bytes(12)


class Driver:
    """Answers like a UVC camera."""

    def __init__(self, every: int = 0x84A00001, device: int = 0x04200001) -> None:
        self.every, self.device = every, device

    def __call__(self, number: int, request: bytes) -> bytes | None:
        answers: dict[int, tuple[int, Callable[[bytes], bytes | None]]] = {
            0x80685600: (104, lambda _: capabilities(self.every, self.device)),
            0xC0405602: (64, self.format),
            0xC02C564A: (44, self.size),
            0xC034564B: (52, self.interval),
            0xC0D05604: (208, self.present_format),
            0xC0CC5615: (204, self.present_rate),
        }
        length, answer = answers[number]
        assert len(request) == length == (number >> 16 & 0x3FFF)
        return answer(request)

    def format(self, request: bytes) -> bytes | None:
        index, kind = struct.unpack_from("2I", request)
        assert kind == 1
        if index >= len(FORMATS):
            return None
        fourcc: bytes = FORMATS[index]
        return request[:12] + b"a name".ljust(32, b"\0") + fourcc + bytes(16)

    def size(self, request: bytes) -> bytes | None:
        index, fourcc = struct.unpack_from("I4s", request)
        sizes = DISCRETE_SIZES[fourcc]
        return request[:8] + struct.pack("3I", 1, *sizes[index]) + bytes(24) if index < len(sizes) else None

    def interval(self, request: bytes) -> bytes | None:
        index, _, width, height = struct.unpack_from("I4s2I", request)
        known = INTERVALS[width, height]
        return request[:16] + struct.pack("3I", 1, *known[index]) + bytes(24) if index < len(known) else None

    def present_format(self, request: bytes) -> bytes | None:
        return None

    def present_rate(self, request: bytes) -> bytes | None:
        return None


class Stepwise(Driver):
    """Gives ranges: 320 to 1280 in steps of 8, 1/30 to 1/10 of a second."""

    def size(self, request: bytes) -> bytes | None:
        first = struct.unpack_from("I", request)[0] == 0
        return request[:8] + struct.pack("7I", 3, 320, 1280, 8, 180, 720, 4) + bytes(8) if first else None

    def interval(self, request: bytes) -> bytes | None:
        first = struct.unpack_from("I", request)[0] == 0
        return request[:16] + struct.pack("7I", 3, 1, 30, 1, 10, 1, 1000) + bytes(8) if first else None


class Mute(Driver):
    """An old driver, which lists neither sizes nor rates."""

    def size(self, request: bytes) -> bytes | None:
        return None

    def interval(self, request: bytes) -> bytes | None:
        return None

    def present_format(self, request: bytes) -> bytes | None:
        return struct.pack("2I2I4s", 1, 0, 352, 288, b"YUYV").ljust(208, b"\0")

    def present_rate(self, request: bytes) -> bytes | None:
        return struct.pack("5I", 1, 0, 0, 1001, 15000).ljust(204, b"\0")


@pytest.mark.parametrize(
    ("every", "device", "capture", "output"),
    [
        (0x84A00001, 0x04200001, True, False),  # a UVC camera's pictures
        (0x84A00001, 0x04A00000, False, False),  # its metadata: another node of the same camera
        (0x85200002, 0x05200002, False, True),  # a v4l2loopback device that nobody feeds
        (0x85200003, 0x05200003, True, True),  # one without exclusive_caps
        (0x04000001, 0, True, False),  # an old driver, which says nothing about the node
        (0x81000001, 0x01000001, False, False),  # it can be read, but does not stream
    ],
)
def test_capability(every: int, device: int, capture: bool, output: bool) -> None:
    got = v4l2.capability(Driver(every, device))
    assert (got.driver, got.card, got.bus) == ("uvcvideo", "Integrated Camera: Integrated C", "usb-0000:00:14.0-8")
    assert (got.capture, got.output) == (capture, output)


def test_what_answers_nothing_is_no_video_device() -> None:
    with pytest.raises(OSError, match="not a video device"):
        v4l2.capability(lambda _number, _request: None)


def test_listed_modes_are_the_drivers_of_formats_that_we_take() -> None:
    assert list(v4l2.listed(Driver())) == [
        Mode("yuyv422", (480, 640), Fraction(30)),
        Mode("yuyv422", (480, 640), Fraction(15)),
        Mode("yuyv422", (720, 1280), Fraction(10)),
        Mode("mjpeg", (720, 1280), Fraction(10)),
    ]


def test_ranges_give_the_customary_sizes_and_rates_in_them() -> None:
    got = set(v4l2.listed(Stepwise()))
    sizes, rates = {mode.size for mode in got}, {mode.rate for mode in got}
    assert sizes == {(180, 320), (240, 320), (360, 640), (480, 640), (540, 960), (600, 800), (720, 1280)}
    assert rates == {10, 15, 20, 24, 25, 30}


def test_a_driver_that_lists_nothing_is_asked_for_the_present() -> None:
    assert set(v4l2.listed(Mute())) == {
        Mode(pixel, (288, 352), Fraction(15000, 1001)) for pixel in ("yuyv422", "mjpeg")
    }


def test_a_file_is_no_device(tmp_path: object) -> None:
    with pytest.raises(OSError, match="not a video device"):
        v4l2.query("/dev/null")
    with pytest.raises(FileNotFoundError):
        v4l2.query(f"{tmp_path}/video0")
