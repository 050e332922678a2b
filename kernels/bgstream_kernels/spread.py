"""Sure colours spread to where none are: a pyramid of weighted sums, summed up and read down (pull and push).

For each side, subject and background, a grid of cells holds the weighted sum of weights, values and squares of the
pixels that surely belong to it. Coarser levels hold sums of 2×2 cells. Read from the coarsest level down, each
cell's mean leans on the level above as if that were ``PRIOR`` pixels: what has colours of its own keeps them, what
has none takes the nearest.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bgstream_kernels.planes import Plane, jit

Float = NDArray[np.float32]
Cells = NDArray[np.uint8]
Pyramid = tuple[Float, ...]  # (6, rows, columns): weights, values, squares of the subject, then of the background
CELL = 8  # pixels, each way
LEVELS = 7  # the coarsest cell is 512 pixels wide
REACH = 4  # cells around those worked on whose colours count
PRIOR = 2.0  # sure pixels that outweigh the level above
SPREAD_PRIOR = 20.0  # the same for the variance, which needs more of them
FAINT = 1e-3  # weight of what is not sure at all, at full alpha: counts where nothing surer is near


@jit
def mark(alpha: Plane, width: int, work: Cells, near: Cells) -> None:
    """1 in ``work`` for cells that are not opaque but touch what is visible; ``near``: those within ``REACH``."""
    height = alpha.shape[0]
    rows, columns = work.shape
    seen = np.zeros((rows, columns), np.uint8)
    low, high = np.empty(width, np.uint8), np.empty(width, np.uint8)
    for i in range(rows):
        low[:], high[:] = 255, 0
        for y in range(i * CELL, min((i + 1) * CELL, height)):
            line = alpha[y, :width]
            for x in range(width):
                low[x] &= line[x]
                high[x] |= line[x]
        for j in range(columns):
            every, some = np.uint8(255), np.uint8(0)
            for x in range(j * CELL, min((j + 1) * CELL, width)):
                every &= low[x]
                some |= high[x]
            work[i, j], seen[i, j] = every != 255, some != 0
    _grow(seen, 1, near)
    work &= near
    _grow(work, REACH, near)


@jit
def _grow(cells: Cells, radius: int, out: Cells) -> None:
    """1 where any of the (2·radius+1)² cells around is 1."""
    rows, columns = cells.shape
    column = np.zeros(columns + 2 * radius, np.uint8)
    inner = column[radius : radius + columns]
    for i in range(rows):
        inner[:] = 0
        for y in range(max(i - radius, 0), min(i + radius + 1, rows)):
            inner |= cells[y]
        line = out[i]
        line[:] = 0
        for k in range(2 * radius + 1):
            line |= column[k : k + columns]


@jit
def next_run(line: Cells, start: int) -> tuple[int, int]:
    """First marked cell at or after ``start`` and the first behind it that is not; equal at the end of the line."""
    while start < line.shape[0] and not line[start]:
        start += 1
    stop = start
    while stop < line.shape[0] and line[stop]:
        stop += 1
    return start, stop


@jit
def gather(plane: Plane, alpha: Plane, size: tuple[int, int], near: Cells, sums: Float) -> None:
    """Fill the finest level in the marked cells, 0 elsewhere; ``size``: pixels in a row, the largest value."""
    width, top = size
    column, line = np.empty((6, near.shape[1] * CELL), np.float32), np.empty((3, near.shape[1] * CELL), np.float32)
    sums[:] = 0
    for i in range(near.shape[0]):
        left, right = next_run(near[i], 0)
        while left < right:
            span = slice(left * CELL, min(right * CELL, width))
            column[:, : (right - left) * CELL] = 0
            for y in range(i * CELL, min((i + 1) * CELL, plane.shape[0])):
                _weigh(plane[y, span], alpha[y, span], np.float32(1 / top), line)
                for side in range(2):
                    _add(line[side], line[2], span.stop - span.start, column[3 * side : 3 * side + 3])
            for k in range(6):
                _cell_sums(column[k], sums[k, i, left:right])
            left, right = next_run(near[i], right)


@jit
def _weigh(values: Plane, cover: Plane, scale: Any, line: Float) -> None:
    """How surely each pixel is the subject's, and the background's, and its value 0..1, into ``line``."""
    own, back, value = line[0], line[1], line[2]
    whole, unit = np.float32(255), np.float32(1 / 255)
    for x in range(values.shape[0]):
        a = np.float32(cover[x])
        own[x], back[x] = _surety(a * unit), _surety((whole - a) * unit)
        value[x] = np.float32(values[x]) * scale


@jit
def _add(weight: Float, value: Float, count: int, total: Float) -> None:
    """Add weight, weight·value and weight·value² (one array a loop: only so does LLVM vectorise it)."""
    weights, firsts, seconds = total[0], total[1], total[2]
    for x in range(count):
        weights[x] += weight[x]
    for x in range(count):
        firsts[x] += weight[x] * value[x]
    for x in range(count):
        seconds[x] += weight[x] * value[x] * value[x]


@jit
def _cell_sums(column: Float, out: Float) -> None:
    for j in range(out.shape[0]):
        total = np.float32(0)
        for x in range(CELL):
            total += column[j * CELL + x]
        out[j] += total


@jit
def _surety(a: Any) -> Any:
    """a¹⁶: 1 where alpha is sure, 0.44 at 0.95, 0.03 at 0.8."""
    square = a * a
    fourth = square * square
    eighth = fourth * fourth
    return eighth * eighth + np.float32(FAINT) * a


@jit
def pull(levels: Pyramid) -> None:
    """Sum 2×2 cells of each level into the next."""
    for n in range(LEVELS - 1):
        fine, coarse = levels[n], levels[n + 1]
        coarse[:] = 0
        for k in range(6):
            for i in range(fine.shape[1]):
                line, target = fine[k, i], coarse[k, i >> 1]
                for j in range(line.shape[0]):
                    target[j >> 1] += line[j]


@jit
def push(levels: Pyramid, means: Pyramid) -> None:
    """Mean and mean square of either side, into (4, rows, columns) of each level; the finest gets variances."""
    last, tiny = LEVELS - 1, np.float32(1e-12)
    for side in range(2):
        weight = levels[last][3 * side] + tiny
        means[last][2 * side] = levels[last][3 * side + 1] / weight
        means[last][2 * side + 1] = levels[last][3 * side + 2] / weight
    for n in range(LEVELS - 2, -1, -1):
        for k in range(4):
            _double(means[n + 1][k], means[n][k])
        for side in range(2):
            sums, answer = levels[n][3 * side : 3 * side + 3], means[n][2 * side : 2 * side + 2]
            if n == 0:
                _variance(sums, answer)
            else:
                _lean(sums[0], sums[2], answer[1])
            _lean(sums[0], sums[1], answer[0])


@jit
def _lean(weight: Float, total: Float, mean: Float) -> None:
    """``mean`` holds the level above's; leave there this level's own, leaning on it."""
    prior = np.float32(PRIOR)
    for i in range(mean.shape[0]):
        w, t, line = weight[i], total[i], mean[i]
        for j in range(line.shape[0]):
            line[j] = (t[j] + prior * line[j]) / (w[j] + prior)


@jit
def _variance(sums: Float, answer: Float) -> None:
    """Variance over 3×3 cells into ``answer[1]``, where the level above's mean square is; its mean in ``answer[0]``."""
    rows, columns = answer.shape[1:]
    column, prior = np.zeros((3, columns + 2), np.float32), np.float32(SPREAD_PRIOR)
    for i in range(rows):
        for k in range(3):
            column[k] = 0
            inner = column[k, 1 : columns + 1]
            for y in range(max(i - 1, 0), min(i + 2, rows)):
                inner += sums[k, y]
        mean, square = answer[0, i], answer[1, i]
        w, v, s = column[0], column[1], column[2]
        for j in range(columns):
            weight = w[j] + w[j + 1] + w[j + 2] + prior
            middle = (v[j] + v[j + 1] + v[j + 2] + prior * mean[j]) / weight
            spread = (s[j] + s[j + 1] + s[j + 2] + prior * square[j]) / weight - middle * middle
            square[j] = max(spread, np.float32(0))


@jit
def _double(coarse: Float, fine: Float) -> None:
    """Bilinear to twice the size, centres aligned, the border repeated."""
    rows, columns = coarse.shape
    near, far = np.float32(0.75), np.float32(0.25)
    mixed = np.empty(columns, np.float32)
    for i in range(fine.shape[0]):
        here = coarse[i >> 1]
        other = coarse[min(max((i >> 1) + (1 if i & 1 else -1), 0), rows - 1)]
        for j in range(columns):
            mixed[j] = near * here[j] + far * other[j]
        line = fine[i]
        for j in range(line.shape[0]):
            beside = min(max((j >> 1) + (1 if j & 1 else -1), 0), columns - 1)
            line[j] = near * mixed[j >> 1] + far * mixed[beside]
