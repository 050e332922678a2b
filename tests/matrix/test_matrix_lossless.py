"""What lossless means: R, G, B and Y, Cb, Cr come back bit for bit through every output that promises it."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bgstream.frame import LAYOUTS, RGB, Colour, Frame, Layout, Matted, code_values
from bgstream.sinks.formats import codecs
from tests.matrix.filming7 import GREEN, pour, recipe_of
from tests.matrix.seeing import read_rgba
from tests.matrix.table import Output, outputs
from tests.media.judge import Judge
from tests.media.synthetic import TV709, frames, info_of

SIZE = (48, 96)  # thirds of 32 columns: whole blocks of every chroma size
SRGB = Colour(RGB, True, 1, 13)
COUNT = 3


def exact(transparent: bool, rgb: bool) -> list[tuple[Output, str]]:
    """Every lossless output with every layout of one kind that it takes; FFV1 has tests of its own."""
    return [
        (output, name)
        for output in outputs(transparent)
        if codecs()[output.codec].lossless and output.codec != "ffv1"
        for name in sorted(recipe_of(output).layouts or ())
        if LAYOUTS[name].rgb == rgb
    ]


def named(case: object) -> str:
    return str(case)


def noise(layout: Layout, colour: Colour) -> list[Matted]:
    """Noise over the whole range; alpha is all of 0..255 in the left third, then 0 once more, then 255."""
    ramp = np.resize(np.arange(256), SIZE[0] * SIZE[1] // 3).reshape(SIZE[0], -1)
    alpha = np.hstack([ramp, 0 * ramp, 0 * ramp + 255]).astype(np.uint8)
    return [Matted(frame, alpha) for frame in frames(layout, SIZE, noisy=True, colour=colour)[:COUNT]]


def interleaved(frame: Frame) -> NDArray[np.uint16]:
    green, blue, red = (plane.astype(np.uint16) for plane in frame.planes)
    return np.stack([red, green, blue], axis=-1)


@pytest.mark.parametrize(("output", "name"), exact(transparent=True, rgb=True), ids=named)
def test_rgb_and_alpha_are_exact(output: Output, name: str, tmp_path: Path, judge: Judge) -> None:
    layout = LAYOUTS[name]
    made = noise(layout, SRGB)
    info = info_of([matted.frame for matted in made])
    seen = read_rgba(judge, pour(made, output, info, tmp_path), SIZE, layout.depth == 16)
    assert len(seen) == COUNT
    for matted, picture in zip(made, seen, strict=True):
        np.testing.assert_array_equal(
            picture[..., 3], matted.alpha.astype(np.uint16) * (257 if layout.depth == 16 else 1)
        )
        np.testing.assert_array_equal(picture[:, 64:, :3], interleaved(matted.frame)[:, 64:])


@pytest.mark.parametrize(("output", "name"), exact(transparent=False, rgb=True), ids=named)
def test_opaque_rgb_is_exact(output: Output, name: str, tmp_path: Path, judge: Judge) -> None:
    layout = LAYOUTS[name]
    made = noise(layout, SRGB)
    info = info_of([matted.frame for matted in made])
    seen = read_rgba(judge, pour(made, output, info, tmp_path), SIZE, layout.depth == 16)
    assert len(seen) == COUNT
    for matted, picture in zip(made, seen, strict=True):
        np.testing.assert_array_equal(picture[:, 64:, :3], interleaved(matted.frame)[:, 64:])
        np.testing.assert_array_equal(picture[0, 40, :3], np.array(GREEN) * (257 if layout.depth == 16 else 1))


@pytest.mark.parametrize(("output", "name"), exact(transparent=False, rgb=False), ids=named)
def test_opaque_yuv_is_exact(output: Output, name: str, tmp_path: Path, judge: Judge) -> None:
    layout = LAYOUTS[name]
    made = noise(layout, TV709)
    path = pour(made, output, info_of([matted.frame for matted in made]), tmp_path)
    whole = np.frombuffer(judge.samples(path, name), layout.dtype).reshape(COUNT, -1)
    green = code_values(GREEN, layout, TV709)
    for matted, picture in zip(made, whole, strict=True):
        start = 0
        for mine, backdrop in zip(matted.frame.planes, green, strict=True):
            theirs = picture[start : start + mine.size].reshape(mine.shape)
            third = mine.shape[1] // 3
            np.testing.assert_array_equal(theirs[:, 2 * third :], mine[:, 2 * third :])
            assert (theirs[:, third : 2 * third - 1] == backdrop).all()
            start += mine.size
