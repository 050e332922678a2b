"""Which programs hold a device open (Linux)."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Holder:
    """A program that holds a device open.

    Attributes:
        pid: of its process.
        name: as the process calls itself.
    """

    pid: int
    name: str

    def __str__(self) -> str:
        return f"{self.name} ({self.pid})"


def holders(path: str, proc: Path = PROC) -> list[Holder]:
    """Programs other than this one that hold a device open.

    Only processes whose files this user may see are found: his own, or all for root.

    Args:
        path: of the device's node.
        proc: where processes are listed; on other systems than Linux there is no such place, and nobody is found.
    """
    try:
        status = Path(path).stat()
    except OSError:
        return []
    if not stat.S_ISCHR(status.st_mode):
        return []
    found = []
    for process in proc.glob("[0-9]*"):
        pid = int(process.name)
        if pid != os.getpid() and _holds(process / "fd", status.st_rdev):
            found.append(Holder(pid, _name(process)))
    return sorted(found, key=lambda holder: holder.pid)


def _holds(descriptors: Path, device: int) -> bool:
    try:
        with os.scandir(descriptors) as entries:
            return any(_is(entry, device) for entry in entries)
    except OSError:  # another user's, or it has ended meanwhile
        return False


def _is(entry: "os.DirEntry[str]", device: int) -> bool:
    try:
        return entry.stat().st_rdev == device
    except OSError:  # closed meanwhile
        return False


def _name(process: Path) -> str:
    try:
        return (process / "comm").read_text().strip() or "?"
    except OSError:
        return "?"
