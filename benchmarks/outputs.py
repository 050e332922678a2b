"""What outputs cost: size, quality of what is seen and processor time, for mattes that are known beforehand.

usage: python benchmarks/outputs.py [--part tiers outputs hidden] [--frames N] [--rounds N] [--json FILE]

Three clips of 1280×720: examples/mug.mp4 with its exact alpha; examples/astronaut.mp4 under a soft ellipse that moves;
and a hand-held one made from it, which sways and has a camera's noise. Frames are decoded, converted for the output and
composed before the clock starts: what is timed is the sink, its encoder and muxer. Rounds go through all cases in turn,
so that the machine's moods hit all alike; figures are medians.

  tiers        the default .webm with alpha at each quality
  outputs      every codec of every suffix once, at the default quality; with alpha where it holds any, else on green
  hidden       the same with the colours that alpha hides left in, against flattened as bgstream does

  CPU ms       of all threads, a frame; two cores are in time with 30 frames a second below 66
  KiB          a frame
  dB           PSNR of the samples that are seen (alpha ≥ 128), against those that went in; of R, G, B or Y, Cb, Cr
  alpha        mean error of alpha, of 255
"""

import argparse
import json
import resource
import statistics
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import cache
from itertools import islice
from math import inf, log10
from pathlib import Path

import numpy as np

from bgstream.backdrops import Plain, Transparent
from bgstream.compose import compose
from bgstream.frame import Frame, Layout, Matted, Plane
from bgstream.media import open_media
from bgstream.protocols import SourceInfo, Wants
from bgstream.sinks import Recipe, open_sink, recipe_for
from bgstream.sinks.formats import codecs, containers
from bgstream.sources import VideoSource, open_source

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
QUALITIES = ("draft", "fast", "balanced", "best")
NOISE = 4.0  # standard deviation of the hand-held clip's luma, of 255
SKIPPED = 30  # frames at the beginning of a clip
GREEN = (0, 255, 0)
Figures = dict[str, float]


@dataclass(frozen=True)
class Shots:
    """Frames with their mattes, ready to be composed."""

    info: SourceInfo
    matted: tuple[Matted, ...]


@dataclass(frozen=True)
class Case:
    """One output of one clip; ``flat``: colours that alpha hides are flattened."""

    clip: str
    suffix: str
    codec: str
    quality: str = "fast"
    transparent: bool = True
    flat: bool = True

    @property
    def file(self) -> str:
        """Its name."""
        return "out_%05d.png" if self.suffix == "%d.png" else f"out{self.suffix}"

    @property
    def recipe(self) -> Recipe:
        """How it is written."""
        return recipe_for(Path(self.file), False, self.transparent, False, self.codec, self.quality)


def mug_alpha(count: int) -> Iterator[Plane]:
    """The exact one."""
    with open_media(EXAMPLES / "mug-alpha.mkv") as container:
        for picture in islice(container.decode(video=0), SKIPPED, SKIPPED + count):
            yield np.frombuffer(picture.planes[0], np.uint8).reshape(720, -1)[:, :1280].copy()  # type: ignore[call-overload]


def ellipse(count: int) -> Iterator[Plane]:
    """A soft one, five pixels further in every frame."""
    y, x = np.mgrid[:720, :1280]
    for number in range(count):
        away = np.hypot((x - 560 - 5 * number) / 330, (y - 380) / 330)
        yield np.rint(255 * np.clip((1.03 - away) * 16, 0, 1)).astype(np.uint8)


def hand_held(frame: Frame, number: int, draw: np.random.Generator) -> Frame:
    """Swaying, and noisy."""
    down, across = (2 * round(6 * float(f(number / 5))) for f in (np.sin, np.cos))
    ways = ((down, across), (down // 2, across // 2), (down // 2, across // 2))
    moved = [np.roll(plane, way, (0, 1)) for plane, way in zip(frame.planes, ways, strict=True)]
    noisy = moved[0] + draw.normal(0, NOISE, moved[0].shape)
    return replace(frame, planes=(np.clip(np.rint(noisy), 16, 235).astype(np.uint8), *moved[1:]))


CLIPS: dict[str, tuple[str, Callable[[int], Iterator[Plane]]]] = {
    "mug": ("mug.mp4", mug_alpha),
    "astronaut": ("astronaut.mp4", ellipse),
    "hand-held": ("astronaut.mp4", ellipse),
}


@cache
def shots(clip: str, wants: Wants, count: int, folder: Path) -> Shots:
    """A clip's frames as a sink wants them."""
    file, alphas = CLIPS[clip]
    path = EXAMPLES / file
    if clip == "hand-held":
        path = _filmed(path, count, folder)
    source = VideoSource(path, wants)
    skipped = 0 if clip == "hand-held" else SKIPPED
    frames = islice(source.frames(), skipped, skipped + count)
    matted = tuple(Matted(frame, alpha) for frame, alpha in zip(frames, alphas(count), strict=True))
    return Shots(replace(source.info, audio=0, duration=0.0), matted)


def _filmed(path: Path, count: int, folder: Path) -> Path:
    """The hand-held clip, lossless."""
    target = folder / "hand-held.mkv"
    if not target.exists():
        source, draw = VideoSource(path, Wants(frozenset({"yuv420p"}))), np.random.default_rng(7)
        recipe = recipe_for(target, still=False, transparent=False, matte=False)
        with open_sink(target, recipe, replace(source.info, audio=0)) as sink:
            for number, frame in enumerate(islice(source.frames(), SKIPPED, SKIPPED + count)):
                out, moved = sink.blank(frame), hand_held(frame, number, draw)
                for mine, theirs in zip(moved.planes, out.planes, strict=True):
                    theirs[...] = mine
                sink.write(out)
    return target


def composed(matted: Matted, case: Case) -> Frame:
    """What goes into the sink."""
    frame, layout = matted.frame, matted.frame.layout
    planes = tuple(np.empty(shape, layout.dtype) for shape in layout.shapes(*frame.size))
    out = replace(frame, planes=planes, alpha=np.empty(frame.size, layout.dtype), keeper=None)
    if not case.transparent:
        compose(matted, Plain(GREEN), replace(out, alpha=None))
        return replace(out, alpha=None)
    compose(matted, Transparent(), out)
    return out if case.flat else replace(out, planes=frame.planes)


def used() -> float:
    """Seconds of processor time of this process, all threads."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def written(case: Case, made: Shots, target: Path) -> Figures:
    """Write once; time and size."""
    ready = [composed(matted, case) for matted in made.matted]
    before = used()
    with open_sink(target, case.recipe, made.info) as sink:
        for frame in ready:
            out = sink.blank(frame)
            for mine, theirs in zip(frame.planes, out.planes, strict=True):
                theirs[...] = mine
            if out.alpha is not None and frame.alpha is not None:
                out.alpha[...] = frame.alpha
            sink.write(out)
    spent = used() - before
    files = sorted(target.parent.glob("out_*.png")) if case.suffix == "%d.png" else [target]
    size = sum(file.stat().st_size for file in files)
    return {"cpu_ms": 1000 * spent / len(ready), "kib": size / 1024 / len(ready)}


def quality(case: Case, made: Shots, target: Path) -> Figures:
    """PSNR of what is seen and the error of alpha; nothing where the output is lossless and tests say so."""
    if case.recipe.codec.lossless:
        return {"db": inf, "alpha": 0.0}
    layout = made.info.layout
    came = open_source(target, Wants(frozenset({layout.name}), square=case.recipe.wants.square)).frames()
    squares, samples, wrong = 0.0, 0, []
    for matted, frame in zip(made.matted, came, strict=True):
        seen = composed(matted, case)
        for index, (mine, theirs) in enumerate(zip(seen.planes, frame.planes, strict=True)):
            visible = _seen(matted.alpha, layout, index)[: theirs.shape[0], : theirs.shape[1]]
            error = (mine.astype(np.float64) - theirs[: mine.shape[0], : mine.shape[1]])[visible] / layout.top
            squares, samples = squares + float((error**2).sum()), samples + error.size
        if case.transparent and frame.alpha is not None:
            wrong.append(float(np.abs(matted.alpha.astype(int) - frame.alpha).mean()))
    return {"db": -10 * log10(squares / samples), "alpha": statistics.fmean(wrong) if wrong else 0.0}


def _seen(alpha: Plane, layout: Layout, index: int) -> Plane:
    down, across = layout.subsampling if index else (1, 1)
    return alpha[::down, ::across] >= 128


def measured(cases: list[Case], count: int, rounds: int, folder: Path) -> list[Figures]:
    """All cases in turn, ``rounds`` times."""
    runs: list[list[Figures]] = [[] for _ in cases]
    found: list[Figures] = []
    for turn in range(rounds):
        for index, case in enumerate(cases):
            made = shots(case.clip, case.recipe.wants, count, folder)
            with tempfile.TemporaryDirectory(dir=folder) as name:
                target = Path(name) / case.file
                runs[index].append(written(case, made, target))
                if not turn:
                    found.append(quality(case, made, target))
    middle = [{key: statistics.median(run[key] for run in some) for key in some[0]} for some in runs]
    return [
        {key: round(value, 3) for key, value in (one | more).items()} for one, more in zip(middle, found, strict=True)
    ]


def tiers() -> list[Case]:
    """The default output at each quality."""
    return [Case(clip, ".webm", "vp9", quality) for clip in CLIPS for quality in QUALITIES]


def outputs() -> list[Case]:
    """Every codec of every suffix, but a pipe's, which codes nothing."""
    return [
        Case("mug", suffix, codec, transparent=codec in container.alpha)
        for suffix, container in containers().items()
        for codec in dict.fromkeys((*container.alpha, *container.opaque))
        if not codecs()[codec].hardware and suffix != "-"
    ]


def hidden() -> list[Case]:
    """What flattening saves."""
    ways = ((".webm", "vp9"), (".mkv", "ffv1"), (".mov", "prores"), (".webp", "webp"), (".apng", "apng"))
    return [Case(clip, *way, flat=flat) for clip in ("mug", "hand-held") for way in ways for flat in (True, False)]


PARTS: dict[str, Callable[[], list[Case]]] = {"tiers": tiers, "outputs": outputs, "hidden": hidden}


def rows(part: str, cases: list[Case], figures: list[Figures]) -> Iterator[tuple[str, ...]]:
    """A table's head and lines."""
    said = [f"{one['db']:.1f}" if one["db"] < inf else "lossless" for one in figures]
    if part == "hidden":
        yield "clip", "output", "KiB flattened", "KiB left in", "saved", "CPU ms flattened", "CPU ms left in"
        pairs = zip(cases[::2], figures[::2], figures[1::2], strict=True)
        for case, flat, left in pairs:
            sizes = f"{flat['kib']:.1f}", f"{left['kib']:.1f}", f"{1 - flat['kib'] / left['kib']:.0%}"
            yield case.clip, f"{case.suffix} {case.codec}", *sizes, f"{flat['cpu_ms']:.1f}", f"{left['cpu_ms']:.1f}"
        return
    head = ("clip", "quality") if part == "tiers" else ("output", "content")
    yield *head, "KiB", "dB", "alpha", "CPU ms"
    for case, one, db in zip(cases, figures, said, strict=True):
        content = "alpha" if case.transparent else "on green"
        first = (case.clip, case.quality) if part == "tiers" else (f"{case.suffix} {case.codec}", content)
        yield *first, f"{one['kib']:.1f}", db, f"{one['alpha']:.3f}", f"{one['cpu_ms']:.1f}"


def main() -> None:
    """Measure and print Markdown."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--part", nargs="*", choices=PARTS, default=[*PARTS])
    ask.add_argument("--frames", type=int, default=24)
    ask.add_argument("--rounds", type=int, default=3)
    ask.add_argument("--json", type=Path)
    said = ask.parse_args()
    answer = {}
    with tempfile.TemporaryDirectory() as name:
        for part in said.part:
            cases = PARTS[part]()
            figures = measured(cases, said.frames, said.rounds, Path(name))
            for number, row in enumerate(rows(part, cases, figures)):
                print("| " + " | ".join(row) + " |" + ("\n|" + "---|" * len(row) if not number else ""), flush=True)
            print()
            answer[part] = [
                {**asdict(case), **{key: value for key, value in one.items() if value < inf}}
                for case, one in zip(cases, figures, strict=True)
            ]
    if said.json:
        said.json.write_text(json.dumps(answer, indent=1) + "\n")


if __name__ == "__main__":
    main()
