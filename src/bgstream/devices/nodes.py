"""Linux' video devices, one by one."""

from dataclasses import dataclass
from pathlib import Path

from bgstream.devices.v4l2 import Capability, query

SYSFS, DEV = Path("/sys/class/video4linux"), Path("/dev")
LOOPBACK = "v4l2 loopback"


@dataclass(frozen=True, slots=True)
class Node:
    """One device node.

    Attributes:
        path: ``/dev/videoN``.
        label: what the kernel calls it.
        capability: what it says of itself; None where this user may not open it.
        loopback: it is one of v4l2loopback's, however little is known of it.
    """

    path: str
    label: str
    capability: Capability | None
    loopback: bool


def nodes(sysfs: Path = SYSFS, dev: Path = DEV) -> list[Node]:
    """All video devices, by number; none on systems that are not Linux.

    Args:
        sysfs: where the kernel lists them.
        dev: where their nodes are.
    """
    names = sorted((path.name for path in sysfs.glob("video*")), key=lambda name: int(name.removeprefix("video")))
    return [found for name in names if (found := _node(sysfs / name, str(dev / name))) is not None]


def state(path: str, sysfs: Path = SYSFS) -> str:
    """What v4l2loopback says of a device: ``capture`` while there are pictures in it, else ``output``, or nothing."""
    return _read(sysfs / Path(path).name / "state")


def _node(about: Path, path: str) -> Node | None:
    try:
        capability = query(path)
    except PermissionError:
        capability = None
    except OSError:  # no node (a container without devices), unplugged meanwhile, or no V4L2 device
        return None
    loopback = (about / "max_openers").exists() if capability is None else capability.driver == LOOPBACK
    return Node(path, _read(about / "name") or (capability.card if capability else ""), capability, loopback)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace").strip()
    except OSError:  # this version does not say
        return ""
