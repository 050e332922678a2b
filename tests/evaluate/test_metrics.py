"""Figures of single frames, against values worked out by hand, and how they have to behave."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bgstream.evaluate.connectivity import connectivity
from bgstream.evaluate.edges import boundary, boundary_f, edge_figures
from bgstream.evaluate.measures import TRUTH, keys, mean
from bgstream.evaluate.metrics import frame_figures, gradient, gradient_error
from bgstream.evaluate.temporal import change_figures
from tests.evaluate.scenes import disc, noisy

BEST_IS_ONE = ("iou", "dice", "acc", "eiou", "bf")
BEST_IS_ZERO = ("mad", "mse", "sad", "grad", "conn")


def rows(*values: list[float]) -> NDArray[np.float32]:
    return np.array(values, np.float32)


def test_by_hand_of_two_by_four_pixels() -> None:
    p = rows([1, 1, 0, 0], [0.5, 0.25, 0, 0])
    g = rows([1, 0, 0, 0], [1, 0, 0, 0])
    found = frame_figures(p, g)
    assert found["iou"] == pytest.approx(2 / 3)  # marked: 3, true: 2, both: 2
    assert found["dice"] == pytest.approx(4 / 5)
    assert found["acc"] == pytest.approx(7 / 8)
    assert found["mad"] == pytest.approx(1000 * (1 + 0.5 + 0.25) / 8)
    assert found["mse"] == pytest.approx(1000 * (1 + 0.25 + 0.0625) / 8)
    assert found["sad"] == pytest.approx((1 + 0.5 + 0.25) / 1000)
    assert found["empty"] is None


def test_an_empty_truth_counts_what_is_marked_wrongly() -> None:
    p, g = np.zeros((4, 5), np.float32), np.zeros((4, 5), np.float32)
    p[0] = 0.6
    found = frame_figures(p, g)
    assert found["iou"] == found["dice"] == pytest.approx(1 - 5 / 20)
    assert found["eiou"] is None
    assert found["bf"] is None
    assert found["empty"] == pytest.approx(0.6 * 5 / 20)


def test_a_full_truth_has_no_edge() -> None:
    full = np.ones((8, 8), np.float32)
    found = frame_figures(full, full)
    assert (found["iou"], found["eiou"], found["bf"], found["empty"]) == (1, None, None, None)


def test_boundary_of_a_square() -> None:
    mask = np.zeros((7, 7), np.uint8)
    mask[1:6, 1:6] = 1
    assert int(boundary(mask).sum()) == 16
    mask[:] = 0
    mask[:4] = 1  # it touches the rim on three sides: only its lower row is a boundary
    assert int(boundary(mask).sum()) == 7


def test_edge_band_by_hand() -> None:
    g = np.zeros((48, 48), np.uint8)
    g[:, :24] = 1
    p = np.zeros_like(g)
    p[:, :25] = 1
    # The band is 2 px wide to both sides of column 23: columns 21 to 25; one of four true or marked columns is wrong.
    assert edge_figures(p, g)["eiou"] == pytest.approx(3 / 4)


def test_boundary_f_by_hand() -> None:
    true, predicted = np.zeros((9, 9), np.uint8), np.zeros((9, 9), np.uint8)
    true[4, :] = 1
    predicted[5, :3] = 1  # one pixel off: within reach
    predicted[8, 3:6] = 1  # four off: not
    precision, recall = 3 / 6, 3 / 9
    assert boundary_f(predicted, true, 1) == pytest.approx(2 * precision * recall / (precision + recall))
    assert boundary_f(np.zeros_like(true), true, 1) == 0


def test_gradient_of_a_ramp_is_its_slope() -> None:
    ramp = np.tile(np.linspace(0, 1, 101, dtype=np.float32), (40, 1))
    assert gradient(ramp)[10:30, 20:80] == pytest.approx(0.01, abs=1e-6)
    assert gradient_error(ramp, np.zeros_like(ramp)) == pytest.approx(1000 * 0.01**2, rel=0.05)


def test_connectivity_by_hand() -> None:
    g = np.zeros((3, 9), np.float32)
    g[1, :4] = 1
    p = g.copy()
    p[1, 6:8] = 0.8  # hangs loose: each of the two pixels is 0.8 above its level, 0
    assert connectivity(p, g) == pytest.approx(2 * 0.8 / 1000)
    p[1, 6:8] = 0.1  # too little to be seen
    assert connectivity(p, g) == 0
    assert connectivity(g, g) == 0
    assert connectivity(np.zeros_like(g), np.zeros_like(g)) == 0


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.tuples(st.integers(2, 9), st.integers(2, 9)))
def test_connectivity_like_its_definition(seed: int, size: tuple[int, int]) -> None:
    random = np.random.default_rng(seed)
    p, g = (random.integers(0, 11, size).astype(np.float32) / np.float32(10) for _ in range(2))
    assert connectivity(p, g) == pytest.approx(plain_connectivity(p, g), abs=1e-6)


def plain_connectivity(p: NDArray[np.float32], g: NDArray[np.float32]) -> float:
    """Pixel by pixel, as the paper's sum is usually written down."""
    level = np.full(p.shape, -1.0, np.float32)
    steps = [np.float32(k / 10) for k in range(11)]
    for low, high in pairwise(steps):
        area = largest((p >= high) & (g >= high))
        level[(level == -1) & ~area] = low
    level[level == -1] = 1
    total = 0.0
    for a, b, base in zip(p.flat, g.flat, level.flat, strict=True):
        loose: list[float] = [float(value - base) if value - base >= np.float32(0.15) else 0.0 for value in (a, b)]
        total += abs(loose[0] - loose[1])
    return total / 1000


def largest(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    seen, best = np.zeros_like(mask), np.zeros_like(mask)
    for start in zip(*np.nonzero(mask), strict=True):
        if seen[start]:
            continue
        area, todo = np.zeros_like(mask), [(int(start[0]), int(start[1]))]
        while todo:
            y, x = todo.pop()
            if 0 <= y < mask.shape[0] and 0 <= x < mask.shape[1] and mask[y, x] and not area[y, x]:
                area[y, x] = True
                todo += [(y + 1, x), (y - 1, x), (y, x + 1), (y, x - 1)]
        seen |= area
        if area.sum() > best.sum():
            best = area
    return best


def test_change_by_hand() -> None:
    g0, g1 = rows([1, 0, 0, 0]), rows([1, 1, 0, 0])
    p0, p1 = rows([1, 0, 0, 0.25]), rows([1, 0.5, 0.25, 0.25])
    found = change_figures(p1, p0, g1, g0)
    assert found["dtssd"] == pytest.approx(100 * np.sqrt((0.5**2 + 0.25**2) / 4))
    assert found["flick"] == pytest.approx(1000 * (0 + 0.25 + 0) / 3)  # the second pixel changed in truth


def test_flicker_needs_a_still_and_solid_place() -> None:
    half = np.full((2, 2), 0.5, np.float32)
    assert change_figures(half, half, half, half) == {"dtssd": 0, "flick": None}


def test_perfect_is_best() -> None:
    g = disc(60.3)
    found = frame_figures(g, g)
    assert [found[key] for key in BEST_IS_ONE] == [1] * len(BEST_IS_ONE)
    assert [found[key] for key in BEST_IS_ZERO] == [0] * len(BEST_IS_ZERO)


def test_a_larger_shift_is_worse() -> None:
    g = disc(60)
    last = frame_figures(g, g)
    for shift in (2, 5, 12):
        found = frame_figures(np.roll(g, shift, 1), g)
        for key in (*BEST_IS_ONE, *BEST_IS_ZERO):
            now, before = found[key], last[key]
            assert now is not None
            assert before is not None
            assert now <= before if key in BEST_IS_ONE else now > before, (shift, key)
        last = found


def test_more_noise_flickers_more() -> None:
    g = [disc(60)] * 2
    found = []
    for strength in (0.05, 0.2):
        before, now = noisy(g, strength)
        found.append(change_figures(now, before, g[1], g[0]))
    assert all((found[0][key] or 0) < (found[1][key] or 0) for key in ("dtssd", "flick"))


def test_every_figure_is_made_and_described() -> None:
    made = frame_figures(disc(60), disc(60)) | change_figures(*[disc(60)] * 4)
    assert set(made) == set(keys(TRUTH))
    assert all(measure.says and measure.unit and measure.label for measure in TRUTH)


def test_mean_leaves_out_what_is_not_defined() -> None:
    assert mean([1.0, None, 3.0]) == 2
    assert mean([None]) is None
    assert mean([]) is None
