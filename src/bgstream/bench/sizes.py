"""The job at every resolution, with the codec and without, and what a megapixel costs."""

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from bgstream.backdrops import backdrop
from bgstream.bench.clip import write_clip
from bgstream.bench.measure import BACKDROP, Run, on_colour, run_job
from bgstream.compose import compose
from bgstream.frame import Frame
from bgstream.matters import make_matter
from bgstream.matting.session import Device
from bgstream.matting.tiers import find_tier
from bgstream.progress import Clock
from bgstream.sources.synthetic import SyntheticSource

MODEL, QUALITY = "selfie-landscape", "fast"  # a small network: what grows with the picture is to be seen
SIZES = {"360p": (360, 640), "720p": (720, 1280), "1080p": (1080, 1920), "1440p": (1440, 2560), "4K": (2160, 3840)}
HELD = 6  # frames kept in memory for processing alone, played to and fro
WARM = 6  # frames before the clock starts: the look-ahead fills, memory is touched for the first time


@dataclass(frozen=True, slots=True)
class Size:
    """The person network's job at one resolution.

    Attributes:
        name: as people say it.
        size: (height, width).
        alone: frames a second without any codec: frames lie in memory, one thread works on them.
        run: from a file to a file.
    """

    name: str
    size: tuple[int, int]
    alone: float
    run: Run

    @property
    def megapixels(self) -> float:
        """Of a frame."""
        return self.size[0] * self.size[1] / 1e6

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {**asdict(self), "megapixels": self.megapixels}


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds a frame of a stage, as a line over megapixels: ms = fixed + slope · megapixels.

    Attributes:
        stage: which.
        fixed: milliseconds whatever the size.
        slope: milliseconds a megapixel.
        r2: share of the variance that the line explains; 1 where all sizes cost the same.
    """

    stage: str
    fixed: float
    slope: float
    r2: float


def time_size(name: str, folder: Path, device: Device, seconds: float) -> Size:
    """Measure one resolution.

    Args:
        name: a key of :data:`SIZES`.
        folder: where clips may be put.
        device: where the network runs.
        seconds: to be spent on each of the two measurements.
    """
    size = SIZES[name]
    alone = time_alone(size, device, seconds)
    frames = round(min(alone, 60.0) * seconds)  # the codec takes its share, but makes the clip too
    source = SyntheticSource(size, Fraction(25), max(12, min(frames, 96)), "person")
    clip = folder / f"{name}.mp4"
    write_clip(source.frames(), source.info, clip)
    run = run_job(clip, folder, name, on_colour(QUALITY, MODEL))
    clip.unlink()
    return Size(name, size, alone, run)


def time_alone(size: tuple[int, int], device: Device, seconds: float) -> float:
    """Frames a second of matting and compositing, from memory to memory, in one thread."""
    source, settings = SyntheticSource(size, Fraction(25), HELD, "person"), on_colour(QUALITY, MODEL)
    matter = make_matter(settings, find_tier(QUALITY), device, source, Clock()).matter
    layout, behind = source.info.layout, backdrop(BACKDROP)
    out = Frame(tuple(np.empty(shape, np.uint8) for shape in layout.shapes(*size)), layout, source.info.colour)
    done, began = 0, time.perf_counter()
    for done, matted in enumerate(matter(_played(source, seconds)), 1 - WARM):
        compose(matted, behind, out)
        if done <= 0:
            began = time.perf_counter()
    return round(done / (time.perf_counter() - began), 2)


def fit(stage: str, sizes: list[Size]) -> Cost:
    """The least-squares line through a stage's milliseconds over megapixels."""
    x = np.array([size.megapixels for size in sizes])
    y = np.array([size.run.stage_ms[stage] for size in sizes])
    slope, fixed = np.polyfit(x, y, 1)
    rest, spread = float(np.square(y - fixed - slope * x).sum()), float(np.square(y - y.mean()).sum())
    return Cost(stage, float(fixed), float(slope), 1 - rest / spread if spread else 1.0)


def _played(source: SyntheticSource, seconds: float) -> Iterator[Frame]:
    """The frames to and fro, again and again, until the time is up."""
    frames = list(source.frames())
    loop = frames + frames[-2:0:-1]
    ends = time.perf_counter() + seconds
    for index in count():
        if index >= 2 * WARM and time.perf_counter() > ends:
            return
        yield replace(loop[index % len(loop)], pts=index)
