"""From raw alpha to one frame's matte: what is made where it is wanted, in every layout."""

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest
from bgstream_kernels.planes import Plane
from numpy.typing import NDArray

from bgstream.frame import LAYOUTS, RGB, Colour, Frame, Matted
from bgstream.matting.clean import adjust
from bgstream.matting.finish import Finisher
from bgstream.matting.look import Look
from bgstream.matting.tiers import Tier, find_tier
from bgstream.progress import Clock
from bgstream.settings import Settings

Double = NDArray[np.float64]
SIZE, RAW = (144, 192), (36, 48)
TIERS = ("draft", "fast", "balanced", "best")
layouts = pytest.mark.parametrize("name", ["yuv420p", "yuv420p10le", "yuv422p", "yuv444p12le", "gbrp", "gbrp16le"])


def coverage(size: tuple[int, int] = SIZE, angle: float = 0.3, soft: float = 1.0) -> Double:
    """A half plane with an edge ``soft`` pixels wide, at ``angle`` to upright, through the middle."""
    y, x = np.mgrid[: size[0], : size[1]]
    distance = np.cos(angle) * (x + 0.5 - size[1] / 2) + np.sin(angle) * (y + 0.5 - size[0] / 2)
    return np.asarray(np.clip(0.5 + distance / soft, 0, 1), np.float64)


def framed(name: str, alpha: Double, own: Plane | None = None) -> Frame:
    """A bright subject of that coverage before a dark background, in any layout."""
    layout, planes = LAYOUTS[name], []
    for number, (height, width) in enumerate(layout.shapes(*alpha.shape)):
        share = cv2.resize(alpha, (width, height), interpolation=cv2.INTER_AREA)
        bright, dark = (0.8, 0.2) if layout.rgb or number == 0 else (0.6, 0.45)
        planes.append(np.rint((share * bright + (1 - share) * dark) * layout.top).astype(layout.dtype))
    return Frame(tuple(planes), layout, Colour(RGB, True) if layout.rgb else Colour(1, True), 7, alpha=own)


def look_of(frame: Frame, alpha: Double, raw: tuple[int, int] = RAW) -> Look:
    small = cv2.resize(alpha, raw[::-1], interpolation=cv2.INTER_AREA).astype(np.float32)
    return Look(frame, small, small, True)


def finished(look: Look, tier: str | Tier = "balanced", **settings: Any) -> Matted:
    made = find_tier(tier) if isinstance(tier, str) else tier
    return Finisher(made, Settings(**settings), Clock())(look)


def standard(name: str = "yuv420p", size: tuple[int, int] = SIZE, angle: float = 0.3, soft: float = 1.0) -> Look:
    alpha = coverage(size, angle, soft)
    return look_of(framed(name, alpha), alpha)


@pytest.mark.parametrize("tier", TIERS)
def test_foreground_only_where_it_is_wanted(tier: str) -> None:
    look, wanted = standard(), find_tier(tier).foreground
    assert (finished(look, tier).foreground is not None) is wanted
    assert finished(look, tier, foreground=False).foreground is None
    assert finished(look, tier, matte=True).foreground is None


@pytest.mark.parametrize("tier", TIERS)
def test_alpha_is_the_same_whether_a_foreground_is_wanted_or_not(tier: str) -> None:
    look = standard()
    for settings in ({"foreground": False}, {"matte": True}):
        np.testing.assert_array_equal(finished(look, tier, **settings).alpha, finished(look, tier).alpha)


@layouts
@pytest.mark.parametrize("tier", TIERS)
def test_every_layout_gets_a_full_size_alpha_that_follows_the_edge(name: str, tier: str) -> None:
    look = standard(name)
    matted = finished(look, tier)
    assert matted.frame is look.frame
    assert matted.alpha.shape == SIZE
    assert matted.alpha.dtype == np.uint8
    assert np.abs(matted.alpha / 255 - coverage()).mean() < 0.008
    unrefined = finished(look, tier, refine=False).alpha / 255
    assert np.abs(matted.alpha / 255 - coverage()).mean() < np.abs(unrefined - coverage()).mean()


@layouts
def test_foreground_in_the_frame_s_layout(name: str) -> None:
    look = standard(name, soft=6)
    matted = finished(look)
    assert matted.foreground is not None
    for index, (mine, plane) in enumerate(zip(matted.foreground, look.frame.planes, strict=True)):
        assert mine.shape == plane.shape
        assert mine.dtype == plane.dtype
        assert int(mine.max()) <= look.frame.layout.top
        if plane.shape == SIZE:
            opaque = matted.alpha == 255
            np.testing.assert_array_equal(mine[opaque], plane[opaque])
            edge = (matted.alpha > 60) & (matted.alpha < 200)
            own = (0.8 if look.frame.layout.rgb or index == 0 else 0.6) * look.frame.layout.top
            assert np.abs(mine[edge] - own).mean() < 0.6 * np.abs(plane[edge] - own).mean()


def test_ten_bits_are_seen_like_eight() -> None:
    eight, ten = (finished(standard(name)).alpha.astype(int) for name in ("yuv420p", "yuv420p10le"))
    assert np.abs(eight - ten).mean() < 0.5
    assert np.abs(eight - ten).max() <= 24


def softness(alpha: Plane) -> Double:
    """Pixels of each row that are neither nothing nor everything, half covered ones in full."""
    cover = alpha[4:-4] / 255
    pixels: Double = (4 * cover * (1 - cover)).sum(axis=1)
    return pixels


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("angle", [0.0, 0.3, np.pi / 4, np.pi / 2])
def test_sharp_edges_are_one_pixel_wide(angle: float, tier: str) -> None:
    """Along the axis that crosses the edge more directly; and they stay where they were."""
    look = standard(angle=angle, soft=5)
    matte, before = (finished(look, tier, sharp=sharp).alpha for sharp in (True, False))
    across, was = (alpha if np.cos(angle) > 0.5 else alpha.T for alpha in (matte, before))
    assert softness(across).max() <= 1.15
    assert ((across > 0) & (across < 255)).sum(axis=1)[4:-4].max() <= 2
    assert softness(was).mean() > 2 * softness(across).mean()
    assert np.abs((matte > 127).astype(int) - (before > 127)).mean() < 0.2 / SIZE[1]


def test_feather_comes_after_sharp() -> None:
    soft = finished(standard(soft=5), sharp=True, feather=3).alpha
    assert ((soft > 12) & (soft < 243)).sum(axis=1).mean() > 6


@pytest.mark.parametrize("tier", TIERS)
def test_choke_and_feather_are_taken_from_the_finished_alpha(tier: str) -> None:
    look = standard()
    plain = finished(look, tier).alpha
    for said in ({"choke": 2.5}, {"choke": -1.0}, {"feather": 2.0}, {"choke": 1.0, "feather": 1.0}):
        expected = adjust(plain, said.get("choke", 0), said.get("feather", 0))
        np.testing.assert_array_equal(finished(look, tier, **said).alpha, expected)


@pytest.mark.parametrize("tier", TIERS)
def test_the_frame_s_own_alpha_is_multiplied_in(tier: str) -> None:
    own = np.full(SIZE, 128, np.uint8)
    own[:, :100], own[:, 150:] = 0, 255
    plain = standard()
    alpha = finished(replace(plain, frame=replace(plain.frame, alpha=own)), tier).alpha
    without = finished(plain, tier).alpha
    np.testing.assert_array_equal(alpha, np.rint(without.astype(float) * own / 255 - 1e-9).astype(np.uint8))
    assert own[0, 0] == 0
    assert own[0, -1] == 255


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("value", [0.0, 1.0])
def test_nothing_and_everything(value: float, tier: str) -> None:
    flat = np.full(SIZE, value)
    look = look_of(framed("yuv420p", coverage()), flat)
    assert (finished(look, tier).alpha == round(255 * value)).all()


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("size", [(1, 1), (1, 37), (41, 1), (33, 47), (64, 65)])
def test_small_and_odd_sizes(size: tuple[int, int], tier: str) -> None:
    alpha = coverage(size)
    matted = finished(look_of(framed("yuv420p", alpha), alpha, (8, 12)), tier, sharp=True, feather=1.0)
    assert matted.alpha.shape == size
    if matted.foreground is not None:
        assert [plane.shape for plane in matted.foreground] == list(LAYOUTS["yuv420p"].shapes(*size))


@pytest.mark.parametrize("tier", TIERS)
def test_one_finisher_for_frames_of_every_kind(tier: str) -> None:
    """What it keeps for one size, layout or raw size is not used for the next."""
    finish = Finisher(find_tier(tier), Settings(), Clock())
    looks = [
        standard(),
        standard(size=(90, 120)),
        standard("gbrp"),
        standard("yuv420p10le"),
        replace(standard(), raw=cv2.resize(standard().raw, (60, 44)).astype(np.float32)),
        standard(),
    ]
    for look in looks:
        mine, fresh = finish(look), finished(look, tier)
        np.testing.assert_array_equal(mine.alpha, fresh.alpha)
        assert (mine.foreground is None) is (fresh.foreground is None)
        for one, other in zip(mine.foreground or (), fresh.foreground or (), strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("tier", TIERS)
def test_mattes_share_no_memory(tier: str) -> None:
    finish, look = Finisher(find_tier(tier), Settings(), Clock()), standard()
    one, other = finish(look), finish(look)
    planes = [[matted.alpha, *(matted.foreground or ())] for matted in (one, other)]
    for mine in planes[0]:
        assert not any(np.shares_memory(mine, theirs) for theirs in planes[1])
        assert not any(np.shares_memory(mine, plane) for plane in look.frame.planes)


@pytest.mark.parametrize("tier", TIERS)
def test_a_raw_alpha_in_any_shape_of_memory(tier: str) -> None:
    look = standard()
    turned = np.asfortranarray(look.raw)
    np.testing.assert_array_equal(finished(replace(look, raw=turned), tier).alpha, finished(look, tier).alpha)


def test_strands_are_recovered_where_the_tier_solves() -> None:
    """Bright strands over a dark background stand off an edge: raw alpha knows but a haze of them."""
    truth = coverage(angle=0.0)
    truth[::6, 70:100] = 1
    raw = np.asarray(cv2.GaussianBlur(truth, (0, 0), 4), np.float64)
    look = look_of(framed("yuv444p", truth), raw)
    error = {tier: np.abs(finished(look, tier).alpha / 255 - truth)[:, 64:112].mean() for tier in ("fast", "balanced")}
    assert error["balanced"] < 0.9 * error["fast"]


def test_without_refinement_nothing_is_solved() -> None:
    look, plain = standard(), replace(find_tier("balanced"), solve=False)
    np.testing.assert_array_equal(finished(look, refine=False).alpha, finished(look, plain, refine=False).alpha)


def test_time_is_counted_as_refining() -> None:
    clock = Clock()
    Finisher(find_tier("fast"), Settings(), clock)(standard())
    assert clock.busy["refine"] > 0
    assert clock.busy["model"] == 0
