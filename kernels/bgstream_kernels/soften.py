"""Gaussian blur of weighted sums, and enlargement of what comes out: planes without grid or halo."""

import numpy as np
from numpy.typing import NDArray

from bgstream_kernels.planes import Plane, jit

Float = NDArray[np.float32]
FAINT = np.float32(1 / 64)  # weight of what is only filled in


@jit
def _places(count: int, step: int, last: int) -> tuple[NDArray[np.int32], NDArray[np.int32], Float]:
    """For every sample the two cells around it, and how far it lies from the first; cells are ``step`` samples wide."""
    near, far, part = np.empty(count, np.int32), np.empty(count, np.int32), np.empty(count, np.float32)
    for x in range(count):
        at = (np.float32(x) + np.float32(0.5)) / np.float32(step) - np.float32(0.5)
        cell = int(np.floor(at))
        part[x] = at - np.float32(cell)
        near[x], far[x] = min(max(cell, 0), last), min(max(cell + 1, 0), last)
    return near, far, part


@jit
def _run(line: Float, step: int, part: Float, out: Float) -> None:
    half = step // 2
    for j in range(line.size - 1):
        first, more, at = line[j], line[j + 1] - line[j], j * step + half
        for k in range(step):
            out[at + k] = first + more * part[k]


@jit
def _spread(line: Float, step: int, out: Float) -> None:
    """A row of cells as samples, ``step`` to a cell; ``out`` is at least as long as all of them."""
    last, half = line.size - 1, step // 2
    if step == 1:
        for j in range(line.size):
            out[j] = line[j]
        return
    for k in range(half):
        out[k] = line[0]
        out[last * step + half + k] = line[last]
    part = np.empty(step, np.float32)
    for k in range(step):
        part[k] = (np.float32(k) + np.float32(0.5)) / np.float32(step)
    if step == 8:  # a constant: one vector
        _run(line, 8, part, out)
    elif step == 4:
        _run(line, 4, part, out)
    elif step == 2:
        _run(line, 2, part, out)
    else:
        _run(line, step, part, out)


@jit
def _hold(grid: Float, wanted: tuple[int, int], step: int, held: NDArray[np.int32], wide: Float) -> None:
    """Two rows of a grid spread out, even ones in ``wide[0]``, odd ones in ``wide[1]``; each only once."""
    for row in wanted:
        if held[row & 1] != row:
            held[row & 1] = row
            _spread(grid[row], step, wide[row & 1])


@jit
def _complete(sums: Float, fill: Float, step: int, top: int) -> None:
    """Where weight lacks, a faint one with the filled-in colour: no division without ground, ever."""
    rows, columns = sums.shape[1], sums.shape[2]
    above, below, part = _places(rows, step, fill.shape[1] - 1)
    weight, wide = sums[3], np.empty((2, columns + step), np.float32)
    for i in range(top, rows):
        t, own, least = part[i], weight[i], np.float32(1)
        for j in range(columns):
            least = min(least, own[j])
        if least >= 1:
            continue
        for k in range(3):
            _spread(fill[k, above[i]], step, wide[0])
            _spread(fill[k, below[i]], step, wide[1])
            line = sums[k, i]
            for j in range(columns):
                back = wide[0, j] + t * (wide[1, j] - wide[0, j])
                line[j] += FAINT * (np.float32(1) - own[j]) * back
        for j in range(columns):
            own[j] += FAINT * (np.float32(1) - own[j])


@jit
def _across(line: Float, taps: Float, padded: Float, out: Float) -> None:
    """One row, its ends repeated."""
    columns, reach = line.size, taps.size - 1
    for r in range(reach):
        padded[r], padded[reach + columns + r] = line[0], line[columns - 1]
    for j in range(columns):
        padded[reach + j] = line[j]
        out[j] = taps[0] * line[j]
    for r in range(1, reach + 1):
        tap, left, right = taps[r], padded[reach - r :], padded[reach + r :]
        for j in range(columns):
            out[j] += tap * (left[j] + right[j])


@jit
def soften(sums: Float, filling: tuple[Float, int], taps: Float, top: int, out: Float) -> None:
    """Normalised convolution with a Gaussian (Knutsson & Westin, CVPR 1993), from row ``top`` down.

    Args:
        sums: (4, rows, columns) float32: weighted colours, and the weight 0..1; completed in place.
        filling: (3, …) float32 colours for where there is no weight, on a grid coarser by the whole number beside it.
        taps: the middle of the kernel and one half, summing to 1 with the other half; float32.
        top: first row that is wanted.
        out: (3, rows, columns) float32, colours.
    """
    rows, columns, reach = sums.shape[1], sums.shape[2], taps.size - 1
    above = max(top - reach, 0)
    _complete(sums, filling[0], filling[1], above)
    padded, work = np.empty(columns + 2 * reach, np.float32), np.empty((4, rows, columns), np.float32)
    for k in range(4):
        for i in range(above, rows):
            _across(sums[k, i], taps, padded, work[k, i])
    total = np.empty((4, columns), np.float32)
    for i in range(top, rows):
        for k in range(4):
            target, line = total[k], work[k, i]
            for j in range(columns):
                target[j] = taps[0] * line[j]
            for r in range(1, reach + 1):
                tap, upper, lower = taps[r], work[k, max(i - r, 0)], work[k, min(i + r, rows - 1)]
                for j in range(columns):
                    target[j] += tap * (upper[j] + lower[j])
        for k in range(3):
            line, target, weight = total[k], out[k, i], total[3]
            for j in range(columns):
                target[j] = line[j] / weight[j]


@jit
def mix_rows(near: Float, far: Float, step: int, shares: Float) -> None:
    """``near`` becomes its mix with a coarser picture, row by row.

    Args:
        near: (3, rows, columns) float32; in place.
        far: (3, …) float32, coarser.
        step: cells of ``near`` in one of ``far``, a side.
        shares: (rows,) float32, how much of ``far``: 0..1. Where it is 1, ``near`` is not read.
    """
    rows, columns = near.shape[1], near.shape[2]
    above, below, part = _places(rows, step, far.shape[1] - 1)
    wide = np.empty((2, columns + step), np.float32)
    for k in range(3):
        held = np.full(2, -1, np.int32)
        for i in range(rows):
            _hold(far[k], (above[i], below[i]), step, held, wide)
            upper, lower = wide[above[i] & 1], wide[below[i] & 1]
            t, share, line = part[i], shares[i], near[k, i]
            if share >= 1:
                for j in range(columns):
                    line[j] = upper[j] + t * (lower[j] - upper[j])
            else:
                for j in range(columns):
                    back = upper[j] + t * (lower[j] - upper[j])
                    line[j] += share * (back - line[j])


@jit
def _enlarge(grid: Float, steps: tuple[int, int], out: Plane) -> None:
    rows, columns = out.shape
    above, below, part = _places(rows, steps[0], grid.shape[0] - 1)
    wide = np.empty((2, columns + steps[1]), np.float32)
    held = np.full(2, -1, np.int32)
    for y in range(rows):
        _hold(grid, (above[y], below[y]), steps[1], held, wide)
        upper, lower, line, t = wide[above[y] & 1], wide[below[y] & 1], out[y], part[y]
        for x in range(columns):
            line[x] = np.int32(upper[x] + t * (lower[x] - upper[x]) + np.float32(0.5))


@jit
def enlarge(grid: Float, steps: tuple[int, int, int], outs: tuple[Plane, Plane, Plane]) -> None:
    """Bilinear, each plane to its own size, rounded once.

    Dither was tried: an encoder takes it out again, and asks a tenth more bits for that.

    Args:
        grid: (3, rows, columns) float32 code values.
        steps: pixels of the first plane that a cell is wide; subsampling (rows, columns) of the other two.
        outs: C-contiguous uint8 or uint16.
    """
    step, down, across = steps
    for k in range(3):
        size = (step, step) if k == 0 else (step // down, step // across)
        _enlarge(grid[k], size, outs[k])
