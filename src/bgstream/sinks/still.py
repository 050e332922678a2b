"""Single pictures out: PNG with alpha, on a colour, or the matte alone."""

from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from PIL import Image

from bgstream.errors import SinkError
from bgstream.frame import GREY, Frame
from bgstream.partial import Partial
from bgstream.protocols import SourceInfo
from bgstream.sinks.delivery import Delivery
from bgstream.sinks.recipes import Recipe


class StillSink:
    """Writes one frame as a PNG.

    Raises:
        SinkError: the file cannot be written.
    """

    def __init__(self, target: Path, recipe: Recipe, info: SourceInfo, delivery: Delivery) -> None:  # noqa: ARG002
        self._partial, self._recipe = Partial(target), recipe
        self._target = target

    def blank(self, like: Frame) -> Frame:
        """Planes to be filled."""
        layout = GREY if self._recipe.matte else like.layout
        planes = tuple(np.empty(shape, layout.dtype) for shape in layout.shapes(*like.size))
        alpha = np.empty(like.size, np.uint8) if self._recipe.alpha else None
        return Frame(planes, layout, like.colour, like.pts, like.time_base, like.duration, alpha)

    def write(self, frame: Frame) -> None:
        """Write the picture."""
        if frame.layout.grey:
            pixels = frame.planes[0]
        else:
            green, blue, red = frame.planes
            channels = [red, green, blue] if frame.alpha is None else [red, green, blue, frame.alpha]
            pixels = np.stack(channels, axis=-1)
        try:
            Image.fromarray(pixels).save(self._partial.path, "PNG")
        except OSError as error:
            raise SinkError(f"cannot write {self._target}: {error.strerror or error}", "is the disk full?") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._partial.commit()
        else:
            self._partial.discard()
