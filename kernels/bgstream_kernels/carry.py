"""Alpha carried from one frame to another along the optical flow, with how far it can be trusted, and weighed in."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bgstream_kernels.places import Places, empty_places, locate, mix
from bgstream_kernels.planes import jit

Float = NDArray[np.float32]
State = Any  # alpha and the weight of it, (height, width) each; the weight (1, 1) where it is the same everywhere


@jit
def _carry_row(state: State, y: int, way: tuple[Float, Float], most: float, places: Places, out: Float) -> None:
    """Alpha and weight of row ``y`` into ``out`` (2, width)."""
    cap, share = np.float32(1) / (np.float32(1) - np.float32(most)), np.float32(most)
    known, weight, line, say = state[0], state[1], out[1], way[1][y]
    locate(way[0][y], y, way[1].shape[0], places)
    mix(known, y, places, out[0])
    if weight.shape[0] * weight.shape[1] == 1:
        line[:] = weight[0, 0]
    else:
        mix(weight, y, places, line)
    for x in range(line.shape[0]):
        line[x] = min(line[x], cap) * say[x] * share


@jit
def carry(state: State, flow: Float, trusted: Float, most: float, out: Float) -> None:
    """What a frame takes over from another: alpha and its weight.

    Args:
        state: the other frame's alpha (height, width) float32, and the weight of it (1 = one answer), of that size or
            (1, 1); C-contiguous.
        flow: from the frame to the other.
        trusted: see :func:`trust`.
        most: 0..1; a carried weight approaches most / (1 - most) however long something is seen.
        out: (2, height, width) float32, filled: alpha and weight, in the frame's own pixels. Not ``state``.
    """
    places = empty_places(trusted.shape[1])
    for y in range(trusted.shape[0]):
        _carry_row(state, y, (flow, trusted), most, places, out[:, y])


@jit
def carry_in(state: State, way: tuple[Float, Float], most: float, own: State, out: Float) -> None:
    """The same, weighed in with the frame's own: the weighted mean, and the sum of weights.

    Args:
        state: the other frame's, as for :func:`carry`.
        way: flow from the frame to the other, and trust.
        most: as for :func:`carry`.
        own: the frame's alpha (height, width) float32 and the weight of it, of that size or (1, 1).
        out: (2, height, width) float32, filled. Neither ``state`` nor ``own``.
    """
    alpha, weight = own[0], own[1]
    same = weight.shape[0] * weight.shape[1] == 1
    places, carried = empty_places(alpha.shape[1]), np.empty((2, alpha.shape[1]), np.float32)
    value, share = carried[0], carried[1]
    mine = np.full(alpha.shape[1], weight[0, 0])
    for y in range(alpha.shape[0]):
        _carry_row(state, y, way, most, places, carried)
        if not same:
            for x in range(mine.shape[0]):
                mine[x] = weight[y, x]
        fresh, mean, total = alpha[y], out[0, y], out[1, y]
        for x in range(mine.shape[0]):
            total[x] = mine[x] + share[x]
        for x in range(mine.shape[0]):
            mean[x] = (fresh[x] * mine[x] + value[x] * share[x]) / (mine[x] + share[x])
