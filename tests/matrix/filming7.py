"""Clips through source, compose and sink with an alpha that is known: no network has a say."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bgstream.backdrops import Plain, Transparent
from bgstream.compose import compose
from bgstream.frame import Matted, Plane
from bgstream.protocols import Backdrop, SourceInfo
from bgstream.sinks import Recipe, open_sink, recipe_for
from bgstream.sources import VideoSource
from tests.matrix.seeing import Hints, Seen, raw_rgba, see
from tests.matrix.table import CONDITIONS, DECODERS, Output
from tests.media.clips import make_clip
from tests.media.judge import Judge

PIPE, SEQUENCE = "-", "%d.png"
MATRICES = {1: "bt709", 6: "smpte170m"}
GREEN = (0, 255, 0)


@cache
def radius(size: tuple[int, int], number: int) -> NDArray[np.float64]:
    """(height, width): how far a pixel is from the middle of the ellipse of a frame; its border is at 1."""
    height, width = size
    y, x = np.mgrid[:height, :width]
    middle = width * (0.5 + 0.005 * (number % 8))
    return np.asarray(np.hypot((x - middle) / (0.42 * width), (y - height / 2) / (0.42 * height)))


@cache
def ellipse(size: tuple[int, int], number: int, soft: float = 0.2) -> Plane:
    """(height, width) uint8: alpha of a frame, 255 but for the outer part ``soft`` of the radius, nothing beyond."""
    return np.rint(255 * np.clip((1 - radius(size, number)) / soft, 0, 1)).astype(np.uint8)


class Studio:
    """Makes sources, once each, and sends them through outputs.

    Args:
        folder: for the sources.
        judge: who looks at them.
    """

    def __init__(self, folder: Path, judge: Judge) -> None:
        self._folder, self._judge = folder, judge
        self._sources: dict[str, Seen] = {}

    def source(self, condition: str) -> Path:
        """The clip of a condition."""
        row = CONDITIONS[condition]
        path = self._folder / f"{condition}{row.suffix}"
        if not path.exists():
            make_clip(path, row.clip)
        return path

    def original(self, condition: str) -> Seen:
        """What an independent reader sees in it."""
        if condition not in self._sources:
            row = CONDITIONS[condition]
            self._sources[condition] = see(self._judge, self.source(condition), row.looked, Hints())
        return self._sources[condition]

    def film(self, output: Output, condition: str, folder: Path) -> Path:
        """Write a source as one output into a folder; returns the file, or the pattern of many."""
        source = VideoSource(self.source(condition), recipe_of(output).wants)
        matted = (Matted(frame, ellipse(frame.size, number)) for number, frame in enumerate(source.frames()))
        return pour(matted, output, source.info, folder)

    def come_back(self, output: Output, condition: str, folder: Path) -> Seen:
        """Write, and read what was written."""
        path, row = self.film(output, condition, folder), CONDITIONS[condition]
        return see(self._judge, path, row.looked, hints(output, condition))


def recipe_of(output: Output) -> Recipe:
    """How it is written."""
    target = Path({PIPE: "-", SEQUENCE: "out_%03d.png"}.get(output.suffix, f"out{output.suffix}"))
    return recipe_for(target, still=False, transparent=output.transparent, matte=output.matte, codec=output.codec)


def pour(pictures: Iterable[Matted], output: Output, info: SourceInfo, folder: Path) -> Path:
    """Write pictures with their alpha, as the pipeline does; returns the file, or the pattern of many."""
    if output.suffix == PIPE:
        path = folder / f"out.{output.codec}"
        with caught(path):
            _pour(pictures, Path(PIPE), output, info)
        return path
    path = folder / ("out_%03d.png" if output.suffix == SEQUENCE else f"out{output.suffix}")
    _pour(pictures, path, output, info)
    return path


def _pour(pictures: Iterable[Matted], target: Path, output: Output, info: SourceInfo) -> None:
    behind: Backdrop = Transparent() if output.transparent else Plain(GREEN)
    with open_sink(target, recipe_of(output), info) as sink:
        for matted in pictures:
            out = sink.blank(matted.frame)
            compose(matted, behind, out)
            sink.write(out)


def hints(output: Output, condition: str) -> Hints:
    """What a reader of an output has to know besides."""
    if output.codec == "rgba":
        return Hints(raw_rgba(CONDITIONS[condition].size))
    if output.codec == "y4m":
        return Hints(filters=f"scale=in_color_matrix={MATRICES[CONDITIONS[condition].clip.tags[0]]}")
    if output.transparent and output.codec in DECODERS:
        return Hints(decoder=("-c:v", DECODERS[output.codec]))
    return Hints()


@contextmanager
def caught(path: Path) -> Iterator[None]:
    """Standard output, as every process has it, goes into a file."""
    kept = os.dup(1)
    try:
        with path.open("wb") as file:
            os.dup2(file.fileno(), 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
