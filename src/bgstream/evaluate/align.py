"""Prediction, truth and source, frame by frame, and what does not fit between them."""

from collections.abc import Generator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from itertools import count as integers
from pathlib import Path

import cv2
import numpy as np

from bgstream.evaluate.read import Alpha, Rgb, alphas, colours, count
from bgstream.evaluate.suite import Entry


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """One frame as it is compared.

    Attributes:
        index: its number in the clip, from 0.
        p: the prediction, (height, width) float32 0..1, at the truth's size.
        g: the truth; None where there is none.
        frame: the source's, (height, width, 3) uint8 at its own size; None where it is not known or not wanted.
    """

    index: int
    p: Alpha
    g: Alpha | None = None
    frame: Rgb | None = None


@dataclass(slots=True)
class Alignment:
    """Iterating gives the shots of one clip; when it has ended, ``expected`` and ``notes`` hold.

    Args:
        entry: names truth and source.
        prediction: the matte.
        every: only frames 0, ``every``, 2 × ``every`` … count; the prediction may hold all frames or just these.
        with_source: read the source too.

    Attributes:
        expected: shots that there should be.
        notes: what did not fit.
    """

    entry: Entry
    prediction: Path
    every: int = 1
    with_source: bool = False
    expected: int = field(default=0, init=False)
    notes: tuple[str, ...] = field(default=(), init=False)

    def __iter__(self) -> Generator[Shot, None, None]:
        """Shots until the prediction (or the truth) ends.

        Raises:
            SourceError: a file cannot be read.
        """
        subset, index = self._holds_samples_only(), 0
        with ExitStack() as stack:
            mattes = stack.enter_context(closing(alphas(self.prediction)))
            truths = None if self.entry.alpha is None else stack.enter_context(closing(alphas(self.entry.alpha)))
            frames = self._source(stack)
            for index in integers():
                g = None if truths is None else next(truths, None)
                if truths is not None and g is None:
                    self._note_surplus(0 if subset else sum(1 for _ in mattes))
                    break
                frame = None if frames is None else next(frames, None)
                if frame is None and frames is not None and truths is None:
                    self._note("the source ends before the matte")
                sampled = index % self.every == 0
                if subset and not sampled:
                    continue
                p = next(mattes, None)
                if p is None:
                    index += 0 if truths is None else 1 + sum(1 for _ in truths)
                    break
                if sampled:
                    yield self._fitted(Shot(index, p, g, frame))
        self.expected = -(-(self.entry.frames or index) // self.every)

    def _source(self, stack: ExitStack) -> Generator[Rgb, None, None] | None:
        if self.entry.source is None or not self.with_source:
            return None
        return stack.enter_context(closing(colours(self.entry.source)))

    def _holds_samples_only(self) -> bool:
        """Whether the prediction lacks frames because it holds just every n-th."""
        if self.every == 1 or self.entry.alpha is None:
            return False
        return count(self.prediction) < (self.entry.frames or count(self.entry.alpha))

    def _fitted(self, shot: Shot) -> Shot:
        """The prediction enlarged or reduced, linearly, to the truth's size (without truth: to the source's)."""
        like = shot.g if shot.g is not None else shot.frame
        if like is None or like.shape[:2] == shot.p.shape:
            return shot
        height, width = like.shape[:2]
        self._note(f"resized from {shot.p.shape[1]}×{shot.p.shape[0]} to {width}×{height}")
        resized = cv2.resize(shot.p, (width, height), interpolation=cv2.INTER_LINEAR)
        return replace(shot, p=np.asarray(resized, np.float32))

    def _note_surplus(self, frames: int) -> None:
        if frames:
            self._note(f"{frames} frame{'s' * (frames != 1)} more than the truth")

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes += (text,)
