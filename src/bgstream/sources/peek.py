"""Animations under a picture's name, told by a cheap look at the file: nothing is decoded."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

ANIMATED = 0x02  # flag of a WebP's VP8X chunk
HEAD = 32
PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Animation:
    """What a file says of its animation.

    Attributes:
        kind: ``png``, ``webp`` or ``avif``.
        seconds: how long it is; 0 where that is not said up front.
    """

    kind: str
    seconds: float = 0.0


def animation(path: Path) -> Animation | None:
    """The animation that a PNG, WebP or AVIF file holds; None for anything else, and for what cannot be read."""
    try:
        if not path.is_file():  # a named pipe would hold us up
            return None
        with path.open("rb") as file:
            head = file.read(HEAD)
            return next((look(file, head) for begins, look in LOOKS if begins(head)), None)
    except OSError:  # whoever reads it will say why
        return None


def _png(file: BinaryIO, _head: bytes) -> Animation | None:
    """Animated PNG (W3C PNG, third edition): an ``acTL`` chunk before the first picture's data."""
    for name, body in _chunks(file, len(PNG), png=True):
        if name == b"acTL":
            return Animation("png") if int.from_bytes(body[:4], "big") > 1 else None
        if name == b"IDAT":
            break
    return None


def _webp(file: BinaryIO, head: bytes) -> Animation | None:
    """Animated WebP (RFC 9649): the flag in ``VP8X``, and one ``ANMF`` chunk a frame with its duration."""
    if head[12:16] != b"VP8X" or not head[20:21] or not head[20] & ANIMATED:
        return None
    lasting = [int.from_bytes(body[12:15], "little") for name, body in _chunks(file, 12, png=False) if name == b"ANMF"]
    return Animation("webp", sum(lasting) / 1000) if len(lasting) > 1 else None


def _avif(_file: BinaryIO, head: bytes) -> Animation | None:
    """An AVIF sequence names the brand ``avis`` first (AV1 Image File Format, section 6)."""
    return Animation("avif") if head[8:12] == b"avis" else None


def _chunks(file: BinaryIO, start: int, png: bool) -> Iterator[tuple[bytes, bytes]]:
    """Names and first bytes of the chunks of a PNG, or else of a RIFF file."""
    file.seek(start)
    while len(head := file.read(8)) == 8:
        size = int.from_bytes(head[:4] if png else head[4:], "big" if png else "little")
        begin = file.tell()
        yield head[4:] if png else head[:4], file.read(min(size, 16))
        file.seek(begin + size + (4 if png else size % 2))  # a PNG's checksum; a RIFF chunk's padding


LOOKS: tuple[tuple[Callable[[bytes], bool], Callable[[BinaryIO, bytes], Animation | None]], ...] = (
    (lambda head: head.startswith(PNG), _png),
    (lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP", _webp),
    (lambda head: head[4:8] == b"ftyp", _avif),
)
