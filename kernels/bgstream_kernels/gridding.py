"""The coarse grid of guided up-sampling: luma and alpha on it, and which of its cells need any work."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bgstream_kernels.planes import Plane, jit

Float = NDArray[np.float32]
Cells = NDArray[np.uint8]
Blocks = NDArray[np.uint8]
BLOCK = 8  # cells that share one decision whether there is anything to do


@jit
def block_luma(luma: Plane, shape: tuple[int, int], scale: float, marked: Blocks, out: Float) -> None:
    """Mean luma of step×step pixels (fewer at the right and lower border), times ``scale``, in marked blocks.

    ``shape``: pixels in a row, and in a cell each way.
    """
    width, step = shape
    acc = np.empty(width, np.uint32)
    for i in range(out.shape[0]):
        block = 0
        while True:
            left, right, block = next_run(marked[i], block, out.shape[1])
            if left >= right:
                break
            _cell_means(luma[i * step : (i + 1) * step], (left, right, step), scale, acc, out[i])


@jit
def _cell_means(band: Plane, run: tuple[int, int, int], scale: float, acc: NDArray[np.uint32], out: Float) -> None:
    left, right, step = run
    first, last = left * step, min(right * step, acc.shape[0])
    total = acc[first:last]
    total[:] = 0
    for y in range(band.shape[0]):
        row = band[y, first:last]
        for x in range(last - first):
            total[x] += row[x]
    whole = np.float32(scale / (step * band.shape[0]))
    for j in range(left, right):
        begin, end = (j - left) * step, min((j + 1 - left) * step, last - first)
        mean = np.uint32(0)
        for x in range(begin, end):
            mean += total[x]
        share = whole if end - begin == step else np.float32(scale / ((end - begin) * band.shape[0]))
        out[j] = np.float32(mean) * share


@jit
def places(count: int, ratio: float, samples: int) -> tuple[NDArray[np.int32], NDArray[np.int32], Float]:
    """For each cell or pixel the two samples around it and how far it lies from the first (0..1), centres aligned."""
    near, far, part = np.empty(count, np.int32), np.empty(count, np.int32), np.empty(count, np.float32)
    for j in range(count):
        at = min(max((j + 0.5) * ratio - 0.5, 0.0), samples - 1.0)
        near[j] = min(int(at), samples - 1)
        far[j] = min(near[j] + 1, samples - 1)
        part[j] = at - near[j]
    return near, far, part


@jit
def interpolate(raw: Float, ratio: tuple[float, float], levels: tuple[float, float], out: Float) -> None:
    """Bilinear; ``ratio``: raw samples for each grid cell (rows, columns).

    ``levels``: the raw alpha that counts as 0 and the one that counts as 1.
    """
    above, below, down = places(out.shape[0], ratio[0], raw.shape[0])
    left, right, across = places(out.shape[1], ratio[1], raw.shape[1])
    black, gain = np.float32(levels[0]), np.float32(1 / (levels[1] - levels[0]))
    mixed = np.empty(raw.shape[1], np.float32)
    for i in range(out.shape[0]):
        upper, lower, line, t = raw[above[i]], raw[below[i]], out[i], down[i]
        for x in range(mixed.shape[0]):
            value = (upper[x] + (lower[x] - upper[x]) * t - black) * gain
            mixed[x] = value
        for j in range(line.shape[0]):
            here = mixed[left[j]]
            value = here + (mixed[right[j]] - here) * across[j]
            line[j] = min(max(value, np.float32(0)), np.float32(1))


@jit
def undecided(alpha: Float, out: Cells) -> None:
    """1 for the cells whose alpha lies between 0 and 1, else 0."""
    for y in range(alpha.shape[0]):
        line, flags = alpha[y], out[y]
        for x in range(line.shape[0]):
            flags[x] = np.uint8(line[x] > 0) & np.uint8(line[x] < 1)


@jit
def reached(flags: Cells, radius: Any, out: Blocks) -> None:
    """Mark the blocks with a flagged cell inside them or within ``radius`` cells; ``out``: (rows, blocks)."""
    height, width = flags.shape
    column = np.empty(width, np.uint8)
    count = np.zeros(width + 1, np.int32)
    for y in range(height):
        column[:] = 0
        for near in range(max(y - radius, 0), min(y + radius + 1, height)):
            row = flags[near]
            for x in range(width):
                column[x] |= row[x]
        for x in range(width):
            count[x + 1] = count[x] + column[x]
        for b in range(out.shape[1]):
            left, right = max(b * BLOCK - radius, 0), min((b + 1) * BLOCK + radius, width)
            out[y, b] = count[right] > count[left]


@jit
def next_run(line: NDArray[np.uint8], start: int, width: int) -> tuple[int, int, int]:
    """The next stretch of marked blocks at or after block ``start``.

    Returns:
        Its first cell, one past its last cell, and the block behind it; an empty stretch at the end.
    """
    count = line.shape[0]
    while start < count and not line[start]:
        start += 1
    stop = start
    while stop < count and line[stop]:
        stop += 1
    return min(start * BLOCK, width), min(stop * BLOCK, width), stop
