"""bgstream beside what others do, on the same clip with the same weights, in one run.

usage: python benchmarks/peers/run.py [--clip FILE] [--truth FILE] [--person FILE] [--rounds N] [--json FILE]

Any subject (default clip: examples/mug.mp4 with its exact alpha), all with u2netp's weights, all onto green:
  rembg's recipe           its steps on every frame, in the loop that its users write (cv2, NumPy, mp4v)
  rembg                    the package itself in that loop, where it is installed
  backgroundremover-like   the same network on every frame, frames and masks through ffmpeg, two passes
  bgstream QUALITY MODEL   the main job, to H.264; with a number, --fps-budget
Persons (default clip: examples/astronaut.mp4, 720p):
  loop                     what tutorials do with a small person network (from benchmarks/speed.py)
  bgstream fast            with the same network, and with -m auto

Each role is a process of its own; rounds alternate between the roles, so that the machine's moods hit all alike.
Frames a second count the whole job, networks loaded and chosen included. Figures are medians; ratios are medians of
the ratios within a round. With a truth every role's matte is scored too, from a run of its own.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bgstream.evaluate.job import score_one
from bgstream.frame import GREY, Colour, Frame
from bgstream.matting.tiers import find_tier
from bgstream.pipeline import run
from bgstream.progress import Silent
from bgstream.protocols import SourceInfo, Wants
from bgstream.settings import Settings
from bgstream.sinks import Delivery, open_sink, recipe_for
from bgstream.sources import open_source
from bgstream.warmup import compile_kernels

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from peers.recipes import RECIPES, Mask, missing  # beside this file, wherever it is run from

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SPEED = Path(__file__).resolve().parents[1] / "speed.py"
GREEN, SCORES = "#00ff00", ("iou", "mad", "dtssd")
Figures = dict[str, float]


@dataclass(frozen=True)
class Case:
    """Roles that are held against each other on one clip; the first is what the others' ratios are to."""

    name: str
    roles: tuple[str, ...]


ANY = Case(
    "any subject, weights of u2netp",
    (
        *RECIPES,
        *(
            f"bgstream {words}"
            for words in ("draft u2netp", "draft u2netp 25", "fast u2netp", "fast auto", "balanced u2netp")
        ),
    ),
)
PERSON = Case("persons", ("loop", "bgstream fast selfie-landscape", "bgstream fast auto"))


def play(role: str, clip: Path, target: Path, matte: bool) -> Figures:
    """One role in this process: frames, wall and CPU seconds, those of the processes that it starts included."""
    if role.startswith("bgstream"):
        _, quality, model, *budget = role.split()
        compile_kernels(Silent(), [find_tier(quality)])  # once a machine, not once a clip
        behind, rate = "transparent" if matte else GREEN, float(budget[0]) if budget else 0.0
        settings = Settings(quality=quality, model=model, matte=matte, backdrop=behind, fps_budget=rate)
        return measured(lambda: run(clip, target, settings).frames)
    masks: list[Mask] = []
    figures = measured(lambda: RECIPES[role](clip, target.with_suffix(".mp4"), masks.append if matte else None))
    if matte:
        write_mattes(masks, open_source(clip, Wants()).info, target)
    return figures


def measured(work: Callable[[], int]) -> Figures:
    """Frames, wall and CPU seconds of one piece of work."""
    wall, cpu = time.perf_counter(), cpu_seconds()
    frames = work()
    return {"frames": frames, "wall": time.perf_counter() - wall, "cpu": cpu_seconds() - cpu}


def cpu_seconds() -> float:
    """Of this process and of those that it started and that have ended."""
    import resource

    counts = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(count.ru_utime + count.ru_stime for count in counts)


def write_mattes(masks: list[Mask], info: SourceInfo, target: Path) -> None:
    """Masks as a lossless grey clip, frame by frame at the source's rate."""
    silent = Delivery(audio=False, subtitles=False)
    with open_sink(target, recipe_for(target, still=False, transparent=True, matte=True), info, silent) as sink:
        step = round(1 / (info.rate * info.time_base))
        for index, mask in enumerate(masks):
            out = sink.blank(Frame((mask,), GREY, Colour(), index * step, info.time_base, step))
            out.planes[0][...] = mask
            sink.write(out)


def child(role: str, clip: Path, target: Path, matte: bool = False) -> Figures:
    """One role in a process of its own."""
    if role == "loop":
        line = [sys.executable, str(SPEED), "--role", "loop", str(clip), str(target)]
    else:
        line = [sys.executable, __file__, "--role", role, str(clip), str(target), "matte" * matte]
    done = subprocess.run(line, stdout=subprocess.PIPE, check=True, text=True)
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


def table(case: Case, clip: Path, truth: Path | None, rounds: int) -> dict[str, Any]:
    """Play every role in turn, ``rounds`` times, then score their mattes where there is a truth."""
    absent = {role: reason for role in case.roles if (reason := missing(role))}
    roles = [role for role in case.roles if role not in absent]
    turns, scores = [], {}
    with tempfile.TemporaryDirectory(prefix="bgstream-peers-") as folder:
        for number in range(rounds):
            print(f"{case.name}: round {number + 1} of {rounds}", file=sys.stderr, flush=True)
            turns.append({role: child(role, clip, Path(folder) / "out.mp4") for role in roles})
        for role in roles if truth else ():
            matte = Path(folder) / "matte.mkv"
            child(role, clip, matte, matte=True)
            values = score_one(matte, truth, None, 1).mean()
            scores[role] = {key: values[key] for key in SCORES}
    rows = {role: {**middle(turns, role, roles[0]), **scores.get(role, {})} for role in roles}
    return {"clip": clip.name, "rounds": rounds, "roles": rows, "left out": absent}


def middle(turns: list[dict[str, Figures]], role: str, first: str) -> Figures:
    """Medians of one role, and its ratios to the first."""

    def median(value: Callable[[dict[str, Figures]], float]) -> float:
        return round(statistics.median(map(value, turns)), 3)

    return {
        "frames": turns[0][role]["frames"],
        "fps": median(lambda turn: turn[role]["frames"] / turn[role]["wall"]),
        "cpu_ms": median(lambda turn: 1000 * turn[role]["cpu"] / turn[role]["frames"]),
        "speed ratio": median(lambda turn: turn[first]["wall"] / turn[role]["wall"]),
        "cpu ratio": median(lambda turn: turn[role]["cpu"] / turn[first]["cpu"]),
    }


def show(name: str, result: dict[str, Any]) -> None:
    """One case as a table."""
    keys = list(next(iter(result["roles"].values())))
    print(f"\n{name}: {result['clip']}, {result['rounds']} rounds\n{'':32}" + "".join(f"{key:>13}" for key in keys))
    for role, figures in result["roles"].items():
        print(f"{role:32}" + "".join(f"{figures[key]:13.3f}" for key in keys))
    for role, reason in result["left out"].items():
        print(f"{role:32} left out: {reason}")


def main() -> None:
    """Measure and print."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--clip", type=Path, default=EXAMPLES / "mug.mp4")
    ask.add_argument("--truth", type=Path, help="the clip's alpha, as a grey clip; without --clip the example's")
    ask.add_argument("--person", type=Path, default=EXAMPLES / "astronaut.mp4", help="a 720p clip with a person")
    ask.add_argument("--rounds", type=int, default=3)
    ask.add_argument("--json", type=Path)
    ask.add_argument("--role", nargs=4, help=argparse.SUPPRESS)
    said = ask.parse_args()
    if said.role:
        role, clip, target, matte = said.role
        print(json.dumps(play(role, Path(clip), Path(target), bool(matte))))
        return
    example = said.clip == EXAMPLES / "mug.mp4"
    truth = said.truth or (EXAMPLES / "mug-alpha.mkv" if example else None)
    results = {}
    for case, clip, alpha in ((ANY, said.clip, truth), (PERSON, said.person, None)):
        results[case.name] = table(case, clip, alpha, said.rounds)
        show(case.name, results[case.name])
    if said.json:
        said.json.parent.mkdir(parents=True, exist_ok=True)
        said.json.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
