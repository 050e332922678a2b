"""The foreground of one plane once more, in plain NumPy and float64."""

import numpy as np
from bgstream_kernels.planes import Plane
from numpy.typing import NDArray

Double = NDArray[np.float64]
Flags = NDArray[np.bool_]
CELL, LEVELS, REACH, PRIOR, SPREAD_PRIOR, FAINT = 8, 7, 4, 2.0, 20.0, 1e-3
NOISE, DOUBT, BOUND, FAR = 2 / 255, 0.2, 1.0, 16.0


def in_cells(values: Double, step: int) -> Double:
    """Sums over step×step samples, fewer at the right and lower border."""
    height, width = values.shape
    padded = np.pad(values, ((0, -height % step), (0, -width % step)))
    total: Double = padded.reshape(padded.shape[0] // step, step, padded.shape[1] // step, step).sum((1, 3))
    return total


def around(values: Double, radius: int) -> Double:
    """Sums over (2·radius+1)² samples."""
    rows, columns = values.shape
    padded, every = np.pad(values, radius), range(2 * radius + 1)
    total: Double = np.sum([padded[y : y + rows, x : x + columns] for y in every for x in every], axis=0)
    return total


def enlarged(values: Double, size: tuple[int, ...], step: int) -> Double:
    """Bilinear, centres aligned, the border repeated."""
    for axis in (0, 1):
        at = np.clip((np.arange(size[axis]) + 0.5) / step - 0.5, 0, values.shape[axis] - 1)
        low = np.floor(at).astype(int)
        part = (at - low).reshape((-1, 1) if axis == 0 else (1, -1))
        high = np.minimum(low + 1, values.shape[axis] - 1)
        values = np.take(values, low, axis) * (1 - part) + np.take(values, high, axis) * part
    return values


def marked(alpha: Plane) -> tuple[Flags, Flags]:
    """Cells to be worked on, and those whose colours count."""
    not_opaque, shown = (in_cells(flag.astype(float), CELL) > 0 for flag in (alpha < 255, alpha > 0))
    work = not_opaque & (around(shown.astype(float), 1) > 0)
    return work, around(work.astype(float), REACH) > 0


def expected(values: Double, sure: Double, near: Flags) -> tuple[Double, Double]:
    """Mean and variance of a side's sure colours at every pixel."""
    weight = sure**16 + FAINT * sure
    levels = [[in_cells(weight * values**power, CELL) * near for power in range(3)]]
    while len(levels) < LEVELS:
        levels.append([in_cells(total, 2) for total in levels[-1]])
    mean, square = (levels[-1][power] / (levels[-1][0] + 1e-12) for power in (1, 2))
    for total, first, second in levels[-2:0:-1]:
        mean, square = (enlarged(above, total.shape, 2) for above in (mean, square))
        mean = (first + PRIOR * mean) / (total + PRIOR)
        square = (second + PRIOR * square) / (total + PRIOR)
    total, first, second = levels[0]
    mean, square = (enlarged(above, total.shape, 2) for above in (mean, square))
    wide = around(total, 1) + SPREAD_PRIOR
    middle = (around(first, 1) + SPREAD_PRIOR * mean) / wide
    variance = np.maximum((around(second, 1) + SPREAD_PRIOR * square) / wide - middle**2, 0)
    mean = (first + PRIOR * mean) / (total + PRIOR)
    return enlarged(mean, values.shape, CELL), enlarged(variance, values.shape, CELL)


def foreground(plane: Plane, alpha: Plane, top: int) -> Double:
    """Values 0..top, not rounded."""
    work, near = marked(alpha)
    seen, a = plane / top, alpha / 255
    own, vary = expected(seen, a, near)
    back, differ = expected(seen, 1 - a, near)
    vf, vb = vary + NOISE**2, differ + NOISE**2
    gap = own - back
    rest = seen - a * own - (1 - a) * back
    share = a * vf / (a**2 * vf + (1 - a) ** 2 * vb + DOUBT**2 * a * (1 - a) * gap**2)
    limit, lift = BOUND * np.sqrt(vf), a**2 * (seen - own)
    colour = own + np.clip(share * rest, np.minimum(lift, 0) - limit, np.maximum(lift, 0) + limit)
    alike = gap**2 / (gap**2 + FAR * (vf + vb)) / (1 + ((seen - own) ** 2 / vf) ** 2)
    colour += np.where(a > 0, alike, 0) * (seen - colour)
    inside = np.repeat(np.repeat(work, CELL, 0), CELL, 1)[: plane.shape[0], : plane.shape[1]]
    return np.where(inside & (alpha < 255), np.clip(colour, 0, 1) * top, plane)
