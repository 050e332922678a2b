"""What goes wrong while an output is written, in our words."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av.error

from bgstream.errors import SinkError


@contextmanager
def writing(target: Path, then: str = "") -> Iterator[None]:
    """Turn FFmpeg's and the system's errors about an output into :class:`SinkError`.

    Args:
        target: the output, as the user names it.
        then: what to do once there is room again.
    """
    try:
        yield
    except (av.error.FFmpegError, OSError) as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        hint = f"make room on the disk{then}" if full else "check the folder, or try another container"
        raise SinkError(f"cannot write {target}: {error.strerror or error}", hint) from None
