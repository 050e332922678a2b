"""Pictures of any mode to R, G, B; what only its profile can translate is translated by it (littleCMS)."""

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from bgstream.errors import SourceError

FLAGS = ImageCms.Flags.BLACKPOINTCOMPENSATION
UNKNOWN_SCALE = ("F", "I")  # floating point and 32-bit samples: nobody says which value is white
GUESSED = "CMYK without a usable colour profile: its colours are a guess"


def to_rgb(picture: Image.Image, icc: bytes) -> tuple[Image.Image, bytes, tuple[str, ...]]:
    """A picture in mode RGB or RGBA, the profile that goes with it, and notes.

    A profile of RGB stays with the pixels. One of CMYK or of grey is applied: pixels become sRGB and it is dropped.

    Args:
        picture: loaded.
        icc: its profile; may be empty.

    Raises:
        SourceError: samples have no known scale.
    """
    if picture.mode in UNKNOWN_SCALE:
        raise SourceError(f"{picture.filename} has samples of 32 bits", "export it with 8 or 16 bits")  # type: ignore[attr-defined]
    if picture.mode.startswith("I;16"):
        picture = Image.fromarray(eight_bits(np.asarray(picture)))
    space = icc[16:20]
    if picture.mode == "CMYK":
        translated = _translated(picture, icc) if space == b"CMYK" else None
        return translated or picture.convert("RGB"), b"", () if translated else (GUESSED,)
    transparent = picture.has_transparency_data
    plain = picture.convert("RGBA" if transparent else "RGB")
    if space in (b"", b"RGB "):
        return plain, icc, ()
    translated = _translated(picture.convert("L"), icc) if space == b"GRAY" else None
    if translated is None:
        return plain, b"", ("its colour profile does not fit and is left out",)
    if transparent:
        translated.putalpha(plain.getchannel("A"))
    return translated, b"", ()


def eight_bits(samples: NDArray[Any]) -> NDArray[np.uint8]:
    """Samples of 16 bits over their whole range, rounded to nearest."""
    return ((samples.astype(np.uint32) * 255 + 32767) // 65535).astype(np.uint8)


def _translated(picture: Image.Image, icc: bytes) -> Image.Image | None:
    """The picture in sRGB, or None where the profile is damaged."""
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
        return ImageCms.profileToProfile(picture, profile, ImageCms.createProfile("sRGB"), intent, "RGB", flags=FLAGS)
    except (ImageCms.PyCMSError, OSError):
        return None
