"""Single pictures, read by Pillow: upright, as three 8-bit planes and, where there is one, their alpha."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from bgstream.errors import SourceError
from bgstream.frame import LAYOUTS, RGB, Colour, Frame
from bgstream.media import check_file
from bgstream.protocols import SourceInfo

PICTURE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff", ".heic", ".heif", ".avif"})
PIXELS = 200_000_000  # a larger picture is more likely an attack or a mistake than a photograph


class StillSource:
    """A picture as a source of one frame.

    Args:
        path: a local picture file. EXIF orientation is applied; grey, palette, CMYK and 16-bit pictures
            become 8-bit R, G, B.

    Raises:
        SourceError: it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        check_file(path)
        self._frame = _frame(_read(path))
        self.info = SourceInfo(path, self._frame.size, self._frame.layout, self._frame.colour, still=True)

    def frames(self) -> Iterator[Frame]:
        """The picture."""
        yield self._frame

    def sample(self, count: int) -> list[Frame]:
        """The picture, once."""
        return [self._frame][:count]


def _read(path: Path) -> Image.Image:
    """The upright picture in mode RGB or RGBA."""
    if path.suffix.lower() in (".heic", ".heif"):
        from pillow_heif import register_heif_opener

        register_heif_opener()
    try:
        with Image.open(path) as opened:
            if opened.width * opened.height > PIXELS:
                raise SourceError(f"{path} has {opened.width}×{opened.height} pixels", "make it smaller first")
            opened.load()
            return _as_rgb(ImageOps.exif_transpose(opened))
    except UnidentifiedImageError:
        raise SourceError(f"{path} is not a picture that can be read", "it may be another kind of file") from None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise SourceError(f"{path} is damaged: {error}", "copy or export the picture again") from None


def _as_rgb(picture: Image.Image) -> Image.Image:
    if picture.mode in ("I;16", "I;16B", "I;16L", "I"):
        values = np.asarray(picture).astype(np.uint32)
        return Image.fromarray((values >> 8).clip(0, 255).astype(np.uint8)).convert("RGB")
    transparent = picture.has_transparency_data
    return picture.convert("RGBA" if transparent else "RGB")


def _frame(picture: Image.Image) -> Frame:
    pixels: NDArray[np.uint8] = np.asarray(picture)
    red, green, blue = (np.ascontiguousarray(pixels[..., c]) for c in range(3))
    alpha = np.ascontiguousarray(pixels[..., 3]) if pixels.shape[2] == 4 else None
    return Frame((green, blue, red), LAYOUTS["gbrp"], Colour(RGB, True, 1, 13), 0, Fraction(1, 25), alpha=alpha)
