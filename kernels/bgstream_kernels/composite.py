"""Compositing on planes: exact at alpha 0 and 255, rounded to nearest between; and what alpha hides, flattened."""

import numpy as np
from numpy.typing import NDArray

from bgstream_kernels.planes import Plane, jit, rows

Alpha = NDArray[np.uint8]
BLOCK = 16  # pixels; hidden colour is flattened in whole blocks that have no visible neighbour


@jit
def _chroma_alpha(alpha: Alpha, size: tuple[int, int, int, int], out: Alpha) -> None:
    height, width, sub_y, sub_x = size
    acc = np.empty(width + 1, np.uint16)
    for i in range(out.shape[0]):
        upper, lower = alpha[i * sub_y], alpha[min(i * sub_y + sub_y - 1, height - 1)]
        for x in range(width):
            acc[x] = np.uint16(upper[x]) + np.uint16(lower[x])
        acc[width] = acc[width - 1]
        line = out[i]
        if sub_x == 2:
            for j in range((width + 1) // 2):
                line[j] = np.uint8((np.uint32(acc[2 * j]) + np.uint32(acc[2 * j + 1]) + np.uint32(2)) >> 2)
        else:
            for x in range(width):
                line[x] = np.uint8((np.uint32(acc[x]) + np.uint32(1)) >> 1)


@jit
def _blend(front: Plane, back: Plane, alpha: Alpha, width: int, out: Plane) -> None:
    behind = back.shape[0]
    for y in range(front.shape[0]):
        top, low, cover, line = front[y], back[y % behind], alpha[y], out[y]
        for x in range(width):
            a = np.uint32(cover[x])
            mixed = np.uint32(top[x]) * a + np.uint32(low[x]) * (np.uint32(255) - a)
            line[x] = (mixed + np.uint32(127)) // np.uint32(255)


@jit
def _visible_blocks(alpha: Alpha, width: int, out: Alpha) -> None:
    height = alpha.shape[0]
    any_row = np.empty(width, np.uint8)
    seen = np.zeros((out.shape[0] + 2, out.shape[1] + 2), np.uint8)
    for i in range(out.shape[0]):
        any_row[:] = 0
        for y in range(i * BLOCK, min((i + 1) * BLOCK, height)):
            row = alpha[y]
            for x in range(width):
                any_row[x] |= row[x]
        for j in range(out.shape[1]):
            for x in range(j * BLOCK, min((j + 1) * BLOCK, width)):
                if any_row[x]:
                    seen[i + 1, j + 1] = 1
                    break
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = seen[i : i + 3, j : j + 3].max()


@jit
def _copy_visible(source: Plane, blocks: Alpha, geometry: tuple[int, int, int], flat: int, out: Plane) -> None:
    width, high, wide = geometry
    for y in range(source.shape[0]):
        row, line, shown = source[y], out[y], blocks[y // high]
        j = 0
        while j < blocks.shape[1]:
            end = j + 1
            while end < blocks.shape[1] and shown[end] == shown[j]:
                end += 1
            left, right = j * wide, min(end * wide, width)
            if shown[j]:
                line[left:right] = row[left:right]
            else:
                line[left:right] = flat
            j = end


@jit
def _multiply_alpha(alpha: Alpha, other: Alpha, width: int) -> None:
    for y in range(alpha.shape[0]):
        line, row = alpha[y], other[y]
        for x in range(width):
            product = np.uint32(line[x]) * np.uint32(row[x]) + np.uint32(127)
            line[x] = (product + np.uint32(1) + (product >> np.uint32(8))) >> np.uint32(8)


def chroma_alpha(alpha: Plane, subsampling: tuple[int, int], out: Plane) -> None:
    """Alpha at the size of a subsampled plane: the rounded mean of the pixels that a chroma sample covers.

    Args:
        alpha: (height, width) uint8.
        subsampling: (rows, columns) that one chroma sample covers, each 1 or 2.
        out: (ceil(height/rows), ceil(width/columns)) uint8.
    """
    _chroma_alpha(rows(alpha), (*alpha.shape, *subsampling), out)


def chroma_cover(alpha: Plane, subsampling: tuple[int, int]) -> Plane:
    """Alpha for planes of a subsampling, see :func:`chroma_alpha`: a new array, or ``alpha`` where there is none."""
    if subsampling == (1, 1):
        return alpha
    small = np.empty((-(-alpha.shape[0] // subsampling[0]), -(-alpha.shape[1] // subsampling[1])), np.uint8)
    chroma_alpha(alpha, subsampling, small)
    return small


def blend(front: Plane, back: Plane, alpha: Plane, out: Plane) -> None:
    """Out = round((front·alpha + back·(255 - alpha)) / 255), exact where alpha is 0 or 255.

    Args:
        front: (height, width) uint8 or uint16.
        back: (height or 1, width), same dtype; a single row serves for every row.
        alpha: (height, width) uint8.
        out: (height, width), same dtype as ``front``.
    """
    _blend(rows(front), rows(back), rows(alpha), front.shape[1], out)


def multiply_alpha(alpha: Plane, other: Plane) -> None:
    """Alpha = round(alpha·other / 255), in place; both (height, width) uint8."""
    _multiply_alpha(alpha, rows(other), alpha.shape[1])


def visible_blocks(alpha: Plane) -> Alpha:
    """Which 16×16 blocks hold, or touch a block that holds, anything visible.

    Args:
        alpha: (height, width) uint8.

    Returns:
        (ceil(height/16), ceil(width/16)) uint8, 1 where visible.
    """
    height, width = alpha.shape
    out = np.empty((-(-height // BLOCK), -(-width // BLOCK)), np.uint8)
    _visible_blocks(rows(alpha), width, out)
    return out


def copy_visible(source: Plane, blocks: Plane, subsampling: tuple[int, int], flat: int, out: Plane) -> None:
    """Copy a plane, with ``flat`` in every block that is not visible.

    What stands behind alpha 0 costs bits, and leaks the room that was to be removed.

    Args:
        source: (height, width) uint8 or uint16.
        blocks: as :func:`visible_blocks` gives them.
        subsampling: (rows, columns) of luma that one sample of this plane covers.
        flat: value for hidden samples.
        out: (height, width), same dtype.
    """
    geometry = (source.shape[1], BLOCK // subsampling[0], BLOCK // subsampling[1])
    _copy_visible(rows(source), blocks, geometry, flat, out)
