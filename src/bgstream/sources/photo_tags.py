"""What a picture file says besides its pixels: colour profile, EXIF, resolution."""

import struct
from typing import Any

from PIL import Image
from PIL.ExifTags import IFD, Base

from bgstream.exif import PARTS, Entries, exif_entries, write_exif
from bgstream.protocols import PictureTags

# Of the first directory only what speaks of the picture as such: a TIFF keeps there how its pixels are stored, a
# JPEG where its thumbnail lies. Orientation is applied to the pixels, resolution has a place of its own.
KEPT = (
    Base.ImageDescription,
    Base.Make,
    Base.Model,
    Base.Software,
    Base.DateTime,
    Base.Artist,
    Base.HostComputer,
    Base.Copyright,
    Base.Rating,
    Base.RatingPercent,
    Base.XPTitle,
    Base.XPComment,
    Base.XPAuthor,
    Base.XPKeywords,
    Base.XPSubject,
)
SIDES = (Base.ExifImageWidth, Base.ExifImageHeight)
TURNED = (5, 6, 7, 8)  # orientations that swap width and height
CENTIMETRES = 3
# What Pillow raises on directories that are damaged.
DAMAGED = (struct.error, SyntaxError, ValueError, TypeError, KeyError, IndexError, OverflowError, EOFError)


def photo_tags(picture: Image.Image) -> tuple[PictureTags, int, tuple[str, ...]]:
    """A picture's tags, its EXIF orientation 1..8, and notes about what could not be read.

    Args:
        picture: opened, not loaded yet: once it is, a TIFF has forgotten how it was turned.
    """
    icc = picture.info.get("icc_profile") or b""
    try:
        found = picture.getexif()
        said = found.get(Base.Orientation, 1)
        orientation = said if said in range(1, 9) else 1
        exif = write_exif(_kept(found, orientation in TURNED))
        silent = picture.format in ("JPEG", "MPO") and not picture.info.get("jfif_unit")  # then Pillow says 72
        dpi = _resolution(None if silent else picture.info.get("dpi"), found)
    except DAMAGED:
        return PictureTags(icc), 1, ("its EXIF data is damaged and left out",)
    return PictureTags(icc, exif, dpi), orientation, ()


def _kept(found: Image.Exif, turned: bool) -> Entries:
    """What stays: no orientation, no thumbnail, and the sides of the upright picture."""
    entries = exif_entries(found)
    camera = entries.get(IFD.Exif, {})
    if turned and all(side in camera for side in SIDES):
        camera |= dict(zip(SIDES, [camera[side] for side in reversed(SIDES)], strict=True))
    return {tag: value for tag, value in entries.items() if value and (tag in KEPT or tag in PARTS)}


def _resolution(dpi: Any, found: Image.Exif) -> tuple[float, float] | None:
    """Pixels an inch; 1 and less is how files say that they do not know."""
    if dpi is None and Base.XResolution in found:
        unit = 2.54 if found.get(Base.ResolutionUnit) == CENTIMETRES else 1.0
        dpi = tuple(float(found.get(tag, 0)) * unit for tag in (Base.XResolution, Base.YResolution))
    if dpi is None or not all(1 < float(value) < 1e6 for value in dpi):
        return None
    across, down = dpi
    return float(across), float(down)
