"""How well the frame's colours explain alpha around each cell: where they do not, a matting step has no ground."""

import numpy as np
from numpy.typing import NDArray

from bgstream_kernels.fitting import box
from bgstream_kernels.gridding import Blocks, block_luma, next_run
from bgstream_kernels.planes import Plane, jit
from bgstream_kernels.windows import Float, Places, inverse

Mask = NDArray[np.uint8]
RADIUS = 5  # cells: a window must reach from the unknown band into both sides
MOMENTS = 14  # three colours, alpha, six products of colours, three of a colour and alpha, alpha²


@jit
def _chroma(plane: Plane, covers: tuple[int, int, int], cell: int, scale: float, out: Float) -> None:
    """The sample in the middle of each cell: what it covers is an average already.

    ``covers``: the rows and columns of pixels that a sample covers, and the pixels in a row.
    """
    for i in range(out.shape[0]):
        row, line = plane[min((i * cell + cell // 2) // covers[0], plane.shape[0] - 1)], out[i]
        last = (covers[2] - 1) // covers[1]
        for j in range(out.shape[1]):
            line[j] = np.float32(row[min((j * cell + cell // 2) // covers[1], last)]) * np.float32(scale)


@jit
def _moments(hard: float, values: Float) -> None:
    """From the first four planes, alpha steepened around one half, the products."""
    half, one, steep = np.float32(0.5), np.float32(1), np.float32(hard)
    for i in range(values.shape[1]):
        alpha = values[3, i]
        for j in range(alpha.shape[0]):
            alpha[j] = min(max((alpha[j] - half) * steep + half, np.float32(0)), one)
        plane = 4
        for first in range(4):
            for second in range(first, 4):
                one_row, other, out = values[first, i], values[second, i], values[plane, i]
                for j in range(out.shape[0]):
                    out[j] = one_row[j] * other[j]
                plane += 1


@jit
def _share(mean: Float, noise: float, at: tuple[int, int]) -> float:
    """r² of alpha on the three colours, from the window's means."""
    i, j = at
    m0, m1, m2 = np.float64(mean[0, i, j]), np.float64(mean[1, i, j]), np.float64(mean[2, i, j])
    ma = np.float64(mean[3, i, j])
    s00, s01, s02 = mean[4, i, j] - m0 * m0 + noise, mean[5, i, j] - m0 * m1, mean[6, i, j] - m0 * m2
    s11, s12, s22 = mean[8, i, j] - m1 * m1 + noise, mean[9, i, j] - m1 * m2, mean[11, i, j] - m2 * m2 + noise
    k0, k1, k2 = mean[7, i, j] - m0 * ma, mean[10, i, j] - m1 * ma, mean[12, i, j] - m2 * ma
    i00, i01, i02, i11, i12, i22 = inverse(s00, s01, s02, s11, s12, s22)
    told = k0 * k0 * i00 + k1 * k1 * i11 + k2 * k2 * i22 + 2 * (k0 * k1 * i01 + k0 * k2 * i02 + k1 * k2 * i12)
    share: float = told / (max(mean[13, i, j] - ma * ma, 0.0) + 1e-6)
    return share


@jit
def explained(planes: tuple, alpha: Plane, rules: tuple, marks: tuple, scratch: tuple) -> None:  # type: ignore[type-arg]
    """r² (0..1) of every cell in the marked blocks, into the first plane of the means.

    Args:
        planes: three, as decoded, the second and third perhaps subsampled.
        alpha: (height, width) uint8.
        rules: pixels in a row, and in a cell each way; rows and columns that a chroma sample covers; one over the
            planes' largest value; the colours' noise variance; the steepness given to alpha.
        marks: blocks of cells that need a result; blocks of cells that those windows reach.
        scratch: moments and means, (14, rows, columns) each, and a row of as many columns and 2·RADIUS more.
    """
    width, cell, covers, scale, noise, hard = rules
    needed, near = marks
    values, means, column = scratch
    block_luma(planes[0], (width, cell), scale, near, values[0])
    _chroma(planes[1], (covers[0], covers[1], width), cell, scale, values[1])
    _chroma(planes[2], (covers[0], covers[1], width), cell, scale, values[2])
    block_luma(alpha, (width, cell), 1 / 255, near, values[3])
    _moments(hard, values)
    for k in range(MOMENTS):
        box(values[k], RADIUS, needed, column, means[k])
    for i in range(needed.shape[0]):
        block = 0
        while True:
            left, right, block = next_run(needed[i], block, means.shape[2])
            if left >= right:
                break
            for j in range(left, right):
                means[0, i, j] = _share(means, noise, (i, j))


@jit
def cells_with(unknown: Mask, cell: int, out: Mask) -> None:
    """1 for the cells with an unknown pixel, else 0."""
    out[:] = 0
    for y in range(unknown.shape[0]):
        line, flags = unknown[y], out[y // cell]
        for j in range(out.shape[1]):
            for x in range(j * cell, min((j + 1) * cell, line.shape[0])):
                flags[j] |= line[x] != 0


@jit
def spread(share: Float, places: tuple[Places, Places], marked: Blocks, out: Float) -> None:
    """Bilinear from cells to the pixels of the marked blocks."""
    above, below, down = places[0]
    near, far, part = places[1]
    for y in range(out.shape[0]):
        upper, lower, t, line = share[above[y]], share[below[y]], down[y], out[y]
        block = 0
        while True:
            left, right, block = next_run(marked[y], block, out.shape[1])
            if left >= right:
                break
            for x in range(left, right):
                high = upper[near[x]] + (upper[far[x]] - upper[near[x]]) * part[x]
                low = lower[near[x]] + (lower[far[x]] - lower[near[x]]) * part[x]
                line[x] = high + (low - high) * t
