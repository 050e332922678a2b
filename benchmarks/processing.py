"""Processing alone, without a codec: frames in memory → matte → composed into a frame that is there already.

usage: python benchmarks/processing.py [--rounds N] [--frames N] [--json FILE]

Frames: those of examples/astronaut.mp4 scaled by PyAV, played back and forth. The network is the person network
selfie-landscape, the tier the default one. Each figure comes from a process of its own; rounds go through all sizes, so
that the machine's moods hit all alike; figures are medians.

  1 thread     looks (network, flow, islands, stabiliser) and finishing (alpha at full size, composition) in turn
  2 threads    looks in a thread of their own
  CPU ms       of all threads, a frame, in one thread; ms/MP: the same for a million pixels
  MiB          peak of the process with two threads, the frames in memory included
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
import numpy as np

from bgstream.ahead import ahead
from bgstream.backdrops import Plain
from bgstream.compose import compose
from bgstream.frame import BT709, LAYOUTS, Colour, Frame
from bgstream.matting.cards import find_card
from bgstream.matting.chain import NetworkMatter, Plan
from bgstream.matting.choose import Choice
from bgstream.matting.look import Look
from bgstream.matting.session import find_device
from bgstream.matting.shelf import Shelf
from bgstream.matting.tiers import find_tier
from bgstream.media import plane_view
from bgstream.progress import Clock
from bgstream.settings import Settings

CLIP = Path(__file__).resolve().parents[1] / "examples" / "astronaut.mp4"
SIZES = {"360p": (360, 640), "720p": (720, 1280), "1080p": (1080, 1920), "1440p": (1440, 2560), "4K": (2160, 3840)}
KEPT = 12  # frames held in memory
WARM = 12  # frames before the clock starts
LAYOUT, COLOUR = LAYOUTS["yuv420p"], Colour(BT709, primaries=BT709, transfer=BT709)
Result = dict[str, float]


class Alongside(NetworkMatter):
    """Looks in a thread of their own."""

    def _looks(self, frames: Iterator[Frame]) -> Iterator[Look]:  # type: ignore[override]
        return ahead(super()._looks(frames), 2)


def kept(size: tuple[int, int]) -> list[Frame]:
    """The clip's first frames at a (height, width)."""
    height, width = size
    frames = []
    with av.open(str(CLIP)) as container:
        for index, picture in enumerate(islice(container.decode(video=0), KEPT)):
            scaled = picture.reformat(width, height, LAYOUT.name, interpolation="BICUBIC")
            planes = tuple(plane_view(scaled, plane, LAYOUT) for plane in range(3))
            frames.append(Frame(planes, LAYOUT, COLOUR, index, Fraction(1, 25), keeper=scaled))
    return frames


def back_and_forth(frames: list[Frame], count: int) -> Iterator[Frame]:
    """So many frames without a jump."""
    turn = [*frames, *frames[-2:0:-1]]
    for index in range(count):
        yield turn[index % len(turn)]


def play(size: tuple[int, int], threads: int, count: int) -> Result:
    """Matte and compose, in this process."""
    settings, shelf, card = Settings(model="selfie-landscape"), Shelf(find_device("cpu")), find_card("selfie-landscape")
    plan = Plan(Choice(card), find_tier(settings.quality), settings)
    matter = (NetworkMatter if threads == 1 else Alongside)(plan, shelf.take(card, None), shelf, Clock())
    out = Frame(tuple(np.empty(shape, np.uint8) for shape in LAYOUT.shapes(*size)), LAYOUT, COLOUR)
    mattes, green = matter(back_and_forth(kept(size), WARM + count)), Plain((0, 255, 0))
    for matted in islice(mattes, WARM):
        compose(matted, green, out)
    wall, cpu = time.perf_counter(), time.process_time()
    for matted in mattes:
        compose(matted, green, out)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)
    return {"fps": count / wall, "cpu_ms": 1000 * cpu / count, "peak_mib": peak}


def table(rounds: int, count: int) -> dict[str, Result]:
    """Every size with one thread and with two, in turn."""
    runs: dict[tuple[str, int], list[Result]] = {}
    for _ in range(rounds):
        for name in SIZES:
            for threads in (1, 2):
                line = [sys.executable, __file__, "--role", name, str(threads), "--frames", str(count)]
                answer = json.loads(subprocess.run(line, capture_output=True, check=True).stdout)
                runs.setdefault((name, threads), []).append(answer)
    return {name: _figures(size, runs[name, 1], runs[name, 2]) for name, size in SIZES.items()}


def _figures(size: tuple[int, int], one: list[Result], two: list[Result]) -> Result:
    def middle(runs: list[Result], name: str) -> float:
        return statistics.median(run[name] for run in runs)

    figures = {
        "fps_1": middle(one, "fps"),
        "fps_2": middle(two, "fps"),
        "cpu_ms": middle(one, "cpu_ms"),
        "ms_per_mp": middle(one, "cpu_ms") * 1e6 / (size[0] * size[1]),
        "peak_mib": middle(two, "peak_mib"),
    }
    return {name: round(value, 2) for name, value in figures.items()}


def main() -> None:
    """Measure and print."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--rounds", type=int, default=3)
    ask.add_argument("--frames", type=int, default=120)
    ask.add_argument("--json", type=Path)
    ask.add_argument("--role", nargs=2, help=argparse.SUPPRESS)
    said = ask.parse_args()
    if said.role:
        print(json.dumps(play(SIZES[said.role[0]], int(said.role[1]), said.frames)))
        return
    result = table(said.rounds, said.frames)
    print(f"{'':6} {'1 thread':>10} {'2 threads':>10} {'CPU ms':>8} {'ms/MP':>7} {'MiB':>6}")
    for name, row in result.items():
        print(
            f"{name:6} {row['fps_1']:6.1f} fps {row['fps_2']:6.1f} fps"
            f" {row['cpu_ms']:8.2f} {row['ms_per_mp']:7.2f} {row['peak_mib']:6.0f}"
        )
    if said.json:
        said.json.parent.mkdir(parents=True, exist_ok=True)
        said.json.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
