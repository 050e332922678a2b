"""The screen's light on the subject: what each cell shows beyond the subject's own colours."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bgstream_kernels.planes import jit

Float = NDArray[np.float32]
Flags = NDArray[np.uint8]


@jit
def _own(values: Any, base: Any, alpha: Any) -> tuple[np.float32, np.float32, np.float32]:
    """Chroma along and across the screen's, and luma, of the foreground: F = B + (I - B)/alpha."""
    y, b, r = values
    y0, b0, r0 = base
    gain = np.float32(1) / alpha
    luma, blue, red = y0 + (y - y0) * gain, b0 + (b - b0) * gain, r0 + (r - r0) * gain
    power = b0 * b0 + r0 * r0 + np.float32(1e-6)
    return (blue * b0 + red * r0) / power, (red * b0 - blue * r0) / power, luma


@jit
def _bin(value: Any, low: Any, high: Any, count: int) -> int:
    return int(min(max((value - low) / (high - low) * count, np.float32(0)), np.float32(count - 1)))


@jit
def _own_colours(cells: Float, screen: Float, deep: Flags, ranges: Any, out: Float) -> None:
    low, high, white = ranges
    for y in range(deep.shape[0]):
        for x in range(deep.shape[1]):
            if deep[y, x]:
                values = (cells[0, y, x], cells[1, y, x], cells[2, y, x])
                base = (screen[0, y, x], screen[1, y, x], screen[2, y, x])
                along, across, luma = _own(values, base, np.float32(1))
                i, j = _bin(across, low, high, out.shape[1]), _bin(luma, np.float32(0), white, out.shape[2])
                out[0, i, j] += np.float32(1)
                out[1, i, j] += along
                out[2, i, j] += along * along


@jit
def _spill_cells(
    picture: tuple[Float, Float], alpha: Flags, reach: Float, table: Float, ranges: Any, out: Float
) -> None:
    cells, screen = picture
    low, high, white = ranges
    one = np.float32(1)
    for y in range(out.shape[0]):
        for x in range(out.shape[1]):
            out[y, x] = 0
            if alpha[y, x] == 0 or reach[y, x] == 0:
                continue
            values = (cells[0, y, x], cells[1, y, x], cells[2, y, x])
            base = (screen[0, y, x], screen[1, y, x], screen[2, y, x])
            along, across, luma = _own(values, base, np.float32(alpha[y, x]) / np.float32(255))
            i, j = _bin(across, low, high, table.shape[1]), _bin(luma, np.float32(0), white, table.shape[2])
            much = max(along - table[1, i, j], np.float32(0))
            if alpha[y, x] < 255:
                much += min(along - table[0, i, j], np.float32(0))
            out[y, x] = reach[y, x] * min(max(much, -one), one)


def own_colours(cells: Float, screen: Float, deep: Flags, ranges: tuple[float, float, float], out: Float) -> None:
    """Add the deep cells to a table of the subject's colours: by chroma across the screen's and by luma.

    Args:
        cells: (3, rows, columns) float32 levels.
        screen: like ``cells``.
        deep: (rows, columns) uint8, not 0 where there is nothing but subject.
        ranges: the table's first and last chroma across (in units of the screen's), and last luma.
        out: (3, across, luma) float32: count, sum and sum of squares of the chroma along the screen's.
    """
    _own_colours(cells, screen, deep, tuple(map(np.float32, ranges)), out)


def spill_cells(
    picture: tuple[Float, Float],
    alpha: Flags,
    reach: Float,
    table: Float,
    ranges: tuple[float, float, float],
    out: Float,
) -> None:
    """How much screen (1: all its chroma) lies on the foreground beyond what its own colours may have.

    Args:
        picture: cells and screen, (3, rows, columns) float32 levels.
        alpha: (rows, columns) uint8.
        reach: (rows, columns) float32 0..1, how far the screen's light is to be believed to reach.
        table: (2, across, luma) float32: the least and the most chroma along the screen's that is the subject's
            own; less than the least is made good at soft edges only, where it is an error of alpha.
        ranges: as for :func:`own_colours`.
        out: (rows, columns) float32, in units of the screen's chroma there.
    """
    _spill_cells(picture, alpha, reach, table, tuple(map(np.float32, ranges)), out)
