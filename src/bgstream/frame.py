"""Frames in the planes they were decoded in, and what travels with them."""

from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bgstream.hdr import HLG, PQ, from_sdr

Plane = NDArray[Any]
Planes = tuple[Plane, ...]

# Kr and Kb of the matrices that files are tagged with (ITU-T H.273, MatrixCoefficients).
LUMA_WEIGHTS = {1: (0.2126, 0.0722), 4: (0.30, 0.11), 5: (0.299, 0.114), 6: (0.299, 0.114), 7: (0.212, 0.087)}
LUMA_WEIGHTS |= {9: (0.2627, 0.0593), 10: (0.2627, 0.0593)}
UNKNOWN, BT709, BT601, RGB = 2, 1, 6, 0
HDR_TRANSFERS = {PQ: "PQ", HLG: "HLG"}


CHROMA = {(1, 1): "4:4:4", (1, 2): "4:2:2", (2, 2): "4:2:0"}


@dataclass(frozen=True, slots=True)
class Layout:
    """How a picture's three planes are stored.

    Attributes:
        name: the pixel format's name without alpha, as FFmpeg says it (``yuv420p``, ``gbrp10le``).
        alpha_name: the same format with an alpha plane.
        depth: bits of a sample; more than 8 are stored in uint16.
        subsampling: (rows, columns) of the first plane that one sample of the second and third covers.
        rgb: planes are G, B, R (FFmpeg's order) instead of Y, Cb, Cr.
        grey: there is one plane only (matte files).
    """

    name: str
    alpha_name: str
    depth: int = 8
    subsampling: tuple[int, int] = (1, 1)
    rgb: bool = False
    grey: bool = False

    @property
    def dtype(self) -> type[np.uint8] | type[np.uint16]:
        """The planes' NumPy type."""
        return np.uint8 if self.depth == 8 else np.uint16

    @property
    def top(self) -> int:
        """The largest sample value."""
        return (1 << self.depth) - 1

    @property
    def chroma(self) -> str:
        """How finely colour is stored, for people: ``4:2:0``, ``4:2:2``, ``4:4:4`` or ``RGB``."""
        return "RGB" if self.rgb else CHROMA[self.subsampling]

    @property
    def whole(self) -> "Layout":
        """The same with as much chroma across as luma: 4:2:2, which on its side is no format, as 4:4:4."""
        return LAYOUTS[self.name.replace("422", "444")]

    def shapes(self, height: int, width: int) -> tuple[tuple[int, int], ...]:
        """(height, width) of the planes of a picture."""
        rows, columns = self.subsampling
        chroma = (-(-height // rows), -(-width // columns))
        return ((height, width),) if self.grey else ((height, width), chroma, chroma)


def _layouts() -> dict[str, Layout]:
    found = {}
    for stem, subsampling in (("420", (2, 2)), ("422", (1, 2)), ("444", (1, 1))):
        for depth in (8, 10, 12, 16):
            suffix = "" if depth == 8 else f"{depth}le"
            name = f"yuv{stem}p{suffix}"
            found[name] = Layout(name, f"yuva{stem}p{suffix}", depth, subsampling)
    for depth in (8, 10, 12, 16):
        suffix = "" if depth == 8 else f"{depth}le"
        found[f"gbrp{suffix}"] = Layout(f"gbrp{suffix}", f"gbrap{suffix}", depth, rgb=True)
    return found


LAYOUTS = _layouts()
GREY = Layout("gray", "gray", grey=True)
MICRO = Fraction(1, 1_000_000)  # seconds: the unit of times that come from the system's clock


@dataclass(frozen=True, slots=True)
class Colour:
    """Colour tags as numbered by ITU-T H.273; 2 is unknown.

    Attributes:
        matrix: matrix coefficients (1 BT.709, 5/6 BT.601, 9 BT.2020, 0 RGB).
        full: full range (0..255) instead of studio range (16..235).
        primaries: colour primaries.
        transfer: transfer characteristics (16 PQ, 18 HLG).
    """

    matrix: int = UNKNOWN
    full: bool = False
    primaries: int = UNKNOWN
    transfer: int = UNKNOWN

    def known(self, height: int) -> "Colour":
        """The same with the customary matrix where none is tagged: BT.709 from 720 rows, BT.601 below."""
        if self.matrix in LUMA_WEIGHTS or self.matrix == RGB:
            return self
        return replace(self, matrix=BT709 if height >= 720 else BT601)


# How webcams send their pictures (UVC, JFIF: BT.601's matrix, BT.709's primaries), and how those of one are taken.
WEBCAM = LAYOUTS["yuv420p"], Colour(6, False, 1, 1)


def i420(whole: NDArray[np.uint8], size: tuple[int, int]) -> Planes:
    """Y, Cb, Cr of a contiguous 8-bit 4:2:0 buffer, without a copy.

    Args:
        whole: flat, as long as :func:`i420_length` says.
        size: (height, width) of the picture.
    """
    planes, start = [], 0
    for height, width in LAYOUTS["yuv420p"].shapes(*size):
        planes.append(whole[start : start + height * width].reshape(height, width))
        start += height * width
    return tuple(planes)


def i420_length(size: tuple[int, int]) -> int:
    """Bytes of such a buffer."""
    return sum(height * width for height, width in LAYOUTS["yuv420p"].shapes(*size))


@cache
def rgb_matrix(layout: Layout, colour: Colour) -> NDArray[np.float32]:
    """(3, 4): R, G, B 0..1 from the three planes' code values: weights and bias (ITU-T H.273, eq. 41–62)."""
    top = float(layout.top)
    if layout.rgb:
        order = np.array([[0, 0, 1, 0], [1, 0, 0, 0], [0, 1, 0, 0]], np.float32)
        return order / np.float32(top)
    kr, kb = LUMA_WEIGHTS.get(colour.matrix, LUMA_WEIGHTS[BT601])
    kg = 1 - kr - kb
    unit = 1 << (layout.depth - 8)
    black, span, reach = (0.0, top, top) if colour.full else (16.0 * unit, 219.0 * unit, 224.0 * unit)
    middle = 128.0 * unit
    red, blue = 2 * (1 - kr) / reach, 2 * (1 - kb) / reach
    matrix = np.array(
        [
            [1 / span, 0, red, 0],
            [1 / span, -blue * kb / kg, -red * kr / kg, 0],
            [1 / span, blue, 0, 0],
        ]
    )
    matrix[:, 3] = -matrix[:, 0] * black - (matrix[:, 1] + matrix[:, 2]) * middle
    return matrix.astype(np.float32)


def code_values(rgb: tuple[int, int, int], layout: Layout, colour: Colour) -> tuple[int, int, int]:
    """The three planes' code values of an 8-bit R, G, B colour, rounded to nearest; among HDR, white is 203 cd/m²."""
    matrix = rgb_matrix(layout, colour).astype(np.float64)
    signal = np.array(rgb) / 255.0
    if colour.transfer in HDR_TRANSFERS:
        signal = from_sdr(signal, colour.transfer)
    values = np.linalg.solve(matrix[:, :3], signal - matrix[:, 3])
    first, second, third = (int(v) for v in np.clip(np.rint(values), 0, layout.top))
    return first, second, third


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture.

    Attributes:
        planes: three arrays as decoded (Y, Cb, Cr or G, B, R), one in the grey layout; rows may be padded.
            Not to be written to, unless the frame is one that a sink handed out to be filled.
        layout: how they are stored.
        colour: colour tags.
        pts: presentation time in units of ``time_base``.
        time_base: seconds of one unit.
        duration: in units of ``time_base``; 0 is unknown.
        alpha: (height, width) uint8 0..255 where the picture brings its own, or is to be written with one.
        keeper: whatever owns the planes' memory.
    """

    planes: Planes
    layout: Layout
    colour: Colour
    pts: int = 0
    time_base: Fraction = Fraction(1, 1000)
    duration: int = 0
    alpha: Plane | None = None
    keeper: Any = field(default=None, repr=False)

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) in pixels."""
        height, width = self.planes[0].shape
        return height, width

    @property
    def nbytes(self) -> int:
        """Memory that the planes hold."""
        return sum(plane.nbytes for plane in self.planes)

    @property
    def time(self) -> float:
        """Seconds since the clip's zero."""
        return float(self.pts * self.time_base)


@dataclass(frozen=True, slots=True, eq=False)
class Matted:
    """A frame and its matte.

    Attributes:
        frame: as it was decoded.
        alpha: (height, width) uint8, 0 = backdrop, 255 = subject.
        foreground: the subject's own colours in the frame's layout, freed of the old background at soft edges;
            None where nobody estimated them. Where alpha is 255 they are the frame's, bit for bit.
    """

    frame: Frame
    alpha: Plane
    foreground: Planes | None = None

    @property
    def colours(self) -> Planes:
        """The planes to show: the foreground's where it was estimated, else the frame's."""
        return self.frame.planes if self.foreground is None else self.foreground
