"""Browsers that their packaging keeps from cameras."""

from collections.abc import Iterator
from pathlib import Path

from bgstream.doctor.finding import Finding

SNAPS = ("firefox", "chromium", "brave", "opera", "zoom-client", "teams-for-linux")
FLATPAKS = {
    "org.mozilla.firefox": "firefox",
    "org.chromium.Chromium": "chromium",
    "com.google.Chrome": "chrome",
    "com.brave.Browser": "brave",
    "com.microsoft.Edge": "edge",
    "us.zoom.Zoom": "zoom",
    "com.obsproject.Studio": "obs",
}


def confined(root: Path, home: Path) -> Iterator[Finding]:
    """Browsers and call programs from snap and flatpak, and how they are let at cameras.

    Args:
        root: of the system's files.
        home: the user's folder.
    """
    for name in SNAPS:
        if (root / "snap" / name).is_dir():
            detail = "a snap: it sees cameras only through its camera interface"
            yield Finding("browser", name, "absent", detail, f"sudo snap connect {name}:camera")
    for name, short in FLATPAKS.items():
        places = (root / "var/lib/flatpak/app" / name, home / ".local/share/flatpak/app" / name)
        if any(place.is_dir() for place in places):
            detail = f"a flatpak ({name}): it sees cameras only if it may use devices"
            yield Finding("browser", short, "absent", detail, f"flatpak override --user --device=all {name}")
