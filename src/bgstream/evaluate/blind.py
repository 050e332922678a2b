"""A matte without truth: what can be told from itself, and from its source where that is given."""

import cv2
import numpy as np
from numpy.typing import NDArray

from bgstream.evaluate.edges import BAND, boundary
from bgstream.evaluate.measures import Values
from bgstream.evaluate.metrics import mask, overlap
from bgstream.evaluate.read import Alpha, Rgb
from bgstream.evaluate.temporal import RIM
from bgstream.matting.discs import disc

UNDECIDED = (0.1, 0.9)  # alpha between these is neither subject nor backdrop
STANDS_STILL = 3.0  # code values of smoothed brightness; below this the source has not moved
CALM = 9  # pixels: side of the square over which brightness is averaged, so that noise is no movement


def own_figures(p: Alpha) -> Values:
    """Undecided share and presence of one frame.

    Args:
        p: (height, width) float32 0..1.

    Returns:
        ``undecided``: pixels with 0.1 < alpha < 0.9 over pixels with alpha > 0.1, None where there are none of these;
        ``presence``: mean alpha.
    """
    low, high = UNDECIDED
    there = int((p > low).sum())
    undecided = int(((p > low) & (p < high)).sum())
    return {"undecided": undecided / there if there else None, "presence": float(p.mean())}


def step_figures(p: Alpha, before: Alpha, still: NDArray[np.bool_] | None) -> Values:
    """Flicker and agreement of one frame with the one before.

    Args:
        p: (height, width) float32 0..1.
        before: the frame before, likewise.
        still: where the source stands still; without it pixels count that were solid and far from any edge.

    Returns:
        ``flick``: mean change of alpha there, ×1000, None if there is no such place;
        ``agree``: IoU of alpha ≥ 0.5 with the frame before, 1 where both are empty.
    """
    calm = settled(before) if still is None else still
    flick = 1e3 * float(np.abs(p - before)[calm].mean()) if calm.any() else None
    return {"flick": flick, "agree": overlap(mask(p), mask(before))["iou"]}


def settled(alpha: Alpha) -> NDArray[np.bool_]:
    """Where alpha is nearly 0 or 1 and no edge is within the edge band: true movement rarely reaches there."""
    radius = max(2, round(BAND * min(alpha.shape)))
    near = np.asarray(cv2.dilate(boundary(mask(alpha)), disc(radius))) > 0
    return ((alpha < RIM) | (alpha > 1 - RIM)) & ~near


def brightness(frame: Rgb, shape: tuple[int, ...]) -> Alpha:
    """Smoothed luma of a source's frame at the matte's size: (height, width) float32, code values."""
    grey = np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY))
    if grey.shape != shape:
        grey = np.asarray(cv2.resize(grey, (shape[1], shape[0]), interpolation=cv2.INTER_AREA))
    return np.asarray(cv2.blur(grey.astype(np.float32), (CALM, CALM)), np.float32)


def stands_still(bright: Alpha, before: Alpha) -> NDArray[np.bool_]:
    """Where two frames of a source show the same."""
    return np.asarray(np.abs(bright - before) < STANDS_STILL, bool)
