"""Where a running camera is spoken to: a socket in a folder of the user's own, never reachable over a network."""

import os
import socket
import stat
from dataclasses import dataclass
from pathlib import Path

from bgstream.errors import SinkError

LOOPBACK = "127.0.0.1"
LONGEST = 100  # bytes of a socket's path: the system takes 108 (Linux) or 104 (macOS)


@dataclass(frozen=True, slots=True)
class Address:
    """Where the camera listens.

    Attributes:
        path: the socket; without Unix sockets a file that holds a port of 127.0.0.1 and the word that opens it.
        unix: it is a Unix socket.
    """

    path: Path
    unix: bool = hasattr(socket, "AF_UNIX")

    @property
    def lock(self) -> Path:
        """Held by the camera that runs."""
        return self.path.with_name(f".{self.path.name}.lock")


def usual() -> Address:
    """Of this user's camera: ``cam.sock`` in bgstream's folder of what lasts as long as the user is logged in."""
    folder = _runtime_folder()
    return Address(folder / "cam.sock") if hasattr(socket, "AF_UNIX") else Address(folder / "cam.json", unix=False)


def _runtime_folder() -> Path:
    said = os.environ.get("XDG_RUNTIME_DIR")
    user = os.getuid() if hasattr(os, "getuid") else ""
    usual = Path(said) if said else Path(f"/run/user/{user}")  # what systemd says, heard by su and cron or not
    if said or usual.is_dir():
        return usual / "bgstream"
    import tempfile

    return Path(tempfile.gettempdir(), f"bgstream-{user}".strip("-"))


def check_folder(folder: Path) -> None:
    """See that nobody else may enter, or has put something in our way.

    Raises:
        SinkError: it is somebody else's, or no folder.
        OSError: it is not there.
    """
    known = folder.lstat()
    if not stat.S_ISDIR(known.st_mode):
        raise SinkError(f"{folder} is not a folder", "remove it, or set XDG_RUNTIME_DIR to a folder of your own")
    if hasattr(os, "getuid") and known.st_uid != os.getuid():
        raise SinkError(f"{folder} belongs to somebody else", "set XDG_RUNTIME_DIR to a folder of your own")


def make_folder(folder: Path) -> None:
    """The folder, for its owner alone.

    Raises:
        SinkError: it cannot be had.
    """
    try:
        folder.mkdir(0o700, parents=True, exist_ok=True)
        check_folder(folder)
        folder.chmod(0o700)
    except OSError as error:
        raise SinkError(f"cannot use the folder {folder}: {error.strerror}", "set XDG_RUNTIME_DIR to another") from None


def check_length(path: Path) -> None:
    """See that a socket may have this path.

    Raises:
        SinkError: it is too long.
    """
    if len(os.fsencode(path)) > LONGEST:
        raise SinkError(f"the path of the socket is too long: {path}", "set XDG_RUNTIME_DIR to a shorter one")
