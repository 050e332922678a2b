"""Which of a camera's modes is taken."""

from fractions import Fraction

import pytest

from bgstream.devices.modes import Mode, choose


def modes(*lines: str) -> list[Mode]:
    """``"yuyv422 1280x720 10"`` for each."""
    made = []
    for line in lines:
        pixel, size, rate = line.split()
        width, height = map(int, size.split("x"))
        made.append(Mode(pixel, (height, width), Fraction(rate)))
    return made


USB2 = modes(  # a common camera: raw pictures are slow where they are large
    "yuyv422 640x480 30",
    "yuyv422 1280x720 10",
    "yuyv422 1920x1080 5",
    "mjpeg 640x480 30",
    "mjpeg 1280x720 30",
    "mjpeg 1920x1080 30",
    "h264 1280x720 30",
)
USB3 = modes("mjpeg 1280x720 30", "yuyv422 1280x720 30", "nv12 1280x720 30", "yuyv422 1280x720 60")
CASES = {
    "MJPEG where raw is too slow": (USB2, None, None, "mjpeg 1280x720 30"),
    "raw where it is fast enough": (USB2, (480, 640), None, "yuyv422 640x480 30"),
    "the size asked for": (USB2, (1080, 1920), None, "mjpeg 1920x1080 30"),
    "a slow rate asked for": (USB2, (1080, 1920), Fraction(5), "yuyv422 1920x1080 5"),
    "the size near the one asked for": (USB2, (500, 700), None, "yuyv422 640x480 30"),
    "the least work": (USB3, None, None, "nv12 1280x720 30"),
    "a fast rate asked for": (USB3, None, Fraction(60), "yuyv422 1280x720 60"),
    "planes before all": ([*USB3, *modes("yuv420p 1280x720 30")], None, None, "yuv420p 1280x720 30"),
    "UYVY before MJPEG": (modes("mjpeg 1280x720 30", "uyvy422 1280x720 30"), None, None, "uyvy422 1280x720 30"),
    "NTSC's rate is the same": (
        modes("mjpeg 1280x720 30", "yuyv422 1280x720 30000/1001"),
        None,
        None,
        "yuyv422 1280x720 30000/1001",
    ),
    "H.264 never beside others": (modes("h264 1280x720 30", "mjpeg 320x240 5"), None, None, "mjpeg 320x240 5"),
    "H.264 alone": (modes("h264 1280x720 30"), None, None, "h264 1280x720 30"),
    "smooth before large": (modes("yuyv422 1280x720 10", "yuyv422 640x480 30"), None, None, "yuyv422 640x480 30"),
    "large where all are slow": (modes("yuyv422 1280x720 10", "yuyv422 640x480 10"), None, None, "yuyv422 1280x720 10"),
    "a little slow before twice too fast": (
        modes("nv12 1280x720 25", "nv12 1280x720 60"),
        None,
        None,
        "nv12 1280x720 25",
    ),
    "too fast before half too slow": (modes("nv12 1280x720 15", "nv12 1280x720 60"), None, None, "nv12 1280x720 60"),
    "the shape counts": (modes("nv12 1280x720 30", "nv12 1024x900 30"), (700, 1280), None, "nv12 1280x720 30"),
}


@pytest.mark.parametrize(("there", "size", "rate", "taken"), CASES.values(), ids=CASES)
def test_choose(there: list[Mode], size: tuple[int, int] | None, rate: Fraction | None, taken: str) -> None:
    (wanted,) = modes(taken)
    assert choose(there, size, rate) == wanted
    assert choose(reversed(there), size, rate) == wanted


def test_a_mode_says_what_it_is() -> None:
    assert str(USB2[1]) == "1280×720 at 10 fps (yuyv422)"


def test_no_modes_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="empty"):
        choose([])
