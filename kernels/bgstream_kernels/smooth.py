"""Temporal smoothing of raw alpha at network size, adapted to motion.

Where the picture stands still the matte may only change slowly (a change there is the network's own
flicker); where it moves, the new answer is taken as it is, so nothing lags or leaves a ghost.
"""

import numpy as np
from numpy.typing import NDArray

from bgstream_kernels.planes import jit, smoothstep

Float = NDArray[np.float32]


@jit
def _change(now: Float, before: Float, out: Float) -> None:
    """|now - before| inside ``out``, which is padded by 1: beyond the border it moves as at the border."""
    height, width = now.shape
    for y in range(height):
        here, there, line = now[y], before[y], out[y + 1]
        for x in range(width):
            line[x + 1] = abs(here[x] - there[x])
        line[0], line[width + 1] = line[1], line[width]
    out[0], out[height + 1] = out[1], out[height]


@jit
def _mean_rows(change: Float, y: int, out: Float) -> None:
    """Row ``y`` of the 3×3 mean of a padded picture."""
    above, mid, below = change[y], change[y + 1], change[y + 2]
    for x in range(out.shape[0]):
        total = above[x] + above[x + 1] + above[x + 2] + mid[x] + mid[x + 1] + mid[x + 2]
        out[x] = (total + below[x] + below[x + 1] + below[x + 2]) * np.float32(1 / 9)


@jit
def _smooth(raw: Float, luma: Float, state: Float, before: Float, change: Float, params: Float) -> None:
    """Blend ``raw`` into ``state`` in place and move ``luma`` into ``before``."""
    still, low, high = params[0], params[1], params[2]
    motion = np.empty(raw.shape[1], np.float32)
    _change(luma, before, change)
    for y in range(luma.shape[0]):
        last, now = before[y], luma[y]
        for x in range(luma.shape[1]):
            last[x] = now[x]
    for y in range(raw.shape[0]):
        _mean_rows(change, y, motion)
        target, fresh = state[y], raw[y]
        for x in range(motion.shape[0]):
            rate = still + (np.float32(1) - still) * smoothstep(motion[x], low, high)
            target[x] += rate * (fresh[x] - target[x])


LEAST_CONTRAST = 0.02  # luma (0..1)


def contrast(luma: Float, least: float = LEAST_CONTRAST) -> float:
    """Standard deviation of luma, at least ``least``: below that a frame is noise and nothing else."""
    mean = float(luma.mean())
    return float(max(float(np.vdot(luma, luma)) / luma.size - mean * mean, least * least) ** 0.5)


class MotionSmoother:
    """Causal, motion-adaptive smoothing: state ← state + rate·(raw − state), rate by local motion.

    The rate goes from ``still`` to 1 (smoothstep) as the 3×3 mean of |luma − previous luma| goes from
    ``low`` to ``high``. Both are counted in the frame's own contrast (standard deviation of luma): the same
    movement changes little light in a dark room.

    Args:
        size: (height, width) of raw alpha.
        still: rate where nothing moves, 0..1; 1 switches smoothing off.
        low, high: motion thresholds, shares of the frame's contrast; low < high.
    """

    least_contrast = LEAST_CONTRAST

    def __init__(self, size: tuple[int, int], still: float = 0.25, low: float = 0.036, high: float = 0.18) -> None:
        self._state = np.zeros(size, np.float32)
        self._before = np.zeros(size, np.float32)
        self._change = np.zeros((size[0] + 2, size[1] + 2), np.float32)
        self._params = np.array([still, low, high], np.float32)
        self._empty = True

    def reset(self) -> None:
        """Forget the past: the next answer is taken as it is (first frame, shot cut)."""
        self._empty = True

    def __call__(self, raw: Float, luma: Float) -> Float:
        """Smooth one frame.

        Args:
            raw: (height, width) float32 0..1, C-contiguous.
            luma: the frame's luma at the same size, float32 0..1, C-contiguous.

        Returns:
            (height, width) float32 0..1; valid until the next call.
        """
        if self._empty:
            self._state[:], self._before[:], self._empty = raw, luma, False
        else:
            unit = contrast(luma, self.least_contrast)
            params = self._params * np.array([1, unit, unit], np.float32)
            _smooth(raw, luma, self._state, self._before, self._change, params)
        return self._state
