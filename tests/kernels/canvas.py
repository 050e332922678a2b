"""Outputs amid guard values: what a kernel writes outside of what it was given is noticed."""

from dataclasses import dataclass

import numpy as np
from bgstream_kernels.planes import Plane
from hypothesis import strategies as st
from numpy.typing import DTypeLike

MARGINS = [(0, 0), (2, 0), (0, 3), (1, 7)]  # guard rows and columns on each side


def _pattern(shape: tuple[int, int], dtype: DTypeLike) -> Plane:
    return (np.arange(shape[0] * shape[1]) % 251).reshape(shape).astype(dtype)


@dataclass(frozen=True)
class Canvas:
    """An output that is part of a larger array: contiguous, or with padded rows where columns guard it."""

    base: Plane
    part: tuple[slice, slice]

    @property
    def view(self) -> Plane:
        """What the kernel is given."""
        view: Plane = self.base[self.part]
        return view

    def strays(self) -> int:
        """How many values outside of the view were changed."""
        expected = _pattern((self.base.shape[0], self.base.shape[1]), self.base.dtype)
        expected[self.part] = self.view
        return int(np.count_nonzero(self.base != expected))


def canvas(size: tuple[int, int], dtype: DTypeLike = np.uint8, margin: tuple[int, int] = (1, 7)) -> Canvas:
    (height, width), (above, left) = size, margin
    base = _pattern((height + 2 * above, width + 2 * left), dtype)
    return Canvas(base, (slice(above, above + height), slice(left, left + width)))


@st.composite
def canvases(draw: st.DrawFn, size: tuple[int, int], dtype: DTypeLike = np.uint8) -> Canvas:
    return canvas(size, dtype, draw(st.sampled_from(MARGINS)))


def holding(values: Plane, margin: tuple[int, int]) -> Canvas:
    """A canvas that holds ``values`` already, for kernels that work in place."""
    made = canvas((values.shape[0], values.shape[1]), values.dtype, margin)
    made.view[...] = values
    return made
