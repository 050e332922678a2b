"""What all kernels share: how they are compiled, how planes reach them (so that one version serves), one curve."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

Plane = NDArray[Any]
F = TypeVar("F", bound=Callable[..., Any])


def jit(function: F) -> F:
    """Compile ``function`` without the GIL, cached on disk, with NumPy's rules for division.

    Floating-point sums may be re-associated (this is what lets LLVM vectorise them); NaN and infinity
    keep their meaning.
    """
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy", "fastmath": {"reassoc", "contract", "nsz"}}
    try:
        return cast(F, numba.njit(cache=True, **options)(function))
    except RuntimeError:  # no folder that may be written to: slower to start, and ``bgstream doctor`` says so
        return cast(F, numba.njit(**options)(function))


@jit
def smoothstep(value: Any, low: Any, high: Any) -> Any:
    """From 0 at ``low`` to 1 at ``high``, flat at both ends: t²·(3 - 2t)."""
    t = min(max((value - low) / (high - low), np.float32(0)), np.float32(1))
    return t * t * (np.float32(3) - np.float32(2) * t)


def rows(plane: Plane) -> Plane:
    """Give a read-only view of a 2-D plane whose rows are contiguous over their padding.

    Args:
        plane: (height, width), uint8, uint16 or float32. Rows may be padded.

    Returns:
        (height, row stride in items) array that Numba types as C-contiguous. Only its first ``width``
        columns are pixels; nothing reads beyond them. Planes of another shape of memory (transposed,
        flipped, every other column) are copied.
    """
    height, width = plane.shape
    item = plane.itemsize
    if (
        (height > 1 and (plane.strides[1] != item or plane.strides[0] % item or plane.strides[0] < width * item))
        or height == 1
        or width == 1
    ):
        plane = np.ascontiguousarray(plane)
    stride = plane.strides[0] // item if height > 1 else width
    return as_strided(plane, (height, stride), (stride * item, item), writeable=False)
