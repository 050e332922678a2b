"""Raw alpha to the matte of one frame at full size: refined, solved, sharpened, freed of the old background."""

import numpy as np
from bgstream_kernels import BandSolver, GuidedUpsampler, Trimap, multiply_alpha, sharpen

from bgstream.frame import Matted, Plane
from bgstream.matting.card import LEVELS
from bgstream.matting.clean import adjust
from bgstream.matting.foreground import ForegroundEstimator
from bgstream.matting.look import Look
from bgstream.matting.tiers import Tier
from bgstream.progress import Clock
from bgstream.settings import Settings

DARK = 2.0  # gain from which colours are too noisy for the matting step: there it harms more than it helps


class Finisher:
    """Makes the matte of each frame from its raw alpha.

    Args:
        tier: solve, foreground.
        settings: refine, sharp, choke, feather, foreground.
        clock: counts as stage "refine".
        levels: raw alpha that counts as nothing and as all; see :class:`bgstream.matting.card.Card`.
    """

    def __init__(self, tier: Tier, settings: Settings, clock: Clock, levels: tuple[float, float] = LEVELS) -> None:
        self._settings, self._clock, self._levels = settings, clock, levels
        self._finer = tier.finer
        self._solve = tier.solve and settings.refine
        shown = tier.foreground and settings.foreground and not settings.matte
        self._foreground = ForegroundEstimator() if shown else None
        self._tools: _Tools | None = None

    def __call__(self, look: Look) -> Matted:
        """One frame's matte."""
        with self._clock("refine"):
            alpha = self._alpha(look)
            foreground = self._foreground(look.frame, alpha) if self._foreground else None
        return Matted(look.frame, alpha, foreground)

    def _alpha(self, look: Look) -> Plane:
        frame, said = look.frame, self._settings
        if self._tools is None or not self._tools.fit(look):
            self._tools = _Tools(look, self._levels, said.refine, self._finer if self._solve else 0)
        alpha = self._tools(look)
        if said.sharp:
            soft, alpha = alpha, np.empty_like(alpha)
            sharpen(soft, alpha)
        if said.choke or said.feather:
            alpha = np.ascontiguousarray(adjust(alpha, said.choke, said.feather))
        if frame.alpha is not None:
            multiply_alpha(alpha, frame.alpha)
        return alpha


class _Tools:
    """What works on frames of one size, layout and raw alpha; ``solve``: by how much that was enlarged, or 0."""

    def __init__(self, look: Look, levels: tuple[float, float], refine: bool, solve: float) -> None:
        self._key = _key(look)
        size, raw, layout = look.frame.size, (look.raw.shape[0], look.raw.shape[1]), look.frame.layout
        self._upsampler = GuidedUpsampler(size, raw, layout.top, guide=refine, levels=levels)
        self._band: tuple[Trimap, BandSolver, Plane] | None = None
        if solve:
            solver = BandSolver(size, layout.subsampling, layout.top)
            self._band = Trimap(raw, levels, solve), solver, np.zeros(size, np.uint8)

    def fit(self, look: Look) -> bool:
        """Whether they are for such a look."""
        return self._key == _key(look)

    def __call__(self, look: Look) -> Plane:
        raw = np.ascontiguousarray(look.raw)
        alpha = np.empty(look.frame.size, np.uint8)
        self._upsampler(raw, look.frame.planes[0], alpha)
        if self._band is not None and look.gain < DARK:
            trimap, solver, unknown = self._band
            trimap(raw, unknown)
            first, second, third = look.frame.planes
            solver((first, second, third), alpha, unknown)
        return alpha


def _key(look: Look) -> tuple[object, ...]:
    return look.frame.size, look.raw.shape, look.frame.layout.name
