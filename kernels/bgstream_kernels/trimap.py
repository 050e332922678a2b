"""The unknown band: where a network's answer is too coarse or too unsure to be the matte."""

import numpy as np
from numpy.typing import NDArray

from bgstream_kernels.fitting import box
from bgstream_kernels.gridding import BLOCK
from bgstream_kernels.planes import jit

Float = NDArray[np.float32]
Mask = NDArray[np.uint8]


@jit
def _doubt(raw: Float, levels: tuple[float, float], out: Float) -> None:
    """4·alpha·(1 - alpha): 1 where the network is wholly unsure, 0 where it is sure."""
    black, gain = np.float32(levels[0]), np.float32(1 / (levels[1] - levels[0]))
    for y in range(raw.shape[0]):
        line, target = raw[y], out[y]
        for x in range(line.shape[0]):
            alpha = min(max((line[x] - black) * gain, np.float32(0)), np.float32(1))
            target[x] = np.float32(4) * alpha * (np.float32(1) - alpha)


@jit
def _mark(doubt: Float, least: float, out: Mask) -> None:
    """1 for the pixels whose sample has more doubt around it than ``least``, else 0."""
    height, width = doubt.shape
    columns = np.empty(out.shape[1], np.int32)
    for x in range(out.shape[1]):
        columns[x] = (2 * x + 1) * width // (2 * out.shape[1])
    for y in range(out.shape[0]):
        line, target = doubt[(2 * y + 1) * height // (2 * out.shape[0])], out[y]
        for x in range(target.shape[0]):
            target[x] = line[columns[x]] > np.float32(least)


class Trimap:
    """The unknown band of a frame, from raw alpha.

    Doubt is averaged over a window some network samples wide and held against a small share: an edge as sharp
    as the network can draw gives a band about as wide as the window; hair and fur, where doubt itself is wide, a
    band that is wider still on both sides.

    Args:
        raw: (height, width) of raw alpha.
        levels: raw alpha that counts as 0 and as 1.
        scale: samples of raw alpha to one of the network's own, each way, where it was enlarged: the band is as wide
            for all that.
    """

    radius = 2  # samples of the network: what a network's edge may lie off (wider brings more wrong than right)
    least = 0.05  # mean doubt from which a sample's pixels are unknown

    def __init__(self, raw: tuple[int, int], levels: tuple[float, float] = (0.03, 0.97), scale: float = 1.0) -> None:
        self._levels, self._reach = levels, round(self.radius * scale)
        self._doubt, self._mean = np.zeros((2, *raw), np.float32)
        self._marked = np.ones((raw[0], -(-raw[1] // BLOCK)), np.uint8)
        self._column = np.empty(raw[1] + 2 * self._reach, np.float32)

    def __call__(self, raw: Float, out: Mask) -> None:
        """Fill ``out`` (height, width of the frame) uint8 with 1 where alpha is unknown, else 0.

        Args:
            raw: raw alpha, float32 0..1, C-contiguous.
            out: row-contiguous; its rows may be padded.
        """
        _doubt(raw, self._levels, self._doubt)
        box(self._doubt, self._reach, self._marked, self._column, self._mean)
        _mark(self._mean, self.least, out)
