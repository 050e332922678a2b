"""Edges of one pixel: where they were, anti-aliased, and no veils."""

import numpy as np
import pytest
from bgstream_kernels import sharpen
from bgstream_kernels.planes import Plane

from tests.kernels.canvas import canvas

ANGLES = [0, 10, 27, 45, 63, 90, 135, 200]


def distance(angle: float, size: int = 48) -> Plane:
    """Signed distance in pixels to a straight edge through the picture, a part of a pixel off its middle."""
    y, x = np.mgrid[:size, :size] - (size - 1) / 2
    turned: Plane = x * np.cos(np.radians(angle)) + y * np.sin(np.radians(angle)) + 0.3
    return turned


def soft_edge(angle: float, width: float) -> Plane:
    return np.rint(255 * np.clip(distance(angle) / width + 0.5, 0, 1)).astype(np.uint8)


def sharp(alpha: Plane) -> Plane:
    out = canvas((alpha.shape[0], alpha.shape[1]))
    sharpen(alpha, out.view)
    assert out.strays() == 0
    return out.view


@pytest.mark.parametrize("angle", ANGLES)
@pytest.mark.parametrize("width", [3, 5, 9, 20])
def test_a_soft_edge_becomes_one_pixel_wide_where_it_was(angle: float, width: float) -> None:
    away = distance(angle)
    got = sharp(soft_edge(angle, width)) / 255
    assert np.all(got[away > 0.75] == 1)
    assert np.all(got[away < -0.75] == 0)
    inner = np.s_[1:-1, 1:-1]  # at the border there is nothing to look at beyond
    assert abs(got - np.clip(away + 0.5, 0, 1))[inner].max() < 0.2


@pytest.mark.parametrize("angle", ANGLES)
def test_an_edge_of_one_pixel_is_kept(angle: float) -> None:
    alpha = soft_edge(angle, 1)
    assert abs(sharp(alpha).astype(float) - alpha)[1:-1, 1:-1].max() < 0.2 * 255


def test_a_veil_is_gone_or_solid() -> None:
    alpha = np.zeros((20, 40), np.uint8)
    alpha[5:15, 4:16], alpha[5:15, 24:36] = 90, 170
    got = sharp(alpha)
    assert not got[:, :20].any()
    assert np.all(got[6:14, 25:35] == 255)


def test_what_is_decided_stays() -> None:
    alpha = np.random.default_rng(1).choice([0, 255], (17, 23)).astype(np.uint8)
    np.testing.assert_array_equal(sharp(alpha), alpha)


@pytest.mark.parametrize("size", [(1, 1), (1, 7), (7, 1)])
def test_thin_pictures(size: tuple[int, int]) -> None:
    assert set(np.unique(sharp(np.full(size, 200, np.uint8)))) == {255}
