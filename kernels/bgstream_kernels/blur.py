"""The room behind a subject, blurred as if nobody stood there."""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bgstream_kernels.planes import Plane, rows
from bgstream_kernels.pyramid import filled
from bgstream_kernels.room import gather, halve, shrink
from bgstream_kernels.soften import enlarge, mix_rows, soften

Float = NDArray[np.float32]
FINE = 5.6  # a cell's sides that fit into the standard deviation squared: bilinear enlargement shows no grid then
REACH = 2.8  # standard deviations at which a Gaussian ends
FILL = 4  # cells across which holes are filled in one


class RoomBlur:
    """Blurs what is behind the subject, the subject itself left out: no halo, and none of its colour.

    Normalised convolution (Knutsson & Westin, CVPR 1993) on a grid as coarse as the blur allows, so that the cost
    hardly depends on its strength. Where nothing is seen of the room, deep inside the subject, its surroundings
    are continued smoothly.

    Args:
        size: (height, width) of the first plane.
        subsampling: (rows, columns) of it that one sample of the other two covers.
        dtype: of a sample, uint8 or uint16.
    """

    def __init__(self, size: tuple[int, int], subsampling: tuple[int, int], dtype: type[np.uint8 | np.uint16]) -> None:
        self._size, self._subsampling = size, subsampling
        small = (-(-size[0] // subsampling[0]), -(-size[1] // subsampling[1]))
        self._outs: tuple[Plane, Plane, Plane] = (np.empty(size, dtype), np.empty(small, dtype), np.empty(small, dtype))

    def __call__(self, planes: tuple[Plane, ...], alpha: Plane, strength: float, ramp: bool) -> tuple[Plane, ...]:
        """The blurred room.

        Args:
            planes: three, uint8 or uint16; rows may be padded.
            alpha: (height, width) uint8, 255 = subject.
            strength: standard deviation in pixels of the first plane, at least 1.
            ramp: a quarter of the strength at the bottom, all of it from the middle up.

        Returns:
            Three planes of the same shapes; valid until the next call.
        """
        weak = max(strength / 4, 1.0) if ramp else strength
        first, last = cell_size(weak), cell_size(strength)
        levels = self._levels(planes, alpha, first, last)
        fill, wider = self._filling(levels[last])
        near = levels[first].copy() if ramp and first == last else levels[first]
        grid = _softened(levels[last], (fill, wider), taps(strength, last), 0)
        if ramp:
            far, shares = grid, _shares(near.shape[1], weak, strength)
            top = int(np.argmax(np.append(shares, 0) < 1))
            grid = _softened(near, (fill, wider * last // first), taps(weak, first), top)
            mix_rows(grid, far, last // first, shares)
        enlarge(grid, (first, *self._subsampling), self._outs)
        return self._outs

    def _levels(self, planes: tuple[Plane, ...], alpha: Plane, first: int, last: int) -> dict[int, Float]:
        """Sums over cells by their size in pixels, from 2 or 4 up to ``last``."""
        height, width = self._size
        step = min(first, 4)
        shape = (-(-height // step), -(-width // step))
        sums: Float = np.empty((4, *shape), np.float32)
        one, two, three = (rows(plane) for plane in planes)
        geometry = (height, width, *self._subsampling, step)
        gather((one, two, three), rows(alpha), geometry, sums)
        shrink(sums, (np.empty(shape, np.float32), np.empty(shape, np.float32)))
        if not sums[3].any():  # nothing of the room is seen: any colour is better than none
            gather((one, two, three), rows(np.zeros((height, width), np.uint8)), geometry, sums)
        levels = {step: sums}
        while step < last:
            sums, step = _half(sums), 2 * step
            levels[step] = sums
        return levels

    def _filling(self, sums: Float) -> tuple[Float, int]:
        step = 1
        while step < FILL:
            sums, step = _half(sums), 2 * step
        return filled(sums[:3], sums[3]), step


def _softened(sums: Float, filling: tuple[Float, int], kernel: Float, top: int) -> Float:
    out: Float = np.empty((3, *sums.shape[1:]), np.float32)
    soften(sums, filling, kernel, top, out)
    return out


def _half(sums: Float) -> Float:
    out: Float = np.empty((4, -(-sums.shape[1] // 2), -(-sums.shape[2] // 2)), np.float32)
    halve(sums, out)
    return out


def cell_size(sigma: float) -> int:
    """Pixels that a cell of the grid is wide: the largest power of two from 2 up that shows no grid."""
    step = 2 if sigma < 4 else 4
    while sigma * sigma >= FINE * (2 * step) ** 2:
        step *= 2
    return step


@lru_cache(256)
def taps(sigma: float, step: int) -> Float:
    """Half a Gaussian, in cells, that makes up a blur of ``sigma`` pixels with averaging and enlargement."""
    own = (step * step - 1) / 12 + step * step / 6
    rest = math.sqrt(max(sigma * sigma - own, 0.0)) / step
    if rest < 0.2:
        return np.ones(1, np.float32)
    values = np.exp(-np.square(np.arange(math.ceil(REACH * rest) + 1) / rest) / 2)
    return np.asarray(values / (2 * values.sum() - values[0]), np.float32)


def _shares(count: int, near: float, far: float) -> Float:
    """How much of the stronger blur each row takes, so that variances add up to the wanted standard deviation."""
    below = np.clip((np.arange(count) + 0.5) / count * 2 - 1, 0, 1)  # 0 from the middle up, 1 at the bottom
    sigma = far + (near - far) * below
    return np.asarray((sigma**2 - near**2) / max(far**2 - near**2, 1e-6), np.float32)
