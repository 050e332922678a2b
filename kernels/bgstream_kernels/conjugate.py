"""The steps of preconditioned conjugate gradients on the marked blocks of picture-sized planes.

The planes of ``state``: the solution, the residual, the direction, the matrix times the direction, the weights on the
matrix's diagonal, and the preconditioner, which is 0 where nothing is to be solved: so such pixels never move.
"""

from typing import Any

import numpy as np

from bgstream_kernels.gridding import Blocks, next_run
from bgstream_kernels.planes import jit
from bgstream_kernels.windows import Float


@jit
def begin(marked: Blocks, state: Float) -> float:
    """The prior's residual, the first direction, and the residual's preconditioned square."""
    total = 0.0
    for y in range(marked.shape[0]):
        block = 0
        while True:
            left, right, block = next_run(marked[y], block, state.shape[2])
            if left >= right:
                break
            part: Any = np.float32(0)
            for x in range(left, right):
                share = state[5, y, x]
                rest = -state[3, y, x] if share > 0 else np.float32(0)
                state[1, y, x], state[2, y, x] = rest, share * rest
                part += share * rest * rest
            total += part
    return total


@jit
def bend(marked: Blocks, state: Float) -> float:
    """Finish the product (L + W)·direction, where alpha is unknown; direction·product."""
    total = 0.0
    for y in range(marked.shape[0]):
        block = 0
        while True:
            left, right, block = next_run(marked[y], block, state.shape[2])
            if left >= right:
                break
            direction, out, weight, share = state[2, y], state[3, y], state[4, y], state[5, y]
            part: Any = np.float32(0)
            for x in range(left, right):
                value = out[x] + weight[x] * direction[x] if share[x] > 0 else np.float32(0)
                out[x] = value
                part += value * direction[x]
            total += part
    return total


@jit
def advance(length: float, marked: Blocks, state: Float) -> float:
    """Go along the direction; the new residual's preconditioned square."""
    total, by = 0.0, np.float32(length)
    for y in range(marked.shape[0]):
        block = 0
        while True:
            left, right, block = next_run(marked[y], block, state.shape[2])
            if left >= right:
                break
            value, rest, direction, out, share = state[0, y], state[1, y], state[2, y], state[3, y], state[5, y]
            part: Any = np.float32(0)
            for x in range(left, right):
                value[x] += by * direction[x]
                left_over = rest[x] - by * out[x]
                rest[x] = left_over
                part += share[x] * left_over * left_over
            total += part
    return total


@jit
def turn(share: float, marked: Blocks, state: Float) -> None:
    """The next direction: the preconditioned residual and ``share`` of the last direction."""
    keep = np.float32(share)
    for y in range(marked.shape[0]):
        block = 0
        while True:
            left, right, block = next_run(marked[y], block, state.shape[2])
            if left >= right:
                break
            rest, direction, scale = state[1, y], state[2, y], state[5, y]
            for x in range(left, right):
                direction[x] = scale[x] * rest[x] + keep * direction[x]
