"""Compositing on planes: exact at alpha 0 and 255, rounded to nearest between; and what alpha hides, flattened."""

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from bgstream_kernels.planes import Plane, jit, rows

Alpha = NDArray[np.uint8]
BLOCK = 16  # pixels; hidden colour is flattened in whole blocks that have no visible neighbour


@jit
def _chroma_row(alpha: Alpha, i: int, size: tuple[int, int, int, int], acc: NDArray[np.uint16], line: Alpha) -> None:
    """Row ``i`` of alpha for a subsampled plane; ``acc``: scratch, a pixel wider than alpha."""
    height, width, sub_y, sub_x = size
    upper, lower = alpha[i * sub_y], alpha[min(i * sub_y + sub_y - 1, height - 1)]
    for x in range(width):
        acc[x] = np.uint16(upper[x]) + np.uint16(lower[x])
    acc[width] = acc[width - 1]
    if sub_x == 2:
        for j in range((width + 1) // 2):
            line[j] = np.uint8((np.uint32(acc[2 * j]) + np.uint32(acc[2 * j + 1]) + np.uint32(2)) >> 2)
    else:
        for x in range(width):
            line[x] = np.uint8((np.uint32(acc[x]) + np.uint32(1)) >> 1)


@jit
def _chroma_alpha(alpha: Alpha, size: tuple[int, int, int, int], out: Alpha) -> None:
    acc = np.empty(size[1] + 1, np.uint16)
    for i in range(out.shape[0]):
        _chroma_row(alpha, i, size, acc, out[i])


@jit
def _blend_row(top: Plane, low: Plane, cover: Alpha, width: int, line: Plane) -> None:
    one, half, whole = np.uint32(1), np.uint32(127), np.uint32(255)
    if line.itemsize == 1:  # up to 255·255 + 127 the division is two shifts
        for x in range(width):
            a = np.uint32(cover[x])
            mixed = np.uint32(top[x]) * a + np.uint32(low[x]) * (whole - a) + half
            line[x] = (mixed + one + (mixed >> np.uint32(8))) >> np.uint32(8)
    else:
        for x in range(width):
            a = np.uint32(cover[x])
            line[x] = (np.uint32(top[x]) * a + np.uint32(low[x]) * (whole - a) + half) // whole


@jit
def _blend(front: Plane, back: Plane, alpha: Alpha, width: int, out: Plane) -> None:
    behind = back.shape[0]
    for y in range(front.shape[0]):
        _blend_row(front[y], back[y % behind], alpha[y], width, out[y])


@jit
def _over(fronts: tuple, backs: tuple, alpha: Alpha, size: tuple[int, int, int, int], outs: tuple) -> None:  # type: ignore[type-arg]
    """A picture's three planes: one entry to load."""
    _, width, sub_y, sub_x = size
    (luma, blue, red), (luma_back, blue_back, red_back) = fronts, backs
    columns = (width + sub_x - 1) // sub_x
    acc, small = np.empty(width + 1, np.uint16), np.empty(width, np.uint8)
    _blend(luma, luma_back, alpha, width, outs[0])
    for i in range(blue.shape[0]):
        if sub_y * sub_x == 1:
            cover = alpha[i]
        else:
            _chroma_row(alpha, i, size, acc, small)
            cover = small
        _blend_row(blue[i], blue_back[i % blue_back.shape[0]], cover, columns, outs[1][i])
        _blend_row(red[i], red_back[i % red_back.shape[0]], cover, columns, outs[2][i])


@jit
def _any_near(seen: Alpha, i: int, j: int) -> np.uint8:
    """Over 3×3 of a padded grid."""
    near = np.uint8(0)
    for y in range(i, i + 3):
        for x in range(j, j + 3):
            near |= seen[y, x]
    return near


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
            out[i, j] = _any_near(seen, i, j)


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
                for x in range(left, right):
                    line[x] = row[x]
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


def _to_fill(plane: Plane) -> Plane:
    """As :func:`rows`, to be written to: one type for Numba, padded or not."""
    height, width = plane.shape
    stride = plane.strides[0] // plane.itemsize if height > 1 else width
    return as_strided(plane, (height, stride), (stride * plane.itemsize, plane.itemsize))


def blend_planes(
    fronts: tuple[Plane, ...],
    backs: tuple[Plane, ...],
    alpha: Plane,
    subsampling: tuple[int, int],
    outs: tuple[Plane, ...],
) -> None:
    """All three planes of a picture as :func:`blend` does one, with alpha as :func:`chroma_alpha` gives it.

    Args:
        fronts: three planes, the second and third subsampled; uint8 or uint16.
        backs: the same, of as many rows or of a single one.
        alpha: (height, width) uint8.
        subsampling: (rows, columns) of the first plane that one sample of the others covers.
        outs: as ``fronts``; row-contiguous, their rows may be padded.
    """
    front, back = (tuple(rows(plane) for plane in planes) for planes in (fronts, backs))
    _over(front, back, rows(alpha), (*alpha.shape, *subsampling), tuple(_to_fill(plane) for plane in outs))


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
