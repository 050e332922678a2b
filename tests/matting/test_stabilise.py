"""Raw alpha steadied along the flow: flicker falls, and nothing lags, trails or looks farther ahead than it says."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from bgstream.frame import LAYOUTS, RGB, Colour, Frame
from bgstream.matting.flow import Flow, Linker
from bgstream.matting.look import Look
from bgstream.matting.stabilise import Stabiliser, smoothed
from bgstream.progress import Clock

Float = NDArray[np.float32]
SIZE = (72, 96)
PLANE = np.zeros((2, 2), np.uint8)
aheads = pytest.mark.parametrize("ahead", [0, 1, 3])
flows = pytest.mark.parametrize("flow", list(Flow))


def wavy(seed: int, down: float = 0, right: float = 0) -> Float:
    """A texture of waves 8 to 40 pixels long, moved; 0..1."""
    rng, (y, x) = np.random.default_rng(seed), np.mgrid[: SIZE[0], : SIZE[1]]
    sum_of_waves = np.zeros(SIZE)
    for _ in range(30):
        rate, way, phase = 2 * np.pi / rng.uniform(8, 40), *rng.uniform(0, 2 * np.pi, 2)
        sum_of_waves += np.cos(rate * (np.cos(way) * (x - right) + np.sin(way) * (y - down)) + phase)
    return np.asarray(np.clip(0.5 + sum_of_waves / 16, 0, 1), np.float32)


def disc(row: float, column: float, radius: float) -> Float:
    """Coverage of a disc, with an edge of two pixels."""
    y, x = np.mgrid[: SIZE[0], : SIZE[1]]
    return np.asarray(np.clip((radius - np.hypot(y - row, x - column)) / 2 + 0.5, 0, 1), np.float32)


def seen(alpha: Float, right: float = 0) -> Float:
    """Luma of a bright textured subject, moved with its alpha, before a dark textured background."""
    return np.asarray(alpha * (0.6 + 0.4 * wavy(1, 0, right)) + (1 - alpha) * 0.4 * wavy(2), np.float32)


def look(pts: int, raw: Float, luma: Float, first: bool = False) -> Look:
    return Look(Frame((PLANE, PLANE, PLANE), LAYOUTS["gbrp"], Colour(RGB, True), pts), raw, luma, first or pts == 0)


def steadied(looks: list[Look], ahead: int, flow: Flow = Flow.COARSE) -> list[Float]:
    clock = Clock()
    answers = list(Stabiliser(clock, ahead)(Linker(flow, clock)(looks)))
    assert [answer.frame.pts for answer in answers] == [one.frame.pts for one in looks]
    return [answer.raw for answer in answers]


def muted(alpha: Float) -> Float:
    """Away from 0 and 1, where noise would be cut off to one side."""
    return np.asarray(0.2 + 0.6 * alpha, np.float32)


def noisy(alpha: Float, seed: int) -> Float:
    return np.clip(muted(alpha) + np.random.default_rng(seed).normal(0, 0.05, SIZE), 0, 1).astype(np.float32)


def moving(step: float, count: int = 9, radius: float = 14, noise: bool = False) -> tuple[list[Look], list[Float]]:
    """A disc that moves right by ``step`` pixels a frame, and its true alpha."""
    alphas = [disc(36, 22 + step * k, radius) for k in range(count)]
    raws = [noisy(alpha, k) if noise else alpha for k, alpha in enumerate(alphas)]
    return [
        look(k, raw, seen(alpha, step * k)) for k, (raw, alpha) in enumerate(zip(raws, alphas, strict=True))
    ], alphas


def unrest(raws: list[Float], truth: list[Float]) -> float:
    """How much the error changes from frame to frame."""
    errors = np.stack(raws).astype(np.float64) - np.stack(truth)
    return float(np.abs(np.diff(errors, axis=0)).mean())


@aheads
@flows
@pytest.mark.parametrize("step", [0.0, 1.5])
def test_flicker_of_noise_at_least_halves(step: float, flow: Flow, ahead: int) -> None:
    looks, alphas = moving(step, 16, noise=True)
    truth = [muted(alpha) for alpha in alphas]
    got = steadied(looks, ahead, flow)
    later = slice(5, 12)  # as much is known of the past and of the future
    assert unrest(got[later], truth[later]) < 0.5 * unrest([one.raw for one in looks][later], truth[later])
    before, after = (np.abs(np.stack(raws) - truth)[later].mean() for raws in ([one.raw for one in looks], got))
    assert after < 0.7 * before


@aheads
@flows
@pytest.mark.parametrize("step", [1.5, 4.0, 6.0])
def test_nothing_lags_or_leads(step: float, flow: Flow, ahead: int) -> None:
    """The centre of mass is where it is in the frame."""
    looks, truth = moving(step)
    columns = np.arange(SIZE[1])
    for raw, alpha in zip(steadied(looks, ahead, flow), truth, strict=True):
        places = [float((values.sum(axis=0) * columns).sum() / values.sum()) for values in (raw, alpha)]
        assert places[0] == pytest.approx(places[1], abs=0.25)


@aheads
@flows
@pytest.mark.parametrize("step", [9.0, 17.0])
def test_a_fast_disc_leaves_no_ghost(step: float, flow: Flow, ahead: int) -> None:
    looks, truth = moving(step, 5, radius=9)
    for raw, alpha in zip(steadied(looks, ahead, flow), truth, strict=True):
        assert raw[alpha == 0].max() < 0.25
        assert raw[alpha == 0].mean() < 0.005
        assert np.abs(raw - alpha).mean() < 0.01


@aheads
def test_behind_an_occluder_nothing_is_carried_on(ahead: int) -> None:
    """A bar of another look passes before the subject: no alpha stays on it, none is missing behind it."""
    subject, looks, truth = disc(36, 48, 22), [], []
    for k in range(8):
        bar = np.zeros(SIZE, bool)
        bar[:, 5 + 12 * k : 15 + 12 * k] = True
        alpha = np.where(bar, 0, subject).astype(np.float32)
        luma = np.where(bar, 0.05 + 0.1 * wavy(3, 0, 12 * k), seen(subject)).astype(np.float32)
        looks.append(look(k, alpha, luma))
        truth.append(alpha)
    for raw, alpha in zip(steadied(looks, ahead, Flow.FINE), truth, strict=True):
        wrong = np.abs(raw - alpha)
        assert wrong.mean() < 0.01
        assert (wrong > 0.5).mean() < 0.005


@aheads
def test_what_the_network_misses_for_a_frame_is_mostly_there(ahead: int) -> None:
    alpha = disc(36, 48, 20)
    raws = [np.zeros_like(alpha) if k == 7 else alpha for k in range(12)]
    got = steadied([look(k, raw, seen(alpha)) for k, raw in enumerate(raws)], ahead)[7]
    assert got[36, 48] > 0.7


def test_what_appears_and_stays_is_soon_believed() -> None:
    """Without a movement that would tell: nothing of the light says that the network is right now."""
    alpha = disc(36, 48, 20)
    raws = [np.zeros_like(alpha)] * 8 + [alpha] * 12
    got = steadied([look(k, raw, seen(alpha)) for k, raw in enumerate(raws)], 0)
    assert [got[8][36, 48] < 0.5, got[12][36, 48] > 0.5, got[19][36, 48] > 0.9] == [True, True, True]


def test_causal_answers_do_not_depend_on_what_follows() -> None:
    looks, _ = moving(2.5, 10, noise=True)
    whole = steadied(looks, 0)
    for count in (1, 4, 9):
        for mine, other in zip(steadied(looks[:count], 0), whole, strict=False):
            np.testing.assert_array_equal(mine, other)


@pytest.mark.parametrize("ahead", [1, 2, 3])
def test_answers_depend_on_no_more_of_the_future_than_is_said(ahead: int) -> None:
    looks, _ = moving(2.5, 10, noise=True)
    whole = steadied(looks, ahead)
    for count in (ahead + 1, 7):
        cut = steadied(looks[:count], ahead)
        for k in range(count - ahead):
            np.testing.assert_array_equal(cut[k], whole[k])
        assert np.abs(cut[count - 1] - whole[count - 1]).max() > 0  # and they do look ahead


@pytest.mark.parametrize("ahead", [0, 1, 3])
def test_no_more_frames_are_asked_for_than_that(ahead: int) -> None:
    looks, _ = moving(1, 9)
    asked = 0

    def counted() -> Iterator[Look]:
        nonlocal asked
        for one in looks:
            asked += 1
            yield one

    next(Stabiliser(Clock(), ahead)(Linker(Flow.COARSE, Clock())(counted())))
    assert asked == 1 + ahead


@aheads
def test_a_cut_parts_the_shots_both_ways(ahead: int) -> None:
    one, _ = moving(2, 5, noise=True)
    other = [look(5 + k, noisy(disc(20, 70 - k, 12), 50 + k), wavy(9, 0, k), first=k == 0) for k in range(5)]
    together = steadied(one + other, ahead)
    for mine, alone in zip(together, steadied(one, ahead) + steadied(other, ahead), strict=True):
        np.testing.assert_array_equal(mine, alone)


@aheads
def test_the_same_again(ahead: int) -> None:
    looks, _ = moving(1.5, 6, noise=True)
    for mine, other in zip(steadied(looks, ahead), steadied(looks, ahead), strict=True):
        np.testing.assert_array_equal(mine, other)


@aheads
def test_constant_alpha_stays_exactly_so(ahead: int) -> None:
    for value in (0, 1):
        flat = np.full(SIZE, value, np.float32)
        for raw in steadied([look(k, flat, wavy(1, 0, 2 * k)) for k in range(5)], ahead):
            np.testing.assert_array_equal(raw, flat)


@aheads
def test_looks_that_are_not_linked_are_left_as_they_are(ahead: int) -> None:
    looks, _ = moving(1, 4, noise=True)
    for mine, answer in zip(looks, Stabiliser(Clock(), ahead)(looks), strict=True):
        np.testing.assert_array_equal(answer.raw, mine.raw)


@aheads
def test_what_it_was_given_is_not_written_to(ahead: int) -> None:
    looks, _ = moving(1, 5, noise=True)
    before = [one.raw.copy() for one in looks]
    answers = steadied(looks, ahead)
    for mine, copy, answer in zip(looks, before, answers, strict=True):
        np.testing.assert_array_equal(mine.raw, copy)
        assert not np.shares_memory(mine.raw, answer)
    assert not np.shares_memory(answers[0], answers[1])


@aheads
def test_persons_are_steadied_by_the_same_rule(ahead: int) -> None:
    looks, _ = moving(1.5, 6, noise=True)
    clock, other = Clock(), np.full(SIZE, 0.25, np.float32)
    swapped = [replace(one, raw=other, person=one.raw) for one in looks]
    answers = list(Stabiliser(clock, ahead, "person")(Linker(Flow.COARSE, clock)(swapped)))
    for answer, raw in zip(answers, steadied(looks, ahead), strict=True):
        assert answer.raw is other
        assert answer.person is not None
        np.testing.assert_array_equal(answer.person, raw)


def test_another_size_amid_a_shot_begins_anew() -> None:
    small = np.full((40, 50), 0.5, np.float32)
    looks, _ = moving(1, 3, noise=True)
    answers = steadied([*looks, look(3, small, small), look(4, small, small)], 2)
    np.testing.assert_array_equal(answers[3], small)


def test_smoothing_without_flow_is_reset_at_a_cut_and_copies() -> None:
    alpha = disc(36, 48, 20)
    looks = [look(k, noisy(alpha, k), seen(alpha), first=k == 3) for k in range(6)]
    got = [one.raw for one in smoothed(looks, Clock())]
    np.testing.assert_array_equal(got[0], looks[0].raw)
    np.testing.assert_array_equal(got[3], looks[3].raw)
    truth = [muted(alpha)] * 3
    assert unrest(got[3:], truth) < 0.6 * unrest([one.raw for one in looks[3:]], truth)
    assert not np.shares_memory(got[0], got[1])
