"""Luma, and the raw alpha that a network might give for it: alike, roughly alike, or not at all."""

from dataclasses import dataclass

import numpy as np
from bgstream_kernels.planes import Plane
from numpy.typing import NDArray

from tests.kernels.drawing import Size, dtype_for

Double = NDArray[np.float64]


@dataclass(frozen=True)
class Waves:
    """A matte that is defined everywhere, as waves with clipped tops: flat inside and outside, soft edges."""

    rate: tuple[float, float]
    phase: float

    def sampled(self, size: Size) -> Double:
        y, x = ((np.arange(n)[:, None] + 0.5) / n for n in size)
        matte: Double = np.clip(0.5 + 2 * np.sin(self.rate[0] * y + self.rate[1] * x.T + self.phase), 0, 1)
        return matte


def scene(seed: int, size: Size, raw: Size, top: int, look: tuple[float, float, str]) -> tuple[Plane, Plane]:
    """Raw alpha and luma.

    ``look``: the subject's contrast to what is behind it, the luma's noise, and what raw alpha is made of.
    """
    contrast, noise, kind = look
    rng = np.random.default_rng(seed)
    waves = Waves((rng.uniform(-9, 9), rng.uniform(-9, 9)), rng.uniform(0, 6))
    by_kind = {
        "waves": waves.sampled(raw),
        "rough": np.clip(waves.sampled(raw) + rng.normal(0, 0.1, raw), 0, 1),
        "noise": rng.random(raw),
        "extremes": rng.choice([0.0, 1.0], raw),
        "nothing": np.zeros(raw),
        "everything": np.ones(raw),
    }
    luma = 0.5 + contrast * (waves.sampled(size) - 0.5) + rng.normal(0, noise, size)
    return by_kind[kind].astype(np.float32), np.rint(np.clip(luma, 0, 1) * top).astype(dtype_for(top))
