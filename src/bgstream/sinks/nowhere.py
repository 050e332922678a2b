"""Frames go nowhere: for a look at the preview, for recording alone, and for measuring."""

from types import TracebackType
from typing import Self

import numpy as np

from bgstream.frame import WEBCAM, Frame


class Nowhere:
    """Takes frames and drops them.

    Args:
        size: (height, width) of the frames that it hands out.
    """

    device = "none"

    def __init__(self, size: tuple[int, int]) -> None:
        self.size = size
        self.written = 0
        self._spare: list[Frame] = []

    def blank(self, like: Frame) -> Frame:
        """A yuv420p frame with ``like``'s time and tags, to be filled."""
        layout, _ = WEBCAM
        kept = self._spare.pop() if self._spare else None
        planes = kept.planes if kept else tuple(np.empty(shape, np.uint8) for shape in layout.shapes(*self.size))
        return Frame(planes, layout, like.colour, like.pts, like.time_base, like.duration)

    def write(self, frame: Frame) -> None:
        """Count a frame; its memory is used again."""
        self.written += 1
        self._spare.append(frame)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._spare.clear()
