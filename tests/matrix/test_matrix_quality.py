"""What codecs with loss, and conversions, may cost: colours of the opaque, alpha where it is soft, where it is not."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bgstream.frame import LAYOUTS, Colour, Frame, Layout, Matted
from bgstream.sinks.formats import codecs
from bgstream.sources import VideoSource
from tests.matrix.filming7 import ellipse, pour, radius, recipe_of
from tests.matrix.seeing import read_rgba
from tests.matrix.table import Output, outputs
from tests.media.judge import Judge
from tests.media.synthetic import TV709, info_of

Real = NDArray[np.float64]
SIZE = (96, 160)
BT601, FULL709, BT2020 = Colour(6, False, 6, 6), Colour(1, True, 1, 1), Colour(9, False, 9, 14)
# Kr, Kb of ITU-T H.273's matrices; no table of ours.
KR_KB = {1: (0.2126, 0.0722), 6: (0.299, 0.114), 9: (0.2627, 0.0593)}
SOURCES = {
    "yuv420p": TV709,
    "yuv422p": BT601,
    "yuv444p": FULL709,
    "yuv420p10le": TV709,
    "yuv422p10le": BT601,
    "yuv444p12le": BT2020,
}


def waves(height: int, width: int) -> list[Real]:
    """Y 0..1, Cb and Cr −0.5..0.5: smooth, and inside of the cube of R, G, B."""
    y, x = np.mgrid[:height, :width] + 0.5
    y, x = y / height, x / width
    return [
        0.5 + 0.2 * np.sin(5 * x + 3 * y),
        0.14 * np.sin(3 * x - 2 * y),
        0.14 * np.cos(2 * x + 3 * y),
    ]


def coded(layout: Layout, colour: Colour) -> Frame:
    """The same in code values, each plane at its own size (ITU-T H.273, equations 23 to 31)."""
    unit, top = 1 << (layout.depth - 8), layout.top
    planes = []
    for index, shape in enumerate(layout.shapes(*SIZE)):
        value = waves(*shape)[index]
        span, base = ((top, 0) if index == 0 else (top, 128 * unit)) if colour.full else _studio(index, unit)
        planes.append(np.rint(value * span + base).astype(layout.dtype))
    return Frame(tuple(planes), layout, colour, 0, Fraction(1, 25), 1)


def _studio(index: int, unit: int) -> tuple[int, int]:
    return (219 * unit, 16 * unit) if index == 0 else (224 * unit, 128 * unit)


def rgb_of(frame: Frame) -> Real:
    """(height, width, 3) R, G, B 0..1, exactly, chroma enlarged by a straight line between its samples."""
    layout, colour = frame.layout, frame.colour
    unit, parts = 1 << (layout.depth - 8), []
    for index, plane in enumerate(frame.planes):
        span, base = (layout.top, 128 * unit * (index > 0)) if colour.full else _studio(index, unit)
        parts.append(_enlarged((plane.astype(np.float64) - base) / span, layout.subsampling if index else (1, 1)))
    (kr, kb), (luma, blue, red) = KR_KB[colour.matrix], parts
    r, b = luma + 2 * (1 - kr) * red, luma + 2 * (1 - kb) * blue
    return np.stack([r, (luma - kr * r - kb * b) / (1 - kr - kb), b], axis=-1)


def _enlarged(plane: Real, covers: tuple[int, int]) -> Real:
    """Sampled in the middle of what it covers."""
    for axis, (step, wanted) in enumerate(zip(covers, SIZE, strict=True)):
        if step > 1:
            here = (np.arange(wanted) + 0.5) / step - 0.5
            low = np.clip(np.floor(here).astype(int), 0, plane.shape[axis] - 2)
            share = np.clip(here - low, 0, 1).reshape((-1, 1) if axis == 0 else (1, -1))
            plane = plane.take(low, axis) * (1 - share) + plane.take(low + 1, axis) * share
    return plane


def in_rgb() -> list[Output]:
    """Every output that keeps R, G, B as they are; FFV1 keeps Y, Cb, Cr."""
    kept = [output for output in outputs(transparent=True) if codecs()[output.codec].lossless]
    return [output for output in kept if all(LAYOUTS[name].rgb for name in recipe_of(output).layouts or ())]


@pytest.mark.parametrize("output", in_rgb(), ids=str)
@pytest.mark.parametrize("name", SOURCES)
def test_opaque_pixels_through_rgb(name: str, output: Output, tmp_path: Path, judge: Judge) -> None:
    """A file in, a file out: at least 50 dB, without a drift of any channel."""
    made = coded(LAYOUTS[name], SOURCES[name])
    opaque = np.full(SIZE, 255, np.uint8)
    original = pour([Matted(made, opaque)], Output(".mkv", "ffv1", False), info_of([made]), tmp_path)
    source = VideoSource(original, recipe_of(output).wants)
    out = pour((Matted(frame, opaque) for frame in source.frames()), output, source.info, tmp_path)
    deep = source.info.layout.depth == 16
    assert deep == (made.layout.depth > 8 and output.codec == "png")
    (seen,) = read_rgba(judge, out, SIZE, deep)
    error = seen[..., :3] / (65535 if deep else 255) - rgb_of(made)
    assert -10 * np.log10(np.mean(error**2)) >= (65 if deep else 55)
    assert np.abs(error.mean(axis=(0, 1))).max() * 255 < 0.1


def test_prores_keeps_alpha_to_the_last_bit(tmp_path: Path, judge: Judge) -> None:
    """Twelve bits come back: opaque is all of them, and every one of 256 steps is nearest to itself."""
    alpha = np.resize(np.arange(256), SIZE).astype(np.uint8)
    alpha[:, :40], alpha[:, -40:] = 0, 255
    made = [Matted(coded(LAYOUTS["yuv444p10le"], TV709), alpha)]
    out = pour(made, Output(".mov", "prores", True), info_of([made[0].frame]), tmp_path)
    seen = np.frombuffer(judge.samples(out, "gray12le", filters="alphaextract"), np.uint16).reshape(SIZE)
    assert (seen.min(), seen.max()) == (0, 4095)
    np.testing.assert_array_equal(np.rint(seen / 4095 * 255), alpha)
    assert (seen[alpha == 255] == 4095).all()


def test_vp9_keeps_alpha(tmp_path: Path, judge: Judge) -> None:
    """At the default quality, an ellipse that moves, its edge soft over 7 to 13 pixels: a tenth of a step on average.

    What is nothing or all stays so.
    """
    size, count = (360, 640), 8
    layout = LAYOUTS["yuv420p"]
    grey = tuple(np.full(shape, 120, np.uint8) for shape in layout.shapes(*size))
    alphas = [ellipse(size, number, soft=0.05) for number in range(count)]
    made = [Matted(Frame(grey, layout, TV709, k, Fraction(1, 25), 1), alpha) for k, alpha in enumerate(alphas)]
    out = pour(made, Output(".webm", "vp9", True), info_of([matted.frame for matted in made]), tmp_path)
    seen = judge.alpha(out, "libvpx-vp9").astype(int)
    assert np.abs(seen - np.stack(alphas)).mean() <= 0.1
    for number in range(count):
        far = radius(size, number)
        assert (seen[number][far < 0.85].min(), seen[number][far > 1.1].max()) == (255, 0)
