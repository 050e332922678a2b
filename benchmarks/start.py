"""How long until the first frame: from the command to the first frame written, and what the time goes to.

usage: python benchmarks/start.py [--case CASE …] [--runs N] [--clip FILE] [--cold] [--json FILE]

Each run is a process of its own, as a user's command is, and ends after its first frame; the cases take turns.
Figures are medians: seconds since the process was started, and under them processor seconds (all threads) until
then, which a busy machine changes less.

  started    the interpreter runs and `bgstream` is imported
  imported   everything heavy is (numba, onnxruntime, PyAV, OpenCV)
  device     a device is found
  opened     the clip is open
  kernels    the kernels are compiled, or read from the cache
  chosen     the network is chosen and loaded
  sink       the output is open
  first      the first frame is written

--cold measures one more run of each case with an empty kernel cache: how long it takes to compile.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parents[1]
CASES = {"default": (), "u2netp": ("-m", "u2netp"), "on green": ("-b", "green"), "balanced": ("-q", "balanced")}
PHASES = ("started", "imported", "device", "opened", "kernels", "chosen", "sink", "first")
Marks = dict[str, float]


def watched(words: list[str], began: float) -> NoReturn:
    """Run the command in this process up to its first frame, print when each phase ended, and end the process."""
    marks: Marks = {}

    def mark(name: str) -> None:
        if name not in marks:
            marks[name], marks[f"{name} cpu"] = time.monotonic() - began, time.process_time()

    def marking(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            try:
                return function(*args, **kwargs)
            finally:
                mark(name)

        return wrapper

    from bgstream.cli import main

    mark("started")
    from bgstream import job, pipeline
    from bgstream.sinks.video import VideoSink

    mark("imported")
    steps = {"device": "find_device", "opened": "open_source", "kernels": "compile_kernels", "chosen": "make_matter"}
    for phase, name in (steps | {"sink": "open_sink"}).items():
        module = job if phase in ("device", "opened") else pipeline
        setattr(module, name, marking(phase, getattr(module, name)))
    write = VideoSink.write

    def first_write(sink: VideoSink, frame: Any) -> None:
        write(sink, frame)
        mark("first")
        print(json.dumps(marks), flush=True)
        os._exit(0)  # the rest of the clip is of no interest here

    setattr(VideoSink, "write", first_write)  # noqa: B010 (mypy: a method is not assigned to)
    raise SystemExit(main(words))


def command(clip: Path, flags: tuple[str, ...], cache: Path | None) -> Marks:
    """One run in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / ("out.mp4" if "-b" in flags else "out.webm")
        words = [str(clip), "-o", str(target), "--quiet", *flags]
        surroundings = os.environ | ({"NUMBA_CACHE_DIR": str(cache)} if cache else {})
        line = [sys.executable, __file__, "--watch", str(time.monotonic()), "--", *words]
        said = subprocess.run(line, capture_output=True, check=True, env=surroundings, text=True)
    found: Marks = json.loads(said.stdout)
    return found


def measured(clip: Path, cases: dict[str, tuple[str, ...]], runs: int, cold: bool) -> dict[str, Marks]:
    """Medians for every case; the first round only warms caches."""
    taken: dict[str, list[Marks]] = {case: [] for case in cases}
    for turn in range(runs + 1):
        for case, flags in cases.items():
            marks = command(clip, flags, None)
            if turn:
                taken[case].append(marks)
    if cold:
        for case, flags in cases.items():
            with tempfile.TemporaryDirectory() as folder:
                taken[f"{case}, empty cache"] = [command(clip, flags, Path(folder))]
    return {case: medians(some) for case, some in taken.items()}


def medians(runs: list[Marks]) -> Marks:
    """Of every figure."""
    return {key: round(statistics.median(one[key] for one in runs), 3) for key in runs[0]}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", nargs="*", choices=CASES, default=[*CASES])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--clip", type=Path, default=ROOT / "examples" / "astronaut.mp4")
    parser.add_argument("--cold", action="store_true", help="also with an empty kernel cache")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--watch", type=float, help=argparse.SUPPRESS)
    parser.add_argument("words", nargs="*", help=argparse.SUPPRESS)
    said = parser.parse_args()
    if said.watch is not None:
        watched(said.words, said.watch)
    answer = measured(said.clip, {case: CASES[case] for case in said.case}, said.runs, said.cold)
    print(f"{'seconds':24}" + "".join(f"{phase:>10}" for phase in PHASES))
    for case, marks in answer.items():
        print(f"{case:24}" + "".join(f"{marks[phase]:10.2f}" for phase in PHASES))
        print(f"{'  processor':24}" + "".join(f"{marks[f'{phase} cpu']:10.2f}" for phase in PHASES), flush=True)
    if said.json:
        said.json.write_text(json.dumps(answer, indent=1) + "\n")


if __name__ == "__main__":
    main()
