"""Single pictures: which files are some, and the one frame that they give."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np

from bgstream.frame import LAYOUTS, RGB, Colour, Frame
from bgstream.protocols import SourceInfo, Wants
from bgstream.sources.peek import animation
from bgstream.sources.photo import Photo, read_photo
from bgstream.sources.photo_colours import eight_bits

PICTURE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff", ".heic", ".heif", ".avif"})
SHALLOW, DEEP = LAYOUTS["gbrp"], LAYOUTS["gbrp16le"]
TAGS = Colour(RGB, True, 1, 13)  # sRGB, where no profile says otherwise
EIGHT_BITS = Wants(frozenset({SHALLOW.name}))


def is_still(path: Path) -> bool:
    """Whether a file is a single picture, by its suffix and a look at its head: an animation is a clip.

    A file that is missing or damaged counts by its suffix.
    """
    return path.suffix.lower() in PICTURE_SUFFIXES and animation(path) is None


class StillSource:
    """A picture as a source of one frame: three full planes G, B, R and, where it has one, alpha.

    Args:
        path: a local picture file. EXIF orientation is applied; grey, palette and CMYK become R, G, B.
        wants: what the sink can take. Pictures of 16 bits keep them where it takes ``gbrp16le``.

    Raises:
        SourceError: it cannot be read.
    """

    def __init__(self, path: Path, wants: Wants = EIGHT_BITS) -> None:
        photo = read_photo(path)
        self._frame = _frame(photo, deep=wants.layouts is None or DEEP.name in wants.layouts)
        frame = self._frame
        self.info = SourceInfo(
            path,
            frame.size,
            frame.layout,
            frame.colour,
            still=True,
            picture=photo.tags,
            notes=photo.notes,
            native=DEEP if photo.pixels.dtype == np.uint16 else SHALLOW,
        )

    def frames(self) -> Iterator[Frame]:
        """The picture."""
        yield self._frame

    def sample(self, count: int) -> list[Frame]:
        """The picture, once."""
        return [self._frame][:count]


def _frame(photo: Photo, deep: bool) -> Frame:
    sixteen = photo.pixels.dtype == np.uint16
    kept = photo.pixels if deep or not sixteen else eight_bits(photo.pixels)
    red, green, blue = (np.ascontiguousarray(kept[..., channel]) for channel in range(3))
    alpha = np.ascontiguousarray(photo.pixels[..., 3]) if photo.pixels.shape[2] == 4 else None
    if alpha is not None and sixteen:
        alpha = eight_bits(alpha)
    layout = DEEP if deep and sixteen else SHALLOW
    return Frame((green, blue, red), layout, TAGS, 0, Fraction(1, 25), alpha=alpha)
