"""Where the head is, by alpha alone."""

import math
from dataclasses import dataclass

import numpy as np

from bgstream.frame import Plane

ROWS = 90  # alpha is looked at in so many rows
SEEN = 128  # alpha from which a pixel counts
SMALLEST = 0.004  # of the picture: a region smaller than this is nobody
LIMB = 0.2  # of the region's side: what is thinner (a raised arm) has no say in where the head is
TALL = 1.2  # a head's height, in mean widths of the rows that it covers


@dataclass(frozen=True, slots=True)
class Head:
    """Where a head is: its middle, to the right and down, and its height, all in heights of the picture."""

    x: float
    y: float
    tall: float


def find_head(alpha: Plane) -> Head | None:
    """The upper part of the largest region of alpha; nothing but alpha is looked at.

    From the region's top down as far as a head of the rows' mean width reaches: the chin of a bust, nearly all of a
    ball. Arms are opened away first.

    Args:
        alpha: (height, width) uint8.

    Returns:
        None where no region is large enough.
    """
    import cv2

    height, width = alpha.shape
    columns = max(1, round(width * ROWS / height))
    small = cv2.resize(alpha, (columns, ROWS), interpolation=cv2.INTER_LINEAR)
    seen = np.asarray(small >= SEEN, np.uint8)
    area = int(np.count_nonzero(seen))
    if area < SMALLEST * seen.size:
        return None
    side = 1 + 2 * round(LIMB * math.sqrt(area) / 2)
    opened = cv2.morphologyEx(seen, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)))
    count, labels, figures, _ = cv2.connectedComponentsWithStats(opened, connectivity=4, ltype=cv2.CV_16U)
    if count < 2:
        return None
    largest = 1 + int(np.argmax(figures[1:, cv2.CC_STAT_AREA]))
    if figures[largest, cv2.CC_STAT_AREA] < SMALLEST * seen.size:
        return None
    left, top, across, down = (int(figure) for figure in figures[largest, :4])
    box = slice(top, top + down), slice(left, left + across)
    cover = np.where(labels[box] == largest, small[box], 0).astype(np.float32)
    x, y, tall = _upper(cover)
    return Head((left + x) / ROWS, (top + y) / ROWS, tall / ROWS)


def _upper(cover: Plane) -> tuple[float, float, float]:
    """Middle and height of a region's head, cells from its box's corner; ``cover`` 0..255 is what each cell holds."""
    widths = cover.sum(axis=1) / 255
    counts = np.arange(1, len(widths) + 1)
    room = TALL * np.cumsum(widths) / counts - counts  # rows that a head as wide as the rows so far may still have
    first = int(np.argmax(room > 0))  # a crown may be narrower than it is high
    over = np.flatnonzero(room[first:] <= 0)
    last = first + int(over[0]) if len(over) else 0
    end = last + float(room[last - 1] / (room[last - 1] - room[last])) if last > first else float(len(widths))
    weights = np.clip(end - np.arange(len(widths)), 0, 1)[:, None] * cover
    middle = float((weights.sum(axis=0) * (np.arange(cover.shape[1]) + 0.5)).sum() / weights.sum())
    return middle, end / 2, end
