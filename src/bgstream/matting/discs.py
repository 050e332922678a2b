"""The disc that masks are grown and shrunk by."""

import numpy as np
from numpy.typing import NDArray


def disc(radius: int) -> NDArray[np.uint8]:
    """(2·radius + 1, 2·radius + 1) uint8: 1 in a disc, else 0; a structuring element for OpenCV."""
    import cv2

    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1)), np.uint8)
