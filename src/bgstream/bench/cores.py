"""The job on fewer processors: a child process binds itself to some and runs it.

``python -m bgstream.bench.cores N CLIP FOLDER`` is that child.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bgstream.errors import BgstreamError

JOBS = (("fast", "selfie-landscape"), ("fast", "u2netp"))  # quality and model


@dataclass(frozen=True, slots=True)
class Cores:
    """The job on so many processors.

    Attributes:
        count: processors.
        fps: frames a second, by model.
    """

    count: int
    fps: dict[str, float]


def processors() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def counts() -> list[int]:
    """1, 2, 4, 8 and so on, and all; empty where a process cannot be bound to processors."""
    most = processors()
    if not hasattr(os, "sched_setaffinity"):
        return []
    return sorted({1 << power for power in range(most.bit_length()) if 1 << power <= most} | {most})


def time_cores(number: int, clip: Path, folder: Path) -> Cores:
    """Run the jobs in a child process bound to so many processors.

    Raises:
        BgstreamError: the child failed.
    """
    line = [sys.executable, "-m", __name__, str(number), str(clip), str(folder)]
    done = subprocess.run(line, capture_output=True, check=False, text=True)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["it was killed"])[-1]
        raise BgstreamError(f"the run on {number} processors failed: {reason}", "run it again, or with --quick")
    return Cores(number, json.loads(done.stdout))


def child(number: int, clip: Path, folder: Path) -> dict[str, float]:
    """Bind this process and all its threads to come, and run every job."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:number])
    from bgstream.bench.measure import on_colour, run_job

    return {model: run_job(clip, folder, model, on_colour(quality, model)).fps for quality, model in JOBS}


if __name__ == "__main__":
    print(json.dumps(child(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))))
