"""Session options that differ in speed and in nothing else, and what a measurement of them holds for."""

import os
import platform
from dataclasses import dataclass, fields
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

MOST_THREADS = 8
SMALL = 1 << 20  # bytes of weights below which a second thread costs more than it gives (measured)
RUNTIMES = ("onnxruntime-gpu", "onnxruntime", "onnxruntime-directml", "onnxruntime-openvino")


@dataclass(frozen=True, slots=True)
class Choice:
    """Session options.

    Attributes:
        threads: that share one question, 1 to 8.
        pattern: memory is planned once for a shape.
        arena: memory is kept between questions.
    """

    threads: int
    pattern: bool = True
    arena: bool = True

    def __str__(self) -> str:
        parts = [f"{self.threads} thread{'s' * (self.threads != 1)}"]
        parts += ["no memory pattern"] * (not self.pattern) + ["no arena"] * (not self.arena)
        return ", ".join(parts)


def choice_from(said: Any) -> Choice | None:
    """Options from a file that anybody may have written to; None if they are none."""
    if not isinstance(said, dict) or said.keys() != {entry.name for entry in fields(Choice)}:
        return None
    threads = said["threads"]
    if type(threads) is not int or not 1 <= threads <= MOST_THREADS:
        return None
    if not isinstance(said["pattern"], bool) or not isinstance(said["arena"], bool):
        return None
    return Choice(**said)


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def usual(weights: int) -> Choice:
    """The options of a network that nobody has measured here.

    Args:
        weights: bytes of its file.
    """
    if weights < SMALL:
        return Choice(1)
    return Choice(min(cores(), MOST_THREADS), pattern=False)  # a plan doubles a large network's memory for no speed


def machine() -> str:
    """What a measurement holds for: the processor, its cores and the runtime."""
    return f"{_processor()}, {cores()} cores, onnxruntime {_runtime()}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:  # another system than Linux
        lines = []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith(("model name", "Model"))]
    return f"{named[0] if named else platform.processor()} {platform.machine()}"


def _runtime() -> str:
    for name in RUNTIMES:
        try:
            return version(name)
        except PackageNotFoundError:
            continue
    return "unknown"
