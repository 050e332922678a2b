"""The foreground's kernel against its NumPy twin, and what holds for every input."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from bgstream_kernels import PlaneForeground
from bgstream_kernels.planes import Plane
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels.canvas import Canvas, canvas, canvases
from tests.kernels.drawing import VIEWS, dtype_for, modest, pixels, planes, seeds, sizes, tops
from tests.kernels.scenes import Waves
from tests.kernels.twin_foreground import foreground

Case = tuple[Plane, Plane, int, Canvas]


@st.composite
def soft_alpha(draw: st.DrawFn, size: tuple[int, int]) -> Plane:
    """Flat areas and soft edges; steep and broad ones."""
    waves = Waves((draw(st.floats(-9, 9)), draw(st.floats(-9, 9))), draw(st.floats(0, 6)))
    steep = draw(st.sampled_from([0.3, 1.0, 8.0]))
    alpha = np.rint(np.clip((waves.sampled(size) - 0.5) * steep + 0.5, 0, 1) * 255).astype(np.uint8)
    return VIEWS[draw(st.sampled_from(sorted(VIEWS)))](alpha)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    size, top = draw(sizes), draw(tops)
    alpha = draw(st.one_of(soft_alpha(size), planes(size)))
    return draw(planes(size, top)), alpha, top, draw(canvases(size, dtype_for(top)))


@modest
@given(cases())
def test_agrees_with_its_twin(case: Case) -> None:
    plane, alpha, top, out = case
    PlaneForeground((plane.shape[0], plane.shape[1]))(plane, alpha, top, out.view)
    assert abs(out.view - foreground(plane, alpha, top)).max() <= 0.51 + 2e-4 * top
    assert out.strays() == 0


@modest
@given(cases())
def test_opaque_pixels_are_the_plane_s_bit_for_bit(case: Case) -> None:
    plane, alpha, top, out = case
    PlaneForeground((plane.shape[0], plane.shape[1]))(plane, alpha, top, out.view)
    np.testing.assert_array_equal(out.view[alpha == 255], plane[alpha == 255])


@modest
@given(seeds, sizes, st.sampled_from([255, 1023]))
def test_two_flat_colours_come_nearer_to_the_subject_s(seed: int, size: tuple[int, int], top: int) -> None:
    rng = np.random.default_rng(seed)
    own, back = rng.integers(0, top + 1, 2)
    alpha = pixels(rng, size, 255, "noise")
    alpha.flat[0], alpha.flat[-1] = 255, 0
    mixed = np.rint(own * (alpha / 255) + back * (1 - alpha / 255)).astype(dtype_for(top))
    out = np.empty_like(mixed)
    PlaneForeground(size)(mixed, alpha, top, out)
    before, after = (abs(values - float(own))[alpha > 0].max(initial=0) for values in (mixed, out))
    assert after <= before + 1


@pytest.mark.parametrize("level", [0, 255])
def test_where_nothing_is_soft_the_plane_is_copied(level: int) -> None:
    plane = pixels(np.random.default_rng(0), (50, 70), 1023, "noise")
    out = canvas((50, 70), np.uint16)
    PlaneForeground((50, 70))(plane, np.full((50, 70), level, np.uint8), 1023, out.view)
    np.testing.assert_array_equal(out.view, plane)


def test_hidden_pixels_near_an_edge_get_the_subject_s_colour() -> None:
    alpha = np.zeros((64, 64), np.uint8)
    alpha[:, :32] = 255
    plane = np.where(alpha > 0, 200, 20).astype(np.uint8)
    out = np.empty_like(plane)
    PlaneForeground((64, 64))(plane, alpha, 255, out)
    assert out[:, 32:40].min() >= 195


def test_estimating_one_plane_leaves_nothing_for_the_next() -> None:
    rng = np.random.default_rng(3)
    estimate, answers = PlaneForeground((60, 90)), []
    for seed in (1, 2, 1):
        rng = np.random.default_rng(seed)
        plane, alpha = pixels(rng, (60, 90), 255, "noise"), pixels(rng, (60, 90), 255, "ramp")
        answers.append(np.empty_like(plane))
        estimate(plane, alpha, 255, answers[-1])
    np.testing.assert_array_equal(answers[0], answers[2])


def test_two_at_the_same_time_give_what_each_gives_alone() -> None:
    def run(seed: int) -> list[Plane]:
        rng, estimate, answers = np.random.default_rng(seed), PlaneForeground((240, 320)), []
        for _ in range(6):
            plane, alpha = pixels(rng, (240, 320), 255, "noise"), pixels(rng, (240, 320), 255, "noise")
            answers.append(np.empty_like(plane))
            estimate(plane, alpha, 255, answers[-1])
        return answers

    alone = [run(seed) for seed in (1, 2)]
    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(run, (1, 2)))
    np.testing.assert_array_equal(np.array(alone), np.array(together))
