"""Two frames in a row against their truths: does the matte change when, and only when, the subject does?

Differences ``dp`` and ``dg`` are of alpha in a frame and the one before: (height, width) float32, −1..1.
"""

import numpy as np

from bgstream.evaluate.measures import Values
from bgstream.evaluate.read import Alpha

STILL = 0.004  # change of the truth below this (about one code value) is none
RIM = 0.02  # within this of 0 or 1 the truth is solid


def change_figures(p: Alpha, before: Alpha, g: Alpha, truth_before: Alpha) -> Values:
    """The figures (dtSSD, flicker) of one step in time."""
    dp, dg = p - before, g - truth_before
    return {"dtssd": dtssd(dp, dg), "flick": flicker(dp, dg, g)}


def dtssd(dp: Alpha, dg: Alpha) -> float:
    """Root mean square over all pixels of dp − dg, ×100.

    Erofeev et al., Perceptually motivated benchmark for video matting, BMVC 2015.
    """
    return 100 * float(np.sqrt(np.square(dp - dg).mean()))


def flicker(dp: Alpha, dg: Alpha, g: Alpha) -> float | None:
    """Mean |dp| where the truth is the same in both frames and solid (0 or 1), ×1000; None if it is so nowhere."""
    calm = (np.abs(dg) < STILL) & ((g < RIM) | (g > 1 - RIM))
    return 1e3 * float(np.abs(dp)[calm].mean()) if calm.any() else None
