"""The keys' kernels against plain NumPy."""

import numpy as np
import pytest
from bgstream_kernels import (
    believe,
    block_sums,
    cell_means,
    combine_planes,
    filled,
    fit_sums,
    label_cells,
    on_the_ray,
    own_colours,
    plate_odds,
    solve_alpha,
    spill_cells,
    unmix,
)
from bgstream_kernels.planes import Plane
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.kernels.drawing import dtype_for, modest, planes, seeds, sizes, tops

Double = NDArray[np.float64]
Float = NDArray[np.float32]
COVERS = [(1, 1), (1, 2), (2, 2)]


def cells_of(plane: Plane, covers: tuple[int, int]) -> Double:
    """Means of 2×2 pixels; a plane's last row and column are repeated to an even count."""
    height, width = plane.shape
    rows, columns = 2 // covers[0], 2 // covers[1]
    padded = np.pad(plane.astype(np.float64), ((0, -height % rows), (0, -width % columns)), mode="edge")
    mean: Double = padded.reshape(padded.shape[0] // rows, rows, -1, columns).mean(axis=(1, 3))
    return mean


@st.composite
def pictures(draw: st.DrawFn) -> tuple[tuple[Plane, Plane, Plane], tuple[int, int], int]:
    size, top, covers = draw(sizes.filter(lambda size: min(size) > 1)), draw(tops), draw(st.sampled_from(COVERS))
    small = (-(-size[0] // covers[0]), -(-size[1] // covers[1]))
    return (draw(planes(size, top)), draw(planes(small, top)), draw(planes(small, top))), covers, top


@modest
@given(pictures())
def test_cell_means_agree_with_their_twin(case: tuple[tuple[Plane, Plane, Plane], tuple[int, int], int]) -> None:
    taken, covers, top = case
    out = np.empty((3, -(-taken[0].shape[0] // 2), -(-taken[0].shape[1] // 2)), np.float32)
    cell_means(taken, (255 / top, 16.0, 128.0), out)
    for k, plane in enumerate(taken):
        expected = cells_of(plane, covers if k else (1, 1)) * 255 / top - (128 if k else 16)
        np.testing.assert_allclose(out[k], expected, atol=1e-3)


@modest
@given(sizes.flatmap(lambda size: st.tuples(planes(size, 1023), planes(size, 1023), planes(size, 1023))), seeds)
def test_combine_planes_agrees_with_its_twin(taken: tuple[Plane, Plane, Plane], seed: int) -> None:
    matrix = np.random.default_rng(seed).normal(size=(3, 3)).astype(np.float32)
    out = np.empty((3, *taken[0].shape), np.float32)
    combine_planes(taken, matrix, out)
    np.testing.assert_allclose(out, np.einsum("ck,kyx->cyx", matrix.astype(np.float64), np.stack(taken)), atol=0.01)


def noise(seed: int, shape: tuple[int, ...], scale: float = 50.0) -> Float:
    return np.random.default_rng(seed).normal(0, scale, shape).astype(np.float32)


@modest
@given(st.integers(1, 40), st.integers(1, 40), seeds)
def test_block_sums_agree_with_their_twin(high: int, wide: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    values, flags = noise(seed, (3, high, wide)), rng.integers(0, 2, (high, wide), np.uint8)
    counts = (rng.integers(1, high + 1), rng.integers(1, wide + 1))
    edges = tuple((np.arange(n + 1) * size // n).astype(np.int32) for n, size in zip(counts, (high, wide), strict=True))
    out = np.empty((7, *counts), np.float32)
    block_sums(values, flags, (edges[0], edges[1]), out)
    terms = np.concatenate([np.ones((1, high, wide)), values, values.astype(np.float64) ** 2]) * flags
    expected = np.add.reduceat(np.add.reduceat(terms, edges[0][:-1], axis=1), edges[1][:-1], axis=2)
    np.testing.assert_allclose(out, expected, rtol=1e-3, atol=0.05)


@modest
@given(st.integers(1, 40), st.integers(1, 40), seeds)
def test_filled_keeps_what_is_known_and_stays_within_it(high: int, wide: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    means, weight = noise(seed, (2, high, wide)), rng.choice([0, 0, 1, 3], (high, wide)).astype(np.float32)
    out = filled(means * weight, weight)
    known = weight >= 1
    np.testing.assert_allclose(out[:, known], means[:, known], atol=1e-3)
    if known.any():
        assert out.min() >= means[:, known].min() - 1e-2
        assert out.max() <= means[:, known].max() + 1e-2
    else:
        assert not out.any()


def test_filled_is_flat_around_a_single_known_cell() -> None:
    weight = np.zeros((13, 21), np.float32)
    weight[4, 7] = 1
    np.testing.assert_allclose(filled(weight[None] * 5, weight), 5, atol=1e-4)


def ray(cells: Double, screen: Double) -> tuple[Double, Double, Double]:
    """Along and across the screen's chroma, and light, in units of the screen's."""
    power = screen[1] ** 2 + screen[2] ** 2
    along = (cells[1] * screen[1] + cells[2] * screen[2]) / power
    across = (cells[1] * screen[2] - cells[2] * screen[1]) / power
    return along, across, cells[0] / screen[0]


@modest
@given(st.integers(1, 30), st.integers(1, 30), seeds)
def test_on_the_ray_agrees_with_its_twin(high: int, wide: int, seed: int) -> None:
    screen = np.array([100.0, -40.0, -55.0])
    light = np.random.default_rng(seed).uniform(0.2, 2, (high, wide))
    cells = (light * screen[:, None, None] + noise(seed, (3, high, wide), 8)).astype(np.float32)
    grid = np.broadcast_to(screen[:, None, None], (3, 1, 1)).astype(np.float32)
    edges = (np.array([0, high], np.int32), np.array([0, wide], np.int32))
    out = np.empty((high, wide), np.uint8)
    on_the_ray(cells, (grid, *edges), (0.5, 1.5, 0.2, 0.3), out)
    along, across, lit = ray(cells.astype(np.float64), screen[:, None, None])
    margins = np.stack([along - 0.5, 1.5 - along, 0.2 * along - abs(across), 0.3 * along - abs(along - lit)]).min(
        axis=0
    )
    clear = abs(margins) > 1e-4
    np.testing.assert_array_equal(out[clear], (margins > 0)[clear])


def test_label_cells_tells_screen_shadow_subject_and_the_rest() -> None:
    screen = np.array([100.0, -40.0, -55.0], np.float32)
    mixed = 0.5 * screen + 0.5 * np.array([150, 0, 0], np.float32)
    picture = np.stack([screen, 0.6 * screen, np.array([150, 10, 20], np.float32), mixed], axis=1)[:, None]
    wide = np.repeat(screen[:, None, None], 4, axis=2)
    labels, shares = np.empty((1, 4), np.uint8), np.empty((1, 4), np.uint8)
    label_cells(picture.copy(), wide.copy(), np.ones(3, np.float32), (3.0, 0.35, 0.95, 0.25, 0.5), (labels, shares))
    assert labels.tolist() == [[0, 64, 255, 128]]
    assert shares[0].tolist() == pytest.approx([255, 153, 0, 127], abs=1)


@pytest.mark.parametrize("covers", COVERS)
@pytest.mark.parametrize("top", [255, 1023])
def test_solve_alpha_finds_a_mix_of_two_flat_colours(covers: tuple[int, int], top: int) -> None:
    """Smooth alpha between known colours comes back to within a few hundredths; labels are obeyed elsewhere."""
    unit = (top + 1) // 256
    rows, columns = np.mgrid[:40, :60]
    exact = 0.5 + 0.35 * np.sin(rows / 9) * np.cos(columns / 11)
    screen, subject = np.array([100.0, -40, -55]), np.array([170.0, -10, 30])
    mixed = exact * subject[:, None, None] + (1 - exact) * screen[:, None, None]
    shapes = [(40, 60), (40 // covers[0], 60 // covers[1]), (40 // covers[0], 60 // covers[1])]
    taken = []
    for k, (high, wide) in enumerate(shapes):
        small = mixed[k].reshape(high, 40 // high, wide, 60 // wide).mean(axis=(1, 3))
        taken.append(np.rint((small + (128 if k else 16)) * unit).astype(dtype_for(top)))
    behind = tuple(np.full(shape, value, np.float32) for shape, value in zip(shapes, screen, strict=True))
    labels = np.full((20, 30), 128, np.uint8)
    labels[:2], labels[2:4] = 0, 255
    front = np.concatenate([subject, np.full(3, 4.0)]).astype(np.float32)[:, None, None] * np.ones(
        (1, 5, 5), np.float32
    )
    out = np.empty((40, 60), np.uint8)
    marks = (labels, np.ascontiguousarray(front), np.zeros((1, 1), np.float32))
    weights = np.array([1, 1, 1, 0, 0], np.float32)
    solve_alpha(
        (taken[0], taken[1], taken[2]), (1 / unit, 16.0, 128.0), (behind[0], behind[1], behind[2]), marks, weights, out
    )
    assert not out[:4].any()
    assert (out[4:8] == 255).all()
    assert np.abs(out[8:] / 255 - exact[8:]).mean() < 0.02
    assert np.abs(out[8:] / 255 - exact[8:]).max() < 0.08


@modest
@given(sizes.flatmap(lambda size: st.tuples(planes(size), planes(size), seeds)))
def test_unmix_agrees_with_its_twin(case: tuple[Plane, Plane, int]) -> None:
    plane, alpha, seed = case
    rng = np.random.default_rng(seed)
    behind = rng.uniform(0, 200, plane.shape).astype(np.float32)
    spill = rng.choice([0, 0.5], (3, 2)).astype(np.float32)
    out = np.empty(plane.shape, np.uint8)
    unmix(plane, behind, alpha, spill, (1.0, 16.0, -20.0, 255), out)
    i, j = ((2 * np.arange(n) + 1) * m // (2 * n) for n, m in zip(plane.shape, spill.shape, strict=True))
    much = spill[np.ix_(i, j)]
    cover = np.maximum(alpha, 1) / 255.0
    pure = (behind + 16.0) + (plane - (behind + 16.0)) / cover + 20.0 * much
    expected = np.where(alpha == 0, plane, np.clip(pure, 0, 255))
    assert np.abs(out - expected).max() <= 0.51
    kept = (alpha == 0) | ((alpha == 255) & (much == 0))
    np.testing.assert_array_equal(out[kept], plane[kept])


def test_spill_is_what_goes_beyond_the_subject_s_own_colours() -> None:
    screen = np.array([100.0, -40.0, -55.0], np.float32)
    skin = np.array([150.0, -15, 20], np.float32)
    spilled = skin + 0.3 * np.array([0, -40.0, -55.0], np.float32)
    cells = np.stack([skin, spilled], axis=1)[:, None].copy()
    wide = np.repeat(screen[:, None, None], 2, axis=2).copy()
    table = np.zeros((3, 16, 8), np.float32)
    ranges = (-2.4, 2.4, 255.0)
    own_colours(cells, wide, np.array([[1, 0]], np.uint8), ranges, table)
    assert table[0].sum() == 1
    own = table[1].sum()
    limits = np.full((2, 16, 8), own, np.float32)
    out = np.empty((1, 2), np.float32)
    alpha, reach = np.full((1, 2), 255, np.uint8), np.ones((1, 2), np.float32)
    spill_cells((cells, wide), alpha, reach, limits, ranges, out)
    np.testing.assert_allclose(out, [[0, 0.3]], atol=1e-4)


def plate_case(seed: int) -> tuple[Float, Float]:
    rng = np.random.default_rng(seed)
    plate = rng.uniform(20, 200, (3, 20, 30)).astype(np.float32)
    return plate + rng.normal(0, 1, plate.shape).astype(np.float32), plate


@modest
@given(seeds)
def test_fit_sums_agree_with_their_twin(seed: int) -> None:
    cells, plate = plate_case(seed)
    gains = np.array([[1.02, 1, 0.98], [1, 0, -1]], np.float32)
    variances = np.array([9, 9, 9, 0.01], np.float32)
    out = np.empty(28)
    fit_sums(cells, plate, (gains, variances), 4.5, out)
    part = (slice(1, 19, 2), slice(1, 29))
    p, c = plate.astype(np.float64), cells.astype(np.float64)
    x = (0.5 * (np.roll(p[0], -1, 1) - np.roll(p[0], 1, 1)))[part]
    y = (0.5 * (np.roll(p[0], -1, 0) - np.roll(p[0], 1, 0)))[part]
    r = (c - gains[0][:, None, None] * p - gains[1][:, None, None])[:, part[0], part[1]]
    p, c, steep = p[:, part[0], part[1]], c[:, part[0], part[1]], x * x + y * y
    far = r[0] ** 2 / (9 + 0.01 * steep) + (r[1] ** 2 + r[2] ** 2) / 9
    w = np.where(far < 4.5**2, (1 - far / 4.5**2) ** 2, 0)
    flat = steep < 1
    terms = [term for k in range(3) for term in (np.ones_like(w), p[k], c[k], p[k] ** 2, p[k] * c[k])]
    terms += [
        x * x,
        x * y,
        y * y,
        x * r[0],
        y * r[0],
        *(r**2),
        steep,
        steep**2,
        steep * r[0] ** 2,
        flat,
        flat * r[0] ** 2,
    ]
    np.testing.assert_allclose(out, [np.sum(w * term) for term in terms], rtol=2e-3, atol=2)


def test_plate_odds_tell_the_plate_its_shadow_and_the_rest() -> None:
    plate = np.tile(np.array([100.0, 10, -20], np.float32)[:, None, None], (1, 1, 3))
    cells = plate * np.array([1, 0.6, 1], np.float32)
    cells[1, 0, 2] += 30
    odds, light = np.empty((1, 3), np.float32), np.empty((1, 3), np.float32)
    plate_odds(cells, plate, np.array([1, 1, 1, 0], np.float32), (14.0, -3.0, 6.0, 0.4, 12.0), (odds, light))
    np.testing.assert_allclose(odds, [[-3, -3, 6]])
    np.testing.assert_allclose(light[0, :2], [1, 0.6], atol=1e-3)


def test_belief_fills_a_hole_in_what_looks_alike_and_stops_at_its_edge() -> None:
    cells = np.zeros((3, 20, 20), np.float32)
    cells[0, :, :10] = 100
    odds = np.where(np.arange(20)[None] < 10, 6.0, -3.0) * np.ones((20, 1))
    odds[8:11, 4:7] = -1
    belief = np.full((20, 20), 0.5, np.float32)
    believe((cells, np.zeros_like(cells)), odds.astype(np.float32), np.full(3, 0.01, np.float32), 0.4, belief, 60)
    assert belief[:, :10].min() > 0.5
    assert belief[:, 10:].max() < 0.2
