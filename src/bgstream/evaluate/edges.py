"""How well the outline is met: IoU in a band around it, and the boundary F-measure."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from bgstream.evaluate.measures import Values
from bgstream.matting.discs import disc

Mask = NDArray[np.uint8]
BAND = 10 / 480  # half width of the edge band, as a share of the shorter side
REACH = 0.008  # how far a matched boundary may lie, as a share of the diagonal (Perazzi et al., CVPR 2016)


def edge_figures(P: Mask, G: Mask) -> Values:
    """Edge-band IoU and boundary F of two masks (0 or 1); None where the truth has no boundary.

    Only the part of the picture around both boundaries is worked on; the result is that of the whole.
    """
    near, far = boundary(G), boundary(P)
    if not near.any():
        return {"eiou": None, "bf": None}
    height, width = G.shape
    band = max(2, round(BAND * min(height, width)))
    reach = max(1, round(REACH * float(np.hypot(height, width))))
    part = _around(near | far, max(band, reach))
    near, far = near[part], far[part]
    return {"eiou": band_iou(P[part], G[part], near, band), "bf": boundary_f(far, near, reach)}


def boundary(mask: Mask) -> Mask:
    """The pixels of a mask that touch, by side or corner, what is outside; the picture's rim is no boundary."""
    inner = cv2.erode(mask, np.ones((3, 3), np.uint8), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(mask ^ np.asarray(inner, np.uint8), np.uint8)


def band_iou(P: Mask, G: Mask, edge: Mask, radius: int) -> float:
    """IoU of two masks within ``radius`` pixels of the truth's boundary."""
    band = _grown(edge, radius)
    union = int((P | G)[band].sum())
    return int((P & G)[band].sum()) / union if union else 1.0


def boundary_f(predicted: Mask, true: Mask, reach: int) -> float:
    """Harmonic mean of precision and recall of boundary pixels, 0..1.

    A pixel is met if the other boundary passes within ``reach`` pixels (the F of Perazzi et al., CVPR 2016).
    """
    if not predicted.any():
        return 0.0
    precision = int(predicted[_grown(true, reach)].sum()) / int(predicted.sum())
    recall = int(true[_grown(predicted, reach)].sum()) / int(true.sum())
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _grown(mask: Mask, radius: int) -> NDArray[np.bool_]:
    return np.asarray(cv2.dilate(mask, disc(radius))) > 0


def _around(mask: Mask, margin: int) -> tuple[Any, Any]:
    """Slices of the smallest rectangle that holds all set pixels, with a margin."""
    x, y, width, height = cv2.boundingRect(mask)
    return slice(max(0, y - margin), y + height + margin), slice(max(0, x - margin), x + width + margin)
