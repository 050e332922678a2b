"""Flow between neighbours where the movement is known to a fraction of a pixel, and how far it is believed."""

import numpy as np
import pytest
from numpy.typing import NDArray

from bgstream.frame import LAYOUTS, RGB, Colour, Frame
from bgstream.matting.flow import Flow, Linker, enlarged
from bgstream.matting.look import Link, Look
from bgstream.progress import Clock

Float = NDArray[np.float32]
SIZE = (96, 128)
MOVES = [(0.0, 0.4), (1.5, -2.3), (0.3, -0.6), (4.0, 3.7), (-6.2, 8.1)]  # pixels down and right
INSIDE = (slice(12, -12), slice(12, -12))
both = pytest.mark.parametrize("flow", list(Flow))


def texture(down: float = 0, right: float = 0, size: tuple[int, int] = SIZE, seed: int = 1) -> Float:
    """Waves of 8 to 40 pixels in all directions, moved: exact at any fraction of a pixel."""
    rng, (y, x) = np.random.default_rng(seed), np.mgrid[: size[0], : size[1]]
    sum_of_waves = np.zeros(size)
    for _ in range(40):
        rate, way, phase = 2 * np.pi / rng.uniform(8, 40), *rng.uniform(0, 2 * np.pi, 2)
        sum_of_waves += np.cos(rate * (np.cos(way) * (x - right) + np.sin(way) * (y - down)) + phase)
    return np.clip(0.5 + sum_of_waves / 20, 0, 1).astype(np.float32)


def looks(lumas: list[Float], firsts: tuple[int, ...] = (0,)) -> list[Look]:
    plane = np.zeros((2, 2), np.uint8)
    frames = [Frame((plane, plane, plane), LAYOUTS["gbrp"], Colour(RGB, True), pts) for pts in range(len(lumas))]
    return [Look(frame, luma, luma, frame.pts in firsts) for frame, luma in zip(frames, lumas, strict=True)]


def links(flow: Flow, lumas: list[Float], firsts: tuple[int, ...] = (0,)) -> list[Link | None]:
    return [look.link for look in Linker(flow, Clock())(looks(lumas, firsts))]


def link(flow: Flow, before: Float, now: Float) -> Link:
    found = links(flow, [before, now])[1]
    assert found is not None
    return found


def errors(flow: Float, down: float, right: float) -> Float:
    """Pixels by which a flow is off, away from the border."""
    return np.asarray(np.hypot(flow[INSIDE][..., 0] - right, flow[INSIDE][..., 1] - down), np.float32)


@both
@pytest.mark.parametrize("move", MOVES)
def test_a_known_movement_is_found_both_ways(flow: Flow, move: tuple[float, float]) -> None:
    found = link(flow, texture(), texture(*move))
    most = 0.95 if flow is Flow.FINE else 0.5  # at half size slow movements of pale parts are taken for rest
    assert np.quantile(errors(found.on, *move), most) < 0.3
    assert np.quantile(errors(found.back, -move[0], -move[1]), most) < 0.3
    assert found.trust_back[INSIDE].mean() > 0.85
    assert found.trust_on[INSIDE].mean() > 0.85


@both
def test_all_is_at_raw_alpha_s_size(flow: Flow) -> None:
    for size in (SIZE, (45, 71), (24, 32), (5, 9)):
        found = link(flow, texture(size=size), texture(1, 1, size=size))
        for field, shape in (("back", (*size, 2)), ("on", (*size, 2)), ("trust_back", size), ("trust_on", size)):
            values = getattr(found, field)
            assert (values.shape, values.dtype, values.flags.c_contiguous) == (shape, np.float32, True), field


@both
def test_no_link_where_a_shot_begins(flow: Flow) -> None:
    lumas = [texture(seed=1 + k // 3) for k in range(9)]
    assert [found is None for found in links(flow, lumas, (0, 3, 6))] == [k % 3 == 0 for k in range(9)]


@both
def test_no_link_between_frames_of_different_size(flow: Flow) -> None:
    lumas = [texture(), texture(size=(80, 128)), texture(size=(80, 128))]
    assert [found is None for found in links(flow, lumas)] == [True, True, False]


@both
def test_looks_come_in_order_with_nothing_but_the_link_changed(flow: Flow) -> None:
    given = looks([texture(0, k) for k in range(4)])
    for mine, linked in zip(given, Linker(flow, Clock())(given), strict=True):
        assert linked.frame is mine.frame
        assert linked.raw is mine.raw
        assert linked.luma is mine.luma


@both
def test_a_still_picture_with_noise_stands_still(flow: Flow) -> None:
    rng, scene = np.random.default_rng(3), texture()
    noisy = [np.clip(scene + rng.normal(0, 0.01, SIZE), 0, 1).astype(np.float32) for _ in range(4)]
    for found in links(flow, noisy)[1:]:
        assert found is not None
        for way in (found.back, found.on):
            assert (np.abs(way).max(axis=2) == 0).mean() > 0.99
            assert np.abs(way).mean() < 0.001
        assert found.trust_back.mean() > 0.9


@both
def test_a_still_picture_is_trusted_fully(flow: Flow) -> None:
    found = link(flow, texture(), texture())
    assert np.abs(found.back).max() == np.abs(found.on).max() == 0
    assert found.trust_back.min() == found.trust_on.min() == 1


@both
def test_what_a_moving_disc_uncovers_is_not_trusted(flow: Flow) -> None:
    """A textured disc moves right by 9 pixels over another texture: what it leaves behind was hidden before."""
    y, x = np.mgrid[: SIZE[0], : SIZE[1]]
    discs = [np.hypot(y - 48, x - column) < 20 for column in (50, 59)]
    before, now = (
        np.where(disc, 0.6 + 0.4 * texture(0, move, seed=2), 0.5 * texture()).astype(np.float32)
        for disc, move in zip(discs, (0, 9), strict=True)
    )
    found = link(flow, before, now)
    bared, covered = discs[0] & ~discs[1], discs[1] & ~discs[0]
    assert found.trust_back[bared].mean() < 0.15
    assert found.trust_on[covered].mean() < 0.15
    far = np.hypot(y - 48, x - 55) > 38
    assert found.trust_back[far].mean() > 0.95
    inner = np.hypot(y - 48, x - 59) < 10
    assert found.trust_back[inner].mean() > 0.8
    assert np.median(found.back[inner][:, 0]) == pytest.approx(-9, abs=0.3)


@both
def test_the_same_again(flow: Flow) -> None:
    lumas = [texture(0, 1.3 * k) for k in range(3)]
    for one, other in zip(links(flow, lumas)[1:], links(flow, lumas)[1:], strict=True):
        assert one is not None
        assert other is not None
        np.testing.assert_array_equal(one.back, other.back)
        np.testing.assert_array_equal(one.trust_on, other.trust_on)


def test_enlarged_looks_say_the_same_at_another_size() -> None:
    ramp = np.tile(np.linspace(0, 1, 64, dtype=np.float32), (48, 1))
    flow, sure = np.full((48, 64, 2), 1.5, np.float32), np.ones((48, 64), np.float32)
    frame = Frame((np.zeros((96, 128), np.uint8),) * 3, LAYOUTS["gbrp"], Colour(RGB, True))
    first = Look(frame, ramp, ramp, True)
    then = Look(frame, ramp, ramp, False, link=Link(flow, -flow, sure, sure))
    larger = list(enlarged([first, then], 2.0, Clock()))
    assert [look.raw.shape for look in larger] == [(96, 128)] * 2
    assert larger[0].link is None
    assert larger[1].link is not None
    np.testing.assert_allclose(larger[1].link.back, 3.0)
    np.testing.assert_allclose(larger[1].link.on, -3.0)
    assert larger[1].link.trust_on.min() == 1
