"""What all kernels share: how they are compiled, how planes reach them (so that one version serves), one curve."""

import re
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from importlib import resources
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
    options["no_cfunc_wrapper"] = True  # nobody hands a kernel on as a value, and it takes a while to compile
    try:
        made = numba.njit(cache=True, **options)(function)
    except RuntimeError:  # no folder that may be written to: slower to start, and ``bgstream doctor`` says so
        return cast(F, numba.njit(**options)(function))
    package, _, module = function.__module__.rpartition(".")
    cached = getattr(getattr(made, "_cache", None), "_cache_file", None)  # none where Numba is switched off
    stamp = source_stamp(module) if package == __package__ else None
    if cached is not None and stamp is not None:
        cached._source_stamp = stamp
    return cast(F, made)


@cache
def source_stamp(module: str) -> bytes | None:
    """What a cached kernel depends on: SHA-256 of its module's source, and of all that it imports from here.

    Numba looks at the one file that a kernel stands in, and would go on with the old code of a function that it
    calls in another one.

    Args:
        module: its name within this package.

    Returns:
        None where there is no source to be read (a frozen program): there Numba's own stamp is kept.
    """
    path = resources.files(__package__).joinpath(f"{module}.py")
    if not path.is_file():
        return None
    source = path.read_bytes()
    used = sorted(set(re.findall(rb"^from bgstream_kernels\.(\w+) import", source, re.MULTILINE)))
    return sha256(source + b"".join(source_stamp(name.decode()) or b"" for name in used)).digest()


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
