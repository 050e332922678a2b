"""What is measured on: the machine and the libraries, in a few words."""

import platform
import time
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path

from bgstream import __version__
from bgstream.bench.cores import processors

LIBRARIES = ("onnxruntime", "onnxruntime-gpu", "av", "opencv-python", "opencv-python-headless", "numba")


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine.

    Attributes:
        processor: its name, as the system gives it.
        cores: processors that this process may use.
        system: operating system and architecture.
        device: where networks run, see ``--device``.
        versions: of bgstream, Python and the libraries that matter, by name.
    """

    processor: str
    cores: int
    system: str
    device: str
    versions: dict[str, str]


def this_machine(device: str) -> Machine:
    """The one that this runs on."""
    known = {found.name: found.version for found in distributions() if found.name in LIBRARIES}
    versions = {"bgstream": __version__, "python": platform.python_version(), **dict(sorted(known.items()))}
    return Machine(_processor(), processors(), f"{platform.system()} {platform.machine()}", device, versions)


def share(seconds: float = 0.2) -> float:
    """The share of a core that a busy thread gets: 1 where nobody else is at work."""
    began, busy = time.perf_counter(), time.thread_time()
    while time.perf_counter() - began < seconds:
        pass
    return (time.thread_time() - busy) / (time.perf_counter() - began)


def _processor() -> str:
    facts = Path("/proc/cpuinfo")
    lines = facts.read_text(errors="replace").splitlines() if facts.exists() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or platform.machine()
