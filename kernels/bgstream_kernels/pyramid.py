"""Push and pull: weighted means on a grid, with what is missing filled in smoothly from the surroundings."""

import numpy as np
from numpy.typing import NDArray

from bgstream_kernels.planes import jit

Float = NDArray[np.float32]


@jit
def _means(sums: Float, weight: Float, full: np.float32, out: tuple[Float, Float]) -> None:
    own, trust = out
    for y in range(weight.shape[0]):
        for x in range(weight.shape[1]):
            w = weight[y, x]
            trust[y, x] = min(w / full, np.float32(1))
            share = np.float32(1) / w if w > 0 else np.float32(0)
            for k in range(sums.shape[0]):
                own[k, y, x] = sums[k, y, x] * share


@jit
def _push(own: Float, trust: Float, out: tuple[Float, Float]) -> None:
    """Means and trust of 2×2; the trust of four adds up, to 1 at most."""
    wider, more = out
    height, width = trust.shape
    for y in range(more.shape[0]):
        for x in range(more.shape[1]):
            total = np.float32(0)
            for k in range(own.shape[0]):
                wider[k, y, x] = 0
            for i in range(2 * y, min(2 * y + 2, height)):
                for j in range(2 * x, min(2 * x + 2, width)):
                    w = trust[i, j]
                    total += w
                    for k in range(own.shape[0]):
                        wider[k, y, x] += w * own[k, i, j]
            if total > 0:
                for k in range(own.shape[0]):
                    wider[k, y, x] /= total
            more[y, x] = min(total, np.float32(1))


@jit
def _pull(own: Float, trust: Float, wider: Float) -> None:
    """``own`` becomes its mix with the wider level, interpolated between cell centres (3/4 and 1/4)."""
    near, far, one = np.float32(0.75), np.float32(0.25), np.float32(1)
    rows, columns = wider.shape[1], wider.shape[2]
    for y in range(trust.shape[0]):
        i, up = y // 2, min(max(y // 2 + (1 if y % 2 else -1), 0), rows - 1)
        for x in range(trust.shape[1]):
            w = trust[y, x]
            if w >= 1:
                continue
            j, side = x // 2, min(max(x // 2 + (1 if x % 2 else -1), 0), columns - 1)
            for k in range(own.shape[0]):
                here = near * wider[k, i, j] + far * wider[k, i, side]
                there = near * wider[k, up, j] + far * wider[k, up, side]
                back = near * here + far * there
                own[k, y, x] = back + (own[k, y, x] - back) * min(w, one)


def filled(sums: Float, weight: Float, full: float = 1.0) -> Float:
    """Weighted means, with empty cells filled smoothly from their surroundings.

    Push and pull (Gortler et al., "The Lumigraph", SIGGRAPH 1996): means are gathered over ever larger areas;
    each level takes from the next what it lacks.

    Args:
        sums: (n, rows, columns) float32, weighted sums.
        weight: (rows, columns) float32.
        full: the weight from which on a cell's own mean is taken as it is.

    Returns:
        (n, rows, columns) float32; 0 everywhere if there is no weight at all.
    """
    own: Float = np.empty(sums.shape, np.float32)
    trust: Float = np.empty(weight.shape, np.float32)
    _means(sums, weight, np.float32(full), (own, trust))
    levels: list[tuple[Float, Float]] = [(own, trust)]
    while max(trust.shape) > 1:
        half = (-(-trust.shape[0] // 2), -(-trust.shape[1] // 2))
        below = (np.empty((len(sums), *half), np.float32), np.empty(half, np.float32))
        _push(own, trust, below)
        own, trust = below
        levels.append(below)
    for k in range(len(levels) - 2, -1, -1):
        (finer, known), wider = levels[k], levels[k + 1][0]
        _pull(finer, known, wider)
    return levels[0][0]
