"""Connected areas of one frame, how they continue in the next, and how long they live."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from bgstream_kernels import common_pixels
from numpy.typing import NDArray

Float = NDArray[np.float32]
Flags = NDArray[np.bool_]
Counts = NDArray[np.int64]
LEAST = 0.25  # alpha from which a pixel belongs to an area
SPECK = 5e-5  # of the frame: smaller areas are not told apart
MOST = 250  # areas that are told apart; beyond these, the smallest count as specks too
MEETS = 0.1  # of the smaller of two areas in neighbouring frames: so much in common makes them one


@dataclass(slots=True, eq=False)
class Spots:
    """Areas of one frame; number 0 is everything else, 1 all specks together, 2 those at the border.

    Attributes:
        labels: (height, width) uint8, the area that each pixel belongs to.
        area: (n + 3,) pixels of each; 0 for the first three.
        border: (n + 3,) whether it touches the picture's border.
    """

    labels: NDArray[np.uint8]
    area: Counts
    border: Flags
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
    count, found = cv2.connectedComponents(mask, connectivity=8)
    labels = np.asarray(found, np.int32)
    area = np.bincount(labels.ravel(), minlength=count)
    area[0] = 0
    border = np.zeros(count, bool)
    for edge in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        border[edge] = True
    kept = np.argsort(-area, kind="stable")[:MOST]
    kept = kept[area[kept] >= max(SPECK * mask.size, 1)]
    number = np.where(border, 2, 1).astype(np.uint8)
    number[0], number[kept] = 0, np.arange(3, kept.size + 3)
    return Spots(number.take(labels), np.append([0, 0, 0], area[kept]), np.append([False, False, True], border[kept]))


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
