"""The connectivity error: parts of a matte that hang loose are seen at once, however small their difference is."""

import cv2
import numpy as np
from numpy.typing import NDArray

from bgstream.evaluate.edges import Mask
from bgstream.evaluate.read import Alpha

STEPS = 10  # levels of alpha that are looked at: 0.1, 0.2, … 1
THETA = 0.15  # a distance below this does not count


def connectivity(p: Alpha, g: Alpha) -> float:
    """Sum of |φ(p) − φ(g)| over all pixels of one frame, ÷1000.

    φ(α) = 1 − d·[d ≥ 0.15], d = α − l, where l is the last of the levels 0, 0.1, 0.2 … 1 at which the pixel still
    belonged to the largest connected area (4 neighbours) in which both mattes reach the level.
    Rhemann et al., A perceptually motivated online benchmark for image matting, CVPR 2009, eq. 4–6 with p = 1,
    θ = 0.15 and step 0.1, over the whole picture instead of a trimap's unknown band.

    Args:
        p: prediction, (height, width) float32 0..1.
        g: truth, likewise.
    """
    x, y, width, height = cv2.boundingRect((np.maximum(p, g) >= 0.1).astype(np.uint8))
    if not width:
        return 0.0  # below 0.1 nothing can be off by 0.15
    part = slice(y, y + height), slice(x, x + width)
    p, g = p[part], g[part]
    level = _levels(np.minimum(p, g))
    return float(np.abs(_loose(p, level) - _loose(g, level)).sum()) / 1e3


def _levels(shared: Alpha) -> Alpha:
    """The last level at which each pixel is part of the largest area where both mattes reach it."""
    level = np.zeros(shared.shape, np.float32)
    held = _labelled((shared >= np.float32(1 / STEPS)).view(np.uint8))
    deepest = np.unravel_index(int((shared * held).argmax()), shared.shape)
    seed = int(deepest[1]), int(deepest[0])
    for step in range(1, STEPS + 1):
        if step > 1:
            held &= _largest((shared >= np.float32(step / STEPS)).view(np.uint8), seed)
        if not held.any():
            break
        level[held] = step / STEPS
    return level


def _largest(mask: Mask, seed: tuple[int, int]) -> NDArray[np.bool_]:
    """The largest 4-connected area of a mask (0 or 1; written to).

    Args:
        mask: (height, width) uint8.
        seed: (x, y) of a pixel that is likely in it. Where its area is more than half of all that is set, nothing
            else needs to be looked at, and filling is several times faster than labelling.
    """
    x, y = seed
    if mask[y, x]:
        whole = cv2.countNonZero(mask)
        area, *_ = cv2.floodFill(mask, None, seed, 2)
        if 2 * area > whole:
            return np.asarray(mask == 2, bool)
    return _labelled(mask)


def _labelled(mask: Mask) -> NDArray[np.bool_]:
    """The largest 4-connected area of what is not 0; of equal ones the first in reading order."""
    _, labels, statistics, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
    if len(statistics) < 2:
        return np.zeros(mask.shape, bool)
    return np.asarray(labels == 1 + int(statistics[1:, cv2.CC_STAT_AREA].argmax()), bool)


def _loose(alpha: Alpha, level: Alpha) -> Alpha:
    """How much of alpha hangs loose: its distance above the level, where that counts."""
    distance = alpha - level
    return np.asarray(distance * (distance >= np.float32(THETA)), np.float32)
