"""A mask that moves as a whole with what is under it."""

import numpy as np

from bgstream.matting.affine import STIFF, Double, Movement, movement
from bgstream.matting.parts import Flags, Float, carried

SEEN = 0.25  # of a mask; with less content that is seen and trusted it is lost from sight
WELL, RIGID = 0.6, 1e6  # with less than so much of it, it is not turned or scaled: a rest does not tell
ALIKE, LEARNS = 1.0, 0.2  # pixels; and how much more is taken for content in a frame
PATIENCE = 12  # frames that it is kept fully while lost from sight; it fades out over as many more


class Rider:
    """Follows what a mask was drawn on: affine, as most of the flow of its content does.

    So somebody who passes in front leaves no hole in it, and it does not blur however long it moves. What comes in
    from outside is not its content, and does not take it along. While hardly any content is seen, or its flow cannot
    be trusted, it goes on as it moved last; when that lasts, it fades out for good.

    Args:
        mask: (height, width) float32 0..1, of any size.
        shape: (height, width) to work at: the flow's.
    """

    def __init__(self, mask: Float, shape: tuple[int, ...]) -> None:
        import cv2

        smaller = mask.shape[0] >= shape[0] and mask.shape[1] >= shape[1]
        how = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
        drawn = cv2.resize(mask.astype(np.float32), (shape[1], shape[0]), interpolation=how)
        self._drawn = np.asarray(drawn, np.float32)
        self._way: Double = np.eye(3)  # from a place in this frame to the place that was drawn
        self._content = (self._drawn > 0.5).astype(np.float32)
        self._last: Movement | None = None
        self._lost = 0

    @property
    def shape(self) -> tuple[int, ...]:
        """(height, width) that it works at."""
        return self._drawn.shape

    @property
    def fading(self) -> bool:
        """It has been lost from sight for long."""
        return self._lost > PATIENCE

    def follow(self, flow: Float, trusted: Float) -> None:
        """Go on to the next frame.

        Args:
            flow: (height, width, 2) from that frame to the one it comes from.
            trusted: (height, width) 0..1.
        """
        if self._lost == 2 * PATIENCE:
            return
        under = self._placed() > 0.5
        content = carried(self._content, flow)
        weight = np.where(under, trusted * content, np.float32(0))
        share = float(weight.sum()) / max(int(np.count_nonzero(under)), 1)
        found = movement(flow, weight, STIFF if share > WELL else RIGID) if share >= SEEN else None
        self._lost = self._lost + 1 if found is None else max(self._lost - 1, 0)
        self._last = self._last if found is None else found
        if self._last is not None:
            self._way = self._way @ self._last.step
        self._content = self._learnt(content, flow, under)

    def _learnt(self, content: Float, flow: Float, under: Flags) -> Float:
        """What under the mask moves like it is its content, by and by; what comes in from outside is not."""
        away = flow if self._last is None else flow - self._last.flow(under.shape)
        alike = under & (np.square(away).sum(axis=2) < ALIKE**2)
        learnt: Float = np.minimum(content + LEARNS * alike.astype(np.float32), np.float32(1))
        return learnt

    def mask(self) -> Float:
        """(height, width) float32 0..1: the mask where it is now."""
        opacity = min((2 * PATIENCE - self._lost) / PATIENCE, 1.0)
        return self._placed() if opacity == 1 else self._placed() * np.float32(opacity)

    def _placed(self) -> Float:
        import cv2

        height, width = self._drawn.shape
        how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return np.asarray(cv2.warpAffine(self._drawn, self._way[:2], (width, height), flags=how), np.float32)
