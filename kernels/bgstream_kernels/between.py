"""Alpha of a frame from the key frames around it: carried along the flow, exact in the band, weighed by light."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bgstream_kernels.match import match
from bgstream_kernels.places import empty_places, locate, mix
from bgstream_kernels.planes import jit
from bgstream_kernels.trusting import along, rest, sums

Float = NDArray[np.float32]
Cells = NDArray[np.uint8]
Seen = tuple[Float, Float]  # a frame's luma, and the same at half the size
UNDECIDED = 0.03  # raw alpha from which, and up to 1 minus which, a pixel belongs to the band
GROWN = 2  # pixels around it that do too
LEAST = 0.02  # weight of what the light does not confirm: where neither key frame explains a pixel, both have a say


@jit
def chained(link: Float, flow: Float, out: Float) -> None:
    """A flow one frame longer.

    Args:
        link: (height, width, 2) float32, from a frame to its neighbour, pixels right and down.
        flow: from the neighbour to a third frame; C-contiguous.
        out: from the frame to the third, filled.
    """
    height, width = link.shape[:2]
    places, planes = empty_places(width), np.empty((2, height, width), np.float32)
    for y in range(height):
        for x in range(width):
            planes[0, y, x], planes[1, y, x] = flow[y, x, 0], flow[y, x, 1]
    right, down = np.empty(width, np.float32), np.empty(width, np.float32)
    for y in range(height):
        locate(link[y], y, height, places)
        mix(planes[0], y, places, right)
        mix(planes[1], y, places, down)
        for x in range(width):
            out[y, x, 0], out[y, x, 1] = link[y, x, 0] + right[x], link[y, x, 1] + down[x]


@jit
def _sampled(alpha: Float, flow: Float, out: Float) -> None:
    """Bilinear alpha where a flow leads."""
    places = empty_places(alpha.shape[1])
    for y in range(alpha.shape[0]):
        locate(flow[y], y, alpha.shape[0], places)
        mix(alpha, y, places, out[y])


@jit
def _weights(part: Any) -> Any:
    """Catmull-Rom's, of four samples, for what lies ``part`` beyond the second."""
    half, two, square = np.float32(0.5), np.float32(2), part * part
    cube = square * part
    second = half * (np.float32(3) * cube - np.float32(5) * square + two)
    third = half * (np.float32(4) * square - np.float32(3) * cube + part)
    return half * (two * square - cube - part), second, third, half * (cube - square)


@jit
def _unblurred(alpha: Float, flow: Float, out: Float) -> None:
    """Bicubic alpha in soft places: linear carrying softens every edge a little more."""
    height, width = alpha.shape
    zero, one = np.float32(0), np.float32(1)
    for y in range(height):
        for x in range(width):
            if not np.float32(0.004) < out[y, x] < np.float32(0.996):
                continue
            row = min(max(np.float32(y) + flow[y, x, 1], zero), np.float32(height - 1))
            column = min(max(np.float32(x) + flow[y, x, 0], zero), np.float32(width - 1))
            top, left, total = int(row), int(column), zero
            lines, columns = _weights(row - np.float32(top)), _weights(column - np.float32(left))
            for k in range(4):
                at = min(max(top - 1 + k, 0), height - 1)
                value = columns[0] * alpha[at, max(left - 1, 0)] + columns[1] * alpha[at, left]
                value += columns[2] * alpha[at, min(left + 1, width - 1)]
                total += lines[k] * (value + columns[3] * alpha[at, min(left + 2, width - 1)])
            out[y, x] = min(max(total, zero), one)


@jit
def _band(alpha: Float, out: Cells) -> bool:
    """Mark undecided pixels, hard edges and what is near; says whether there are any."""
    height, width = alpha.shape
    low, high = np.float32(UNDECIDED), np.float32(1 - UNDECIDED)
    out[:] = 0
    found = False
    for y in range(height):
        for x in range(width):
            here = alpha[y, x]
            edge = low < here < high
            edge |= abs(here - alpha[y, max(x - 1, 0)]) > high or abs(here - alpha[max(y - 1, 0), x]) > high
            if edge:
                found = True
                for line in range(max(y - GROWN, 0), min(y + GROWN + 1, height)):
                    for column in range(max(x - GROWN, 0), min(x + GROWN + 1, width)):
                        out[line, column] = 1
    return found


@jit
def _exact(here: Seen, key: Seen, flow: Float, band: Cells) -> None:
    """Make the flow exact in the band, in place: at half the size first, for what has drifted."""
    height, width = here[1].shape
    small, cells = np.empty((height, width, 2), np.float32), np.empty((height, width), np.uint8)
    patch, found = np.empty((4, 64), np.float32), np.empty((height, width, 3), np.float32)
    half = np.float32(0.5)
    for y in range(height):
        for x in range(width):
            small[y, x, 0], small[y, x, 1] = flow[2 * y, 2 * x, 0] * half, flow[2 * y, 2 * x, 1] * half
            cells[y, x] = (
                band[2 * y, 2 * x] | band[2 * y, 2 * x + 1] | band[2 * y + 1, 2 * x] | band[2 * y + 1, 2 * x + 1]
            )
    match(here[1], key[1], cells, small, (patch, found))
    for y in range(flow.shape[0]):
        for x in range(flow.shape[1]):
            line, column = min(y // 2, height - 1), min(x // 2, width - 1)
            if found[line, column, 2] > 0:
                flow[y, x, 0], flow[y, x, 1] = 2 * small[line, column, 0], 2 * small[line, column, 1]
    match(here[0], key[0], band, flow, (patch, np.empty((*here[0].shape, 3), np.float32)))


@jit
def carried(here: Seen, key: tuple[Float, Float, Float], flow: Float, noise: float, out: Float) -> None:
    """A key frame's alpha, carried to another frame.

    Args:
        here: the frame's luma (height, width) float32 0..1, at least 24 each way, and the same at half the size
            (rounded down); C-contiguous.
        key: the key frame's luma, its half, and its alpha (height, width) float32 0..1.
        flow: (height, width, 2) float32, from the frame to the key frame; made exact in alpha's band, in place.
        noise: difference of luma that is no reason to move, see :func:`bgstream_kernels.trusting.rest`.
        out: (height, width) float32, filled.
    """
    luma, half, alpha = key
    band = np.empty(alpha.shape, np.uint8)
    _sampled(alpha, flow, out)
    if _band(out, band):
        _exact(here, (luma, half), flow, band)
        rest((here[0], luma), flow, noise)
        _sampled(alpha, flow, out)
        _unblurred(alpha, flow, out)


@jit
def between(
    here: Seen, keys: Any, flows: tuple[Float, Float], rules: tuple[float, float, float, float], out: Float
) -> None:
    """Alpha of a frame between two key frames: what both carry here, weighed by nearness and by how the light fits.

    Args:
        here: as for :func:`carried`.
        keys: both key frames, each as for :func:`carried`.
        flows: from the frame to each; made exact in place.
        rules: 0..1, where the frame lies between the two; noise as for :func:`carried`; difference of luma up to
            which a key frame explains a pixel, and from which it does not.
        out: (height, width) float32, filled.
    """
    place, noise, same, other = np.float32(rules[0]), rules[1], np.float32(rules[2]), np.float32(rules[3])
    height, width = out.shape
    last = np.empty_like(out)
    carried(here, keys[0], flows[0], noise, out)
    carried(here, keys[1], flows[1], noise, last)
    places, light = empty_places(width), np.empty((2, 3, width + 2), np.float32)
    total, zero, one, least = np.empty((2, width), np.float32), np.float32(0), np.float32(1), np.float32(LEAST)
    for y in range(-1, height + 1):
        along((here[0], keys[0][0]), flows[0], y, places, light[0, (y + 1) % 3])
        along((here[0], keys[1][0]), flows[1], y, places, light[1, (y + 1) % 3])
        if y < 1:
            continue
        sums(light[0], total[0])
        sums(light[1], total[1])
        mine, theirs, first, second = out[y - 1], last[y - 1], total[0], total[1]
        scale = one / (np.float32(9) * (other - same))
        for x in range(width):
            fits = min(max((np.float32(9) * other - first[x]) * scale, zero), one)
            fits_too = min(max((np.float32(9) * other - second[x]) * scale, zero), one)
            weight, weight_too = (one - place) * (fits + least), place * (fits_too + least)
            mine[x] = (mine[x] * weight + theirs[x] * weight_too) / (weight + weight_too)
