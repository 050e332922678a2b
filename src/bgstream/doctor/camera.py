"""Cameras, the virtual webcam, and the programs on both ends of it; nothing is switched on."""

import os
import sys
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from bgstream.devices.cameras import Camera, cameras, forbidden
from bgstream.devices.holders import Holder, holders
from bgstream.devices.loopback import GROUP, loopbacks
from bgstream.devices.modes import PIXELS, Mode, choose
from bgstream.doctor import browsers, virtual
from bgstream.doctor.finding import Finding

MANY = 5  # rates, from which on only the slowest and the fastest are told
SELF = "bgstream"  # what our own process is called
AGAIN = "a browser that was open before the webcam existed has to be started again"
Size = tuple[int, int]


def examine(deep: bool, root: Path = Path("/")) -> Iterator[Finding]:
    """Look at cameras and at what they need.

    Args:
        deep: modes, holders, browsers and Secure Boot as well; what is missing for calls is a problem then.
        root: of the system's files.
    """
    sent = loopbacks()
    yield from real(cameras(), [path for path in forbidden() if path not in {one.path for one in sent}], deep)
    if sys.platform.startswith("linux"):
        yield from virtual.webcams(sent, deep, root)
        yield from virtual.module(bool(sent), deep, root)
    else:
        yield virtual.elsewhere(sys.platform, deep, root)
    if deep:
        yield from browsers.confined(root, Path.home())
        yield Finding("call", "how", "ok", f"run bgstream cam, then pick 'bgstream' as the camera in the call; {AGAIN}")


def real(found: list[Camera], denied: list[str], deep: bool) -> Iterator[Finding]:
    """What cameras there are, who holds them, and what they can deliver.

    Args:
        found: those that this user may open.
        denied: devices that he may not.
        deep: list modes.
    """
    for path in denied:
        yield Finding("camera", path, "problem", "this user may not open it", GROUP)
    for camera in found:
        yield _camera(camera, holders(camera.path))
        if deep:
            yield from _modes(camera)
    if not found and not denied:
        yield Finding("camera", "cameras", "absent", "none found", _missing())


def _missing() -> str:
    if Path("/dev/video0").exists() or not sys.platform.startswith("linux"):
        return "plug one in; where there is one: allow this program to use it in the system's privacy settings"
    return "plug one in; a laptop's may be switched off by a key, a slider, or in the firmware"


def _camera(camera: Camera, by: list[Holder]) -> Finding:
    """A camera that another program holds can be looked at by no second one."""
    others = [holder for holder in by if holder.name != SELF]
    if others:
        names = ", ".join(map(str, others))
        fix = f"end that program: kill {' '.join(str(holder.pid) for holder in others)}"
        return Finding("camera", camera.path, "absent", f"{camera.name}: used by {names}", fix)
    detail = f"{camera.name}{': used by bgstream' if by else ''}"
    if sys.platform.startswith("linux") and not os.access(camera.path, os.R_OK | os.W_OK):
        return Finding("camera", camera.path, "problem", f"{camera.name}: no permission", GROUP)
    return Finding("camera", camera.path, "ok", detail)


def _modes(camera: Camera) -> Iterator[Finding]:
    """A line for each pixel format, and what is taken of them."""
    for pixel, told in compact(camera.modes):
        yield Finding("modes", camera.path, "ok", f"{pixel}: {told}")
    if camera.modes:
        yield Finding("modes", camera.path, "ok", f"bgstream cam takes {choose(camera.modes)}")
    elif camera.format == "v4l2":
        detail, fix = "it lists no picture format that can be taken", "try it with another program, or another camera"
        yield Finding("modes", camera.path, "problem", detail, fix)
    else:
        yield Finding("modes", camera.path, "ok", f"{camera.format} does not list them: 1280×720 at 30 fps is tried")


def compact(modes: Iterable[Mode]) -> list[tuple[str, str]]:
    """Modes by pixel format, sizes with the same rates together: ``640×480, 1280×720 at 10, 30 fps``.

    Returns:
        Pixel formats with the same modes, and text; in the order in which they are preferred.
    """
    rates: dict[tuple[str, Size], set[float]] = {}
    for mode in modes:
        rates.setdefault((mode.pixel, mode.size), set()).add(float(mode.rate))
    formats: dict[str, list[str]] = {}
    for pixel in PIXELS:
        told = _told({size: sorted(there) for (name, size), there in rates.items() if name == pixel})
        if told:
            formats.setdefault(told, []).append(pixel)
    return [(", ".join(pixels), told) for told, pixels in formats.items()]


def _told(sizes: dict[Size, list[float]]) -> str:
    """Small sizes first."""
    groups = groupby(sorted(sizes, key=lambda size: (size[0] * size[1], size)), key=lambda size: sizes[size])
    lines = []
    for rates, group in groups:
        names = ", ".join(f"{width}×{height}" for height, width in group)
        lines.append(f"{names} at {_listed(rates)} fps")
    return "; ".join(lines)


def _listed(rates: list[float]) -> str:
    if len(rates) > MANY:
        return f"{rates[0]:.4g} to {rates[-1]:.4g}"
    return ", ".join(f"{rate:.4g}" for rate in rates)
