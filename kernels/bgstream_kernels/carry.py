"""Values carried from one frame to the next along the optical flow, with how far they can be trusted.

A flow (height, width, 2) float32 says for every pixel of one frame how many pixels right and down the same
point lies in the other. Occlusions are found by going there and back (N. Sundaram, T. Brox, K. Keutzer,
"Dense Point Trajectories by GPU-accelerated Large Displacement Optical Flow", ECCV 2010, eq. 5), the rest by
what the light says.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bgstream_kernels.planes import jit, smoothstep

Float = NDArray[np.float32]


@jit
def _locate(x: Any, y: Any, shape: tuple[int, int]) -> tuple[int, int, Any, Any]:
    """The sample left above a place (the border repeats), and how far the place lies from it, 0..1 each way."""
    row = min(max(y, np.float32(0)), np.float32(shape[0] - 1))
    column = min(max(x, np.float32(0)), np.float32(shape[1] - 1))
    top, left = min(int(row), max(shape[0] - 2, 0)), min(int(column), max(shape[1] - 2, 0))
    return top, left, row - np.float32(top), column - np.float32(left)


@jit
def _mix(plane: Float, place: tuple[int, int, Any, Any]) -> Any:
    """The bilinear value of a plane at a place."""
    top, left, down, right = place
    under, beside = min(top + 1, plane.shape[0] - 1), min(left + 1, plane.shape[1] - 1)
    above = plane[top, left] + (plane[top, beside] - plane[top, left]) * right
    below = plane[under, left] + (plane[under, beside] - plane[under, left]) * right
    return above + (below - above) * down


@jit
def _residuals(lumas: tuple[Float, Float], flow: Float, y: int, out: Float) -> None:
    """|difference of luma| in row ``y``, along the flow into ``out[0]`` and in place into ``out[1]``; padded by 1."""
    here, other = lumas
    height, width = here.shape
    source = min(max(y, 0), height - 1)
    for x in range(width):
        place = _locate(np.float32(x) + flow[source, x, 0], np.float32(source) + flow[source, x, 1], (height, width))
        out[0, x + 1] = abs(here[source, x] - _mix(other, place))
        out[1, x + 1] = abs(here[source, x] - other[source, x])
    for k in range(2):
        out[k, 0], out[k, width + 1] = out[k, 1], out[k, width]


@jit
def rest(lumas: tuple[Float, Float], flow: Float, noise: float) -> None:
    """Set the flow to zero, in place, where standing still explains the light as well: flow wanders in noise.

    Args:
        lumas: of the frame and of the other, (height, width) float32.
        flow: from the frame to the other.
        noise: difference of luma (mean over 3×3) that says nothing.
    """
    height, width = lumas[0].shape
    light = np.empty((3, 2, width + 2), np.float32)
    rested = np.empty((2, width), np.bool_)  # one row behind: a row's own flow is still needed by the row above
    for y in range(-1, height + 1):
        _residuals(lumas, flow, y, light[(y + 1) % 3])
        if y >= 2:
            _stop(rested[(y - 2) % 2], flow[y - 2])
        if y < 1:
            continue
        for x in range(width):
            moved, stayed = np.float32(0), np.float32(0)
            for k in range(3):
                moved += light[k, 0, x] + light[k, 0, x + 1] + light[k, 0, x + 2]
                stayed += light[k, 1, x] + light[k, 1, x + 1] + light[k, 1, x + 2]
            rested[(y - 1) % 2, x] = stayed <= moved + np.float32(9) * np.float32(noise)
    _stop(rested[(height - 1) % 2], flow[height - 1])


@jit
def _stop(rested: Any, flow: Float) -> None:
    for x in range(rested.shape[0]):
        if rested[x]:
            flow[x, 0] = flow[x, 1] = 0


@jit
def trust(lumas: tuple[Float, Float], there: Float, back: Float, rules: Float, out: Float) -> None:
    """How far a frame may take over what stands in another: 0 not at all, 1 fully.

    Args:
        lumas: of the frame and of the other, (height, width) float32.
        there: flow from the frame to the other.
        back: flow from the other to the frame.
        rules: pixels of there-and-back error, plus a tenth of the way, up to which trust is full and from
            which there is none; difference of luma up to which it is full and from which there is none.
        out: (height, width) float32, filled.
    """
    near, far, same, other = rules[0], rules[1], rules[2], rules[3]
    height, width = out.shape
    here, opposite = lumas
    light = np.empty((3, width + 2), np.float32)  # |difference of luma| of three rows, for the 3×3 mean
    for y in range(-1, height + 1):
        row = light[(y + 1) % 3]
        source = min(max(y, 0), height - 1)
        for x in range(width):
            column, line = np.float32(x) + there[source, x, 0], np.float32(source) + there[source, x, 1]
            place = _locate(column, line, (height, width))
            row[x + 1] = abs(here[source, x] - _mix(opposite, place))
        row[0], row[width + 1] = row[1], row[width]
        if y < 1:
            continue
        for x in range(width):
            total = np.float32(0)
            for k in range(3):
                total += light[k, x] + light[k, x + 1] + light[k, x + 2]
            out[y - 1, x] = _ramp(total * np.float32(1 / 9), same, other)
    edge, returns_x, returns_y = np.float32(-0.5), back[..., 0], back[..., 1]
    for y in range(height):
        for x in range(width):
            right, down = there[y, x, 0], there[y, x, 1]
            column, line = np.float32(x) + right, np.float32(y) + down
            if out[y, x] == 0 or min(column, line) < edge or column > width + edge or line > height + edge:
                out[y, x] = 0
                continue
            if right == 0 and down == 0 and returns_x[y, x] == 0 and returns_y[y, x] == 0:
                continue  # nothing went, nothing came back
            place = _locate(column, line, (height, width))
            across, along = right + _mix(returns_x, place), down + _mix(returns_y, place)
            gone, way = np.sqrt(across * across + along * along), np.sqrt(right * right + down * down)
            out[y, x] *= _ramp(gone - np.float32(0.1) * way, near, far)


@jit
def believe_shared(trusted: Float, shared: Float, low: float, high: float) -> None:
    """Scale trust, in place, from none where its neighbourhood has ``low`` of it to all of it from ``high``.

    Args:
        trusted: (height, width) float32 0..1.
        shared: its mean over the neighbourhood.
        low: mean trust from which there is any.
        high: mean trust from which it is whole.
    """
    for y in range(trusted.shape[0]):
        for x in range(trusted.shape[1]):
            trusted[y, x] *= smoothstep(shared[y, x], np.float32(low), np.float32(high))


@jit
def _ramp(value: Any, full: Any, none: Any) -> Any:
    """1 up to ``full``, 0 from ``none``."""
    return min(max((none - value) / (none - full), np.float32(0)), np.float32(1))


@jit
def carry(state: Float, flow: Float, trusted: Float, most: float, out: Float) -> None:
    """What a frame takes over from another: alpha and its weight.

    Args:
        state: (2, height, width) float32: the other frame's alpha, and the weight of it (1 = one answer).
        flow: from the frame to the other.
        trusted: see :func:`trust`.
        most: 0..1; a carried weight approaches most / (1 - most) however long something is seen.
        out: (2, height, width) float32, filled: alpha and weight, in the frame's own pixels.
    """
    cap = np.float32(1) / (np.float32(1) - np.float32(most))
    shape = trusted.shape
    for y in range(shape[0]):
        for x in range(shape[1]):
            place = _locate(np.float32(x) + flow[y, x, 0], np.float32(y) + flow[y, x, 1], shape)
            out[0, y, x] = _mix(state[0], place)
            out[1, y, x] = min(_mix(state[1], place), cap) * trusted[y, x] * np.float32(most)


@jit
def weigh_in(raw: Float, carried: Float, out: Float) -> None:
    """The frame's own answer (weight 1) and a carried one: their weighted mean, and the sum of weights.

    Args:
        raw: (height, width) float32.
        carried: (2, height, width), from :func:`carry`.
        out: (2, height, width), filled; may be ``carried``.
    """
    for y in range(raw.shape[0]):
        for x in range(raw.shape[1]):
            weight = carried[1, y, x]
            out[0, y, x] = (raw[y, x] + carried[0, y, x] * weight) / (np.float32(1) + weight)
            out[1, y, x] = np.float32(1) + weight
