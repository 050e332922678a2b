"""A frame as keys see it: Y, Cb, Cr in levels, whatever the layout, and in cells of 2×2 pixels.

A *level* is an 8-bit code value: luma counted from black, chroma from grey.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from bgstream_kernels import cell_means, combine_planes
from numpy.typing import NDArray

from bgstream.frame import LUMA_WEIGHTS, RGB, Colour, Frame, Layout, Plane, code_values

Float = NDArray[np.float32]
Three = tuple[Plane, Plane, Plane]
Levels = tuple[float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """What is computed once for a frame.

    Attributes:
        frame: as it was decoded.
        planes: Y, Cb, Cr; the frame's own, or float32 levels of the same size where it is RGB.
        levels: 8-bit code values in one of the planes' values; black and chroma's grey in 8-bit code values.
        cells: (3, ceil(height/2), ceil(width/2)) float32, mean levels of 2×2 pixels.
    """

    frame: Frame
    planes: Three
    levels: Levels
    cells: Float

    @property
    def chroma(self) -> tuple[int, int]:
        """(rows, columns) of the chroma planes."""
        height, width = self.planes[1].shape
        return height, width


def see(frame: Frame) -> Picture:
    """Look at a frame."""
    layout = frame.layout
    height, width = frame.size
    cells = np.empty((3, -(-height // 2), -(-width // 2)), np.float32)
    first, second, third = frame.planes
    planes: Three = (first, second, third)
    levels = levels_of(layout, frame.colour)
    if layout.rgb:
        mixed = np.empty((3, height, width), np.float32)
        combine_planes(planes, level_matrix(layout), mixed)
        planes = (mixed[0], mixed[1], mixed[2])
    cell_means(planes, levels, cells)
    return Picture(frame, planes, levels, cells)


def levels_of(layout: Layout, colour: Colour) -> Levels:
    """How a picture's Y, Cb, Cr become levels: see :class:`Picture`."""
    if layout.rgb:
        return 1.0, 0.0, 0.0
    return 1.0 / (1 << (layout.depth - 8)), 0.0 if colour.full else 16.0, 128.0


@cache
def level_matrix(layout: Layout) -> Float:
    """(3, 3): levels (full range, BT.709's weights) from G, B, R code values."""
    kr, kb = LUMA_WEIGHTS[1]
    kg = 1 - kr - kb
    rows = [
        [kg, kb, kr],
        [-kg / (2 * (1 - kb)), 0.5, -kr / (2 * (1 - kb))],
        [-kg / (2 * (1 - kr)), -kb / (2 * (1 - kr)), 0.5],
    ]
    return np.asarray(np.array(rows) * (255.0 / layout.top), np.float32)


def colour_levels(rgb: tuple[int, int, int], frame: Frame) -> Float:
    """(3,) levels of an 8-bit R, G, B colour as ``frame`` would hold it."""
    layout = frame.layout
    codes = np.array(code_values(rgb, layout, known(frame)), np.float32)
    if layout.rgb:
        return level_matrix(layout) @ codes
    scale, black, grey = levels_of(layout, frame.colour)
    return codes * np.float32(scale) - np.array([black, grey, grey], np.float32)


def known(frame: Frame) -> Colour:
    """The frame's colour tags with a matrix that can be used."""
    colour = frame.colour.known(frame.size[0])
    return Colour(1, colour.full) if colour.matrix == RGB and not frame.layout.rgb else colour
