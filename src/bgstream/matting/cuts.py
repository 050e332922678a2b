"""Shot cuts: where one picture has nothing to do with the one before it."""

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float32]
GRID = (9, 16)
JUMP = 0.11  # mean |Δluma| (0..1) from one frame to the next that a camera movement seldom reaches
FACTOR = 3.0  # and how much more than the mean of the frames before it must be


class CutDetector:
    """Tells the first frame of every shot.

    A cut is a jump in luma at coarse size that is large and far above what the frames before it did
    (the adaptive threshold of content detectors such as PySceneDetect's ``AdaptiveDetector``).
    """

    def __init__(self) -> None:
        self._before: Float | None = None
        self._usual = 0.0

    def __call__(self, luma: Float) -> bool:
        """Whether this frame begins a shot; the first frame does.

        Args:
            luma: (height, width) float32 0..1, any size, the same for all frames.
        """
        coarse = _coarse(luma)
        before, self._before = self._before, coarse
        if before is None:
            return True
        jump = float(np.abs(coarse - before).mean())
        cut = jump > max(JUMP, FACTOR * self._usual)
        self._usual = 0.8 * self._usual + 0.2 * jump
        return cut


def _coarse(luma: Float) -> Float:
    """Block means on a small grid (the border rest is left out)."""
    rows, columns = min(GRID[0], luma.shape[0]), min(GRID[1], luma.shape[1])
    high, wide = luma.shape[0] // rows, luma.shape[1] // columns
    whole = luma[: rows * high, : columns * wide]
    lines = whole.reshape(rows, high, columns * wide).sum(axis=1)
    return np.asarray(lines.reshape(rows, columns, wide).sum(axis=2) / (high * wide), np.float32)
