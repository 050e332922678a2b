"""3×3 windows of colour for closed-form matting: the frame's colours in the band, and each window's statistics."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bgstream_kernels.gridding import Blocks, next_run
from bgstream_kernels.planes import Plane, jit

Float = NDArray[np.float32]
Places = tuple[NDArray[np.int32], NDArray[np.int32], Float]
SHARE = np.float32(1 / 9)  # of a window's mean that is one pixel's


@jit
def gather(
    planes: tuple[Plane, Plane, Plane],
    places: tuple[Places, Places],
    scale: float,
    marked: Blocks,
    colour: Float,
) -> None:
    """The frame's colours, about 0 and 1 wide, in the marked blocks.

    Args:
        planes: as decoded; the second and third may be subsampled.
        places: for each pixel row, and column, the two chroma samples around it and how far it lies from the first.
        scale: one over the planes' largest value.
        marked: (rows, blocks).
        colour: (3, height, width) out; middle grey is 0, so that sums of squares stay exact in float32.
    """
    first, second, third = planes
    above, below, down = places[0]
    unit, half = np.float32(scale), np.float32(0.5)
    for y in range(marked.shape[0]):
        block = 0
        while True:
            left, right, block = next_run(marked[y], block, colour.shape[2])
            if left >= right:
                break
            source, target = first[y], colour[0, y]
            for x in range(left, right):
                target[x] = np.float32(source[x]) * unit - half
            span = (left, right)
            _chroma_run(second[above[y]], second[below[y]], (span, down[y], unit), places[1], colour[1, y])
            _chroma_run(third[above[y]], third[below[y]], (span, down[y], unit), places[1], colour[2, y])


@jit
def _chroma_run(
    upper: Plane, lower: Plane, rule: tuple[tuple[int, int], Any, Any], columns: Places, out: Float
) -> None:
    (left, right), t, unit = rule
    near, far, part = columns
    for x in range(left, right):
        i, j, s = near[x], far[x], part[x]
        high = np.float32(upper[i]) + (np.float32(upper[j]) - np.float32(upper[i])) * s
        low = np.float32(lower[i]) + (np.float32(lower[j]) - np.float32(lower[i])) * s
        out[x] = (high + (low - high) * t) * unit - np.float32(0.5)


@jit
def statistics(colour: Float, eps: float, marked: Blocks, out: Float) -> None:
    """Mean colour and whitening of every window that lies in the picture, its centre in a marked block.

    Args:
        colour: (3, height, width).
        eps: variance added to each channel's, in squares of the colours' unit: what is noise explains nothing.
        marked: (rows, blocks).
        out: (9, height, width): three means, then the inverse of the covariance's Cholesky factor, 11, 21, 22, 31,
            32, 33: in float32 the inverse covariance itself would lose L's sign where colours differ strongly.
    """
    height, width = colour.shape[1], colour.shape[2]
    for y in range(1, height - 1):
        block = 0
        while True:
            left, right, block = next_run(marked[y], block, width)
            if left >= right:
                break
            for x in range(max(left, 1), min(right, width - 1)):
                _window(colour, (y, x), eps, out)


@jit
def _window(colour: Float, at: tuple[int, int], eps: float, out: Float) -> None:
    """In float64: beside strong colours faint noise would be lost."""
    y, x = at
    m0 = m1 = m2 = s00 = s01 = s02 = s11 = s12 = s22 = 0.0
    for i in range(y - 1, y + 2):
        for j in range(x - 1, x + 2):
            a, b, c = np.float64(colour[0, i, j]), np.float64(colour[1, i, j]), np.float64(colour[2, i, j])
            m0 += a
            m1 += b
            m2 += c
            s00 += a * a
            s01 += a * b
            s02 += a * c
            s11 += b * b
            s12 += b * c
            s22 += c * c
    m0, m1, m2 = m0 / 9, m1 / 9, m2 / 9
    s00, s01, s02 = s00 / 9 - m0 * m0 + eps, s01 / 9 - m0 * m1, s02 / 9 - m0 * m2
    s11, s12, s22 = s11 / 9 - m1 * m1 + eps, s12 / 9 - m1 * m2, s22 / 9 - m2 * m2 + eps
    g00 = np.sqrt(s00)
    g10, g20 = s01 / g00, s02 / g00
    g11 = np.sqrt(s11 - g10 * g10)
    g21 = (s12 - g20 * g10) / g11
    g22 = np.sqrt(s22 - g20 * g20 - g21 * g21)
    out[0, y, x], out[1, y, x], out[2, y, x] = m0, m1, m2
    out[3, y, x], out[4, y, x], out[5, y, x] = 1 / g00, -g10 / (g00 * g11), 1 / g11
    out[6, y, x] = (g10 * g21 / g11 - g20) / (g00 * g22)
    out[7, y, x], out[8, y, x] = -g21 / (g11 * g22), 1 / g22


@jit
def inverse(s00: float, s01: float, s02: float, s11: float, s12: float, s22: float) -> tuple[float, ...]:
    """Of a symmetric 3×3 matrix, given and returned as 11, 12, 13, 22, 23, 33."""
    c00, c01, c02 = s11 * s22 - s12 * s12, s02 * s12 - s01 * s22, s01 * s12 - s02 * s11
    scale = 1 / (s00 * c00 + s01 * c01 + s02 * c02)
    c11, c12, c22 = s00 * s22 - s02 * s02, s01 * s02 - s00 * s12, s00 * s11 - s01 * s01
    return c00 * scale, c01 * scale, c02 * scale, c11 * scale, c12 * scale, c22 * scale
