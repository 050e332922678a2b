"""One frame's matte against its truth: area, difference and gradient.

All functions take ``p`` (prediction) and ``g`` (truth): (height, width) float32, 0..1, of the same shape.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from bgstream.evaluate.connectivity import connectivity
from bgstream.evaluate.edges import Mask, edge_figures
from bgstream.evaluate.measures import Values
from bgstream.evaluate.read import Alpha

SOLID = 0.5  # alpha from which a pixel counts as subject
NOTHING = 1 / 255  # truth that stays below this everywhere is an empty frame
SIGMA = 1.4  # pixels, of the Gaussian before the gradient (Rhemann et al., CVPR 2009)


def frame_figures(p: Alpha, g: Alpha) -> Values:
    """All figures of one frame; units as in :data:`bgstream.evaluate.measures.TRUTH`.

    Where the truth marks nothing, IoU and Dice are 1 − (share of pixels marked), and edge figures are undefined.
    """
    P, G = mask(p), mask(g)
    difference = np.abs(p - g)
    figures: Values = {
        "acc": float((P == G).mean()),
        "mad": 1e3 * float(difference.mean()),
        "mse": 1e3 * float((difference * difference).mean()),
        "sad": float(difference.sum()) / 1e3,
        "grad": gradient_error(p, g),
        "conn": connectivity(p, g),
        "empty": float(p.mean()) if float(g.max()) < NOTHING else None,
    }
    return {**figures, **overlap(P, G), **edge_figures(P, G)}


def mask(alpha: Alpha) -> Mask:
    """uint8, 1 where alpha counts as subject (≥ 0.5)."""
    return (alpha >= SOLID).astype(np.uint8)


def overlap(P: Mask, G: Mask) -> Values:
    """IoU = |P ∩ G| / |P ∪ G| and Dice = 2 |P ∩ G| / (|P| + |G|) of two masks."""
    marked, true = int(P.sum()), int(G.sum())
    if not true:
        right = 1.0 - float(P.mean())
        return {"iou": right, "dice": right}
    both = int((P & G).sum())
    return {"iou": both / (marked + true - both), "dice": 2 * both / (marked + true)}


def gradient_error(p: Alpha, g: Alpha) -> float:
    """Mean squared difference of the gradients' magnitudes, ×1000.

    Gradients are central differences (Sobel, normalised) of alpha blurred by a Gaussian of σ = 1.4 px.
    Rhemann et al., CVPR 2009, eq. 3 with q = 2; a mean instead of a sum, so that sizes can be compared.
    """
    return 1e3 * float(np.square(gradient(p) - gradient(g)).mean())


def gradient(alpha: Alpha) -> NDArray[Any]:
    """(height, width) magnitude of alpha's smoothed gradient, per pixel."""
    smooth = cv2.GaussianBlur(alpha, (0, 0), SIGMA)
    along_x, along_y = cv2.Sobel(smooth, -1, 1, 0, scale=0.125), cv2.Sobel(smooth, -1, 0, 1, scale=0.125)
    return np.asarray(np.sqrt(along_x * along_x + along_y * along_y))
