"""What is seen of the room behind a subject: weighted sums over cells, in which the subject counts nothing."""

import numpy as np
from numpy.typing import NDArray

from bgstream_kernels.planes import Plane, jit

Float = NDArray[np.float32]
Count = NDArray[np.uint32]
Rows = tuple[Plane, Plane, Plane]
Geometry = tuple[int, int, int, int, int]  # height, width, subsampling down and across, pixels a cell is wide


@jit
def _pairs(line: Count, across: int, columns: int, out: Count) -> None:
    """Weights of pixels, added up to those of the samples of a subsampled plane; ``line`` is padded by zeros."""
    if across == 2:
        for j in range(columns):
            out[j] = line[2 * j] + line[2 * j + 1]
    else:
        for j in range(columns):
            out[j] = line[j]


@jit
def _cells(line: Count, wide: int, scale: np.float32, out: Float) -> None:
    """Sums of ``wide`` neighbours; ``line`` is padded by zeros."""
    if wide == 4:
        for j in range(out.size):
            out[j] = scale * np.float32(line[4 * j] + line[4 * j + 1] + line[4 * j + 2] + line[4 * j + 3])
    elif wide == 2:
        for j in range(out.size):
            out[j] = scale * np.float32(line[2 * j] + line[2 * j + 1])
    else:
        for j in range(out.size):
            out[j] = scale * np.float32(line[j])


@jit
def _weigh(alpha: Plane, values: Plane, weight: Count, sums: Count) -> None:
    """Weights of a row, 255 where alpha is 0, nothing from 32 on: what shines through there is the subject's too."""
    total, own = sums[3], sums[0]
    for x in range(weight.size):
        w = np.uint32(max(np.int32(255) - np.int32(8) * np.int32(alpha[x]), np.int32(0)))
        weight[x] = w
        total[x] += w
        own[x] += w * np.uint32(values[x])


@jit
def _add(weight: Count, values: Plane, columns: int, out: Count) -> None:
    for x in range(columns):
        out[x] += weight[x] * np.uint32(values[x])


@jit
def gather(planes: Rows, alpha: Plane, geometry: Geometry, out: Float) -> None:
    """Sums of the three planes and of the weights over square cells of 2 or 4 pixels.

    Args:
        planes: uint8 or uint16, the second and third subsampled; rows contiguous over their padding.
        alpha: (height, width) uint8; the same.
        geometry: height, width, subsampling (rows, columns), pixels a cell is wide.
        out: (4, rows, columns) float32: weighted means of the planes times the weight, and the weight, 1 for a cell
            without any subject (those that reach over the edge count as whole).
    """
    height, width, down, across, step = geometry
    first, second, third = planes
    columns = (width + across - 1) // across
    weight, both = np.zeros(width + step, np.uint32), np.zeros(width + step, np.uint32)
    small = np.zeros(width + step, np.uint32)
    sums = np.zeros((4, width + step), np.uint32)
    end = out.shape[2] - 1
    narrow = np.float32(step) / np.float32(width - step * end)
    for i in range(out.shape[1]):
        sums[:] = 0
        scale = np.float32(1) / np.float32(255 * step * (min((i + 1) * step, height) - i * step))
        for y in range(i * step, min((i + 1) * step, height)):
            _weigh(alpha[y], first[y], weight[:width], sums)
            last = y % down == down - 1 or y == height - 1
            if down == 2:
                for x in range(width):
                    both[x] = weight[x] + (both[x] if y % 2 else np.uint32(0))
            if last:
                _pairs(both if down == 2 else weight, across, columns, small)
                _add(small, second[y // down], columns, sums[1])
                _add(small, third[y // down], columns, sums[2])
        for k in range(4):
            _cells(sums[k], step // across if k in (1, 2) else step, scale, out[k, i])
            out[k, i, end] *= narrow


@jit
def shrink(sums: Float, least: tuple[Float, Float]) -> None:
    """Take away what lies beside the subject, in place: a weight times the square of the least among 3×3.

    Mattes end a little early, and light of the subject falls on what is beside it. As a continuous function of alpha it
    changes no faster than alpha does.

    Args:
        sums: (4, rows, columns) float32 as :func:`gather` gives them.
        least: two arrays (rows, columns) float32 of scratch.
    """
    rows, columns = sums.shape[1], sums.shape[2]
    weight, (across, both) = sums[3], least
    for i in range(rows):
        line, target = weight[i], across[i]
        for j in range(columns):
            left, right = max(j - 1, 0), min(j + 1, columns - 1)
            target[j] = min(line[j], line[left], line[right])
    for i in range(rows):
        above, here, below = across[max(i - 1, 0)], across[i], across[min(i + 1, rows - 1)]
        target = both[i]
        for j in range(columns):
            target[j] = min(above[j], here[j], below[j])
    for k in range(4):
        for i in range(rows):
            line, share = sums[k, i], both[i]
            for j in range(columns):
                line[j] *= share[j] * share[j]


@jit
def halve(sums: Float, out: Float) -> None:
    """Means of 2×2 cells, at the edges of those that there are.

    Args:
        sums: (4, rows, columns) float32.
        out: (4, half the rows, half the columns), rounded up.
    """
    rows, columns = sums.shape[1], sums.shape[2]
    quarter, half = np.float32(0.25), np.float32(0.5)
    whole = columns // 2
    for k in range(4):
        for i in range(out.shape[1]):
            upper, lower, target = sums[k, 2 * i], sums[k, min(2 * i + 1, rows - 1)], out[k, i]
            for j in range(whole):
                target[j] = quarter * (upper[2 * j] + upper[2 * j + 1] + lower[2 * j] + lower[2 * j + 1])
            if columns % 2:
                target[whole] = half * (upper[columns - 1] + lower[columns - 1])
