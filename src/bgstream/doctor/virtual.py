"""The virtual webcam: v4l2loopback's module and devices on Linux, OBS Studio's camera elsewhere."""

import platform
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from bgstream.devices.holders import holders
from bgstream.devices.loopback import GROUP, INSTALL, LABEL, LOAD, OBS, RELOAD, Loopback
from bgstream.doctor.finding import Finding

MODULE = "sys/module/v4l2loopback"
OLDEST, EVENTS = (0, 12, 7), (0, 13)  # Debian 12's; from the other on, the module tells when somebody watches
SECURE_BOOT = "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
HEADERS = "sudo apt install linux-headers-$(uname -r) && sudo dkms autoinstall"
NEWER = "install a newer v4l2loopback: https://github.com/v4l2loopback/v4l2loopback, then load it again"
KEY = "sudo mokutil --import /var/lib/dkms/mok.pub, restart, and enrol the key there (Secure Boot)"
KEEP = (
    "echo v4l2loopback | sudo tee /etc/modules-load.d/v4l2loopback.conf && echo options v4l2loopback exclusive_caps=1"
    f" card_label={LABEL} video_nr=10 | sudo tee /etc/modprobe.d/v4l2loopback.conf"
)
BUNDLES = ("Applications/OBS.app", "Library/CoreMediaIO/Plug-Ins/DAL/obs-mac-virtualcam.plugin")
CLASS = r"CLSID\{A3FCE0F5-3493-419F-958A-ABA1250EC20B}"  # under which OBS Studio's camera is registered on Windows


def webcams(found: list[Loopback], deep: bool, root: Path) -> Iterator[Finding]:
    """Each virtual webcam: whether browsers see it, and who sends pictures.

    Args:
        found: all of them.
        deep: none is a problem, not an absence.
        root: of the system's files.
    """
    for one in found:
        yield _webcam(one, exclusive(one, root))
    if found and not any(one.label == LABEL for one in found):
        detail = f"none is called '{LABEL}': pick '{found[0].label}' in calls"
        yield Finding("virtual", "label", "absent", detail, RELOAD)
    if not found:
        yield Finding("virtual", "webcam", _lacking(deep), "there is none", remedy(root, platform.release()))


def _webcam(one: Loopback, shown_late: bool | None) -> Finding:
    others = [holder for holder in holders(one.path) if holder.name != "bgstream"] if one.producing else []
    if shown_late is None and one.exclusive is None:
        return Finding("virtual", one.path, "problem", f"'{one.label}': this user may not open it", GROUP)
    if shown_late is False:
        detail = f"'{one.label}' without exclusive_caps: browsers do not take it for a camera"
        return Finding("virtual", one.path, "problem", detail, RELOAD)
    if others:
        names = ", ".join(map(str, others))
        detail, fix = f"'{one.label}': open in {names} while pictures come", "name another device with --to"
        return Finding("virtual", one.path, "ok", detail, fix)
    coming = "pictures come" if one.producing else "calls see it while bgstream cam runs"
    return Finding("virtual", one.path, "ok", f"'{one.label}', exclusive_caps=1; {coming}")


def exclusive(one: Loopback, root: Path) -> bool | None:
    """Whether a device has ``exclusive_caps``; None: not known.

    While pictures come, a device without them looks like one with them: the module's own word goes first. It lists
    its devices by the order in which they were made, and numbers that were chosen by the kernel as -1.
    """
    chosen = _parameter(root, "video_nr")
    flags = _parameter(root, "exclusive_caps")
    number = re.sub(r"\D", "", Path(one.path).name)
    if number in chosen and chosen.index(number) < len(flags):
        return flags[chosen.index(number)] in ("Y", "1")
    return one.exclusive


def _parameter(root: Path, name: str) -> list[str]:
    path = root / MODULE / "parameters" / name
    return path.read_text().strip().split(",") if path.is_file() else []


def module(there: bool, deep: bool, root: Path) -> Iterator[Finding]:
    """The kernel's module: its version, whether it is kept, and what Secure Boot says to it.

    Args:
        there: it has devices.
        deep: tell what is not urgent as well.
        root: of the system's files.
    """
    number = version(root)
    text = ".".join(map(str, number))
    if number and number < OLDEST:
        yield Finding("virtual", "v4l2loopback", "problem", f"{text} is older than {_dotted(OLDEST)}", NEWER)
    elif number and number < EVENTS:
        detail = f"{text}: who watches is told by inotify, for programs of this user (from {_dotted(EVENTS)} on: by it)"
        yield Finding("virtual", "v4l2loopback", "ok", detail)
    elif number:
        yield Finding("virtual", "v4l2loopback", "ok", f"{text}: it tells when somebody watches")
    if not deep:
        return
    if there and not any((root / "etc" / "modules-load.d").glob("*v4l2loopback*")):
        yield Finding("virtual", "at start", "absent", "not loaded again after a restart", KEEP)
    if not there and secure_boot(root):
        yield Finding("virtual", "secure boot", "absent", "is on: the kernel takes only modules signed by a key", KEY)


def version(root: Path) -> tuple[int, ...]:
    """The loaded module's version; empty where none is loaded or it does not say."""
    path = root / MODULE / "version"
    return tuple(int(part) for part in re.findall(r"\d+", path.read_text())[:3]) if path.is_file() else ()


def secure_boot(root: Path) -> bool:
    """Whether the firmware lets only signed kernels start: the last byte of its variable."""
    path = root / SECURE_BOOT
    return path.is_file() and path.read_bytes()[-1:] == b"\x01"


def remedy(root: Path, release: str) -> str:
    """The command that makes a virtual webcam.

    Args:
        root: of the system's files.
        release: of the running kernel.
    """
    if (root / MODULE).is_dir():
        return RELOAD
    if any((root / "lib" / "modules" / release).glob("**/v4l2loopback.ko*")):
        return LOAD
    if any((root / "usr" / "src").glob("v4l2loopback-*")):  # installed, but not built for this kernel
        return f"{HEADERS} && {LOAD}"
    return INSTALL


def elsewhere(system: str, deep: bool, root: Path, known: Callable[[str], bool] | None = None) -> Finding:
    """OBS Studio's camera, which is sent to on Windows and macOS.

    Args:
        system: as ``sys.platform`` says.
        deep: its absence is a problem.
        root: of the system's files.
        known: whether Windows' registry has a class.
    """
    there = (known or _registered)(CLASS) if system == "win32" else any((root / name).exists() for name in BUNDLES)
    if there:
        return Finding("virtual", "obs", "ok", "OBS Virtual Camera: pick it in the call while bgstream cam runs")
    return Finding("virtual", "obs", _lacking(deep), "OBS Virtual Camera is not installed", OBS)


def _registered(name: str) -> bool:
    import winreg

    try:
        winreg.CloseKey(winreg.OpenKey(winreg.HKEY_CLASSES_ROOT, name))  # type: ignore[attr-defined,unused-ignore]
    except FileNotFoundError:
        return False
    return True


def _lacking(deep: bool) -> str:
    return "problem" if deep else "absent"


def _dotted(number: tuple[int, ...]) -> str:
    return ".".join(map(str, number))
