"""A still picture behind the subject."""

from pathlib import Path

from bgstream.backdrops.fitting import Fitter, Shape, shape_of
from bgstream.frame import Matted, Planes
from bgstream.sources.still import StillSource


class Picture:
    """A picture, read once, upright; what is transparent in it is black.

    Args:
        path: a local picture file.
        fit: ``cover``, ``contain`` or ``stretch``; ``UNFITTED``: refused unless it has the frame's shape.

    Raises:
        SourceError: it cannot be read.
    """

    def __init__(self, path: Path, fit: str = "cover") -> None:
        self.path, self.fit = path, fit
        (self._picture,) = StillSource(path).frames()
        self.size = self._picture.size
        self._made: tuple[Shape, Planes] | None = None

    def behind(self, matted: Matted) -> Planes:
        """The picture in the frame's size, layout, matrix and range; converted once for frames alike."""
        shape = shape_of(matted.frame)
        if self._made is None or self._made[0] != shape:
            self._made = shape, Fitter(shape, self.fit)(self._picture)
        return self._made[1]

    def close(self) -> None:
        """Nothing."""
