"""What this machine offers, checked by trying; and for each problem the fix."""

import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bgstream.errors import BgstreamError

NEEDED = ("numpy", "numba", "av", "pillow", "pillow-heif", "pyvirtualcam", "rich")
EITHER = (("onnxruntime-gpu", "onnxruntime"), ("opencv-python-headless", "opencv-python"))
CODECS = {
    "libvpx-vp9": ".webm with alpha",
    "libx264": ".mp4",
    "ffv1": ".mkv",
    "libopus": "sound in .webm",
    "aac": "sound in .mp4",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at.

    Attributes:
        topic: what kind of thing.
        name: which.
        state: ``ok``, ``absent`` (fine, but not to be had) or ``problem``.
        detail: what was found.
        fix: what to do about a problem or an absence.
    """

    topic: str
    name: str
    state: str
    detail: str
    fix: str = ""


def examine() -> Iterator[Finding]:
    """Look at everything, cheapest first."""
    yield Finding(
        "machine",
        "python",
        "ok",
        f"{platform.python_version()} on {platform.system()} {platform.machine()}, {os.cpu_count()} cores",
    )
    yield from _packages()
    yield from _devices()
    yield from _codecs()
    yield from _models()
    yield from _cameras()
    yield _cache()
    yield _tuning()


def _packages() -> Iterator[Finding]:
    for group in (*((name,) for name in NEEDED), *EITHER):
        found = {name: number for name in group if (number := _version(name))}
        for name, number in found.items():
            yield Finding("package", name, "ok", number)
        if not found:
            yield Finding("package", group[0], "problem", "not installed", f"pip install {group[0]}")
        if len(found) == 2:
            detail = "both are installed and overwrite each other's files"
            fix = f"pip uninstall {' '.join(group)}, then install bgstream again"
            yield Finding("package", " + ".join(group), "problem", detail, fix)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _devices() -> Iterator[Finding]:
    from bgstream.matting.session import FIXES, PROVIDERS, find_device, nvidia_present, obstacle

    for name in PROVIDERS:
        reason = obstacle(name)
        wasted = bool(reason) and name == "cuda" and nvidia_present()
        state = "ok" if not reason else ("problem" if wasted else "absent")
        yield Finding("device", name, state, reason or "can be used", FIXES[name] if reason else "")
    yield Finding("device", "auto", "ok", f"takes {find_device('auto').name}")


def _codecs() -> Iterator[Finding]:
    import av
    from av.codec.codec import UnknownCodecError

    yield Finding(
        "codec",
        "ffmpeg",
        "ok",
        f"libavcodec {'.'.join(map(str, av.library_versions['libavcodec']))} in PyAV {av.__version__}",
    )
    for name, purpose in CODECS.items():
        try:
            av.Codec(name, "w")
        except UnknownCodecError:
            yield Finding("codec", name, "problem", f"missing: no {purpose}", "pip install --force-reinstall av")
        else:
            yield Finding("codec", name, "ok", purpose)
    yield _hardware_encoder()


def _hardware_encoder() -> Finding:
    """NVIDIA's encoder, tried with a small picture."""
    from bgstream.frame import LAYOUTS, Colour
    from bgstream.protocols import SourceInfo
    from bgstream.sinks import check_encoder, recipe_for

    recipe = recipe_for(Path("out.mp4"), still=False, transparent=False, matte=False, codec="h264_nvenc")
    try:
        check_encoder(recipe, SourceInfo(Path(), (360, 640), LAYOUTS["yuv420p"], Colour()))
    except BgstreamError as error:
        return Finding("codec", recipe.codec, "absent", str(error), error.hint)
    return Finding("codec", recipe.codec, "ok", ".mp4 with --codec h264_nvenc")


def _models() -> Iterator[Finding]:
    from bgstream.matting.cards import shipped

    for card in shipped().values():
        try:
            card.load()
        except BgstreamError as error:
            yield Finding("model", card.name, "problem", str(error), error.hint)
        else:
            yield Finding("model", card.name, "ok", f"{card.title}, checksum right")


def _tuning() -> Finding:
    """Whether session options were measured on this machine for the networks that are shipped."""
    from bgstream.matting.cached import Sessions
    from bgstream.matting.cards import shipped

    sessions = Sessions()
    if sessions.note:
        return Finding("tuning", "sessions", "problem", sessions.note, "bgstream tune --forget")
    choices = {card.name: sessions.find(card.load(), card.size, "cpu") for card in shipped().values()}
    measured = [f"{name}: {choice}" for name, choice in choices.items() if choice is not None]
    if not measured:
        return Finding("tuning", "sessions", "absent", "nothing was measured here: the usual options", "bgstream tune")
    return Finding("tuning", "sessions", "ok", f"measured here: {'; '.join(measured)}")


def _cameras() -> Iterator[Finding]:
    """Cameras and virtual cameras that the system lists; none is opened."""
    if sys.platform != "linux":
        yield Finding("camera", "cameras", "absent", f"not listed on {sys.platform}")
        return
    nodes = sorted(Path("/sys/class/video4linux").glob("video*"))
    for node in nodes:
        device = Path("/dev") / node.name
        label = (node / "name").read_text(errors="replace").strip()
        usable = os.access(device, os.R_OK | os.W_OK)
        yield Finding(
            "camera",
            str(device),
            "ok" if usable else "problem",
            label if usable else f"{label}: no permission",
            "" if usable else "sudo usermod -aG video $USER, then log in again",
        )
    if not nodes:
        yield Finding(
            "camera",
            "cameras",
            "absent",
            "none found",
            "plug one in; virtual: sudo modprobe v4l2loopback exclusive_caps=1",
        )


def _cache() -> Finding:
    """Where Numba keeps compiled kernels, tried as Numba itself would."""
    import bgstream_kernels.composite as kernels
    from numba.core.caching import FunctionCache

    try:
        path = FunctionCache(kernels._blend.py_func).cache_path  # type: ignore[attr-defined, no-untyped-call]
    except RuntimeError as error:
        return Finding(
            "cache",
            "kernels",
            "problem",
            str(error),
            "set NUMBA_CACHE_DIR to a folder that may be written to",
        )
    stored = len(list(Path(path).glob("*.nbc"))) if Path(path).is_dir() else 0
    if not stored:
        return Finding(
            "cache", "kernels", "absent", f"empty: {path}", "run bgstream warm-up, or let the first run do it"
        )
    return Finding("cache", "kernels", "ok", f"{stored} compiled kernels in {path}")
