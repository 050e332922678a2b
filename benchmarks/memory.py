"""Peak memory of a long clip against a short one: it must not grow.

usage: python benchmarks/memory.py [SHORT_SECONDS LONG_SECONDS]
"""

import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from speed import long_clip


def peak(clip: Path, target: Path) -> float:
    """Peak resident memory in MiB of the real command, by the system's own count."""
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, capture_output=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    command = [
        str(Path(sys.executable).with_name("bgstream")),
        str(clip),
        "-m",
        "selfie-landscape",
        "-o",
        str(target),
    ]
    answer = subprocess.run([sys.executable, "-c", code, *command], capture_output=True, check=True, text=True)
    return int(answer.stdout) / (1024 if resource.RUSAGE_SELF is not None and sys.platform == "linux" else 1024**2)


def main() -> None:
    """Measure and print."""
    short, long = (int(word) for word in sys.argv[1:3]) if len(sys.argv) > 2 else (10, 60)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for suffix in (".webm",):
            figures = {}
            for seconds in (short, long):
                clip = long_clip(folder, seconds)
                figures[seconds] = peak(clip, folder / f"out{suffix}")
            ratio = figures[long] / figures[short]
            print(f"{suffix}: {short} s {figures[short]:.0f} MiB, {long} s {figures[long]:.0f} MiB, ratio {ratio:.3f}")


if __name__ == "__main__":
    main()
