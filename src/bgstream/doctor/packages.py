"""The machine, Python, and the packages that bgstream is built on."""

import os
import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from bgstream.doctor.finding import Finding

NEEDED = ("numpy", "numba", "av", "pillow", "pillow-heif", "pyvirtualcam", "rich")
EITHER = (("onnxruntime-gpu", "onnxruntime"), ("opencv-python-headless", "opencv-python"))


def machine() -> Iterator[Finding]:
    """Python and the processor."""
    yield Finding(
        "machine",
        "python",
        "ok",
        f"{platform.python_version()} on {platform.system()} {platform.machine()}, {os.cpu_count()} cores",
    )


def packages() -> Iterator[Finding]:
    """Whether they are there, and not twice."""
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
