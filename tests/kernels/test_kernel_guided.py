"""Guided up-sampling: the nearest whole number to what the plain algorithm gives, for any sizes."""

import numpy as np
import pytest
from bgstream_kernels import GuidedUpsampler
from bgstream_kernels.planes import Plane
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels import twins
from tests.kernels.canvas import Canvas, canvases
from tests.kernels.drawing import VIEWS, Size, modest, seeds, sizes, tops
from tests.kernels.scenes import Waves, scene
from tests.kernels.twin_guided import Setting, upsample

Case = tuple[Setting, Plane, Plane, Canvas]
LEVELS = [(0.03, 0.97), (0.0, 1.0), (0.2, 0.7)]
KINDS = ["waves", "rough", "noise", "extremes", "nothing", "everything"]


def raw_sizes(size: Size) -> st.SearchStrategy[Size]:
    """A part of the frame's size, or any: larger than the frame, or of another shape."""
    part = st.integers(1, 9).map(lambda k: (max(size[0] // k, 1), max(size[1] // k, 1)))
    return st.one_of(part, st.tuples(st.integers(1, 40), st.integers(1, 40)))


looks = st.tuples(
    st.sampled_from([0.0, 0.02, 0.05, 0.1, 0.3, 1.0]),
    st.sampled_from([0.0, 0.01, 0.05, 0.2]),
    st.sampled_from(KINDS),
)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    size = draw(sizes)
    guide = draw(st.sampled_from([True, True, False]))
    setting = Setting(size, draw(raw_sizes(size)), draw(tops), guide, draw(st.sampled_from(LEVELS)))
    raw, luma = scene(draw(seeds), size, setting.raw, setting.top, draw(looks))
    return setting, raw, VIEWS[draw(st.sampled_from(sorted(VIEWS)))](luma), draw(canvases(size))


def check_nearest(got: Plane, exact: twins.Double) -> None:
    """Rounded from almost the exact value: float32 against float64, with room where the matte hardly varies."""
    away = abs(got - exact)
    assert away.max() <= 0.5 + 0.1
    assert np.quantile(away, 0.99) <= 0.5 + 0.005


@modest
@given(cases())
def test_upsampler_agrees_with_its_twin(case: Case) -> None:
    setting, raw, luma, out = case
    made, given_raw = setting.upsampler(), raw.copy()
    made(raw, luma, out.view)
    check_nearest(out.view, upsample(setting, made, raw, luma))
    assert out.strays() == 0
    np.testing.assert_array_equal(raw, given_raw)


@pytest.mark.parametrize("rate", [(9, 0), (-9, 0), (0, 9), (0, -9)])
@pytest.mark.parametrize("contrast", [80, -80])
@pytest.mark.parametrize("guide", [False, True])
def test_upsampler_agrees_where_edges_lie_along_cells(rate: Size, contrast: int, guide: bool) -> None:
    """Runs of cells that are all background or all subject are filled without computing; their ends must show."""
    setting, waves = Setting((160, 180), (20, 22), guide=guide), Waves(rate, 1)
    raw = waves.sampled(setting.raw).astype(np.float32)
    luma = np.rint(130 + contrast * (waves.sampled(setting.size) - 0.5)).astype(np.uint8)
    made, out = setting.upsampler(), np.empty(setting.size, np.uint8)
    made(raw, luma, out)
    check_nearest(out, upsample(setting, made, raw, luma))


@modest
@given(cases(), st.integers(0, 1))
def test_sure_raw_alpha_gives_exactly_0_or_255(case: Case, sure: int) -> None:
    setting, raw, luma, out = case
    raw[...] = sure
    setting.upsampler()(raw, luma, out.view)
    assert np.all(out.view == 255 * sure)


@pytest.mark.parametrize("guide", [False, True])
def test_levels_are_what_counts_as_nothing_and_as_everything(guide: bool) -> None:
    setting = Setting((30, 40), (10, 13), guide=guide, levels=(0.25, 0.75))
    raw, luma = scene(1, setting.size, setting.raw, 255, (1.0, 0.05, "noise"))
    out = np.empty(setting.size, np.uint8)
    for shift, expected in ((0.0, 0), (0.75, 255)):
        setting.upsampler()(raw * np.float32(0.25) + np.float32(shift), luma, out)
        assert np.all(out == expected)


def test_halves_are_rounded_upwards() -> None:
    out = np.empty((5, 7), np.uint8)
    GuidedUpsampler((5, 7), (1, 1), guide=False, levels=(0.0, 1.0))(
        np.full((1, 1), 0.5, np.float32), np.zeros((5, 7), np.uint8), out
    )
    assert np.all(out == 128)


@modest
@given(sizes.flatmap(lambda size: st.tuples(st.just(size), raw_sizes(size))))
def test_the_grid_is_the_coarsest_that_is_as_fine_as_raw_alpha(case: tuple[Size, Size]) -> None:
    size, raw = case
    step = GuidedUpsampler(size, raw).step

    def fine(step: int) -> bool:
        return all(pixels >= step * samples for pixels, samples in zip(size, raw, strict=True))

    assert step == 1 or fine(step)
    assert step == 8 or not fine(step + 1)


def edge(contrast: float) -> tuple[Plane, Plane, Plane]:
    """True alpha with one sharp edge amid raw samples, the raw alpha of it, and luma that shows it or not."""
    truth = np.zeros((64, 96), np.uint8)
    truth[:, 45:] = 255
    raw = truth.reshape(8, 8, 12, 8).mean(axis=(1, 3), dtype=np.float32) / np.float32(255)
    return truth, raw, (100 + contrast * truth).astype(np.uint8)


def mean_error(guide: bool, contrast: float) -> float:
    truth, raw, luma = edge(contrast)
    out = np.empty(truth.shape, np.uint8)
    GuidedUpsampler((64, 96), (8, 12), guide=guide)(raw, luma, out)
    return float(np.mean(abs(out - truth.astype(np.float64))))


def test_the_guide_finds_the_edge_that_raw_alpha_is_too_coarse_for() -> None:
    assert mean_error(guide=True, contrast=0.4) < 0.7 * mean_error(guide=False, contrast=0.4)


def test_where_luma_is_flat_the_guide_changes_nothing() -> None:
    assert mean_error(guide=True, contrast=0) == mean_error(guide=False, contrast=0) > 0


def test_a_deeper_type_of_the_same_values_gives_the_same() -> None:
    raw, luma = scene(2, (45, 62), (11, 15), 255, (0.3, 0.01, "waves"))
    made, first, second = GuidedUpsampler((45, 62), (11, 15)), *np.empty((2, 45, 62), np.uint8)
    made(raw, luma, first)
    made(raw, luma.astype(np.uint16), second)
    np.testing.assert_array_equal(first, second)


def test_a_second_frame_owes_nothing_to_the_first() -> None:
    setting = Setting((45, 62), (11, 15))
    used, first, second = setting.upsampler(), *np.empty((2, 45, 62), np.uint8)
    for seed in (3, 4):
        raw, luma = scene(seed, setting.size, setting.raw, 255, (0.3, 0.01, "rough"))
        used(raw, luma, first)
    setting.upsampler()(raw, luma, second)
    np.testing.assert_array_equal(first, second)


def test_the_scenes_give_the_guide_a_say() -> None:
    """Guards the tests above: a scene where the guide never has a say would prove nothing about it."""
    setting = Setting((80, 90), (20, 22))
    raw, luma = scene(5, setting.size, setting.raw, 255, (0.3, 0.01, "waves"))
    made, plain = setting.upsampler(), Setting(setting.size, setting.raw, guide=False)
    difference = abs(upsample(setting, made, raw, luma) - upsample(plain, made, raw, luma))
    assert np.count_nonzero(difference > 2) > 500
