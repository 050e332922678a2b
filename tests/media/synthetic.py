"""Synthetic frames written by a sink: what goes in is known to the last bit."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np

from bgstream.backdrops import Plain, Transparent
from bgstream.compose import compose
from bgstream.frame import LAYOUTS, Colour, Frame, Layout, Matted, Plane
from bgstream.protocols import Backdrop, SourceInfo
from bgstream.sinks import open_sink, recipe_for

SIZE = (64, 96)
TICK = Fraction(1, 12800)
STEADY = tuple(512 * k for k in range(10))  # 25 frames a second in TICKs
TV709 = Colour(1, False, 1, 1)


def picture(layout: Layout, size: tuple[int, int], seed: int, noisy: bool = True) -> tuple[Plane, ...]:
    """Three planes of noise over the whole range of samples, or of a flat bright colour."""
    draw = np.random.default_rng(seed)
    shapes = layout.shapes(*size)
    if noisy:
        return tuple(draw.integers(0, layout.top + 1, shape).astype(layout.dtype) for shape in shapes)
    values = (200, 90, 170)
    return tuple(np.full(s, v << (layout.depth - 8), layout.dtype) for s, v in zip(shapes, values, strict=True))


def soft_block(size: tuple[int, int] = SIZE) -> Plane:
    """Alpha: 0 in the left third, 128 in the middle, 255 in the right third."""
    height, width = size
    return np.tile(np.array([0, 128, 255], np.uint8)[np.arange(width) * 3 // width], (height, 1))


def frames(
    layout: Layout = LAYOUTS["yuv420p"],
    size: tuple[int, int] = SIZE,
    times: Sequence[int] = STEADY,
    tick: Fraction = TICK,
    colour: Colour = TV709,
    noisy: bool = False,
) -> list[Frame]:
    """One frame for each time."""
    step = times[1] - times[0] if len(times) > 1 else round(Fraction(1, 25) / tick)
    return [Frame(picture(layout, size, k, noisy), layout, colour, pts, tick, step) for k, pts in enumerate(times)]


def info_of(made: Sequence[Frame], aspect: Fraction = Fraction(1), sound: Path | None = None) -> SourceInfo:
    """What a source of these frames would say of itself."""
    first = made[0]
    return SourceInfo(
        sound or Path("synthetic"),
        first.size,
        first.layout,
        first.colour,
        time_base=first.time_base,
        aspect=aspect,
        audio=int(sound is not None),
    )


def write(
    target: Path,
    made: Sequence[Frame],
    alpha: Plane | None = None,
    green: bool = False,
    matte: bool = False,
    info: SourceInfo | None = None,
) -> Path:
    """Write frames as the pipeline does, all with one alpha, on nothing or on green; returns ``target``."""
    info = info or info_of(made)
    alpha = soft_block(made[0].size) if alpha is None else alpha
    behind: Backdrop = Plain((0, 255, 0)) if green else Transparent()
    recipe = recipe_for(target, info.still, not green, matte)
    with open_sink(target, recipe, info) as sink:
        for frame in made:
            out = sink.blank(frame)
            compose(Matted(frame, alpha), behind, out)
            sink.write(out)
    return target
