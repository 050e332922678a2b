"""Closed-form matting in a band: what the dense solution gives, and what PyMatting gives."""

import numpy as np
import pytest
from bgstream_kernels import BandSolver
from bgstream_kernels.explained import RADIUS
from bgstream_kernels.planes import Plane
from hypothesis import given, settings
from hypothesis import strategies as st
from pymatting import estimate_alpha_cf

from tests.kernels.drawing import VIEWS, Size, dtype_for
from tests.kernels.scenes import Waves
from tests.kernels.twin_closed_form import Picture, solved

SUBSAMPLINGS = [(1, 1), (1, 2), (2, 2)]
EXACT = 400  # steps until nothing changes any more, for pictures this small


def picture(seed: int, size: Size, subsampling: Size = (2, 2), top: int = 255, noise: float = 0.004) -> Picture:
    """A soft-edged subject whose colours differ from what is behind it, and alpha that a network might give."""
    rng = np.random.default_rng(seed)
    small = (-(-size[0] // subsampling[0]), -(-size[1] // subsampling[1]))
    waves = Waves((rng.uniform(-9, 9), rng.uniform(-9, 9)), rng.uniform(0, 6))
    planes = []
    for shape in (size, small, small):
        inside, outside = rng.uniform(0.2, 0.8, 2)
        matte = waves.sampled(shape)
        value = outside + (inside - outside) * matte + rng.normal(0, noise, shape)
        planes.append(np.rint(np.clip(value, 0, 1) * top).astype(dtype_for(top)))
    guess = np.clip(waves.sampled(size) + rng.normal(0, 0.1) + 0.1 * np.sin(np.arange(size[1]) / 3), 0, 1)
    alpha = np.rint(255 * guess).astype(np.uint8)
    unknown = ((alpha > 5) & (alpha < 250)).astype(np.uint8)
    return Picture((planes[0], planes[1], planes[2]), subsampling, top, alpha, unknown)


def answer(given_picture: Picture, made: BandSolver) -> Plane:
    alpha = given_picture.alpha.copy()
    made(given_picture.planes, alpha, given_picture.unknown)
    return alpha


@pytest.fixture
def exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BandSolver, "steps", EXACT)


@pytest.fixture
def firm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enough pull that the answer does not hang on the last bits of float32."""
    monkeypatch.setattr(BandSolver, "pull", 1.0)
    monkeypatch.setattr(BandSolver, "least", 0.2)


@pytest.mark.usefixtures("exact", "firm")
@settings(derandomize=True, deadline=None, max_examples=40)
@given(
    st.integers(0, 1000),
    st.tuples(st.integers(5, 22), st.integers(5, 26)),
    st.sampled_from(SUBSAMPLINGS),
    st.sampled_from([255, 1023, 65535]),
)
def test_solver_agrees_with_its_twin(seed: int, size: Size, subsampling: Size, top: int) -> None:
    given_picture = picture(seed, size, subsampling, top)
    made = given_picture.solver()
    right = solved(given_picture, made, 1, RADIUS)
    away = abs(answer(given_picture, made) - right)
    assert np.quantile(away, 0.99) <= 0.5 + 0.1
    assert away.max() <= 0.5 + 1


def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but Levin's equation: no pull, no steepening, no gate."""
    for name, value in {"pull": 1e-5, "most": 1.0, "hard": 1.0, "gain": 1.0, "say": (-1.0, -0.5)}.items():
        monkeypatch.setattr(BandSolver, name, value)


@pytest.mark.usefixtures("exact")
@pytest.mark.parametrize("seed", range(4))
def test_solver_agrees_with_pymatting(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    plain(monkeypatch)
    settled = picture(seed, (40, 52), (1, 1))
    known = settled.unknown == 0
    settled.alpha[known] = np.where(settled.alpha[known] > 127, 255, 0)
    settled.unknown[:4], settled.unknown[-4:] = 0, 0
    settled.alpha[:4], settled.alpha[-4:] = 0, 255
    trimap = np.where(settled.unknown != 0, 0.5, settled.alpha / 255)
    image = np.moveaxis(settled.colours(), 0, -1)
    # PyMatting divides the noise by the window's nine pixels.
    right = estimate_alpha_cf(image, trimap, laplacian_kwargs={"epsilon": 9 * BandSolver.eps})
    away = abs(answer(settled, settled.solver()) / 255 - right)[settled.unknown != 0]
    assert away.mean() < 0.01


def test_what_is_known_is_left_alone() -> None:
    given_picture = picture(1, (61, 75))
    after = answer(given_picture, given_picture.solver())
    known = given_picture.unknown == 0
    np.testing.assert_array_equal(after[known], given_picture.alpha[known])
    assert np.any(after != given_picture.alpha)


@pytest.mark.parametrize("size", [(1, 1), (2, 9), (9, 2)])
def test_pictures_without_a_window_keep_their_alpha(size: Size) -> None:
    given_picture = picture(1, size)
    np.testing.assert_array_equal(answer(given_picture, given_picture.solver()), given_picture.alpha)


def test_where_colours_explain_nothing_alpha_stays() -> None:
    given_picture = picture(3, (61, 75))
    rng = np.random.default_rng(1)
    planes = tuple(rng.integers(0, 256, plane.shape).astype(np.uint8) for plane in given_picture.planes)
    blind = Picture((planes[0], planes[1], planes[2]), (2, 2), 255, given_picture.alpha, given_picture.unknown)
    assert np.mean(abs(answer(blind, blind.solver()).astype(float) - blind.alpha)) < 3


@pytest.mark.parametrize("view", sorted(VIEWS))
def test_planes_may_lie_in_memory_in_any_way(view: str) -> None:
    given_picture = picture(4, (45, 62))
    first, second, third = (VIEWS[view](plane) for plane in given_picture.planes)
    alike = Picture((first, second, third), (2, 2), 255, given_picture.alpha, given_picture.unknown)
    np.testing.assert_array_equal(answer(alike, alike.solver()), answer(given_picture, given_picture.solver()))


def test_a_second_frame_owes_nothing_to_the_first() -> None:
    one, two = picture(5, (61, 75)), picture(6, (61, 75))
    made = one.solver()
    answer(one, made)
    np.testing.assert_array_equal(answer(two, made), answer(two, two.solver()))


def test_the_usual_steps_come_near_the_solution(monkeypatch: pytest.MonkeyPatch) -> None:
    given_picture = picture(7, (61, 75))
    usual = answer(given_picture, given_picture.solver()).astype(float)
    monkeypatch.setattr(BandSolver, "steps", EXACT)
    right = answer(given_picture, given_picture.solver()).astype(float)
    band = given_picture.unknown != 0
    assert abs(usual - right)[band].mean() < 0.5 * abs(given_picture.alpha - right)[band].mean()
