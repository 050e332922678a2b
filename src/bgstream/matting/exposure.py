"""A gain for dark clips, steady in time: networks are blind in the dark, and a frame's own maximum pumps."""

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float32]
HIGHLIGHT = 99.5  # percentile taken for the frame's highlights: a lamp or a specular spot does not count
WANTED = 0.8  # highlights this bright need no gain: most clips are left exactly as they are
MOST = 4.0  # gain; more would only raise noise
MEMORY = 15  # frames over which the highlights are averaged
STEP = 6  # every sixth row and column tells enough


class Exposure:
    """Follows how bright a shot is, and says by how much to brighten what the network sees."""

    def __init__(self) -> None:
        self._highlight: float | None = None

    def reset(self) -> None:
        """A new shot begins."""
        self._highlight = None

    def __call__(self, rgb: Float) -> float:
        """The gain for this frame, 1 to ``MOST``.

        Args:
            rgb: (3, height, width) float32 0..1.
        """
        values = rgb[:, ::STEP, ::STEP].ravel()
        place = int(HIGHLIGHT / 100 * (values.size - 1))
        now = float(np.partition(values, place)[place])
        before = now if self._highlight is None else self._highlight
        self._highlight = before + (now - before) / MEMORY
        return float(np.clip(WANTED / max(self._highlight, 1e-3), 1.0, MOST))
