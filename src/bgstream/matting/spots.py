"""Connected areas of one frame, how they continue in the next, and how long they live."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from bgstream_kernels import common_pixels
from numpy.typing import NDArray

Float = NDArray[np.float32]
Flags = NDArray[np.bool_]
Counts = NDArray[np.int64]
LEAST = 0.25  # alpha from which a pixel belongs to an area
SPECK = 5e-5  # of the frame: smaller areas are not told apart
MOST = 250  # areas that are told apart; beyond these, the smallest count as specks too
SHORT = 4 * 65535  # pixels: with fewer, areas (one in four pixels at most) can be numbered in 16 bits
FEW = 8  # labels
MEETS = 0.1  # of the smaller of two areas in neighbouring frames: so much in common makes them one


@dataclass(slots=True, eq=False)
class Spots:
    """Areas of one frame; number 0 is everything else, 1 all specks together, 2 those at the border.

    Attributes:
        labels: (height, width) uint8, the area that each pixel belongs to.
        area: (n + 3,) pixels of each; 0 for the first three.
        border: (n + 3,) whether it touches the picture's border.
        present: (n + 3,) whether any pixel bears the number.
    """

    labels: NDArray[np.uint8]
    area: Counts
    border: Flags
    present: Flags
    _next: "tuple[Spots, Flags] | None" = None

    def links(self, after: "Spots") -> Flags:
        """(areas here, areas after): which continue in which; several may, when they part or join.

        The answer for the frame asked for last is remembered.
        """
        if self._next is None or self._next[0] is not after:
            common = common_pixels(self.labels, after.labels, (self.area.size, after.area.size))
            met = common >= MEETS * np.minimum(self.area[:, None], after.area[None])
            met[:3], met[:, :3] = False, False
            self._next = after, met
        return self._next[1]


def find_spots(alpha: Float) -> Spots:
    """Label what is connected, corners included, in alpha (float32 0..1, (height, width)) from ``LEAST`` on."""
    import cv2

    mask = (alpha >= LEAST).view(np.uint8)
    kind = cv2.CV_16U if mask.size < SHORT else cv2.CV_32S  # in 16 bits it takes half the time
    count, labels = cv2.connectedComponents(mask, connectivity=8, ltype=kind)
    area = _areas(labels, count)
    area[0] = 0
    border = np.zeros(count, bool)
    for edge in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        border[edge] = True
    kept = np.argsort(-area, kind="stable")[:MOST]
    kept = kept[area[kept] >= max(SPECK * mask.size, 1)]
    number = np.where(border, 2, 1).astype(np.uint8)
    number[0], number[kept] = 0, np.arange(3, kept.size + 3)
    present = np.zeros(kept.size + 3, bool)
    present[number] = True
    shown = np.append([0, 0, 0], area[kept]), np.append([False, False, True], border[kept])
    return Spots(_renamed(labels, number), *shown, present)


def _areas(labels: NDArray[Any], count: int) -> Counts:
    """Pixels of each label; where there are few, counting one after the other is quicker."""
    if count > FEW:
        return np.bincount(labels.ravel(), minlength=count)
    return np.array([np.count_nonzero(labels == label) for label in range(count)], np.int64)


def _renamed(labels: NDArray[Any], number: NDArray[np.uint8]) -> NDArray[np.uint8]:
    import cv2

    if number.size > 256:
        return number.take(labels)
    table = np.zeros(256, np.uint8)
    table[: number.size] = number
    return np.asarray(cv2.LUT(labels.astype(np.uint8), table), np.uint8)


def inherited(linked: Flags, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The largest value of those that an area continues, 0 where it is new."""
    answer: NDArray[np.float64] = np.max(np.where(linked, values[:, None], 0.0), axis=0, initial=0.0)
    return answer


def life_ahead(chain: Sequence[Flags], count: int) -> NDArray[np.float64]:
    """For how many frames each of a frame's ``count`` areas is yet to be seen; ``chain``: links to the next frames."""
    ahead = np.zeros(chain[-1].shape[1] if chain else count)
    for linked in reversed(chain):
        ahead = inherited(linked.T, ahead + 1)
    return ahead
