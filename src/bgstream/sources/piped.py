"""What comes through a pipe: kept in a temporary file, as what is read has to be read again and searched."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bgstream.errors import BgstreamError, SourceError

PIPE = "-"
NAME = "standard-input"
HEAD = 12  # bytes that tell a picture
BRANDS = {"avif": ".avif", "avis": ".avif"} | dict.fromkeys(("heic", "heix", "heim", "heis", "mif1", "msf1"), ".heic")
BEGINS = {b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg", b"II*\0": ".tif", b"MM\0*": ".tif", b"BM": ".bmp"}


def is_pipe(source: Path) -> bool:
    """Whether an input's name means standard input."""
    return str(source) == PIPE


@contextmanager
def spooled() -> Iterator[Path]:
    """Standard input to its end, as a file in the system's folder for such; it is gone when the block is left.

    A picture's file gets the suffix by which pictures are told. Errors about the file are about standard input.

    Raises:
        SourceError: nobody writes, or nothing comes, or there is no room for it.
    """
    if sys.stdin is None or os.isatty(sys.stdin.fileno()):
        raise SourceError("nothing comes through standard input", "pipe a clip in: ffmpeg ... -f yuv4mpegpipe - | ...")
    with tempfile.TemporaryDirectory(prefix="bgstream-") as folder:
        kept = Path(folder) / NAME
        try:
            with kept.open("wb") as file:
                shutil.copyfileobj(sys.stdin.buffer, file, 1 << 20)
        except OSError as error:
            raise SourceError(
                f"cannot keep what comes through standard input: {error.strerror}",
                f"make room in {tempfile.gettempdir()}, or name another place in TMPDIR",
            ) from None
        if not kept.stat().st_size:
            raise SourceError("nothing came through standard input", "look at what the program before the pipe says")
        kept = kept.rename(kept.with_suffix(_suffix(kept)))
        try:
            yield kept
        except BgstreamError as error:
            raise type(error)(str(error).replace(str(kept), "standard input"), error.hint) from error


def _suffix(file: Path) -> str:
    """A picture's suffix by its first bytes; empty for anything else."""
    with file.open("rb") as opened:
        head = opened.read(HEAD)
    if head[4:8] == b"ftyp":  # ISO base media: the brand follows
        return BRANDS.get(head[8:].decode("latin-1"), "")
    if head[:4] == b"RIFF" and head[8:] == b"WEBP":
        return ".webp"
    return next((suffix for begin, suffix in BEGINS.items() if head.startswith(begin)), "")
