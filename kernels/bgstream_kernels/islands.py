"""What areas of two frames have in common."""

import numpy as np
from numpy.typing import NDArray

from bgstream_kernels.planes import jit

Labels = NDArray[np.uint8]
Counts = NDArray[np.int64]


@jit
def _count(before: Labels, after: Labels, out: Counts) -> None:
    for y in range(before.shape[0]):
        here, there = before[y], after[y]
        for x in range(here.shape[0]):
            out[here[x], there[x]] += 1


def common_pixels(before: Labels, after: Labels, counts: tuple[int, int]) -> Counts:
    """How many pixels bear each pair of labels.

    Args:
        before: (height, width) uint8, C-contiguous, less than ``counts[0]``.
        after: the same of the other frame, less than ``counts[1]``.
        counts: how many labels there are in each.

    Returns:
        ``counts``-shaped int64; [i, j] pixels bear i before and j after.
    """
    out = np.zeros(counts, np.int64)
    _count(before, after, out)
    return out
