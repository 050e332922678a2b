"""Coarse grids over a picture: sums by block, and grids spread over it."""

from dataclasses import dataclass

import numpy as np
from bgstream_kernels import block_sums
from numpy.typing import NDArray

Float = NDArray[np.float32]
Flags = NDArray[np.uint8]
Index = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """Cells in blocks of about ``step`` each way, as even as can be, so that centres stay aligned.

    Attributes:
        shape: (rows, columns) of blocks.
        edges: the first row (column) of cells of each block, and one past the last block's last.
    """

    shape: tuple[int, int]
    edges: tuple[Index, Index]

    @classmethod
    def of(cls, cells: tuple[int, int], step: int) -> "Blocks":
        """Blocks over ``cells`` (rows, columns)."""
        shape = (max(1, round(cells[0] / step)), max(1, round(cells[1] / step)))
        down, across = (np.arange(count + 1) * n // count for n, count in zip(cells, shape, strict=True))
        return cls(shape, (down.astype(np.int32), across.astype(np.int32)))

    def sums(self, cells: Float, flags: Flags) -> Float:
        """(7, rows, columns): count, three sums, three sums of squares of the flagged cells."""
        out = np.empty((7, *self.shape), np.float32)
        block_sums(cells, flags, self.edges, out)
        return out


def spread_over(grid: Float, size: tuple[int, int]) -> Float:
    """Each plane of a (n, rows, columns) grid at ``size`` (height, width), bilinear, centres aligned."""
    import cv2

    out = np.empty((len(grid), *size), np.float32)
    for plane, wide in zip(grid, out, strict=True):
        cv2.resize(plane, size[::-1], dst=wide, interpolation=cv2.INTER_LINEAR)
    return out


def shrunk(values: Float, size: tuple[int, int]) -> Float:
    """Each plane of (n, rows, columns) at the smaller ``size`` (rows, columns), area averages."""
    import cv2

    small = [cv2.resize(plane, size[::-1], interpolation=cv2.INTER_AREA) for plane in values]
    return np.asarray(np.stack(small), np.float32)
