"""What a camera can deliver, and which of it is taken."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import log

# From the least work to the most for the same picture: planes as we want them, planes to be sorted, packed pixels,
# pictures to be decoded. A stream that is coded over time comes last: it has a delay, and a lost packet hurts.
PIXELS = ("yuv420p", "nv12", "yuyv422", "uyvy422", "mjpeg", "h264")
WISH_SIZE, WISH_RATE = (720, 1280), Fraction(30)
SMOOTH = Fraction(24)  # frames a second below which motion is seen to jump
SAME = 0.01  # relative difference of two rates that nobody sees: 30 and 30000/1001


@dataclass(frozen=True, slots=True)
class Mode:
    """One way in which a camera can send pictures.

    Attributes:
        pixel: FFmpeg's name of the pixel format or codec, one of :data:`PIXELS`.
        size: (height, width).
        rate: frames a second.
    """

    pixel: str
    size: tuple[int, int]
    rate: Fraction

    def __str__(self) -> str:
        height, width = self.size
        return f"{width}×{height} at {float(self.rate):.4g} fps ({self.pixel})"


DEFAULT = Mode("", WISH_SIZE, WISH_RATE)  # where a system does not list a camera's modes: what most have


def choose(modes: Iterable[Mode], size: tuple[int, int] | None = None, rate: Fraction | None = None) -> Mode:
    """The mode that comes nearest to what is wanted; between equals, the one that costs least.

    What is asked for comes first, size before rate. What is not asked for should be smooth, then near
    :data:`WISH_SIZE`, then near :data:`WISH_RATE`. So MJPEG is taken only where raw pictures do not come as large and
    as fast, which is the rule for 720p behind USB 2.

    Args:
        modes: what the camera has; not empty.
        size: (height, width) asked for.
        rate: frames a second asked for.

    Raises:
        ValueError: there are no modes.
    """
    want_size, want_rate = size or WISH_SIZE, rate or WISH_RATE
    jumps_below = min(SMOOTH, want_rate)

    def key(mode: Mode) -> tuple[float, ...]:
        size_off, rate_off = _size_off(mode.size, want_size), _rate_off(mode.rate, want_rate)
        too_slow = max(0.0, float(jumps_below - mode.rate))
        asked = (size_off if size else 0.0, rate_off if rate else 0.0)
        return (mode.pixel == "h264", *asked, too_slow, size_off, rate_off, PIXELS.index(mode.pixel))

    return min(modes, key=key)


def _size_off(size: tuple[int, int], wish: tuple[int, int]) -> float:
    """How far a size is from another: by area and by shape, as ratios."""
    (height, width), (high, wide) = size, wish
    return abs(log(height * width / (high * wide))) + abs(log(width * high / (height * wide)))


def _rate_off(rate: Fraction, wish: Fraction) -> float:
    """How far a rate is from another, as a ratio; too slow weighs double."""
    off = log(rate / wish)
    if abs(off) < SAME:
        return 0.0
    return off if off > 0 else -2 * off
