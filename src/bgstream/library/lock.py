"""One at a time, over all processes of a machine; a process that dies lets go."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bgstream.errors import ModelError


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the lock file ``path`` while the body runs; the empty file stays, nobody may wait for it in vain.

    Raises:
        ModelError: somebody else holds it.
        OSError: it cannot be made.
    """
    with path.open("a") as stream:
        try:
            _take(stream.fileno())
        except OSError:
            hint = "wait until it is done, or stop it; then run the same again"
            raise ModelError(f"another bgstream is pulling {path.stem.removeprefix('.')} right now", hint) from None
        yield


if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
