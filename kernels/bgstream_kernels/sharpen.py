"""Alpha without any softening, for technical edges: at most about one pixel between nothing and everything."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bgstream_kernels.planes import jit

Mask = NDArray[np.uint8]
LEAST = np.float32(2.0)  # codes of alpha per pixel: a slope below it is no edge but a veil, cut in two at one half


@jit
def _slope(above: Mask, here: Mask, below: Mask, at: tuple[int, int, int]) -> float:
    """Codes per pixel across the edge: length of Scharr's gradient, which is the same for every direction.

    It looks over two pixels, and sees an edge of one pixel at half its slope: so steep ones are made up for.
    """
    left, x, right = at
    side, middle, unit = np.float32(3), np.float32(10), np.float32(1 / 32)
    a, b, c = np.float32(above[left]), np.float32(above[x]), np.float32(above[right])
    d, e = np.float32(here[left]), np.float32(here[right])
    f, g, h = np.float32(below[left]), np.float32(below[x]), np.float32(below[right])
    across = (side * (c - a + h - f) + middle * (e - d)) * unit
    down = (side * (f - a + h - c) + middle * (g - b)) * unit
    slope = np.sqrt(across * across + down * down)
    steep: float = slope / max(np.float32(1) - slope / np.float32(255), np.float32(0.5))
    return steep


@jit
def sharpen(alpha: Mask, out: Mask) -> None:
    """Steepen every edge to one pixel where it crosses one half.

    (alpha - 1/2) / |gradient| is the distance to the contour of one half in pixels, to first order; the coverage
    of a pixel that a straight edge crosses at that distance is distance + 1/2. So the contour stays where it was,
    to a part of a pixel, and stays anti-aliased; a soft veil that nowhere reaches one half is gone.

    Args:
        alpha: (height, width) uint8, row-contiguous.
        out: the same shape; not ``alpha`` itself.
    """
    height, width = alpha.shape
    half, most = np.float32(127.5), np.float32(255)
    for y in range(height):
        above, here, below, target = alpha[max(y - 1, 0)], alpha[y], alpha[min(y + 1, height - 1)], out[y]
        for x in range(width):
            if here[x] == 0 or here[x] == 255:
                target[x] = here[x]
                continue
            slope: Any = max(_slope(above, here, below, (max(x - 1, 0), x, min(x + 1, width - 1))), LEAST)
            value = (np.float32(here[x]) - half) / slope * most + half
            target[x] = np.uint8(min(max(value, np.float32(0)), most) + np.float32(0.5))
