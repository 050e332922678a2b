"""How far every pixel moves otherwise than the background, between two frames."""

from dataclasses import dataclass

import numpy as np

from bgstream.matting.affine import movement
from bgstream.matting.look import Look
from bgstream.matting.parts import Flags, Float, carried

OUTSIDE, ROOM = 0.1, 5  # raw alpha below which a pixel is background, and pixels of a square around it
ENOUGH = 0.1  # of the frame: with less background there is nothing to compare with
EXACT, LOOSE = 0.1, 1.0  # pixels: flow is never more exact; and a background that strays more does not move as one
ALIKE, OWN = 1.0, 2.0  # times what the background strays: moves with it, moves on its own
STILL, MOVES = 0.5, 1.0  # what a frame adds for moving with the background, and on its own
SURE, LASTING = 3.0, 5.0  # gathered: three frames on its own, ten with the background
MOVED = 0.02  # of the frame moves on its own; with less there is nothing that the rest could be held against


@dataclass(frozen=True, slots=True, eq=False)
class Half:
    """A look at half size: enough for regions, at a quarter of the work.

    Attributes:
        raw: (height, width) float32.
        back, on: (height, width, 2) flows in pixels of raw alpha's full size; None where a shot begins.
        trust_back, trust_on: (height, width).
    """

    raw: Float
    back: Float | None = None
    on: Float | None = None
    trust_back: Float | None = None
    trust_on: Float | None = None

    @classmethod
    def of(cls, look: Look) -> "Half":
        """Every other pixel of a look."""
        raw, link = np.ascontiguousarray(look.raw[::2, ::2]), look.link
        if link is None:
            return cls(raw)
        fields = (link.back, link.on, link.trust_back, link.trust_on)
        return cls(raw, *(np.ascontiguousarray(field[::2, ::2], np.float32) for field in fields))

    @staticmethod
    def shape_of(look: Look) -> tuple[int, int]:
        """(height, width) of a look's half."""
        return -(-look.raw.shape[0] // 2), -(-look.raw.shape[1] // 2)

    def from_before(self, values: Float) -> Float:
        """Values of the frame before, where they are in this one."""
        return values if self.back is None else carried(values, self.back * np.float32(0.5))

    def to_before(self, values: Float) -> Float:
        """Values of this frame, where they are in the one before."""
        return values if self.on is None else carried(values, self.on * np.float32(0.5))


def evidence(half: Half) -> Float | None:
    """(height, width): what a frame says of every pixel, > 0 moves on its own, < 0 with the background.

    Returns:
        None where nothing can be said: no frame before, hardly any background, one that does not move as one (within
        ``LOOSE`` for nine pixels in ten), or nothing marked that moves on its own.
    """
    import cv2

    if half.back is None:
        return None
    outside: Flags = cv2.erode((half.raw < OUTSIDE).view(np.uint8), np.ones((ROOM, ROOM), np.uint8)) > 0
    background = movement(half.back, outside.astype(np.float32)) if outside.mean() >= ENOUGH else None
    if background is None:
        return None
    away = half.back - background.flow(half.raw.shape)
    strays = cv2.magnitude(away[..., 0], away[..., 1])
    sample = np.sort(strays[outside][::7])
    unit = max(EXACT, float(sample[int(0.9 * sample.size)]))
    score = cv2.blur(strays, (3, 3)) / np.float32(unit)
    if unit > LOOSE or ((score > OWN) & (half.raw > 0.5)).mean() < MOVED:
        return None
    moves = np.clip((score - ALIKE) / (OWN - ALIKE), 0, 1) * MOVES
    return np.where(score < ALIKE, np.float32(-STILL), moves).astype(np.float32)
