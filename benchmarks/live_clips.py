"""Clips whose alpha is known, for benchmarks/live.py: what is shipped, what is made by arithmetic, and a suite's."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from bgstream.evaluate.read import alphas
from bgstream.evaluate.suite import Entry
from bgstream.frame import LAYOUTS, RGB, Colour, Frame
from bgstream.matting.cards import find_card
from bgstream.matting.chain import NetworkMatter, Plan
from bgstream.matting.choose import GENERAL, Choice, choose
from bgstream.matting.segmenter import Segmenter
from bgstream.matting.session import find_device
from bgstream.matting.shelf import Shelf
from bgstream.matting.tiers import find_tier
from bgstream.progress import Clock
from bgstream.protocols import Wants
from bgstream.settings import Settings
from bgstream.sources import open_source
from bgstream.sources.synthetic import SyntheticSource

Float = NDArray[np.float32]
EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
CARD, CPU = find_card(GENERAL), find_device("cpu")
SHELF = Shelf(CPU)


@dataclass(frozen=True, slots=True)
class Clip:
    """Frames with their truth; ``person``: persons are meant."""

    name: str
    frames: list[Frame]
    truths: list[Float]
    person: bool


def own_clips(count: int, rate: int) -> Iterator[Clip]:
    """What is shipped with the project, or made by it."""
    mug = open_source(EXAMPLES / "mug.mp4", Wants(None, True))
    yield _clip("mug", mug.frames(), alphas(EXAMPLES / "mug-alpha.mkv"), count, person=False)
    thing = SyntheticSource((360, 640), Fraction(rate), count, "thing")
    truths = (np.asarray(thing.truth(k) / np.float32(255), np.float32) for k in range(count))
    yield _clip("thing", thing.frames(), truths, count, person=False)
    swaying = [_swaying(*_cut_out(), k / rate) for k in range(count)]
    yield _clip("swaying", iter([one for one, _ in swaying]), iter([truth for _, truth in swaying]), count, person=True)


@cache
def _cut_out() -> tuple[Float, Float, Float]:
    """A person's picture (height, width, 3: R, G, B) 0..1, her matte, and paper of many sizes to stand before."""
    frame = open_source(EXAMPLES / "astronaut.mp4", Wants(frozenset({"gbrp"}), True)).sample(1)[0]
    plan = Plan(Choice(CARD, person=True, certain=True), find_tier("balanced"), Settings(matte=True))
    (matted,) = NetworkMatter(plan, Segmenter(CARD, CPU), SHELF, Clock())(iter([frame]))
    random, size = np.random.default_rng(0), frame.size
    paper = np.full(size, 0.4, np.float32)
    for scale in (4, 16, 64):
        small = random.random((size[0] // scale + 1, size[1] // scale + 1), np.float32) - np.float32(0.5)
        paper += np.float32(0.2) * cv2.resize(small, size[::-1], interpolation=cv2.INTER_CUBIC)
    green, blue, red, alpha = (plane.astype(np.float32) / np.float32(255) for plane in (*frame.planes, matted.alpha))
    return np.dstack((red, green, blue)), alpha, np.clip(paper, 0, 1)[..., None]


def _swaying(picture: Float, alpha: Float, paper: Float, seconds: float) -> tuple[Frame, Float]:
    """The person as she sways, turns and comes nearer, and her exact matte."""
    height, width = alpha.shape
    angle, nearer = 6 * math.sin(2.3 * seconds), 0.85 + 0.08 * math.sin(1.7 * seconds)
    way = cv2.getRotationMatrix2D((width / 2, height), angle, nearer)
    way[:, 2] += 0.14 * width * math.sin(2.9 * seconds), 0.05 * height
    cover, shown = (np.asarray(cv2.warpAffine(plane, way, (width, height)), np.float32) for plane in (alpha, picture))
    mixed = paper + (shown - paper) * cover[..., None]
    red, green, blue = np.ascontiguousarray(np.rint(255 * mixed).astype(np.uint8).transpose(2, 0, 1))
    return Frame((green, blue, red), LAYOUTS["gbrp"], Colour(RGB, True)), cover


def suite_clips(entries: Iterable[Entry], count: int) -> Iterator[Clip]:
    """Those of a suite that move; whether persons are meant is decided as the program does."""
    for entry in entries:
        if entry.still or entry.source is None or entry.alpha is None:
            continue
        source = open_source(entry.source, Wants(None, True))
        person = choose("auto", "auto", find_tier("balanced"), SHELF, source).person
        yield _clip(entry.name, source.frames(), alphas(entry.alpha), count, person=person)


def _clip(name: str, frames: Iterator[Frame], truths: Iterator[Float], count: int, *, person: bool) -> Clip:
    numbered = (replace(frame, pts=number) for number, frame in enumerate(islice(frames, count)))
    return Clip(name, list(numbered), list(islice(truths, count)), person)
