"""Figures without a truth."""

import numpy as np
import pytest

from bgstream.evaluate.blind import brightness, own_figures, settled, stands_still, step_figures
from tests.evaluate.scenes import colours, disc


def test_undecided_share_by_hand() -> None:
    p = np.array([[0, 0.05, 0.5, 0.2], [1, 1, 0.95, 0.05]], np.float32)
    found = own_figures(p)
    assert found["undecided"] == pytest.approx(2 / 5)
    assert found["presence"] == pytest.approx(float(p.mean()))
    assert own_figures(np.zeros((3, 3), np.float32)) == {"undecided": None, "presence": 0}


def test_flicker_counts_where_the_source_stands_still() -> None:
    before, p = np.zeros((4, 4), np.float32), np.zeros((4, 4), np.float32)
    p[0], p[1] = 0.2, 1.0
    still = np.zeros((4, 4), bool)
    still[0] = True
    assert step_figures(p, before, still)["flick"] == pytest.approx(200)
    assert step_figures(p, before, np.zeros((4, 4), bool))["flick"] is None


def test_agreement_is_the_overlap_of_neighbours() -> None:
    a, b = np.zeros((4, 4), np.float32), np.zeros((4, 4), np.float32)
    a[0], b[0, :2] = 1, 1
    assert step_figures(b, a, None)["agree"] == pytest.approx(0.5)
    assert step_figures(np.zeros_like(a), np.zeros_like(a), None)["agree"] == 1


def test_without_a_source_movement_is_no_flicker_but_a_new_spot_is() -> None:
    before, moved = disc(60), disc(61)
    assert step_figures(moved, before, None)["flick"] == pytest.approx(0, abs=1e-6)
    popped = moved.copy()
    popped[5:15, 5:15] = 1
    assert (step_figures(popped, before, None)["flick"] or 0) > 5


def test_settled_keeps_off_edges_and_doubt() -> None:
    alpha = disc(60)
    alpha[90:, :10] = 0.5
    there = settled(alpha)
    assert there[48, 60]
    assert there[5, 5]
    assert not there[48, 60 + 25]
    assert not there[92, 5]


def test_still_and_moving_parts_of_a_source() -> None:
    first, second = (brightness(np.dstack(colours(k)), (96, 128)) for k in (0, 1))
    still = stands_still(second, first)
    assert still[:, :55].all()
    assert still[:, 70:].mean() < 0.3
    assert brightness(np.dstack(colours(0)), (48, 64)).shape == (48, 64)
