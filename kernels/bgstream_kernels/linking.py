"""From two optical flows to all that links two frames, in one call: one entry to load."""

import numpy as np
from numpy.typing import NDArray

from bgstream_kernels.gridding import places
from bgstream_kernels.planes import jit
from bgstream_kernels.trusting import believe_shared, rest, trust

Float = NDArray[np.float32]
Rules = tuple[Float, tuple[int, float, float]]


@jit
def _double(line: Float, channels: int, out: Float) -> None:
    """Bilinear to twice the width; one or two values a pixel."""
    near, far, last = np.float32(0.75), np.float32(0.25), line.shape[0] - channels
    for c in range(channels):
        out[c], out[2 * last + channels + c] = line[c], line[last + c]
    if channels == 1:
        for x in range(last):
            out[2 * x + 1] = near * line[x] + far * line[x + 1]
            out[2 * x + 2] = far * line[x] + near * line[x + 1]
    else:
        for x in range(last // 2):
            a, b, c, d = line[2 * x], line[2 * x + 1], line[2 * x + 2], line[2 * x + 3]
            out[4 * x + 2], out[4 * x + 3] = near * a + far * c, near * b + far * d
            out[4 * x + 4], out[4 * x + 5] = far * a + near * c, far * b + near * d


@jit
def _stretch(line: Float, channels: int, rule: tuple, out: Float) -> None:  # type: ignore[type-arg]
    """Bilinear to any width; ``rule``: see :func:`bgstream_kernels.gridding.places`."""
    left, right, part = rule
    for x in range(left.shape[0]):
        for c in range(channels):
            here, there = line[channels * left[x] + c], line[channels * right[x] + c]
            out[channels * x + c] = here + (there - here) * part[x]


@jit
def resize(source: Float, channels: int, out: Float) -> None:
    """Bilinear, centres aligned, the border repeated; rows of ``channels`` (1 or 2) values a pixel."""
    rows, columns = source.shape[0], source.shape[1] // channels
    height, width = out.shape[0], out.shape[1] // channels
    if (rows, columns) == (height, width):
        for y in range(height):
            for x in range(out.shape[1]):
                out[y, x] = source[y, x]
        return
    above, below, down = places(height, rows / height, rows)
    rule = places(width, columns / width, columns)
    mixed = np.empty(source.shape[1], np.float32)
    for y in range(height):
        upper, lower, t = source[above[y]], source[below[y]], down[y]
        for x in range(mixed.shape[0]):
            mixed[x] = upper[x] + (lower[x] - upper[x]) * t
        if width == 2 * columns:
            _double(mixed, channels, out[y])
        else:
            _stretch(mixed, channels, rule, out[y])


@jit
def _direction(lumas: tuple[Float, Float], flows: tuple[Float, Float], rules: Rules, out: tuple[Float, Float]) -> None:
    """One frame's flow and trust at full size."""
    flow, (height, width) = flows[0], lumas[0].shape
    trusted = np.empty((height, width), np.float32)
    limits, (radius, low, high) = rules
    trust(lumas, flow, flows[1], limits, trusted)
    believe_shared(trusted, radius, low, high)
    resize(trusted, 1, out[1])
    scaled = np.empty((height, 2 * width), np.float32)
    right, down = np.float32(out[1].shape[1] / width), np.float32(out[1].shape[0] / height)
    for y in range(height):
        line, pairs = scaled[y], flow[y]
        for x in range(width):
            line[2 * x], line[2 * x + 1] = pairs[x, 0] * right, pairs[x, 1] * down
    resize(scaled, 2, out[0].reshape(out[1].shape[0], 2 * out[1].shape[1]))


@jit
def link(lumas: tuple, flows: tuple, noise: float, rules: Rules, out: tuple) -> None:  # type: ignore[type-arg]
    """Rest where nothing moves, trust both ways, and all of it at another size.

    Args:
        lumas: of a frame and of the one before, (height, width) float32, C-contiguous.
        flows: from the frame to the one before and back, (height, width, 2) float32; changed.
        noise: see :func:`bgstream_kernels.rest`.
        rules: those of :func:`bgstream_kernels.trust`; radius, low and high of
            :func:`bgstream_kernels.believe_shared`.
        out: flow back, flow on, trust back, trust on, filled; of any size.
    """
    now, before = lumas
    back, on = flows
    rest((now, before), back, noise)
    rest((before, now), on, noise)
    _direction((now, before), (back, on), rules, (out[0], out[2]))
    _direction((before, now), (on, back), rules, (out[1], out[3]))
