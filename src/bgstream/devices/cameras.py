"""The cameras of this machine."""

import sys
from dataclasses import dataclass
from pathlib import Path

from bgstream.devices.holders import holders
from bgstream.devices.loopback import GROUP
from bgstream.devices.modes import Mode
from bgstream.devices.nodes import Node, nodes
from bgstream.devices.v4l2 import modes
from bgstream.errors import SourceError

FORMATS = {"win32": "dshow", "darwin": "avfoundation"}  # system → FFmpeg's input format; v4l2 elsewhere
SEE = "bgstream doctor camera lists the cameras"


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera.

    Attributes:
        path: what FFmpeg opens: ``/dev/videoN``, ``video=…`` (Windows), ``0:none`` (macOS).
        name: as people know it.
        format: FFmpeg's input format: ``v4l2``, ``dshow``, ``avfoundation``.
        modes: what it can deliver; empty where the system does not say.
        driver: the kernel driver's name, or nothing.
    """

    path: str
    name: str
    format: str
    modes: tuple[Mode, ...]
    driver: str = ""


def cameras() -> list[Camera]:
    """Real cameras, in the system's order; those that this user may not open are left out."""
    if sys.platform in FORMATS:
        return _elsewhere(FORMATS[sys.platform])
    found = (_camera(node) for node in nodes() if not node.loopback)
    return [camera for camera in found if camera is not None]


def forbidden() -> list[str]:
    """Paths of video devices that this user may not open (Linux)."""
    return [node.path for node in nodes() if node.capability is None]


def find_camera(word: str = "auto") -> Camera:
    """The camera that is meant.

    Args:
        word: ``auto`` for the first real camera that nobody holds, else the first; a number, N for ``/dev/videoN`` on
            Linux and the Nth of :func:`cameras` elsewhere; a path or name. A v4l2loopback device is taken only by
            path or number, and only while a program sends pictures into it.

    Raises:
        SourceError: there is none, or it cannot be used; with a hint.
    """
    if word == "auto":
        return _first_free()
    if sys.platform in FORMATS:
        known = cameras()
        named = known[int(word) :][:1] if word.isdecimal() else [one for one in known if word in (one.path, one.name)]
        if not named:
            raise SourceError(f"there is no camera {word}", _there(known))
        return named[0]
    path = Path(f"/dev/video{word}" if word.isdecimal() else word)
    return _at(path)


def _first_free() -> Camera:
    found = cameras()
    if not found:
        denied = [node.path for node in nodes() if node.capability is None and not node.loopback]
        if denied:
            raise SourceError(f"{', '.join(denied)} may not be opened by this user", GROUP)
        raise SourceError("there is no camera", "plug one in, or name a device with --camera")
    # To hold is not to stream: where all are held, opening the first tells whether it is busy, and names who has it.
    return next((camera for camera in found if not holders(camera.path)), found[0])


def _at(path: Path) -> Camera:
    """The camera, or the fed loopback device, at a path."""
    real = str(path.resolve())
    node = next((node for node in nodes() if node.path == real), None)
    if node is None:
        what = "is no video device" if path.exists() else "does not exist"
        raise SourceError(f"{path} {what}", _there(cameras()))
    if node.capability is None:
        raise SourceError(f"{path} may not be opened by this user", GROUP)
    camera = _camera(node)
    if camera is not None:
        return camera
    if node.loopback:
        raise SourceError(f"nothing is sent into {path}", "start the program that feeds it first")
    raise SourceError(f"{path} gives no pictures", _there(cameras()))


def _camera(node: Node) -> Camera | None:
    """What a node offers as a camera; None for metadata, outputs, and devices that have just gone."""
    can = node.capability
    if can is None or not can.capture:
        return None
    try:
        return Camera(node.path, can.card or node.label, "v4l2", modes(node.path), can.driver)
    except OSError:
        return None


def _elsewhere(name: str) -> list[Camera]:
    """Cameras as FFmpeg lists them on other systems; modes are found out only when one is opened."""
    from av.device import enumerate_input_devices
    from av.error import FFmpegError

    try:
        found = [one for one in enumerate_input_devices(name) if not one.media_types or "video" in one.media_types]
    except (FFmpegError, ValueError, NotImplementedError):  # this build of FFmpeg cannot list: the default one is left
        return [Camera("default:none", "default camera", name, ())] if name == "avfoundation" else []
    if name == "dshow":
        return [Camera(f"video={one.name}", one.description or one.name, name, ()) for one in found]
    return [Camera(f"{one.name}:none", one.description or one.name, name, ()) for one in found]


def _there(known: list[Camera]) -> str:
    listed = ", ".join(f"{camera.path} ({camera.name})" for camera in known)
    return f"there is {listed}" if listed else SEE
