"""Live latency: from the moment a source hands a frame over to the moment it stands composed in the output's memory.

usage: python benchmarks/latency.py [--seconds 20] [--rate 30] [--height 720] [--only NAME] [--json FILE]
                                    [--quality fast] [--threads N]

A source in process, paced by the clock, gives frames made by arithmetic (they lie in memory); the newest is taken, the
others are dropped and counted. Everything runs as live: no look-ahead, large networks in a thread of their own at the
size that the program chooses. Composed onto green. The first second is left out.

  person     the small person network, asked about every frame
  general    the general network, whose answers come late
  bounded    the general network, bounded by the two person networks

  ms         in wall time, which other programs on the machine make longer: median, 95 %, 99 %, most
  own ms     CPU time of the thread that a frame goes through: what it would take if nobody disturbed; median, 99 %
  CPU        of the whole process, in cores
"""

import argparse
import json
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from bgstream.ahead import latest
from bgstream.backdrops import Plain
from bgstream.compose import compose
from bgstream.frame import Frame
from bgstream.matting.cards import find_card
from bgstream.matting.chain import NetworkMatter, Plan
from bgstream.matting.choose import GENERAL, Choice
from bgstream.matting.live import live_size, live_threads
from bgstream.matting.person import TWIN
from bgstream.matting.segmenter import Segmenter
from bgstream.matting.session import find_device
from bgstream.matting.shelf import Shelf
from bgstream.matting.tiers import find_tier
from bgstream.progress import Clock
from bgstream.settings import Settings
from bgstream.sources.synthetic import SyntheticSource

SHOTS = {"person": (TWIN, False, "person"), "general": (GENERAL, False, "thing"), "bounded": (GENERAL, True, "person")}
KEPT = 45  # frames in memory, played back and forth
WARM = 8
CPU = find_device("cpu")


class Paced:
    """A source that gives frames when their time has come, like a camera; notes when that was."""

    def __init__(self, size: tuple[int, int], rate: float, count: int, subject: str) -> None:
        frames = list(SyntheticSource(size, Fraction(rate), KEPT, subject).frames())
        self._turn, self._rate, self._count = [*frames, *frames[-2:0:-1]], rate, count
        self.kept, self.like, self.given = frames, frames[0], dict[int, float]()

    def frames(self) -> Iterator[Frame]:
        """All of them."""
        start = time.perf_counter()
        for number in range(self._count):
            pause = start + number / self._rate - time.perf_counter()
            if pause > 0:
                time.sleep(pause)
            frame = replace(self._turn[number % len(self._turn)], pts=number)
            self.given[number] = time.perf_counter()
            yield frame


def play(name: str, said: argparse.Namespace) -> dict[str, float]:
    """One shot, in figures."""
    model, bounded, subject = SHOTS[name]
    card, height = find_card(model), said.height
    size = live_size(card, CPU, said.rate)
    plan = Plan(Choice(card, person=bounded), find_tier(said.quality), Settings(quality=said.quality), live=True)
    network, shelf = Segmenter(card, CPU, size, threads=said.threads if card.name == GENERAL else 0), Shelf(CPU)
    width = 2 * round(height * 8 / 9)
    source = Paced((height, width), said.rate, round((said.seconds + 1) * said.rate), subject)
    out, green = replace(source.like, planes=tuple(map(np.empty_like, source.like.planes))), Plain((0, 255, 0))
    for matted in NetworkMatter(plan, network, shelf, Clock())(iter(source.kept[:WARM])):  # kernels are compiled
        compose(matted, green, out)
    matter = NetworkMatter(plan, network, shelf, Clock())
    began, walls, owns = dict[int, float](), list[float](), list[float]()
    with closing(latest(source.frames())) as newest:

        def taken() -> Iterator[Frame]:
            for frame in newest:
                began[frame.pts] = time.thread_time()
                yield frame

        wall = cpu = 0.0
        for matted in matter(taken()):
            compose(matted, green, out)
            number = matted.frame.pts
            if number >= said.rate:
                wall, cpu = wall or time.perf_counter(), cpu or time.process_time()
                walls.append(1000 * (time.perf_counter() - source.given[number]))
                owns.append(1000 * (time.thread_time() - began[number]))
        cores = (time.process_time() - cpu) / (time.perf_counter() - wall)
    points = {"median": 50, "p95": 95, "p99": 99, "most": 100}
    figures = {key: float(np.percentile(walls, point)) for key, point in points.items()}
    figures |= {"own": float(np.median(owns)), "own_p99": float(np.percentile(owns, 99)), "cores": cores}
    figures |= {"frames": len(walls), "dropped": newest.dropped, "side": (size or card.size)[0]}
    return figures | {"network_ms": matter.ledger.as_dict()["network_ms"], "age": matter.ledger.lateness}


def main() -> None:
    """Measure and print."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--seconds", type=float, default=20)
    ask.add_argument("--rate", type=float, default=30)
    ask.add_argument("--height", type=int, default=720)
    ask.add_argument("--quality", default="fast")
    ask.add_argument("--threads", type=int, default=live_threads(), help="that share a question to the general network")
    ask.add_argument("--only", choices=SHOTS)
    ask.add_argument("--json", type=Path)
    said = ask.parse_args()
    result = {}
    for name in [said.only] if said.only else SHOTS:
        row = result[name] = play(name, said)
        print(
            f"{name:8} {row['median']:6.1f} {row['p95']:6.1f} {row['p99']:6.1f} {row['most']:6.1f} ms"
            f"   own {row['own']:5.1f} {row['own_p99']:5.1f} ms   CPU {row['cores']:.2f}"
            f"   {row['frames']:.0f} frames, {row['dropped']:.0f} dropped"
            f"   network {row['side']:.0f}, {row['network_ms']:.0f} ms, answers {row['age']:.1f} frames old",
            flush=True,
        )
    if said.json:
        said.json.parent.mkdir(parents=True, exist_ok=True)
        said.json.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
