"""Guided up-sampling once more, in float64 and whole arrays; each step of the algorithm is one function.

The numbers that are tuned (eps, gate, …) and the grid (step, radius) are read from the up-sampler; what they
mean is spelt out here.
"""

from dataclasses import dataclass

import numpy as np
from bgstream_kernels import GuidedUpsampler
from bgstream_kernels.planes import Plane

from tests.kernels.twins import Double, smoothstep

FLOOR = 1e-9  # keeps the explained share finite where nothing varies


@dataclass(frozen=True)
class Setting:
    """What an up-sampler is told."""

    size: tuple[int, int]
    raw: tuple[int, int]
    top: int = 255
    guide: bool = True
    levels: tuple[float, float] = (0.03, 0.97)

    def upsampler(self) -> GuidedUpsampler:
        return GuidedUpsampler(self.size, self.raw, self.top, self.guide, self.levels)


def upsample(setting: Setting, made: GuidedUpsampler, raw: Plane, luma: Plane) -> Double:
    """(height, width) of alpha 0..255, before it is rounded half up."""
    unit = luma.astype(np.float64) / setting.top
    matte = stretched(on_grid(raw.astype(np.float64), made.step, setting.size), setting.levels)
    slope, offset = np.zeros_like(matte), matte
    if setting.guide:
        slope, offset = coefficients(made, block_means(unit, made.step), matte)
    slope, offset = (to_pixels(grid, made.step, setting.size) for grid in (slope, offset))
    scaled: Double = np.clip(255 * (slope * unit + offset), 0, 255)
    return scaled


def on_grid(raw: Double, step: int, size: tuple[int, int]) -> Double:
    """Raw alpha at the centres of the grid's cells."""
    at = []
    for pixels, samples in zip(size, raw.shape, strict=True):
        centres = (np.arange(-(-pixels // step)) + 0.5) * step  # in pixels from the border
        at.append(centres * samples / pixels - 0.5)
    return sample(raw, at[0], at[1])


def stretched(matte: Double, levels: tuple[float, float]) -> Double:
    """The levels become 0 and 1."""
    alpha: Double = np.clip((matte - levels[0]) / (levels[1] - levels[0]), 0, 1)
    return alpha


def to_pixels(grid: Double, step: int, size: tuple[int, int]) -> Double:
    """From the cells' centres to the pixels' centres."""
    y, x = ((np.arange(length) + 0.5) / step - 0.5 for length in size)
    return sample(grid, y, x)


def sample(grid: Double, y: Double, x: Double) -> Double:
    """Bilinear at every (y, x), in samples from the first one's centre; constant beyond the last."""
    return linear(grid.shape[0], y) @ grid @ linear(grid.shape[1], x).T


def linear(n: int, at: Double) -> Double:
    """(len(at), n) weights of linear interpolation: a tent of width 1 over each place."""
    inside = np.clip(at, 0, n - 1)
    weights: Double = np.maximum(1 - abs(inside[:, None] - np.arange(n)), 0)
    return weights


def mean_over(member: Double) -> Double:
    """Weights that make a mean of the members (1) of every row."""
    weights: Double = member / member.sum(axis=1, keepdims=True)
    return weights


def block_means(unit: Double, step: int) -> Double:
    """Over step×step pixels; over those that there are at the right and lower border."""
    down, across = (
        mean_over((np.arange(n) // step == np.arange(-(-n // step))[:, None]).astype(np.float64)) for n in unit.shape
    )
    return down @ unit @ across.T


def box(grid: Double, radius: int) -> Double:
    """Mean over (2·radius + 1)² cells; over those that there are at the border."""
    down, across = (
        mean_over((abs(np.arange(n) - np.arange(n)[:, None]) <= radius).astype(np.float64)) for n in grid.shape
    )
    return down @ grid @ across.T


def coefficients(made: GuidedUpsampler, luma: Double, matte: Double) -> tuple[Double, Double]:
    """Slope and offset of alpha over luma, as far as the guide has a say; else the matte as it is."""
    crisp = np.clip((matte - 0.5) * made.hard + 0.5, 0, 1)
    mean_luma, mean_crisp = box(luma, made.radius), box(crisp, made.radius)
    variance = np.maximum(box(luma**2, made.radius) - mean_luma**2, 0)
    change = np.maximum(box(crisp**2, made.radius) - mean_crisp**2, 0)
    common = box(luma * crisp, made.radius) - mean_luma * mean_crisp
    slope = common / (variance + made.eps)
    offset = mean_crisp - slope * mean_luma
    explained = common**2 / (variance * change + FLOOR)
    gate = box(smoothstep(variance, *made.gate) * smoothstep(explained, 0, made.fit), made.radius)
    say = gate * np.minimum(made.band * matte * (1 - matte), 1)
    return box(slope, made.radius) * say, matte + (box(offset, made.radius) - matte) * say
