"""What alpha hides is flattened in whole blocks, and nothing that shows is touched."""

import numpy as np
import pytest
from bgstream_kernels import copy_visible, visible_blocks
from bgstream_kernels.planes import Plane
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels import twins
from tests.kernels.canvas import Canvas, canvases
from tests.kernels.drawing import dtype_for, modest, planes, seeds, sizes, tops

FLAT = 77
Copy = tuple[Plane, Plane, tuple[int, int], Canvas]


@modest
@given(sizes.flatmap(planes))
def test_visible_blocks_agree_with_their_twin(alpha: Plane) -> None:
    got = visible_blocks(alpha)
    assert got.dtype == np.uint8
    np.testing.assert_array_equal(got, twins.visible_blocks(alpha))


@pytest.mark.parametrize("pixel", [(0, 0), (15, 15), (16, 16), (31, 47), (32, 48), (79, 89)])
def test_one_pixel_shows_its_block_and_the_eight_around(pixel: tuple[int, int]) -> None:
    alpha = np.zeros((80, 90), np.uint8)
    alpha[pixel] = 1
    i, j = pixel[0] // 16, pixel[1] // 16
    expected = np.zeros((5, 6), np.uint8)
    expected[max(i - 1, 0) : i + 2, max(j - 1, 0) : j + 2] = 1
    np.testing.assert_array_equal(visible_blocks(alpha), expected)


@st.composite
def copies(draw: st.DrawFn) -> Copy:
    """A plane, the alpha of the luma that it belongs to, what one sample covers of it, and an output."""
    size, top = draw(sizes), draw(tops)
    covers = draw(st.sampled_from([(1, 1), (1, 2), (2, 1), (2, 2)]))
    small = (-(-size[0] // covers[0]), -(-size[1] // covers[1]))
    alpha = draw(planes(size, textures=["sparse", "sparse", "noise", "flat"]))
    return draw(planes(small, top)), alpha, covers, draw(canvases(small, dtype_for(top)))


@modest
@given(copies(), seeds)
def test_copy_visible_agrees_with_its_twin(case: Copy, seed: int) -> None:
    source, alpha, covers, out = case
    blocks = np.random.default_rng(seed).integers(0, 2, visible_blocks(alpha).shape, np.uint8)
    copy_visible(source, blocks, covers, FLAT, out.view)
    np.testing.assert_array_equal(out.view, twins.copy_visible(source, blocks, covers, FLAT))
    assert out.strays() == 0


@modest
@given(copies())
def test_nothing_that_shows_is_changed(case: Copy) -> None:
    source, alpha, covers, out = case
    copy_visible(source, visible_blocks(alpha), covers, FLAT, out.view)
    y, x = np.nonzero(alpha)
    shown = (y // covers[0], x // covers[1])
    np.testing.assert_array_equal(out.view[shown], source[shown])


def test_a_hidden_plane_is_flat() -> None:
    source = np.arange(40 * 50, dtype=np.uint16).reshape(40, 50)
    out = np.zeros_like(source)
    copy_visible(source, visible_blocks(np.zeros((40, 50), np.uint8)), (1, 1), 1023, out)
    assert np.all(out == 1023)
