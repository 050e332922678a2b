"""A clip that comes through a pipe: kept in a temporary file, as what is read has to be read again and searched."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bgstream.errors import SourceError

PIPE = "-"


def is_pipe(source: Path) -> bool:
    """Whether an input's name means standard input."""
    return str(source) == PIPE


@contextmanager
def spooled() -> Iterator[Path]:
    """Standard input to its end, as a file in the system's folder for such; it is gone when the block is left.

    Raises:
        SourceError: nobody writes, or nothing comes, or there is no room for it.
    """
    if sys.stdin is None or os.isatty(sys.stdin.fileno()):
        raise SourceError("nothing comes through standard input", "pipe a clip in: ffmpeg ... -f yuv4mpegpipe - | ...")
    with tempfile.TemporaryDirectory(prefix="bgstream-") as folder:
        kept = Path(folder) / "standard-input"
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
        yield kept
