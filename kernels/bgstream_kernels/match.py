"""Small patches of one picture found again in another, where the flow has to be exact: around alpha's edge.

Each patch is moved by inverse-compositional Gauss-Newton steps (S. Baker, I. Matthews, "Lucas-Kanade 20 Years On: A
Unifying Framework", IJCV 2004) on luma freed of its mean, and the patches are spread over the pixels that they cover,
weighed by how well they fit, as in DIS flow (T. Kroeger et al., ECCV 2016). A dense flow as fine costs ten times more.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bgstream_kernels.planes import jit

Float = NDArray[np.float32]
Pair = tuple[Any, Any]
Triple = tuple[Any, Any, Any]
PATCH, STRIDE = 8, 4  # pixels
STEPS = 8
SETTLED = 4e-4  # square of a step (pixels) that is none
FLAT = 1e-6  # determinant below which a patch has no structure to hold on to
FIT = 1e-5  # variance of luma (0..1) that is no better than noise


@jit
def _template(here: Float, corner: tuple[int, int], work: Float) -> Triple:
    """Luma of a patch and its gradients, each less its mean, into ``work``; the sums of their products."""
    top, left = corner
    mean, mean_x, mean_y = np.float32(0), np.float32(0), np.float32(0)
    light, across, down = work[0], work[1], work[2]
    n = 0
    for y in range(top, top + PATCH):
        for x in range(left, left + PATCH):
            light[n] = here[y, x]
            across[n] = (here[y, x + 1] - here[y, x - 1]) * np.float32(0.5)
            down[n] = (here[y + 1, x] - here[y - 1, x]) * np.float32(0.5)
            mean += light[n]
            mean_x += across[n]
            mean_y += down[n]
            n += 1
    share = np.float32(1.0 / (PATCH * PATCH))
    xx, xy, yy = np.float32(1e-4), np.float32(0), np.float32(1e-4)
    for k in range(n):
        light[k] -= mean * share
        across[k] -= mean_x * share
        down[k] -= mean_y * share
        xx += across[k] * across[k]
        xy += across[k] * down[k]
        yy += down[k] * down[k]
    return xx, xy, yy


@jit
def _misfit(there: Float, at: Pair, work: Float) -> Triple:
    """Variance of what is left of a patch at a place, and its products with the gradients; -1 beyond the border."""
    height, width = there.shape
    line, column = int(np.floor(at[0])), int(np.floor(at[1]))
    if line < 0 or column < 0 or line + PATCH >= height or column + PATCH >= width:
        return np.float32(-1), np.float32(0), np.float32(0)
    right, lower = np.float32(at[1] - column), np.float32(at[0] - line)
    one, other = (np.float32(1) - lower) * (np.float32(1) - right), (np.float32(1) - lower) * right
    third, fourth = lower * (np.float32(1) - right), lower * right
    light, across, down, left = work[0], work[1], work[2], work[3]
    mean = np.float32(0)
    for y in range(PATCH):
        for x in range(PATCH):
            above = one * there[line + y, column + x] + other * there[line + y, column + x + 1]
            below = third * there[line + y + 1, column + x] + fourth * there[line + y + 1, column + x + 1]
            value = above + below - light[y * PATCH + x]
            left[y * PATCH + x] = value
            mean += value
    mean *= np.float32(1.0 / (PATCH * PATCH))
    square, to_right, to_below = np.float32(0), np.float32(0), np.float32(0)
    for k in range(PATCH * PATCH):
        value = left[k] - mean
        square += value * value
        to_right += value * across[k]
        to_below += value * down[k]
    return square * np.float32(1.0 / (PATCH * PATCH)), to_right, to_below


@jit
def _moved(there: Float, corner: tuple[int, int], start: Pair, sums: Triple, work: Float) -> Triple:
    """Where a patch is found: right, down, and the variance of what is left."""
    xx, xy, yy = sums
    det = xx * yy - xy * xy
    right, down = start
    best, best_right, best_down = np.float32(1e9), right, down
    for _ in range(STEPS):
        left, to_right, to_below = _misfit(there, (np.float32(corner[0]) + down, np.float32(corner[1]) + right), work)
        if left < 0 or left >= best:
            break
        best, best_right, best_down = left, right, down
        step_x, step_y = (yy * to_right - xy * to_below) / det, (xx * to_below - xy * to_right) / det
        right, down = np.float32(right - step_x), np.float32(down - step_y)
        far = max(abs(right - start[0]), abs(down - start[1])) > PATCH // 2
        if far or step_x * step_x + step_y * step_y < SETTLED:
            break
    return best_right, best_down, best


@jit
def match(here: Float, there: Float, band: NDArray[np.uint8], flow: Float, work: tuple[Float, Float]) -> None:
    """Make a flow exact, in place, wherever a patch touches the band and has structure.

    Args:
        here: luma (height, width) float32 0..1, at least 10 each way.
        there: luma of the other picture, the same size.
        band: (height, width) uint8, not 0 where the flow matters.
        flow: (height, width, 2) float32, from ``here`` to ``there``, pixels right and down; the start and the answer.
        work: (4, 64) and (height, width, 3) float32; the second holds on return, in [..., 2], which pixels were made
            exact (> 0).
    """
    height, width = here.shape
    patch, found = work
    found[:] = 0
    last_y, last_x = height - PATCH - 1, width - PATCH - 1
    for top in range(1, last_y + STRIDE, STRIDE):
        for left in range(1, last_x + STRIDE, STRIDE):
            corner = (min(top, last_y), min(left, last_x))
            if not _touches(band, corner):
                continue
            sums = _template(here, corner, patch)
            if sums[0] * sums[2] - sums[1] * sums[1] < FLAT:
                continue
            middle = PATCH // 2
            start_x, start_y = flow[corner[0] + middle, corner[1] + middle]
            right, down, rest = _moved(there, corner, (start_x, start_y), sums, patch)
            if rest < np.float32(1e9):
                _spread(corner, (right, down), np.float32(1) / (rest + np.float32(FIT)), found)
    for y in range(height):
        for x in range(width):
            weight = found[y, x, 2]
            if weight > 0:
                flow[y, x, 0] = found[y, x, 0] / weight
                flow[y, x, 1] = found[y, x, 1] / weight


@jit
def _touches(band: NDArray[np.uint8], corner: tuple[int, int]) -> Any:
    any_bit = np.uint8(0)
    for y in range(corner[0], corner[0] + PATCH):
        for x in range(corner[1], corner[1] + PATCH):
            any_bit |= band[y, x]
    return any_bit != 0


@jit
def _spread(corner: tuple[int, int], move: Pair, weight: Any, found: Float) -> None:
    for y in range(corner[0], corner[0] + PATCH):
        for x in range(corner[1], corner[1] + PATCH):
            found[y, x, 0] += weight * move[0]
            found[y, x, 1] += weight * move[1]
            found[y, x, 2] += weight
