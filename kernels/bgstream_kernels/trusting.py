"""How far a flow can be trusted: by going there and back, and by what the light says.

Occlusions are found by going there and back (N. Sundaram, T. Brox, K. Keutzer, "Dense Point Trajectories by
GPU-accelerated Large Displacement Optical Flow", ECCV 2010, eq. 5).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bgstream_kernels.places import Places, apart, empty_places, locate, mix
from bgstream_kernels.planes import jit, smoothstep

Float = NDArray[np.float32]


@jit
def along(lumas: tuple[Float, Float], flow: Float, y: int, places: Places, out: Float) -> None:
    """|difference of luma| along the flow in row ``y``, or the nearest there is, into ``out``, padded by 1."""
    here, other = lumas
    height, width = here.shape
    source = min(max(y, 0), height - 1)
    locate(flow[source], source, height, places)
    inner, line = out[1 : width + 1], here[source]
    mix(other, source, places, inner)
    for x in range(width):
        inner[x] = abs(line[x] - inner[x])
    out[0], out[width + 1] = out[1], out[width]


@jit
def _in_place(lumas: tuple[Float, Float], y: int, out: Float) -> None:
    """The same where nothing moves."""
    height, width = lumas[0].shape
    source = min(max(y, 0), height - 1)
    line, opposite, inner = lumas[0][source], lumas[1][source], out[1 : width + 1]
    for x in range(width):
        inner[x] = abs(line[x] - opposite[x])
    out[0], out[width + 1] = out[1], out[width]


@jit
def sums(lines: Float, out: Float) -> None:
    """Over 3×3, from three padded rows."""
    first, second, third = lines[0], lines[1], lines[2]
    for x in range(out.shape[0]):
        total = first[x] + first[x + 1] + first[x + 2] + second[x] + second[x + 1] + second[x + 2]
        out[x] = total + third[x] + third[x + 1] + third[x + 2]


@jit
def rest(lumas: tuple[Float, Float], flow: Float, noise: float) -> None:
    """Set the flow to zero, in place, where standing still explains the light as well: flow wanders in noise.

    Args:
        lumas: of the frame and of the other, (height, width) float32, C-contiguous.
        flow: from the frame to the other.
        noise: difference of luma (mean over 3×3) that says nothing.
    """
    height, width = lumas[0].shape
    places, least = empty_places(width), np.float32(9) * np.float32(noise)
    moved, stayed = np.empty((3, width + 2), np.float32), np.empty((3, width + 2), np.float32)
    stays = np.empty((2, width), np.float32)  # one row behind: a row's own flow is still needed by the row above
    total = np.empty(width, np.float32)
    for y in range(-1, height + 1):
        along(lumas, flow, y, places, moved[(y + 1) % 3])
        _in_place(lumas, y, stayed[(y + 1) % 3])
        if y >= 2:
            _stop(stays[(y - 2) % 2], flow[y - 2])
        if y >= 1:
            line = stays[(y - 1) % 2]
            sums(stayed, line)
            sums(moved, total)
            for x in range(width):
                line[x] -= total[x] + least
    _stop(stays[(height - 1) % 2], flow[height - 1])


@jit
def _stop(gain: Float, flow: Float) -> None:
    """No flow where moving gains nothing."""
    zero, flat = np.float32(0), flow.reshape(2 * gain.shape[0])
    for x in range(gain.shape[0]):
        right, down = flat[2 * x], flat[2 * x + 1]
        flat[2 * x] = right if gain[x] > zero else zero
        flat[2 * x + 1] = down if gain[x] > zero else zero


@jit
def trust(lumas: tuple[Float, Float], there: Float, back: Float, rules: Float, out: Float) -> None:
    """How far a frame may take over what stands in another: 0 not at all, 1 fully.

    Args:
        lumas: of the frame and of the other, (height, width) float32, C-contiguous.
        there: flow from the frame to the other.
        back: flow from the other to the frame.
        rules: pixels of there-and-back error, plus a tenth of the way, up to which trust is full and from
            which there is none; difference of luma up to which it is full and from which there is none.
        out: (height, width) float32, filled.
    """
    near, far, same, other = rules[0], rules[1], rules[2], rules[3]
    height, width = out.shape
    light, places, ways = np.empty((3, width + 2), np.float32), empty_places(width), np.empty((4, width), np.float32)
    for y in range(-1, height + 1):
        along(lumas, there, y, places, light[(y + 1) % 3])
        if y >= 1:
            line = out[y - 1]
            sums(light, line)
            for x in range(width):
                line[x] = _ramp(line[x] * np.float32(1 / 9), same, other)
    across, downward = np.empty((height, width), np.float32), np.empty((height, width), np.float32)
    for y in range(height):
        apart(back[y], across[y], downward[y])
    for y in range(height):
        locate(there[y], y, height, places)
        mix(across, y, places, ways[0])
        mix(downward, y, places, ways[1])
        apart(there[y], ways[2], ways[3])
        _there_and_back(ways, (near, far), out[y])
        _inside(places[1][2], width, out[y])
        _inside(places[1][3], height, out[y])


@jit
def _there_and_back(ways: Float, rules: tuple[Any, Any], out: Float) -> None:
    """``ways``: rows of back right, back down, there right, there down."""
    near, far = rules
    across, along, right, down = ways[0], ways[1], ways[2], ways[3]
    for x in range(out.shape[0]):
        off, away, way = right[x] + across[x], down[x] + along[x], right[x] * right[x] + down[x] * down[x]
        gone = np.sqrt(off * off + away * away) - np.float32(0.1) * np.sqrt(way)
        out[x] *= _ramp(gone, near, far)


@jit
def _inside(place: Float, side: int, out: Float) -> None:
    """No trust in what was outside the picture."""
    low, high, none = np.float32(-0.5), np.float32(side - 0.5), np.float32(0)
    for x in range(out.shape[0]):
        out[x] = out[x] if low <= place[x] <= high else none


@jit
def _ramp(value: Any, full: Any, none: Any) -> Any:
    """1 up to ``full``, 0 from ``none``."""
    return min(max((none - value) / (none - full), np.float32(0)), np.float32(1))


@jit
def believe_shared(trusted: Float, radius: int, low: float, high: float) -> None:
    """Scale trust, in place, from none where its neighbourhood has ``low`` of it to all of it from ``high``.

    Args:
        trusted: (height, width) float32 0..1.
        radius: of the neighbourhood, a square; less than either side. Beyond the border it is mirrored.
        low: mean trust from which there is any.
        high: mean trust from which it is whole.
    """
    height, width = trusted.shape
    kept = np.empty((height, width), np.float32)
    for y in range(height):
        for x in range(width):
            kept[y, x] = trusted[y, x]
    column, total = np.empty(width + 2 * radius, np.float32), np.empty(width, np.float32)
    inner, share = column[radius : radius + width], np.float32(1 / (2 * radius + 1) ** 2)
    for y in range(height):
        inner[:] = 0
        for near in range(y - radius, y + radius + 1):
            row = kept[abs(near) if near < height else 2 * height - 2 - near]
            for x in range(width):
                inner[x] += row[x]
        for k in range(radius):
            column[k], column[width + radius + k] = inner[radius - k], inner[width - 2 - k]
        total[:] = 0
        for k in range(2 * radius + 1):
            shifted = column[k : k + width]
            for x in range(width):
                total[x] += shifted[x]
        line = trusted[y]
        for x in range(width):
            line[x] *= smoothstep(total[x] * share, np.float32(low), np.float32(high))
