"""Compositing is exact: nearest whole numbers everywhere, and identity at alpha 0 and 255."""

from typing import Any

import numpy as np
import pytest
from bgstream_kernels import blend, blend_planes, chroma_alpha, chroma_cover, multiply_alpha
from bgstream_kernels.planes import Plane
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels import twins
from tests.kernels.canvas import MARGINS, Canvas, canvas, canvases, holding
from tests.kernels.drawing import dtype_for, modest, planes, sizes, tops

LEVELS = np.arange(256, dtype=np.uint8)
Blend = tuple[Plane, Plane, Plane, Canvas]
Chroma = tuple[Plane, tuple[int, int], Canvas]


@st.composite
def blends(draw: st.DrawFn) -> Blend:
    size, top = draw(sizes), draw(tops)
    behind = draw(st.sampled_from([size, (1, size[1])]))
    front, back = draw(planes(size, top)), draw(planes(behind, top))
    return front, back, draw(planes(size)), draw(canvases(size, dtype_for(top)))


@modest
@given(blends())
def test_blend_agrees_with_its_twin(case: Blend) -> None:
    front, back, alpha, out = case
    blend(front, back, alpha, out.view)
    np.testing.assert_array_equal(out.view, twins.blend(front, back, alpha))
    assert out.strays() == 0


@modest
@given(blends())
def test_blend_is_identity_where_alpha_is_0_or_255(case: Blend) -> None:
    front, back, alpha, out = case
    cover = np.where(alpha > 127, 255, 0).astype(np.uint8)
    blend(front, back, cover, out.view)
    np.testing.assert_array_equal(out.view, np.where(cover == 255, front, back))


def test_blend_of_8_bits_is_exact_for_every_input() -> None:
    front = np.repeat(LEVELS[:, None], 256, axis=1)
    out = canvas((256, 256))
    for cover in LEVELS:
        alpha = np.full((256, 256), cover)
        blend(front, LEVELS[None], alpha, out.view)
        np.testing.assert_array_equal(out.view, twins.blend(front, LEVELS[None], alpha))


@pytest.mark.parametrize("behind", [0, 1, 511, 512, 1022, 1023])
def test_blend_of_10_bits_is_exact_for_every_front_and_alpha(behind: int) -> None:
    front = np.repeat(np.arange(1024, dtype=np.uint16)[None], 256, axis=0)
    back, alpha = np.full((1, 1024), behind, np.uint16), np.repeat(LEVELS[:, None], 1024, axis=1)
    out = canvas((256, 1024), np.uint16)
    blend(front, back, alpha, out.view)
    np.testing.assert_array_equal(out.view, twins.blend(front, back, alpha))


@pytest.mark.parametrize("cover", [0, 1, 127, 128, 254, 255])
def test_blend_of_16_bits_is_nearest_and_knows_no_ties(cover: int) -> None:
    """255 is odd: the nearest whole number is less than a half away, 127/255 at most."""
    front = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    back, alpha, out = front[::-1, ::-1], np.full((256, 256), cover, np.uint8), np.zeros_like(front)
    blend(front, back, alpha, out)
    exact = front.astype(np.int64) * cover + back.astype(np.int64) * (255 - cover)
    assert abs(255 * out.astype(np.int64) - exact).max() <= 127


@modest
@given(sizes.flatmap(lambda size: st.tuples(planes(size), planes(size), st.sampled_from(MARGINS))))
def test_multiply_alpha_agrees_with_its_twin(case: tuple[Plane, Plane, tuple[int, int]]) -> None:
    alpha, other, margin = case
    inplace = holding(alpha, margin)
    multiply_alpha(inplace.view, other)
    np.testing.assert_array_equal(inplace.view, twins.multiply_alpha(alpha, other))
    assert inplace.strays() == 0


def test_multiply_alpha_is_exact_for_every_input() -> None:
    other = np.repeat(LEVELS[:, None], 256, axis=1)
    alpha = np.ascontiguousarray(other.T)
    expected = twins.multiply_alpha(alpha, other)
    multiply_alpha(alpha, other)
    np.testing.assert_array_equal(alpha, expected)
    np.testing.assert_array_equal(alpha[255], LEVELS)


@st.composite
def chromas(draw: st.DrawFn) -> Chroma:
    size = draw(sizes)
    covers = draw(st.sampled_from([(1, 1), (1, 2), (2, 1), (2, 2)]))
    small = (-(-size[0] // covers[0]), -(-size[1] // covers[1]))
    return draw(planes(size)), covers, draw(canvases(small))


@modest
@given(chromas())
def test_chroma_alpha_agrees_with_its_twin(case: Chroma) -> None:
    alpha, covers, out = case
    chroma_alpha(alpha, covers, out.view)
    np.testing.assert_array_equal(out.view, twins.chroma_alpha(alpha, covers))
    assert out.strays() == 0


@st.composite
def pictures(draw: st.DrawFn) -> tuple[list[Plane], list[Plane], Plane, tuple[int, int], list[Canvas]]:
    """Three planes and what is behind them: as large, or a row."""
    size, top, covers = draw(sizes), draw(tops), draw(st.sampled_from([(1, 1), (1, 2), (2, 2)]))
    small = (-(-size[0] // covers[0]), -(-size[1] // covers[1]))
    shapes, row = (size, small, small), draw(st.booleans())
    fronts = [draw(planes(shape, top)) for shape in shapes]
    backs = [draw(planes((1, shape[1]) if row else shape, top)) for shape in shapes]
    return fronts, backs, draw(planes(size)), covers, [draw(canvases(shape, dtype_for(top))) for shape in shapes]


@modest
@given(pictures())
def test_a_picture_is_blended_plane_by_plane(case: tuple[Any, ...]) -> None:
    fronts, backs, alpha, covers, outs = case
    blend_planes(tuple(fronts), tuple(backs), alpha, covers, tuple(out.view for out in outs))
    for index, (front, back, out) in enumerate(zip(fronts, backs, outs, strict=True)):
        cover = chroma_cover(alpha, covers) if index else alpha
        np.testing.assert_array_equal(out.view, twins.blend(front, back, cover))
        assert out.strays() == 0
