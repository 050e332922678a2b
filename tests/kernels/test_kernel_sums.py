"""Sums over labelled areas against NumPy."""

from typing import Any

import numpy as np
import pytest
from bgstream_kernels import label_sums
from numpy.typing import NDArray


@pytest.mark.parametrize("kind", [np.float32, np.bool_])
@pytest.mark.parametrize("shape", [(1, 1), (7, 5), (33, 64)])
def test_sums_under_labels(kind: type, shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 6, shape, np.int32)
    values: NDArray[Any] = (rng.random(shape) * 2).astype(kind)
    wanted = np.bincount(labels.ravel(), values.ravel(), 7)
    np.testing.assert_allclose(label_sums(labels, values, 7), wanted, rtol=1e-6)


def test_rows_may_be_strided() -> None:
    labels, values = np.ones((8, 12), np.int32)[:, ::2], np.ones((8, 12), np.float32)[:, ::2]
    np.testing.assert_array_equal(label_sums(labels, values, 3), [0, 48, 0])
