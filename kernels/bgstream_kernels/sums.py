"""Sums over labelled areas."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bgstream_kernels.planes import jit

Labels = NDArray[np.int32]
Double = NDArray[np.float64]


@jit
def _add(labels: Labels, values: NDArray[Any], out: Double) -> None:
    for y in range(labels.shape[0]):
        for x in range(labels.shape[1]):
            out[labels[y, x]] += values[y, x]


def label_sums(labels: Labels, values: NDArray[Any], count: int) -> Double:
    """The sum of the values under each label.

    Args:
        labels: (height, width) int32, from 0 to ``count`` - 1.
        values: (height, width) float32 or bool.
        count: how many labels there are.

    Returns:
        (count,) float64.
    """
    out = np.zeros(count, np.float64)
    _add(labels, values, out)
    return out
