"""EXIF blocks as nested dictionaries, and back: Pillow's own way back loses every letter that is not ASCII."""

from typing import Any

from PIL import Image
from PIL.ExifTags import IFD
from PIL.TiffImagePlugin import ImageFileDirectory_v2

BEGIN = b"Exif\0\0"
PARTS = (IFD.Exif, IFD.GPSInfo)  # directories that the first one points to
Entries = dict[int, Any]  # value by tag; a directory is a dictionary again, text beyond ASCII is bytes


def exif_entries(found: Image.Exif) -> Entries:
    """Everything in an EXIF block as Pillow reads it, except for the thumbnail's directory.

    Raises:
        SyntaxError, ValueError, struct.error and others: it is damaged.
    """
    entries = {tag: value for tag, value in found.items() if tag not in PARTS}
    for part in PARTS:
        entries |= {part: dict(found.get_ifd(part))} if part in found else {}
    camera = entries.get(IFD.Exif, {})
    if IFD.Interop in camera:
        camera[IFD.Interop] = dict(found.get_ifd(IFD.Interop))
    return _spelled(entries)


def read_exif(block: bytes) -> Entries:
    """The same from a block's bytes; an empty one has no entries."""
    found = Image.Exif()
    if block:
        found.load(block)
    return exif_entries(found)


def write_exif(entries: Entries) -> bytes:
    """A block with its head; empty where there are no entries."""
    if not entries:
        return b""
    head = b"II*\0" + (8).to_bytes(4, "little")
    directory = ImageFileDirectory_v2(head)
    for tag, value in entries.items():
        directory[tag] = value
    return BEGIN + head + directory.tobytes(len(head))


def _spelled(entries: Entries) -> Entries:
    """Text beyond ASCII as the bytes that it was read from, one a letter."""
    spelled: Entries = {}
    for tag, value in entries.items():
        if isinstance(value, dict):
            spelled[tag] = _spelled(value)
        elif isinstance(value, str) and not value.isascii():
            spelled[tag] = value.encode("latin-1")
        else:
            spelled[tag] = value
    return spelled
