"""What chroma key and clean plate share: the picture in cells of 2×2 pixels, and colours by block of cells.

Levels everywhere: 8-bit code values, luma counted from black, chroma from grey, whatever the planes' depth.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bgstream_kernels.planes import Plane, jit, rows

Float = NDArray[np.float32]
Flags = NDArray[np.uint8]
Index = NDArray[np.int32]
Three = tuple[Plane, Plane, Plane]


@jit
def _luma_cells(luma: Plane, width: int, scale: tuple[float, float], out: Float) -> None:
    height = luma.shape[0]
    gain, black = np.float32(0.25 * scale[0]), np.float32(scale[1])
    whole = width // 2
    for i in range(out.shape[0]):
        upper, lower, line = luma[2 * i], luma[min(2 * i + 1, height - 1)], out[i]
        for j in range(whole):
            total = np.float32(upper[2 * j]) + np.float32(upper[2 * j + 1])
            total += np.float32(lower[2 * j]) + np.float32(lower[2 * j + 1])
            line[j] = total * gain - black
        if whole < line.shape[0]:
            line[whole] = np.float32(2) * (np.float32(upper[width - 1]) + np.float32(lower[width - 1])) * gain - black


@jit
def _chroma_cells(chroma: Plane, covers: tuple[int, int], scale: tuple[float, float], out: Float) -> None:
    """``covers``: chroma rows and columns in a cell, each 1 or 2."""
    high, wide = covers
    gain, middle = np.float32(0.25 * scale[0]), np.float32(scale[1])
    last_row, last = chroma.shape[0] - 1, out.shape[1] - 1
    for i in range(out.shape[0]):
        upper, lower, line = chroma[high * i], chroma[min(high * i + high - 1, last_row)], out[i]
        for j in range(last):
            total = np.float32(upper[wide * j]) + np.float32(upper[wide * j + wide - 1])
            total += np.float32(lower[wide * j]) + np.float32(lower[wide * j + wide - 1])
            line[j] = total * gain - middle


@jit
def _last_chroma_cells(chroma: Plane, geometry: tuple[int, int, int], scale: tuple[float, float], out: Float) -> None:
    """The last column, where a cell may be cut; ``geometry``: chroma columns, rows and columns in a cell."""
    width, high, wide = geometry
    gain, middle = np.float32(0.25 * scale[0]), np.float32(scale[1])
    j, last_row = out.shape[1] - 1, chroma.shape[0] - 1
    left, right = wide * j, min(wide * j + wide - 1, width - 1)
    for i in range(out.shape[0]):
        upper, lower = chroma[high * i], chroma[min(high * i + high - 1, last_row)]
        total = np.float32(upper[left]) + np.float32(upper[right]) + np.float32(lower[left]) + np.float32(lower[right])
        out[i, j] = total * gain - middle


def cell_means(planes: Three, levels: tuple[float, float, float], out: Float) -> None:
    """Mean levels of cells of 2×2 pixels (fewer at an odd border), whatever the chroma's own size.

    Args:
        planes: Y, Cb, Cr; chroma as large as luma or halved in either direction.
        levels: 8-bit code values in one of the planes'; black; chroma's grey, both in 8-bit code values.
        out: (3, ceil(height/2), ceil(width/2)) float32.
    """
    luma, *chroma = planes
    height, width = luma.shape
    _luma_cells(rows(luma), width, (levels[0], levels[1]), out[0])
    covers = (2 if chroma[0].shape[0] == height > 1 else 1, 2 if chroma[0].shape[1] == width > 1 else 1)
    for plane, cells in zip(chroma, out[1:], strict=True):
        taken = rows(plane)
        _chroma_cells(taken, covers, (levels[0], levels[2]), cells)
        _last_chroma_cells(taken, (plane.shape[1], *covers), (levels[0], levels[2]), cells)


@jit
def _ycc(planes: Any, width: int, matrix: Float, out: Float) -> None:
    first, second, third = planes
    for c in range(3):
        m0, m1, m2 = matrix[c, 0], matrix[c, 1], matrix[c, 2]
        for y in range(first.shape[0]):
            a, b, d, line = first[y], second[y], third[y], out[c, y]
            for x in range(width):
                line[x] = m0 * np.float32(a[x]) + m1 * np.float32(b[x]) + m2 * np.float32(d[x])


def combine_planes(planes: Three, matrix: Float, out: Float) -> None:
    """Three linear combinations of three planes of one size (R, G, B to Y, Cb, Cr levels).

    Args:
        planes: (height, width) each.
        matrix: (3, 3) float32, a row for each output.
        out: (3, height, width) float32.
    """
    _ycc(tuple(rows(plane) for plane in planes), planes[0].shape[1], matrix, out)


@jit
def _add_row(values: Float, flags: Flags, y: int, columns: Any) -> None:
    marks, first, second, third = flags[y], values[0, y], values[1, y], values[2, y]
    n, a, b, c, aa, bb, cc = columns
    for x in range(marks.shape[0]):
        w = np.float32(1) if marks[x] else np.float32(0)
        p, q, r = w * first[x], w * second[x], w * third[x]
        n[x] += w
        a[x] += p
        b[x] += q
        c[x] += r
        aa[x] += p * p
        bb[x] += q * q
        cc[x] += r * r


@jit
def _block_sums(values: Float, flags: Flags, edges: tuple[Index, Index], out: Float) -> None:
    down, across = edges
    columns = np.empty((7, flags.shape[1]), np.float32)
    n, a, b, c, aa, bb, cc = columns[0], columns[1], columns[2], columns[3], columns[4], columns[5], columns[6]
    for i in range(down.shape[0] - 1):
        columns[:] = 0
        for y in range(down[i], down[i + 1]):
            _add_row(values, flags, y, (n, a, b, c, aa, bb, cc))
        for k in range(7):
            line, totals = columns[k], out[k, i]
            for j in range(across.shape[0] - 1):
                total = np.float32(0)
                for x in range(across[j], across[j + 1]):
                    total += line[x]
                totals[j] = total


def block_sums(values: Float, flags: Flags, edges: tuple[Index, Index], out: Float) -> None:
    """Count, sums and sums of squares of the flagged cells of every block.

    Args:
        values: (3, rows, columns) float32.
        flags: (rows, columns) uint8; what is not 0 counts.
        edges: the first row (column) of each block, and one past the last block's last.
        out: (7, blocks down, blocks across) float32: count, three sums, three sums of squares.
    """
    _block_sums(values, flags, edges, out)
