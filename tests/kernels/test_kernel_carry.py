"""What is carried along the flow: each kernel against its NumPy twin, and what holds for every input."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from bgstream_kernels import believe_shared, carry, carry_in, link, rest, trust
from bgstream_kernels.linking import resize
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.kernels.canvas import canvas
from tests.kernels.drawing import Size, modest, seeds, sizes
from tests.kernels.twins import mean_motion

Float = NDArray[np.float32]
Double = NDArray[np.float64]
SIZE = (23, 31)
RULES = (0.5, 2.0, 0.05, 0.2)


def there(flow: Float) -> tuple[Double, Double]:
    """Rows and columns that a flow points at."""
    rows, columns = np.indices(flow.shape[:2], np.float64)
    return rows + flow[..., 1], columns + flow[..., 0]


def sampled(plane: NDArray[Any], place: tuple[Double, Double]) -> Double:
    """Bilinear; beyond the border it is as at the border."""
    row, column = (np.clip(way, 0, side - 1) for way, side in zip(place, plane.shape, strict=True))
    top, left = np.floor(row).astype(int), np.floor(column).astype(int)
    under, beside = np.minimum(top + 1, plane.shape[0] - 1), np.minimum(left + 1, plane.shape[1] - 1)
    down, right, values = row - top, column - left, plane.astype(np.float64)
    above = values[top, left] * (1 - right) + values[top, beside] * right
    below = values[under, left] * (1 - right) + values[under, beside] * right
    mixed: Double = above * (1 - down) + below * down
    return mixed


def carry_twin(state: Float, flow: Float, trusted: Float, most: float) -> Double:
    alpha, weight = (sampled(plane, there(flow)) for plane in state)
    return np.stack([alpha, np.minimum(weight, 1 / (1 - most)) * trusted * most])


def weighed_twin(own: tuple[Float, Float], carried: Double) -> Double:
    weight, total = carried[1], own[1] + carried[1]
    return np.stack([(own[0] * own[1].astype(np.float64) + carried[0] * weight) / np.maximum(total, 1e-9), total])


def ramp(value: Double, full: float, none: float) -> Double:
    fallen: Double = np.clip((none - value) / (none - full), 0, 1)
    return fallen


def trust_twin(lumas: tuple[Float, Float], to: Float, back: Float, rules: tuple[float, ...]) -> Double:
    near, far, same, other = rules
    place, (height, width) = there(to), to.shape[:2]
    light = ramp(mean_motion(lumas[0].astype(np.float64), sampled(lumas[1], place)), same, other)
    inside = (place[0] >= -0.5) & (place[0] <= height - 0.5) & (place[1] >= -0.5) & (place[1] <= width - 0.5)
    gone = np.hypot(*(to[..., k] + sampled(back[..., k], place) for k in (0, 1)))
    way = np.hypot(to[..., 0].astype(np.float64), to[..., 1])
    return np.where(inside, light * ramp(gone - 0.1 * way, near, far), 0)


def gain_of_moving(lumas: tuple[Float, Float], flow: Float) -> Double:
    """By how much less luma differs along the flow than in place: sums over 3×3."""
    here = lumas[0].astype(np.float64)
    stayed, moved = mean_motion(here, lumas[1].astype(np.float64)), mean_motion(here, sampled(lumas[1], there(flow)))
    return 9 * (stayed - moved)


@dataclass(frozen=True)
class Case:
    """Two frames' luma, flow both ways, alpha with its weight, and trust, all at random."""

    lumas: tuple[Float, Float]
    to: Float
    back: Float
    state: Float
    trusted: Float

    @property
    def size(self) -> Size:
        return self.trusted.shape[0], self.trusted.shape[1]


def flow_of(rng: np.random.Generator, size: Size, reach: float, whole: bool) -> Float:
    flow = rng.uniform(-reach, reach, (*size, 2))
    return (np.rint(flow) if whole else flow).astype(np.float32)


def case_of(seed: int, size: Size, reach: float = 3, whole: bool = False, change: float = 0.1) -> Case:
    rng = np.random.default_rng(seed)
    luma = rng.random(size, np.float32)
    other = np.clip(luma + rng.uniform(-change, change, size), 0, 1).astype(np.float32)
    to = flow_of(rng, size, reach, whole)
    back = (-to + rng.uniform(-1, 1, to.shape)).astype(np.float32)
    state = np.stack([rng.random(size), rng.uniform(0, 7, size)]).astype(np.float32)
    return Case((luma, other), to, back, state, rng.random(size, np.float32))


cases = st.builds(
    case_of, seeds, sizes, st.sampled_from([0.0, 0.4, 3.0, 60.0]), st.booleans(), st.sampled_from([0.0, 0.1, 1.0])
)
mosts = st.sampled_from([0.0, 0.5, 0.8, 0.95])
rules = st.tuples(st.sampled_from([0.2, 0.5]), st.just(2.0), st.sampled_from([0.02, 0.1]), st.sampled_from([0.2, 0.9]))


def carried(state: Float, flow: Float, trusted: Float, most: float = 0.8) -> Float:
    out = np.full_like(state, np.nan)
    carry(state, flow, trusted, most, out)
    return out


def trusted(lumas: tuple[Float, Float], to: Float, back: Float, said: tuple[float, ...] = RULES) -> Float:
    out = canvas((to.shape[0], to.shape[1]), np.float32, (2, 0))
    trust(lumas, to, back, np.array(said, np.float32), out.view)
    assert out.strays() == 0
    return np.asarray(out.view)


@modest
@given(cases, mosts)
def test_carry_agrees_with_its_twin(case: Case, most: float) -> None:
    before = case.state.copy()
    got = carried(case.state, case.to, case.trusted, most)
    np.testing.assert_allclose(got, carry_twin(case.state, case.to, case.trusted, most), rtol=1e-4, atol=1e-4)
    np.testing.assert_array_equal(case.state, before)


def carried_in(state: Any, case: Case, own: Any, most: float = 0.8) -> Float:
    out = np.full((2, *case.size), np.nan, np.float32)
    carry_in(state, (case.to, case.trusted), most, own, out)
    return out


@modest
@given(cases, mosts)
def test_what_is_carried_is_weighed_in(case: Case, most: float) -> None:
    known, own = (case.state[0], case.state[1]), (case.lumas[0], case.trusted + np.float32(0.5))
    twin = weighed_twin(own, carry_twin(case.state, case.to, case.trusted, most))
    np.testing.assert_allclose(carried_in(known, case, own, most), twin, rtol=1e-4, atol=1e-4)


@modest
@given(cases)
def test_a_weight_of_one_value_is_the_same_everywhere(case: Case) -> None:
    one, ones = np.ones((1, 1), np.float32), np.ones(case.size, np.float32)
    got = carried_in((case.state[0], one), case, (case.lumas[0], one))
    np.testing.assert_array_equal(got, carried_in((case.state[0], ones), case, (case.lumas[0], ones)))


@modest
@given(cases, rules)
def test_trust_agrees_with_its_twin(case: Case, said: tuple[float, ...]) -> None:
    got = trusted(case.lumas, case.to, case.back, said)
    np.testing.assert_allclose(got, trust_twin(case.lumas, case.to, case.back, said), rtol=0, atol=1e-3)
    assert got.min() >= 0
    assert got.max() <= 1


@modest
@given(cases, st.sampled_from([0.0, 0.01, 0.1]))
def test_rest_agrees_with_its_twin(case: Case, noise: float) -> None:
    flow, gain = case.to.copy(), gain_of_moving(case.lumas, case.to) - 9 * noise
    rest(case.lumas, flow, noise)
    stopped = np.all(flow == 0, axis=2)
    np.testing.assert_array_equal(flow[~stopped], case.to[~stopped])  # all or nothing
    clear = np.abs(gain) > 1e-4
    np.testing.assert_array_equal(stopped[clear], (gain <= 0)[clear] | np.all(case.to == 0, axis=2)[clear])


@modest
@given(cases, mosts)
def test_alpha_stays_within_what_is_known(case: Case, most: float) -> None:
    state = carried(case.state, case.to, case.trusted, most)
    assert state[0].min() >= case.state[0].min() - 1e-6
    assert state[0].max() <= case.state[0].max() + 1e-6
    state = carried_in((case.state[0], case.state[1]), case, (case.lumas[0], np.ones((1, 1), np.float32)), most)
    assert state[0].min() >= min(case.state[0].min(), case.lumas[0].min()) - 1e-6
    assert state[0].max() <= max(case.state[0].max(), case.lumas[0].max()) + 1e-6


@pytest.mark.parametrize("size", [SIZE, (1, 17), (17, 1), (1, 1)])
def test_a_whole_step_carries_each_pixel_as_it_is(size: Size) -> None:
    state = case_of(1, size).state
    flow = np.full((*size, 2), (2, -1), np.float32)
    rows, columns = (np.clip(np.arange(side) + step, 0, side - 1) for side, step in zip(size, (-1, 2), strict=True))
    got = carried(state, flow, np.ones(size, np.float32))
    np.testing.assert_allclose(got[0], state[0][np.ix_(rows, columns)], rtol=0, atol=1e-6)


def test_where_nothing_is_trusted_the_answer_is_taken_as_it_is() -> None:
    case = replace(case_of(2, SIZE), trusted=np.zeros(SIZE, np.float32))
    state = carried_in((case.state[0], case.state[1]), case, (case.lumas[0], np.ones((1, 1), np.float32)))
    np.testing.assert_array_equal(state[0], case.lumas[0])
    assert state[1].min() == state[1].max() == 1


def test_weight_of_the_past_never_passes_its_bound() -> None:
    one = np.ones(SIZE, np.float32)
    still = replace(case_of(2, SIZE, 0), trusted=one)
    state = np.ones((2, *SIZE), np.float32)
    for _ in range(60):
        past = carried(state, still.to, one)
        assert past[1].max() <= 4 + 1e-5
        state = carried_in((state[0], state[1]), still, (one, np.ones((1, 1), np.float32)))
    assert past[1].min() > 3.99


def test_trust_is_full_where_both_ways_and_the_light_agree() -> None:
    luma, still = case_of(3, SIZE).lumas[0], np.zeros((*SIZE, 2), np.float32)
    np.testing.assert_array_equal(trusted((luma, luma), still, still), np.ones(SIZE))


def test_no_trust_in_what_was_outside() -> None:
    luma, to = np.full(SIZE, 0.5, np.float32), np.zeros((*SIZE, 2), np.float32)
    to[..., 0] = 4
    got = trusted((luma, luma), to, -to)
    assert got[:, SIZE[1] - 4 :].max() == 0
    np.testing.assert_array_equal(got[:, : SIZE[1] - 4], 1)


def test_no_trust_where_the_way_back_leads_elsewhere() -> None:
    luma, to = np.full(SIZE, 0.5, np.float32), np.zeros((*SIZE, 2), np.float32)
    back = to.copy()
    back[:, 12:, 1] = 2.5
    got = trusted((luma, luma), to, back)
    assert (got[:, :12].min(), got[:, 12:].max()) == (1, 0)


def test_no_trust_where_the_light_differs() -> None:
    luma, still = np.full(SIZE, 0.2, np.float32), np.zeros((*SIZE, 2), np.float32)
    other = luma.copy()
    other[:, 12:] += np.float32(0.5)
    got = trusted((luma, other), still, still)
    assert (got[:, :11].min(), got[:, 13:].max()) == (1, 0)


def test_flow_in_a_flat_picture_is_set_to_zero() -> None:
    luma, flow = np.full(SIZE, 0.4, np.float32), flow_of(np.random.default_rng(4), SIZE, 3, False)
    rest((luma, luma), flow, 0.0)
    assert np.abs(flow).max() == 0


def test_a_movement_that_the_light_shows_is_kept() -> None:
    wide = np.random.default_rng(5).random((SIZE[0], SIZE[1] + 3), np.float32)
    here, other = np.ascontiguousarray(wide[:, :-3]), np.ascontiguousarray(wide[:, 3:])
    flow = np.full((*SIZE, 2), (-3, 0), np.float32)
    rest((here, other), flow, 0.01)
    np.testing.assert_array_equal(flow[:, 4:], np.full((SIZE[0], SIZE[1] - 4, 2), (-3, 0)))


def mirrored_mean(plane: Float, radius: int) -> Double:
    """Over a square, mirrored beyond the border without repeating it."""
    padded = np.pad(plane.astype(np.float64), radius, mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (2 * radius + 1, 2 * radius + 1))
    mean: Double = windows.mean(axis=(2, 3))
    return mean


def believed_twin(trusted: Float, radius: int, low: float, high: float) -> Double:
    t = np.clip((mirrored_mean(trusted, radius) - low) / (high - low), 0, 1)
    believed: Double = trusted * t * t * (3 - 2 * t)
    return believed


def enlarged_twin(plane: NDArray[Any], size: Size) -> Double:
    """Bilinear, centres aligned."""
    ways = [(np.arange(n) + 0.5) * m / n - 0.5 for n, m in zip(size, plane.shape, strict=True)]
    rows, columns = np.meshgrid(*ways, indexing="ij")
    return sampled(plane, (rows, columns))


@modest
@given(cases, st.integers(0, 3))
def test_trust_that_the_neighbourhood_shares_agrees_with_its_twin(case: Case, radius: int) -> None:
    radius = min(radius, min(case.size) - 1)
    got = case.trusted.copy()
    believe_shared(got, radius, 0.3, 0.7)
    np.testing.assert_allclose(got, believed_twin(case.trusted, radius, 0.3, 0.7), rtol=0, atol=1e-5)


@modest
@given(cases, sizes, st.booleans())
def test_resizing_is_bilinear(case: Case, size: Size, double: bool) -> None:
    size = (2 * case.size[0], 2 * case.size[1]) if double else size
    one, two = np.full(size, np.nan, np.float32), np.full((size[0], 2 * size[1]), np.nan, np.float32)
    resize(case.trusted, 1, one)
    resize(case.to.reshape(case.size[0], -1), 2, two)
    np.testing.assert_allclose(one, enlarged_twin(case.trusted, size), rtol=0, atol=1e-5)
    for k in (0, 1):
        np.testing.assert_allclose(two[:, k::2], enlarged_twin(case.to[..., k], size), rtol=1e-5, atol=1e-4)


@modest
@given(cases, st.sampled_from([1, 2, 1.3]))
def test_a_link_is_its_steps_one_after_the_other(case: Case, factor: float) -> None:
    height, width = case.size
    size, (now, before) = (max(1, round(height * factor)), max(1, round(width * factor))), case.lumas
    ways = case.to.copy(), case.back.copy()
    out = tuple(np.full((*size, *more), np.nan, np.float32) for more in ((2,), (2,), (), ()))
    link(case.lumas, (case.to.copy(), case.back.copy()), 0.01, (np.array(RULES, np.float32), (0, 0.3, 0.7)), out)
    rest((now, before), ways[0], 0.01)
    rest((before, now), ways[1], 0.01)
    for index, lumas in enumerate(((now, before), (before, now))):
        believed = trusted(lumas, ways[index], ways[1 - index])
        believe_shared(believed, 0, 0.3, 0.7)
        np.testing.assert_allclose(out[2 + index], enlarged_twin(believed, size), rtol=0, atol=1e-5)
        for k, scale in enumerate((size[1] / width, size[0] / height)):
            twin = enlarged_twin(ways[index][..., k], size) * scale
            np.testing.assert_allclose(out[index][..., k], twin, rtol=1e-4, atol=1e-4)
