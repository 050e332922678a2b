"""The last step of guided up-sampling: interpolate slope and offset, and make alpha from the frame's luma."""

import numpy as np
from numpy.typing import NDArray

from bgstream_kernels.planes import Plane, jit

Float = NDArray[np.float32]
CELLS = 8  # grid columns that share one decision: all background, all subject, or to be computed


@jit
def _first(cell: int, step: int) -> int:
    """The first pixel whose left (or upper) grid neighbour is ``cell``: its centre lies at or after the cell's."""
    return max(((2 * cell + 1) * step) // 2, 0)


@jit
def _states(slope: Float, offset: Float, out: NDArray[np.uint8]) -> None:
    """0 or 1 for each block of a row whose cells (and the next one's first) hold nothing else, 2 for the rest."""
    columns = slope.shape[1]
    kinds = np.empty(columns, np.uint8)
    for i in range(slope.shape[0]):
        tilt, level = slope[i], offset[i]
        for j in range(columns):
            kinds[j] = (1 if tilt[j] == 0 and level[j] <= 0 else 0) | (2 if tilt[j] == 0 and level[j] >= 1 else 0)
        for b in range(out.shape[1]):
            both = np.uint8(3)
            for j in range(max(b * CELLS - 1, 0), min(b * CELLS + CELLS, columns)):
                both &= kinds[j]
            out[i, b] = 0 if both & 1 else (1 if both & 2 else 2)


@jit
def _widen(row: Float, factor: float, span: tuple[int, int], index: NDArray[np.int32], part: Float, out: Float) -> None:
    """One row of cells, times ``factor``, at every pixel column of ``span``."""
    last, scale = row.shape[0] - 1, np.float32(factor)
    for x in range(span[0], span[1]):
        left = index[x]
        here = row[max(left, 0)]
        out[x] = (here + (row[min(left + 1, last)] - here) * part[x]) * scale


@jit
def _lines(step: int, width: int) -> tuple[NDArray[np.int32], Float]:
    """Left grid neighbour of every pixel column and how far the pixel lies from it (0..1)."""
    index, part = np.empty(width, np.int32), np.empty(width, np.float32)
    for x in range(width):
        at = (x + 0.5) / step - 0.5
        index[x] = int(np.floor(at))
        part[x] = at - np.floor(at)
    return index, part


@jit
def _fill(
    luma: Plane, band: tuple[int, int, int], span: tuple[int, int], wide: tuple[Float, Float], step: int, out: Plane
) -> None:
    """Pixel rows band[0]..band[1] of one span; ``wide``: slope and offset of two rows of cells, row i in slot i & 1."""
    first, last, cell = band
    left, right = span
    slopes, offsets = wide
    slope0, slope1 = slopes[cell & 1, left:right], slopes[(cell + 1) & 1, left:right]
    offset0, offset1 = offsets[cell & 1, left:right], offsets[(cell + 1) & 1, left:right]
    half, most = np.float32(0.5), np.float32(255)
    for y in range(first, last):
        at = (y + 0.5) / step - 0.5
        t = np.float32(at - np.floor(at))
        source, target = luma[y, left:right], out[y, left:right]
        for x in range(right - left):
            slope = slope0[x] + (slope1[x] - slope0[x]) * t
            offset = offset0[x] + (offset1[x] - offset0[x]) * t
            value = slope * np.float32(source[x]) + offset
            target[x] = np.uint8(min(max(value, np.float32(0)), most) + half)


@jit
def _state(states: NDArray[np.uint8], above: int, below: int, block: int) -> int:
    """0 or 1 where a block is that in both rows of cells, else 2."""
    here = states[above, block]
    return int(here) if here == states[below, block] else 2


@jit
def _column(cell: int, step: int, width: int, columns: int) -> int:
    """The first pixel column of a cell's, within the picture: the outermost cells reach to its borders."""
    if cell < 0:
        return 0
    return min(_first(cell, step), width) if cell < columns else width


@jit
def _flat(band: tuple[int, int], span: tuple[int, int], value: int, out: Plane) -> None:
    for y in range(band[0], band[1]):
        line = out[y, span[0] : span[1]]
        for x in range(line.shape[0]):
            line[x] = np.uint8(value)


@jit
def apply(work: Float, luma: Plane, shape: tuple[int, int], top: int, out: Plane) -> None:
    """Write alpha = slope·luma + offset for every pixel, slope and offset bilinear between cell centres.

    Args:
        work: (≥2, rows, columns) float32; slope in ``work[0]`` and offset in ``work[1]``, for luma 0..1.
        luma: (height, ≥width) uint8 or uint16.
        shape: pixels in a row; pixels in a cell, each way.
        top: luma's largest value.
        out: (height, ≥width) uint8.
    """
    width, step = shape
    slope, offset = work[0], work[1]
    height, rows, columns = luma.shape[0], slope.shape[0], slope.shape[1]
    index, part = _lines(step, width)
    slopes, offsets = np.empty((2, width), np.float32), np.empty((2, width), np.float32)
    states = np.empty((rows, (columns + CELLS) // CELLS + 1), np.uint8)
    _states(slope, offset, states)
    done = np.full(states.shape[1], -2, np.int32)  # the last row of cells widened for each block
    for i in range(-1, rows):
        first, last = _first(i, step) if i >= 0 else 0, min(_first(i + 1, step), height)
        if last <= first:
            continue
        above, below = max(i, 0), min(i + 1, rows - 1)
        block = 0
        while block < done.shape[0]:
            state, fresh, stop = _state(states, above, below, block), done[block] != i, block + 1
            while stop < done.shape[0] and _state(states, above, below, stop) == state:
                if state == 2 and (done[stop] != i) != fresh:
                    break
                stop += 1  # a run of one kind is worked on at once
            begin, block = block, stop
            span = (_column(begin * CELLS - 1, step, width, columns), _column(stop * CELLS - 1, step, width, columns))
            if span[1] <= span[0]:
                continue
            if state != 2:
                _flat((first, last), span, 255 * state, out)
                continue
            if fresh:
                _widen(slope[above], 255 / top, span, index, part, slopes[i & 1])
                _widen(offset[above], 255.0, span, index, part, offsets[i & 1])
            _widen(slope[below], 255 / top, span, index, part, slopes[(i + 1) & 1])
            _widen(offset[below], 255.0, span, index, part, offsets[(i + 1) & 1])
            for k in range(begin, stop):
                done[k] = i + 1
            _fill(luma, (first, last, i), span, (slopes, offsets), step, out)
