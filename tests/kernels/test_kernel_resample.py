"""Down-scaling is the exact area average, then the colour matrix, then the clip and the normalisation."""

import cv2
import numpy as np
import pytest
from bgstream_kernels import Downscaler, area_taps
from bgstream_kernels.planes import Plane
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.kernels import twins
from tests.kernels.drawing import Size, dtype_for, modest, pixels, planes, seeds, sizes, tops

Float = NDArray[np.float32]
Planes = tuple[Plane, Plane, Plane]
GUARD = np.float32(-77)


def dense(n_in: int, n_out: int) -> twins.Double:
    """The taps as a matrix; fails where a tap lies outside of the input."""
    first, weights = area_taps(n_in, n_out)
    assert first.dtype == np.int32
    assert weights.dtype == np.float32
    matrix = np.zeros((n_out, n_in))
    for row, start, taps in zip(matrix, first, weights, strict=True):
        assert 0 <= start <= n_in - taps.size
        row[start : start + taps.size] = taps
    return matrix


def check_taps(n_in: int, n_out: int) -> None:
    got = dense(n_in, n_out)
    np.testing.assert_allclose(got, twins.area_matrix(n_in, n_out), rtol=0, atol=2e-7)
    np.testing.assert_allclose(got.sum(axis=1), 1, rtol=0, atol=1e-6)
    assert got.min() >= 0


def test_area_taps_of_every_small_size() -> None:
    for n_in in range(1, 33):
        for n_out in range(1, 33):
            check_taps(n_in, n_out)


@modest
@given(st.integers(1, 4096), st.integers(1, 600))
def test_area_taps_of_any_size(n_in: int, n_out: int) -> None:
    check_taps(n_in, n_out)


def tensor(size: Size) -> Float:
    """Three channels amid two more that have to stay as they are, filled with what must not be left over."""
    base = np.full((5, *size), GUARD, np.float32)
    base[1:4] = np.nan
    return base


@st.composite
def cases(draw: st.DrawFn) -> tuple[Planes, twins.Double, Float]:
    luma, size, top = draw(sizes), draw(sizes), draw(tops)
    cover = draw(st.sampled_from([(1, 1), (1, 2), (2, 2)]))
    chroma = (-(-luma[0] // cover[0]), -(-luma[1] // cover[1]))
    rng = np.random.default_rng(draw(seeds))
    matrix = np.column_stack([rng.uniform(-1, 1, (3, 3)) / top, rng.uniform(-0.5, 1, 3), rng.uniform(-5, 5, (3, 2))])
    first, second, third = (draw(planes(shape, top)) for shape in (luma, chroma, chroma))
    return (first, second, third), matrix, tensor(size)


@modest
@given(cases())
def test_downscaler_agrees_with_its_twin(case: tuple[Planes, twins.Double, Float]) -> None:
    sources, matrix, base = case
    out, size = base[1:4], (base.shape[1], base.shape[2])
    luma, chroma = ((plane.shape[0], plane.shape[1]) for plane in sources[:2])
    grey = Downscaler(luma, chroma, size)(sources, matrix.astype(np.float32), out)
    np.testing.assert_allclose(grey, np.tensordot([0.2126, 0.7152, 0.0722], out, axes=1), rtol=0, atol=1e-5)
    np.testing.assert_allclose(out, twins.downscale(sources, matrix, size), rtol=0, atol=1e-5)
    assert np.all(base[[0, 4]] == GUARD)


def test_a_second_frame_owes_nothing_to_the_first() -> None:
    rng = np.random.default_rng(3)
    matrix = np.hstack([np.eye(3) / 255, np.zeros((3, 1)), np.ones((3, 1)), np.zeros((3, 1))])
    large, half, small = (271, 481), (136, 241), (18, 29)
    scaler, out = Downscaler(large, half, small), np.empty((3, *small), np.float32)
    for _ in range(2):
        luma, blue, red = (pixels(rng, size, 255, "noise") for size in (large, half, half))
        scaler((luma, blue, red), matrix.astype(np.float32), out)
        np.testing.assert_allclose(out, twins.downscale((luma, blue, red), matrix, small), rtol=0, atol=1e-5)


@pytest.mark.parametrize("top", [255, 1023])
@pytest.mark.parametrize(("size", "ratio"), [((7, 9), (1, 1)), ((6, 5), (2, 3)), ((5, 11), (8, 4)), ((1, 1), (9, 7))])
def test_area_average_is_that_of_opencv(size: Size, ratio: Size, top: int) -> None:
    rng = np.random.default_rng(5)
    large = (size[0] * ratio[0], size[1] * ratio[1])
    sources = tuple(pixels(rng, large, top, "noise") for _ in range(3))
    matrix = np.hstack([np.eye(3) / top, np.zeros((3, 1)), np.ones((3, 1)), np.zeros((3, 1))])
    out = np.empty((3, *size), np.float32)
    Downscaler(large, large, size)((sources[0], sources[1], sources[2]), matrix.astype(np.float32), out)
    for got, source in zip(out, sources, strict=True):
        assert source.dtype == dtype_for(top)
        unit = source.astype(np.float32) / np.float32(top)
        expected = cv2.resize(unit, size[::-1], interpolation=cv2.INTER_AREA)
        np.testing.assert_allclose(got, expected, rtol=0, atol=1e-6)
