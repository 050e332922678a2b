"""Virtual webcams of v4l2loopback (Linux): pictures written into one end are what call programs see."""

import platform
import sys
from dataclasses import dataclass
from pathlib import Path

from bgstream.devices.holders import holders
from bgstream.devices.nodes import Node, nodes, state
from bgstream.errors import SinkError

LABEL = "bgstream"
LOAD = f"sudo modprobe v4l2loopback exclusive_caps=1 card_label={LABEL} video_nr=10"
RELOAD = f"sudo modprobe -r v4l2loopback && {LOAD}"
INSTALL = f"sudo apt install v4l2loopback-dkms && {LOAD}"
OBS = "install OBS Studio (26 or newer on Windows, 30 on macOS) and start its virtual camera once"
GROUP = "sudo usermod -aG video $USER, then log in again"
MODULE, BUILT = Path("/sys/module/v4l2loopback"), Path("/lib/modules")


@dataclass(frozen=True, slots=True)
class Loopback:
    """A virtual webcam.

    Attributes:
        path: ``/dev/videoN``.
        label: as call programs show it.
        exclusive: it is seen as a webcam only while pictures come, which browsers insist on; None: not known.
        producing: a program sends pictures into it now.
    """

    path: str
    label: str
    exclusive: bool | None
    producing: bool


def loopbacks() -> list[Loopback]:
    """All virtual webcams, by number; none on systems that are not Linux."""
    return [_loopback(node) for node in nodes() if node.loopback]


def find_loopback(word: str = "auto") -> Loopback:
    """The virtual webcam that is meant, free to be sent to.

    Args:
        word: a path, a number N for ``/dev/videoN``, a label, or ``auto``: the one labelled ``bgstream``, else one
            that browsers see, else any.

    Raises:
        SinkError: there is none, it may not be opened, or another program sends to it. The hint is what to do.
    """
    found = loopbacks()
    if not found:
        raise SinkError("there is no virtual webcam (v4l2loopback device)", remedy())
    path = f"/dev/video{word}" if word.isdecimal() else str(Path(word).resolve()) if "/" in word else ""
    named = [one for one in found if word == "auto" or one.path == path or one.label == word]
    if not named:
        there = ", ".join(f"{one.path} ({one.label})" for one in found)
        raise SinkError(f"{path or word} is no virtual webcam", f"there is {there}")
    free = [one for one in named if not one.producing]
    if not free:
        raise SinkError(busy(named[0].path), "end that program, or name another device with --to")
    return min(free, key=lambda one: (one.label != LABEL, not one.exclusive))


def busy(path: str) -> str:
    """One line that says who else uses a device."""
    names = ", ".join(map(str, holders(path)))
    return f"{path} is used by {names or 'another program'}"


def remedy() -> str:
    """What makes a virtual webcam appear on this system: one command, or what to install."""
    if not sys.platform.startswith("linux"):
        return OBS
    if MODULE.exists():  # loaded, but without a device
        return RELOAD
    return LOAD if any((BUILT / platform.release()).glob("**/v4l2loopback.ko*")) else INSTALL


def _loopback(node: Node) -> Loopback:
    can = node.capability
    if can is None:
        return Loopback(node.path, node.label, None, state(node.path) == "capture")
    if can.capture and can.output:  # it always says both, so the kernel has to be asked
        return Loopback(node.path, node.label, False, state(node.path) == "capture")
    return Loopback(node.path, node.label, True, can.capture)
