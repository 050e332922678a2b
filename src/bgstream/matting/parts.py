"""Separate parts of raw alpha, and which of them lies nearest to every pixel."""

from dataclasses import dataclass

import numpy as np
from bgstream_kernels import label_sums
from numpy.typing import NDArray

Float = NDArray[np.float32]
Flags = NDArray[np.bool_]
Double = NDArray[np.float64]
LEVEL = 0.3  # raw alpha from which a pixel belongs to a part; what lies below is a part's soft skirt


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """What is connected.

    Attributes:
        labels: (height, width) int32; 0 is no part.
        area: (parts + 1,) pixels; 0 for number 0.
    """

    labels: NDArray[np.int32]
    area: NDArray[np.int64]

    def sums(self, values: Float | Flags) -> Double:
        """(parts + 1,): the sum of values (height, width) over each part; 0 for number 0."""
        total = label_sums(self.labels, values, self.area.size)
        total[0] = 0
        return total

    def shares(self, values: Float | Flags) -> Double:
        """(parts + 1,): the mean of values over each part."""
        return self.sums(values) / np.maximum(self.area, 1)


def find_parts(marked: Flags) -> Parts:
    """Label what is connected in a mask (height, width), corners included."""
    import cv2

    count, found = cv2.connectedComponents(marked.view(np.uint8), connectivity=8)
    labels = np.asarray(found, np.int32)
    area = np.bincount(labels.ravel(), minlength=count)
    area[0] = 0
    return Parts(labels, area)


def nearest_value(known: Flags, values: Float) -> Float:
    """Values (height, width) where they are known; elsewhere that of the nearest pixel at which they are.

    Nothing known: 0 everywhere. (P. Felzenszwalb, D. Huttenlocher, "Distance Transforms of Sampled Functions",
    2012, as OpenCV has it; ties fall to either side.)
    """
    import cv2

    if known.all():
        return values
    if not known.any():
        return np.zeros_like(values)
    unknown = (~known).view(np.uint8)
    _, cells = cv2.distanceTransformWithLabels(unknown, cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL)
    table = np.zeros(int(cells.max()) + 1, np.float32)
    table[cells[known]] = values[known]
    nearest: Float = table[cells]
    return nearest


def carried(values: Float, flow: Float | None, *, repeat: bool = False) -> Float:
    """Values of the frame before, (height, width) or (height, width, n), moved to where they are now.

    Args:
        values: float32.
        flow: (height, width, 2) from this frame to the one before; None: nothing is known to move.
        repeat: beyond the frame stands what stands at its border, instead of 0.
    """
    import cv2

    if flow is None:
        return values
    rows, columns = np.arange(flow.shape[0], dtype=np.float32), np.arange(flow.shape[1], dtype=np.float32)
    place_x, place_y = flow[..., 0] + columns, flow[..., 1] + rows[:, None]
    beyond = cv2.BORDER_REPLICATE if repeat else cv2.BORDER_CONSTANT
    moved = cv2.remap(values, place_x, place_y, cv2.INTER_LINEAR, borderMode=beyond)
    return np.asarray(moved, np.float32)
