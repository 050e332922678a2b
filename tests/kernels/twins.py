"""Every kernel but guided up-sampling once more, in plain NumPy: slow, and right at a glance.

Whole numbers are computed exactly (int64), everything else in float64.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from bgstream_kernels.planes import Plane
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Double = NDArray[np.float64]
BLOCK = 16


def nearest(numerator: Whole, denominator: Whole | int) -> Whole:
    """The whole number nearest to the quotient, halves upwards."""
    quotient, rest = np.divmod(numerator, denominator)
    rounded: Whole = quotient + (2 * rest >= denominator)
    return rounded


def blend(front: Plane, back: Plane, alpha: Plane) -> Whole:
    """``back``: as many rows as ``front``, or one for all."""
    cover = alpha.astype(np.int64)
    return nearest(front.astype(np.int64) * cover + back.astype(np.int64) * (255 - cover), 255)


def multiply_alpha(alpha: Plane, other: Plane) -> Whole:
    return nearest(alpha.astype(np.int64) * other.astype(np.int64), 255)


def chroma_alpha(alpha: Plane, subsampling: tuple[int, int]) -> Whole:
    """The mean of the pixels that there are: fewer at an odd border."""

    def add(values: Whole) -> Whole:
        upright = np.add.reduceat(values, np.arange(0, values.shape[0], subsampling[0]), axis=0)
        total: Whole = np.add.reduceat(upright, np.arange(0, values.shape[1], subsampling[1]), axis=1)
        return total

    return nearest(add(alpha.astype(np.int64)), add(np.ones(alpha.shape, np.int64)))


def visible_blocks(alpha: Plane) -> Whole:
    """A block counts with its eight neighbours."""
    out = np.empty((-(-alpha.shape[0] // BLOCK), -(-alpha.shape[1] // BLOCK)), np.int64)
    for i, j in np.ndindex(out.shape):
        top, left = max(i - 1, 0) * BLOCK, max(j - 1, 0) * BLOCK
        out[i, j] = alpha[top : (i + 2) * BLOCK, left : (j + 2) * BLOCK].any()
    return out


def copy_visible(source: Plane, blocks: Plane, subsampling: tuple[int, int], flat: int) -> Whole:
    y, x = (np.arange(n) * covers // BLOCK for n, covers in zip(source.shape, subsampling, strict=True))
    return np.where(blocks[np.ix_(y, x)], source.astype(np.int64), flat)


def area_matrix(n_in: int, n_out: int) -> Double:
    """(n_out, n_in): which share of an output sample each input sample covers; in units of 1/(n_in·n_out)."""
    inputs, outputs = np.arange(n_in) * n_out, np.arange(n_out)[:, None] * n_in
    begin, end = np.maximum(inputs, outputs), np.minimum(inputs + n_out, outputs + n_in)
    share: Double = np.maximum(end - begin, 0) / n_in
    return share


def area_average(plane: Plane, size: tuple[int, int]) -> Double:
    down, across = area_matrix(plane.shape[0], size[0]), area_matrix(plane.shape[1], size[1])
    mean: Double = down @ plane.astype(np.float64) @ across.T
    return mean


def downscale(planes: tuple[Plane, Plane, Plane], matrix: Double, size: tuple[int, int]) -> Double:
    """(3, height, width) from a (3, 6) matrix: three weights, bias | clip to 0..1 | gain, shift."""
    small = np.stack([area_average(plane, size) for plane in planes])
    colours = np.einsum("cp,phw->chw", matrix[:, :3], small) + matrix[:, 3, None, None]
    tensor: Double = np.clip(colours, 0, 1) * matrix[:, 4, None, None] + matrix[:, 5, None, None]
    return tensor


def smoothstep(value: Double, low: float, high: float) -> Double:
    """0 up to ``low``, 1 from ``high``, and 3t² - 2t³ between."""
    t = np.clip((value - low) / (high - low), 0, 1)
    step: Double = 3 * t**2 - 2 * t**3
    return step


def mean_motion(luma: Double, before: Double) -> Double:
    """3×3 mean of the change of luma; beyond the border it moves as at the border."""
    change = np.pad(abs(luma - before), 1, mode="edge")
    height, width = luma.shape
    shifted = [change[i : i + height, j : j + width] for i in range(3) for j in range(3)]
    mean: Double = np.mean(shifted, axis=0)
    return mean


@dataclass(frozen=True)
class Smoothing:
    """The rate where nothing moves, and the motion (shares of the contrast) between which it goes to 1."""

    still: float
    low: float
    high: float
    least_contrast: float

    def rate(self, luma: Double, before: Double) -> Double:
        contrast = max(float(luma.std()), self.least_contrast)
        moved = smoothstep(mean_motion(luma, before), self.low * contrast, self.high * contrast)
        return self.still + (1 - self.still) * moved


def smoothed(frames: list[tuple[Plane, Plane]], rule: Smoothing) -> Iterator[Double]:
    """The answer to each (raw alpha, luma); the first is taken as it is."""
    state, before = (plane.astype(np.float64) for plane in frames[0])
    yield state
    for raw, luma in frames[1:]:
        state = state + rule.rate(luma.astype(np.float64), before) * (raw - state)
        before = luma.astype(np.float64)
        yield state
