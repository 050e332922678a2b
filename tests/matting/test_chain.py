"""The matter over time: no lag, no ghost, no trace of the shot before a cut."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bgstream.frame import LAYOUTS, RGB, Colour, Frame
from bgstream.matting.cards import Card, find_card
from bgstream.matting.chain import NetworkMatter, Plan
from bgstream.matting.choose import Choice
from bgstream.matting.segmenter import Segmenter
from bgstream.matting.session import Device
from bgstream.matting.shelf import Shelf
from bgstream.matting.tiers import find_tier
from bgstream.progress import Clock
from bgstream.settings import Settings
from tests.matting.tiny_networks import disc, write_brightness, write_card

SIZE = (96, 128)


@pytest.fixture
def card(tmp_path: Path) -> Card:
    network = write_brightness(tmp_path / "net.onnx")
    write_card(network)
    return find_card(str(network))


@pytest.fixture
def sharp_card(tmp_path: Path) -> Card:
    """A network as large as the frame."""
    network = write_brightness(tmp_path / "sharp.onnx", size=SIZE)
    write_card(network, size=SIZE)
    return find_card(str(network))


def grey(values: np.ndarray[Any, Any], pts: int = 0, alpha: np.ndarray[Any, Any] | None = None) -> Frame:
    plane = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    return Frame((plane, plane, plane), LAYOUTS["gbrp"], Colour(RGB, True), pts, alpha=alpha)


def scene(column: float, noise: float = 0.0, seed: int = 0) -> np.ndarray[Any, Any]:
    """A bright disc on black, with sensor noise."""
    rng = np.random.default_rng(seed)
    return np.where(disc(SIZE, (48, column), 24), 230.0, 20.0) + rng.normal(0, noise, SIZE)


def matter_of(card: Card, quality: str = "fast", **settings: Any) -> NetworkMatter:
    plan = Plan(Choice(card), find_tier(quality), Settings(**settings))
    return NetworkMatter(plan, Segmenter(card, Device("cpu")), Shelf(Device("cpu")), Clock())


def mattes(card: Card, frames: list[Frame], **settings: Any) -> list[np.ndarray[Any, Any]]:
    matter = matter_of(card, **settings)
    return [matted.alpha for matted in matter(iter(frames))]


def test_every_matte_belongs_to_its_own_frame(card: Card) -> None:
    frames = [grey(scene(30 + 6 * k), pts=k) for k in range(8)]
    matter = matter_of(card)
    for frame, matted in zip(frames, matter(iter(frames)), strict=True):
        assert matted.frame is frame
        columns = np.nonzero(matted.alpha[48] > 127)[0]
        assert abs(columns.mean() - (30 + 6 * frame.pts)) < 2


def test_moving_subject_leaves_no_ghost(sharp_card: Card) -> None:
    for quality in ("draft", "fast", "balanced"):
        steady = mattes(sharp_card, [grey(scene(30 + 10 * k)) for k in range(6)], quality=quality)
        for k, alpha in enumerate(steady):
            assert alpha[~disc(SIZE, (48, 30 + 10 * k), 27)].max() == 0, (quality, k)
            assert alpha[disc(SIZE, (48, 30 + 10 * k), 21)].min() == 255, (quality, k)


def test_noise_on_a_still_subject_is_steadied(sharp_card: Card) -> None:
    frames = [grey(scene(60, noise=6, seed=k)) for k in range(12)]

    def flicker(answers: list[np.ndarray[Any, Any]]) -> float:
        late = np.stack(answers[4:]).astype(np.float64)
        return float(np.abs(np.diff(late, axis=0)).mean())

    alone = flicker(mattes(sharp_card, frames, smooth=False))
    for quality in ("draft", "fast", "balanced"):
        assert flicker(mattes(sharp_card, frames, quality=quality)) < 0.6 * alone, quality


def test_a_cut_leaves_no_trace_of_the_shot_before(card: Card) -> None:
    before = [grey(scene(30)) for _ in range(5)]
    after = [grey(255 - scene(100)) for _ in range(3)]
    cut = mattes(card, before + after)[5:]
    fresh = mattes(card, after)
    for mine, alone in zip(cut, fresh, strict=True):
        np.testing.assert_array_equal(mine, alone)


def test_no_smooth_treats_every_frame_alone(card: Card) -> None:
    frames = [grey(scene(60, noise=6, seed=k)) for k in range(4)]
    alone = [mattes(card, [frame], smooth=False)[0] for frame in frames]
    for mine, other in zip(mattes(card, frames, smooth=False), alone, strict=True):
        np.testing.assert_array_equal(mine, other)


def test_refinement_follows_the_edge_of_the_frame(card: Card) -> None:
    truth = disc(SIZE, (48, 60), 24)
    errors = {
        refine: float(np.abs(mattes(card, [grey(scene(60))], refine=refine)[0] / 255.0 - truth).mean())
        for refine in (True, False)
    }
    assert errors[True] < 0.8 * errors[False]


def test_choke_and_feather_move_and_soften_the_edge(card: Card) -> None:
    def matte(**settings: float) -> np.ndarray[Any, Any]:
        return mattes(card, [grey(scene(60))], **settings)[0].astype(np.float64) / 255

    plain = matte()
    radius = np.sqrt(plain.sum() / np.pi)
    assert np.sqrt(matte(choke=3).sum() / np.pi) == pytest.approx(radius - 3, abs=0.6)
    assert np.sqrt(matte(choke=-3).sum() / np.pi) == pytest.approx(radius + 3, abs=0.6)
    assert np.sqrt(matte(choke=1.5).sum() / np.pi) == pytest.approx(radius - 1.5, abs=0.6)
    soft = matte(feather=4)
    assert soft.sum() == pytest.approx(plain.sum(), rel=0.02)
    undecided = [np.count_nonzero((m > 0.1) & (m < 0.9)) for m in (plain, soft)]
    assert undecided[1] > 1.5 * undecided[0]


def test_alpha_that_the_source_brings_is_kept(card: Card) -> None:
    own = np.zeros(SIZE, np.uint8)
    own[:, 60:] = 255
    alpha = mattes(card, [grey(scene(60), alpha=own)])[0]
    without = mattes(card, [grey(scene(60))])[0]
    assert alpha[:, :60].max() == 0
    np.testing.assert_array_equal(alpha[:, 60:], without[:, 60:])


def test_empty_clip_gives_nothing(card: Card) -> None:
    empty: Iterator[Frame] = iter(())
    assert list(matter_of(card)(empty)) == []
