"""A second, closer look: the network sees a small subject again, cut out of the frame, in more detail.

The whole frame decides what belongs to the subject; the crop only draws its edges better. So the whole is looked at
in every frame: a crop chained to the one before loses what changes shape quickly, and a network that sees nothing
but the subject takes parts of it for the background.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bgstream.frame import Frame
from bgstream.matting.bounding import by_regions
from bgstream.matting.look import Look
from bgstream.matting.segmenter import Segmenter
from bgstream.progress import Clock

MARGIN = 0.12  # of the box's longer side, on every side
MOST = 0.45  # share of the frame that a crop may have: a larger one shows hardly more detail, and less around it
SAY = 0.5  # of the closer look beside the whole one: two answers of one network, each wrong in its own way
LEAST = 0.002  # share of the frame that the subject has to have
TREND = 0.3  # by which the box follows the subject, unless it moves by more than JUMP of the frame
JUMP = 0.04
FADE = 0.08  # of the crop's side: its answer fades in from those borders that are not the frame's

Float = NDArray[np.float32]
Box = tuple[int, int, int, int]  # top, left, bottom, right


class Attention:
    """Looks at small subjects a second time.

    Args:
        network: asked again.
        clock: counts as stage "model".
    """

    def __init__(self, network: Segmenter, clock: Clock) -> None:
        self._network, self._clock = network, clock
        self._box: Float | None = None

    def __call__(self, looks: Iterable[Look]) -> Iterator[Look]:
        """The same looks in order, with finer edges where the subject is small."""
        for look in looks:
            with self._clock("model"):
                if look.first:
                    self._box = None
                closer = self._closer(look)
            yield closer

    def _closer(self, look: Look) -> Look:
        box = self._follow(look)
        if box is None:
            return look
        piece, reach = _cut(look.frame, box)
        self._network.see(piece)
        answer = self._network.answer(look.gain)
        closer = by_regions(_pasted(answer, look.raw, reach), look.raw)
        return replace(look, raw=look.raw + (closer - look.raw) * np.float32(SAY))

    def _follow(self, look: Look) -> Float | None:
        """The box around the subject (top, left, bottom, right, shares of the frame); None where none is worth it."""
        marked = look.raw > 0.3
        if marked.mean() < LEAST:
            self._box = None
            return None
        rows, columns = (np.nonzero(marked.any(axis=axis))[0] for axis in (1, 0))
        height, width = marked.shape
        box = np.array(
            [rows[0] / height, columns[0] / width, (rows[-1] + 1) / height, (columns[-1] + 1) / width], np.float32
        )
        aspect = np.array(look.frame.size, np.float32)
        margin = MARGIN * float(((box[2:] - box[:2]) * aspect).max()) / aspect
        box = np.clip(box + np.concatenate([-margin, margin]), 0, 1).astype(np.float32)
        if self._box is not None:
            calm = np.abs(box - self._box) < JUMP
            box = np.where(calm, self._box + (box - self._box) * np.float32(TREND), box).astype(np.float32)
        self._box = box
        return box if (box[2] - box[0]) * (box[3] - box[1]) < MOST else None


def _cut(frame: Frame, box: Float) -> tuple[Frame, Float]:
    """A part of a frame, without a copy, and where it lies exactly (shares of the frame)."""
    height, width = frame.size
    rows, columns = frame.layout.subsampling
    top, left = (
        int(share * side) // step * step
        for share, side, step in zip(box[:2], (height, width), (rows, columns), strict=True)
    )
    bottom, right = (
        min(height, -(-int(box[2] * height) // rows) * rows),
        min(width, -(-int(box[3] * width) // columns) * columns),
    )
    first, second, third = frame.planes
    chroma = (slice(top // rows, -(-bottom // rows)), slice(left // columns, -(-right // columns)))
    planes = (first[top:bottom, left:right], second[chroma], third[chroma])
    reach = np.array([top / height, left / width, bottom / height, right / width], np.float32)
    return replace(frame, planes=planes, alpha=None), reach


def _pasted(answer: Float, raw: Float, reach: Float) -> Float:
    """Raw alpha with a crop's answer in its place, fading in at the crop's borders."""
    import cv2

    size = np.array(raw.shape, np.float32)
    top_left, bottom_right = reach[:2] * size, reach[2:] * size
    sides = [
        min(side, max(1, round(float(span)))) for side, span in zip(answer.shape, bottom_right - top_left, strict=True)
    ]
    answer = np.asarray(cv2.resize(answer, (sides[1], sides[0]), interpolation=cv2.INTER_AREA), np.float32)
    scale = (bottom_right - top_left) / np.array(answer.shape, np.float32)
    shift = top_left + np.float32(0.5) * scale - np.float32(0.5)
    place = np.array([[scale[1], 0, shift[1]], [0, scale[0], shift[0]]], np.float32)
    size_of_raw, say = raw.shape[::-1], _say(answer.shape, reach)
    finer = cv2.warpAffine(answer, place, size_of_raw, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    say = np.asarray(cv2.warpAffine(say, place, size_of_raw, flags=cv2.INTER_LINEAR), np.float32)
    return np.asarray(raw + (finer - raw) * say, np.float32)


def _say(shape: tuple[int, ...], reach: Float) -> Float:
    """1 inside a crop, down to 0 at those of its borders that are not the frame's."""
    ramps = []
    for axis in (0, 1):
        steps = np.arange(shape[axis], dtype=np.float32) / np.float32(FADE * shape[axis])
        before = steps if reach[axis] > 0 else np.ones_like(steps)
        after = steps[::-1] if reach[axis + 2] < 1 else np.ones_like(steps)
        ramps.append(np.minimum(np.minimum(before, after), 1))
    return np.asarray(np.outer(*ramps), np.float32)
