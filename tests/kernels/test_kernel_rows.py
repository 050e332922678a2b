"""How planes reach the kernels: one kind of array, whatever shape of memory they came in."""

import numpy as np
import pytest
from bgstream_kernels import rows
from bgstream_kernels.planes import Plane
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels.drawing import VIEWS, modest, pixels, planes, seeds, sizes, tops

SHARED = ["plain", "padded", "every other row", "read-only"]


@modest
@given(st.tuples(sizes, tops).flatmap(lambda case: planes(*case)))
def test_rows_hold_the_plane(plane: Plane) -> None:
    got = rows(plane)
    assert got.dtype == plane.dtype
    assert got.flags.c_contiguous
    assert not got.flags.writeable
    np.testing.assert_array_equal(got[:, : plane.shape[1]], plane)


@pytest.mark.parametrize("view", sorted(VIEWS))
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_only_rows_that_are_not_contiguous_are_copied(view: str, dtype: type) -> None:
    plane = VIEWS[view](np.arange(35).reshape(5, 7).astype(dtype))
    got = rows(plane)
    assert np.shares_memory(got, plane) == (view in SHARED)
    np.testing.assert_array_equal(got[:, :7], plane)


@modest
@given(seed=seeds, width=st.integers(1, 9), height=st.integers(1, 6))
def test_rows_of_repeated_or_overlapping_rows(seed: int, width: int, height: int) -> None:
    line = pixels(np.random.default_rng(seed), (1, width + height), 255, "noise")
    repeated = np.broadcast_to(line, (height, width + height))
    overlapping = np.lib.stride_tricks.sliding_window_view(line[0], width)[:height]
    for plane in (repeated, overlapping):
        np.testing.assert_array_equal(rows(plane)[:, : plane.shape[1]], plane)


def test_the_rows_of_one_component_of_interleaved_pixels() -> None:
    pixel = pixels(np.random.default_rng(1), (6, 12), 255, "noise").reshape(6, 4, 3)
    np.testing.assert_array_equal(rows(pixel[..., 1]), pixel[..., 1])


def test_a_copy_outlives_its_source() -> None:
    plane = np.arange(12, dtype=np.uint8).reshape(3, 4)
    expected = plane.T.copy()
    got = rows(plane.T)
    plane[...] = 0
    np.testing.assert_array_equal(got, expected)


def test_rows_an_odd_number_of_bytes_apart_are_copied() -> None:
    plane: Plane = np.ndarray((3, 5), np.uint16, bytes(range(33)), strides=(11, 2))
    np.testing.assert_array_equal(rows(plane), plane)
