"""The gated guided filter's coefficients on the coarse grid; see ``guided.py`` for what and why."""

import numpy as np
from numpy.typing import NDArray

from bgstream_kernels.gridding import block_luma, next_run, reached, undecided
from bgstream_kernels.planes import Plane, jit, smoothstep

Float = NDArray[np.float32]
Blocks = NDArray[np.uint8]


@jit
def box(source: Float, radius: int, marked: Blocks, column: Float, out: Float) -> None:
    """Mean over (2·radius+1)² cells, fewer at the border, for the cells of marked blocks only.

    ``column``: scratch, as wide as the grid and 2·radius more.
    """
    height, width = source.shape
    for i in range(height):
        band = source[max(i - radius, 0) : min(i + radius + 1, height)]
        block = 0
        while True:
            left, right, block = next_run(marked[i], block, width)
            if left >= right:
                break
            _box_run(band, radius, (left, right), column, out[i])


@jit
def _box_run(band: Float, radius: int, run: tuple[int, int], column: Float, out: Float) -> None:
    left, right = run
    width = band.shape[1]
    column[left : right + 2 * radius] = 0  # column[k] belongs to cell k - radius; beyond the grid it stays 0
    first, last = max(left - radius, 0), min(right + radius, width)
    inner = column[first + radius : last + radius]
    for y in range(band.shape[0]):
        row = band[y, first:last]
        for x in range(last - first):
            inner[x] += row[x]
    line = out[left:right]
    line[:] = 0
    for k in range(2 * radius + 1):
        shifted = column[left + k : right + k]
        for x in range(right - left):
            line[x] += shifted[x]
    for x in range(right - left):
        across = min(left + x + radius + 1, width) - max(left + x - radius, 0)
        line[x] /= np.float32(across * band.shape[0])


@jit
def _moments(grid: Float, alpha: Float, hard: float, work: Float) -> None:
    """Steepened alpha, luma·alpha, luma² and alpha² into ``work[0]`` and ``work[2:5]``."""
    half, one, steep = np.float32(0.5), np.float32(1), np.float32(hard)
    for y in range(grid.shape[0]):
        luma, soft, crisp, cross, square, spread = grid[y], alpha[y], work[0, y], work[2, y], work[3, y], work[4, y]
        for x in range(grid.shape[1]):
            value = min(max((soft[x] - half) * steep + half, np.float32(0)), one)
            crisp[x] = value
            cross[x] = luma[x] * value
            square[x] = luma[x] * luma[x]
            spread[x] = value * value


@jit
def _fit(marked: Blocks, params: Float, work: Float) -> None:
    """Slope, offset and gate of every window into ``work[2:5]``, from the means in ``work[5:10]``."""
    for y in range(marked.shape[0]):
        block = 0
        while True:
            left, right, block = next_run(marked[y], block, work.shape[2])
            if left >= right:
                break
            _fit_run(work[:, y, left:right], params)


@jit
def _fit_run(work: Float, params: Float) -> None:
    eps, low, high, fit = params[0], params[1], params[2], params[3]
    luma, alpha, cross, square, spread = work[5], work[6], work[7], work[8], work[9]
    slope, offset, gate = work[2], work[3], work[4]
    for x in range(luma.shape[0]):
        variance = max(square[x] - luma[x] * luma[x], np.float32(0))
        change = max(spread[x] - alpha[x] * alpha[x], np.float32(0))
        common = cross[x] - luma[x] * alpha[x]
        a = common / (variance + eps)
        slope[x] = a
        offset[x] = alpha[x] - a * luma[x]
        explained = common * common / (variance * change + np.float32(1e-9))
        gate[x] = smoothstep(variance, low, high) * smoothstep(explained, np.float32(0), fit)


@jit
def _mix(alpha: Float, band: float, gate: Float, work: Float) -> None:
    """Slope and offset in ``work[:2]``: the fit's where it has a say, the network's own alpha elsewhere.

    Where alpha is decided the say is 0 whatever stands in ``work`` from before: it is always finite.
    """
    steep, one = np.float32(band), np.float32(1)
    for y in range(alpha.shape[0]):
        soft, slope, offset, share = alpha[y], work[0, y], work[1, y], gate[y]
        for x in range(soft.shape[0]):
            say = share[x] * min(steep * soft[x] * (one - soft[x]), one)
            slope[x] *= say
            offset[x] = soft[x] + (offset[x] - soft[x]) * say


@jit
def coefficients(luma: Plane, shape: tuple[int, int], alpha: Float, params: Float, scratch: tuple) -> None:  # type: ignore[type-arg]
    """Leave the gated slope and offset of every cell in ``work[:2]``.

    ``shape``: pixels in a row and in a cell; ``params``: see the class; ``scratch``: see there.
    """
    _, grid, work, column, flags, marks = scratch
    radius = int(params[6])
    needed, near, wide = marks[0], marks[1], marks[2]  # cells that need a result, their windows, and theirs
    undecided(alpha, flags)
    reached(flags, np.int64(0), needed)  # not 0: a literal would be compiled by itself
    reached(flags, radius, near)
    reached(flags, 2 * radius, wide)
    block_luma(luma, shape, params[7], wide, grid)
    _moments(grid, alpha, params[4], work)
    box(grid, radius, near, column, work[5])
    box(work[0], radius, near, column, work[6])
    box(work[2], radius, near, column, work[7])
    box(work[3], radius, near, column, work[8])
    box(work[4], radius, near, column, work[9])
    _fit(near, params, work)
    box(work[2], radius, needed, column, work[0])
    box(work[3], radius, needed, column, work[1])
    box(work[4], radius, needed, column, work[5])
    _mix(alpha, params[5], work[5], work)
