"""The coarse grid of guided up-sampling: luma and alpha on it, and which of its cells need any work."""

import numpy as np
from numpy.typing import NDArray

from bgstream_kernels.planes import Plane, jit

Float = NDArray[np.float32]
Spans = NDArray[np.int32]


@jit
def block_luma(luma: Plane, width: int, step: int, scale: float, spans: Spans, out: Float) -> None:
    """Mean luma of step×step blocks (smaller at the right and lower border), times ``scale``, inside ``spans``."""
    height = luma.shape[0]
    acc = np.empty(width, np.uint32)
    for i in range(out.shape[0]):
        if spans[i, 0] >= spans[i, 1]:
            continue
        top, bottom = i * step, min((i + 1) * step, height)
        first, last = spans[i, 0] * step, min(spans[i, 1] * step, width)
        acc[first:last] = 0
        for y in range(top, bottom):
            row, total = luma[y, first:last], acc[first:last]
            for x in range(last - first):
                total[x] += row[x]
        line = out[i]
        for j in range(spans[i, 0], spans[i, 1]):
            left, right = j * step, min((j + 1) * step, width)
            mean = np.uint32(0)
            for x in range(left, right):
                mean += acc[x]
            line[j] = np.float32(mean) * np.float32(scale / ((right - left) * (bottom - top)))


@jit
def _places(count: int, ratio: float, samples: int) -> tuple[NDArray[np.int32], NDArray[np.int32], Float]:
    """For each grid cell the two samples around it and how far it lies from the first (0..1), centres aligned."""
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
    above, below, down = _places(out.shape[0], ratio[0], raw.shape[0])
    left, right, across = _places(out.shape[1], ratio[1], raw.shape[1])
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
def undecided_spans(alpha: Float, out: Spans) -> None:
    """First and one past the last column of each row whose alpha is neither 0 nor 1; equal where there is none."""
    for y in range(alpha.shape[0]):
        line = alpha[y]
        first, last = 0, line.shape[0]
        while first < last and (line[first] <= 0 or line[first] >= 1):
            first += 1
        while last > first and (line[last - 1] <= 0 or line[last - 1] >= 1):
            last -= 1
        out[y, 0], out[y, 1] = first, last


@jit
def spans_around(spans: Spans, radius: int, width: int, out: Spans) -> None:
    """The spans that windows of ``radius`` around the cells of ``spans`` reach."""
    height = spans.shape[0]
    for y in range(height):
        first, last = width, 0
        for near in range(max(y - radius, 0), min(y + radius + 1, height)):
            if spans[near, 0] < spans[near, 1]:
                first, last = min(first, spans[near, 0]), max(last, spans[near, 1])
        if first < last:
            out[y, 0], out[y, 1] = max(first - radius, 0), min(last + radius, width)
        else:
            out[y, 0], out[y, 1] = 0, 0
