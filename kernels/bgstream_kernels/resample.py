"""From decoded planes straight into a network's tensor: area average, colour matrix and normalisation in one pass."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bgstream_kernels.planes import Plane, jit, rows

Float = NDArray[np.float32]
Index = NDArray[np.int32]


def area_taps(n_in: int, n_out: int) -> tuple[Index, Float]:
    """Weights of exact area averaging from ``n_in`` to ``n_out`` samples.

    Output sample i is the mean of the input over [i·s, (i+1)·s) with s = n_in/n_out; partly covered
    samples count by their covered share. Works for enlarging too (piecewise constant).

    Returns:
        first: (n_out,) int32, the first input sample of each output sample.
        weights: (n_out, k) float32, rows sum to 1; taps beyond the interval are 0 and stay inside the input.
    """
    scale = n_in / n_out
    start = np.arange(n_out) * scale
    stop = np.minimum(start + scale, n_in)
    k = min(n_in, int(np.ceil(scale)) + 1)
    first = np.minimum(np.floor(start).astype(np.int64), n_in - k)
    left = first[:, None] + np.arange(k)
    cover = np.minimum(left + 1, stop[:, None]) - np.maximum(left, start[:, None])
    weights = np.clip(cover, 0.0, 1.0)
    weights /= weights.sum(axis=1, keepdims=True)
    return first.astype(np.int32), weights.astype(np.float32)


@jit
def _mean_row(plane: Plane, width: int, first: int, weights: Float, acc: Float) -> None:
    for x in range(width):
        acc[x] = 0.0
    for k in range(weights.shape[0]):
        weight = weights[k]
        if weight != 0.0:
            row = plane[first + k]
            for x in range(width):
                acc[x] += weight * np.float32(row[x])


@jit
def _gather(acc: Float, first: Index, weights: Float, out: Float) -> None:
    for j in range(out.shape[0]):
        total = np.float32(0.0)
        base = first[j]
        for k in range(weights.shape[1]):
            total += weights[j, k] * acc[base + k]
        out[j] = total


@jit
def _to_tensor(planes: Any, widths: Any, taps: Any, matrix: Float, work: Any, out: tuple[Float, Float]) -> None:
    """``planes``: three; ``taps``: (rows first, weights, columns first, weights) for luma, then for chroma."""
    acc, line = work
    tensor, luma = out
    p0, p1, p2 = planes
    (ry, wy, cy, vy), (rc, wc, cc, vc) = taps
    for i in range(tensor.shape[1]):
        _mean_row(p0, widths[0], ry[i], wy[i], acc)
        _gather(acc, cy, vy, line[0])
        _mean_row(p1, widths[1], rc[i], wc[i], acc)
        _gather(acc, cc, vc, line[1])
        _mean_row(p2, widths[1], rc[i], wc[i], acc)
        _gather(acc, cc, vc, line[2])
        for c in range(3):
            m0, m1, m2, bias = matrix[c, 0], matrix[c, 1], matrix[c, 2], matrix[c, 3]
            gain, shift = matrix[c, 4], matrix[c, 5]
            target = tensor[c, i]
            l0, l1, l2 = line[0], line[1], line[2]
            for j in range(target.shape[0]):
                value = m0 * l0[j] + m1 * l1[j] + m2 * l2[j] + bias
                target[j] = min(max(value, np.float32(0.0)), np.float32(1.0)) * gain + shift
        red, green, blue, grey = tensor[0, i], tensor[1, i], tensor[2, i], luma[i]
        for j in range(grey.shape[0]):
            grey[j] = np.float32(0.2126) * red[j] + np.float32(0.7152) * green[j] + np.float32(0.0722) * blue[j]


class Downscaler:
    """Planes of one size into one network's tensor.

    Area averaging as in OpenCV's ``INTER_AREA``; averaging before the (linear) colour matrix gives the
    same as after it, at a third of the work.

    Args:
        luma: (height, width) of the first plane.
        chroma: (height, width) of the second and third plane.
        size: (height, width) of the tensor.
    """

    def __init__(self, luma: tuple[int, int], chroma: tuple[int, int], size: tuple[int, int]) -> None:
        self.size = size
        self._widths = (luma[1], chroma[1])
        self._taps = tuple((*area_taps(shape[0], size[0]), *area_taps(shape[1], size[1])) for shape in (luma, chroma))
        self._luma = np.empty(size, np.float32)
        self._work = (np.empty(max(self._widths), np.float32), np.empty((3, size[1]), np.float32))

    def __call__(self, planes: tuple[Plane, Plane, Plane], matrix: Float, out: Float) -> Float:
        """Fill ``out`` (3, height, width) float32, C-contiguous.

        Args:
            planes: three uint8 or uint16 planes of the sizes given.
            matrix: (3, 6) float32; per output channel the weights of the three planes and a bias
                (giving RGB, clipped to 0..1), then a gain and a shift (the network's normalisation).
            out: the tensor.

        Returns:
            (height, width) float32: luma of ``out`` by ITU-R BT.709's weights, 0..1 where gain is 1 and shift
            0; valid until the next call.
        """
        taken = tuple(rows(plane) for plane in planes)
        _to_tensor(taken, self._widths, self._taps, matrix, self._work, (out, self._luma))
        return self._luma
