"""Kernels are cached where they can be, and run where they cannot."""

from typing import Any

import numba
import pytest
from bgstream_kernels import planes


def test_without_a_folder_for_the_cache_a_kernel_still_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    real = numba.njit

    def homeless(*functions: Any, **options: Any) -> Any:
        if options.get("cache"):
            raise RuntimeError("cannot cache function: no locator available")
        return real(*functions, **options)

    monkeypatch.setattr(numba, "njit", homeless)

    def double(value: int) -> int:
        return 2 * value

    assert planes.jit(double)(21) == 42
