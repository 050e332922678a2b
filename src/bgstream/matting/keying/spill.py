"""Spill: the screen's light on the subject, told from the subject's own colours and taken away."""

import numpy as np
from bgstream_kernels import filled, own_colours, spill_cells

from bgstream.matting.keying.grid import Flags, Float

TABLE = (48, 24)  # bins of chroma across the screen's, and of luma
RANGES = (-2.4, 2.4, 255.0)
REACH = 0.03  # of the picture's height: so far the light reaches from the edge inwards
KEEP = 0.9  # share of the table that is left after a frame
ENOUGH = 12.0  # cells from which a bin of the table is believed
LEEWAY, FAR = 0.5, 2.0  # deviations above (below) what is usual that are still the subject's own
SLOPE = 0.5  # own chroma along the screen's, where the table knows nothing: what lies across it allows so much


class Spill:
    """Learns the subject's own colours where no spill reaches, and finds what edges have beyond them.

    Deep inside, the subject tells for each luma and each chroma *across* the screen's how much chroma *along* it
    is its own. The general limit of colour-difference keys (green no more than what red and blue allow) serves
    only colours that occur nowhere inside: it leaves most spill on skin, and greys what is meant to be greenish.
    """

    def __init__(self) -> None:
        self._table = np.zeros((3, *TABLE), np.float32)

    def reset(self) -> None:
        """Another shot."""
        self._table[:] = 0

    def __call__(self, cells: Float, screen: Float, alpha: Flags) -> Float:
        """(rows, columns) float32: spill in units of the screen's chroma.

        Args:
            cells: (3, rows, columns) float32 levels.
            screen: like ``cells``.
            alpha: (rows, columns) uint8.
        """
        import cv2

        reach = max(4.0, REACH * alpha.shape[0])
        inside = np.asarray(cv2.distanceTransform((alpha == 255).view(np.uint8), cv2.DIST_L2, 3), np.float32)
        self._table *= np.float32(KEEP)
        own_colours(cells, screen, (inside > reach).view(np.uint8), RANGES, self._table)
        near = np.clip(2 - inside / np.float32(reach), 0, 1)
        out = np.empty(alpha.shape, np.float32)
        spill_cells((cells, screen), alpha, near, self._limits(), RANGES, out)
        return out

    def _limits(self) -> Float:
        """(2, across, luma): the least and the most chroma along the screen's that is the subject's own."""
        import cv2

        count, total, squares = (np.asarray(cv2.GaussianBlur(part, (0, 0), 1.0), np.float32) for part in self._table)
        moments = filled(np.stack([total, squares]), count, ENOUGH)
        spread = np.sqrt(np.maximum(moments[1] - moments[0] ** 2, 0))
        across = (np.arange(TABLE[0]) + 0.5) / TABLE[0] * (RANGES[1] - RANGES[0]) + RANGES[0]
        general = np.float32(SLOPE) * np.abs(across, dtype=np.float32)[:, None]
        known = np.minimum(count / np.float32(ENOUGH), 1)
        most = (moments[0] + LEEWAY * spread) * known + general * (1 - known)
        least = (moments[0] - FAR * spread) * known - 2 * (1 - known)
        return np.asarray(np.stack([least, most]), np.float32)
