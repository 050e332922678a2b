"""Every shipped network takes several pictures at once and answers each as if it were alone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

Array = NDArray[np.float32]
Answer = Callable[[str | Path, Array], Array]

NETWORKS = [
    ("selfie.onnx", "selfie_input", slice(None)),
    ("selfie-landscape.onnx", "selfie_landscape_input", slice(None)),
    ("u2netp.onnx", "selfie_input", slice(0, 192)),
    ("u2netp.onnx", "selfie_input", slice(0, 75)),  # no multiple of 32
]


@pytest.mark.parametrize(("weights", "key", "rows"), NETWORKS)
def test_three_at_once_are_three_one_by_one(
    answer: Answer, reference: dict[str, NDArray[Any]], weights: str, key: str, rows: slice
) -> None:
    pictures = np.ascontiguousarray(reference[key][:, rows].transpose(0, 3, 1, 2), np.float32) / np.float32(255)
    together = answer(weights, pictures)
    alone = [answer(weights, pictures[k : k + 1])[0] for k in range(3)]
    assert together.shape == (3, 1, *pictures.shape[2:])
    assert min(np.abs(alone[k] - alone[k - 1]).max() for k in range(3)) > 0.1
    np.testing.assert_allclose(together, alone, atol=1e-5)
