"""Temporal smoothing of raw alpha at network size, adapted to motion.

Where the picture stands still the matte may only change slowly (a change there is the network's own
flicker); where it moves, the new answer is taken as it is, so nothing lags or leaves a ghost.
"""

import numpy as np
from numpy.typing import NDArray

from bgstream_kernels.planes import jit

Float = NDArray[np.float32]


@jit
def _smooth(raw: Float, luma: Float, state: Float, before: Float, motion: Float, params: Float) -> None:
    """Blend ``raw`` into ``state`` in place and move ``luma`` into ``before``; ``motion`` is padded by 1."""
    still, low, high = params[0], params[1], params[2]
    one, height, width = np.float32(1), raw.shape[0], raw.shape[1]
    for y in range(height):
        now, old, line = luma[y], before[y], motion[y + 1]
        for x in range(width):
            line[x + 1] = abs(now[x] - old[x])
            old[x] = now[x]
        line[0], line[width + 1] = line[1], line[width]
    motion[0], motion[height + 1] = motion[1], motion[height]  # beyond the border it moves as at the border
    for y in range(height):
        above, mid, below = motion[y], motion[y + 1], motion[y + 2]
        target, fresh = state[y], raw[y]
        for x in range(width):
            moved = above[x] + above[x + 1] + above[x + 2] + mid[x] + mid[x + 1] + mid[x + 2]
            moved = (moved + below[x] + below[x + 1] + below[x + 2]) * np.float32(1 / 9)
            t = min(max((moved - low) / (high - low), np.float32(0)), one)
            rate = still + (one - still) * t * t * (np.float32(3) - np.float32(2) * t)
            target[x] += rate * (fresh[x] - target[x])


class MotionSmoother:
    """Causal, motion-adaptive smoothing: state ← state + rate·(raw − state), rate by local motion.

    The rate goes from ``still`` to 1 (smoothstep) as the 3×3 mean of |luma − previous luma| goes from
    ``low`` to ``high``. Both are counted in the frame's own contrast (standard deviation of luma): the same
    movement changes little light in a dark room.

    Args:
        size: (height, width) of raw alpha.
        still: rate where nothing moves, 0..1; 1 switches smoothing off.
        low, high: motion thresholds, shares of the frame's contrast.
    """

    least_contrast = 0.02  # luma (0..1); below it a frame is noise and nothing else

    def __init__(self, size: tuple[int, int], still: float = 0.25, low: float = 0.036, high: float = 0.18) -> None:
        self._state = np.zeros(size, np.float32)
        self._before = np.zeros(size, np.float32)
        self._motion = np.zeros((size[0] + 2, size[1] + 2), np.float32)
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
            mean = float(luma.mean())
            spread = float(np.vdot(luma, luma)) / luma.size - mean * mean
            contrast = np.float32(max(np.sqrt(max(spread, 0.0)), self.least_contrast))
            params = self._params * np.array([1, contrast, contrast], np.float32)
            _smooth(raw, luma, self._state, self._before, self._motion, params)
        return self._state
