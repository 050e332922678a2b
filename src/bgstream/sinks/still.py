"""Single pictures out: with alpha, on a colour, or the matte alone; what the source says of itself goes along."""

from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from bgstream.errors import SinkError
from bgstream.frame import GREY, Frame
from bgstream.partial import Partial
from bgstream.protocols import SourceInfo
from bgstream.sinks.delivery import Delivery
from bgstream.sinks.picture_files import WRITERS, Pixels, check_size
from bgstream.sinks.recipes import Recipe
from bgstream.sinks.writing import writing

SIXTEEN_OF_EIGHT = 257  # 255 becomes 65535


class StillSink:
    """Writes one frame as a picture; its colour profile, EXIF and resolution are those of the source.

    Args:
        target: the file.
        recipe: its suffix names the format.
        info: of the source.
        delivery: nothing of it concerns pictures.

    Raises:
        SinkError: the file cannot be written, or the format holds no picture of this size.
    """

    def __init__(self, target: Path, recipe: Recipe, info: SourceInfo, delivery: Delivery) -> None:  # noqa: ARG002
        self._suffix = recipe.container.suffix
        check_size(self._suffix, info.size)
        self._target, self._partial, self._recipe = target, Partial(target), recipe
        # Alpha is no colour: a profile of R, G and B would be wrong for it.
        self._tags = replace(info.picture, icc=b"") if recipe.matte else info.picture

    def blank(self, like: Frame) -> Frame:
        """Planes to be filled."""
        layout = GREY if self._recipe.matte else like.layout
        planes = tuple(np.empty(shape, layout.dtype) for shape in layout.shapes(*like.size))
        alpha = np.empty(like.size, np.uint8) if self._recipe.alpha else None
        return Frame(planes, layout, like.colour, like.pts, like.time_base, like.duration, alpha)

    def write(self, frame: Frame) -> None:
        """Write the picture."""
        try:
            coded = WRITERS[self._suffix](_pixels(frame), self._tags)
        except (OSError, ValueError) as error:
            raise SinkError(f"cannot write {self._target}: {error}", "write .png or .tif instead") from None
        with writing(self._target):
            self._partial.path.write_bytes(coded)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._partial.discard()
            return
        try:
            with writing(self._target):
                self._partial.commit()
        except BaseException:
            self._partial.discard()
            raise


def _pixels(frame: Frame) -> Pixels:
    """(height, width) of a matte, else (height, width, 3 or 4) R, G, B and alpha, all of the same depth."""
    if frame.layout.grey:
        return frame.planes[0]
    green, blue, red = frame.planes
    if frame.alpha is None:
        return np.stack([red, green, blue], axis=-1)
    alpha = frame.alpha if frame.layout.depth == 8 else frame.alpha * np.uint16(SIXTEEN_OF_EIGHT)
    return np.stack([red, green, blue, alpha], axis=-1)
