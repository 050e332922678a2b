"""A small network asked about every second or third frame: the rest is carried along the flow, and says the same."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from bgstream.evaluate.metrics import mask, overlap
from bgstream.frame import Frame, Matted, Plane
from bgstream.matting.asking import Asker
from bgstream.matting.cards import find_card
from bgstream.matting.chain import NetworkMatter, Plan
from bgstream.matting.choose import Choice
from bgstream.matting.look import UNASKED, Float, Link
from bgstream.matting.person import PERSON, TWIN
from bgstream.matting.segmenter import Segmenter
from bgstream.matting.session import find_device
from bgstream.matting.shelf import Shelf
from bgstream.matting.sparse import between
from bgstream.matting.tiers import find_tier
from bgstream.progress import Clock
from bgstream.settings import Settings
from bgstream.sources.synthetic import SyntheticSource
from tests.matting.filming import look

CPU = find_device("cpu")
FILM = SyntheticSource((180, 320), Fraction(30), 24, "person")


@pytest.fixture(scope="module")
def network() -> Segmenter:
    return Segmenter(find_card(TWIN), CPU)


@pytest.fixture(scope="module")
def frames() -> list[Frame]:
    return list(FILM.frames())


def mattes(network: Segmenter, frames: list[Frame], interval: int, second: bool = False) -> list[Matted]:
    shelf = Shelf(CPU)
    twin = shelf.take(find_card(PERSON)) if second else None
    plan = Plan(Choice(network.card), find_tier("fast"), Settings(), live=True, interval=interval, second=twin)
    return list(NetworkMatter(plan, network.twin(), shelf, Clock())(iter(frames)))


def as_float(alpha: Plane) -> Float:
    return alpha.astype(np.float32) / np.float32(255)


def alike(one: Matted, other: Matted) -> float:
    """Intersection over union."""
    return overlap(mask(as_float(one.alpha)), mask(as_float(other.alpha)))["iou"] or 0.0


@pytest.mark.parametrize("interval", [1, 2, 3])
def test_it_is_asked_about_every_so_manieth_frame(network: Segmenter, frames: list[Frame], interval: int) -> None:
    asked = [bool(one.raw.size) for one in Asker(network.twin(), None, Clock(), interval)(frames)]
    assert asked == [number % interval == 0 for number in range(len(frames))]


def test_nought_leaves_it_to_others(network: Segmenter, frames: list[Frame]) -> None:
    assert not any(one.raw.size for one in Asker(network.twin(), None, Clock(), 0)(frames))


@pytest.mark.parametrize("interval", [2, 3])
def test_what_is_carried_is_near_to_what_is_asked(network: Segmenter, frames: list[Frame], interval: int) -> None:
    every, some = mattes(network, frames, 1), mattes(network, frames, interval)
    assert [one.frame for one in some] == frames, "each matte with its own frame, one for one"
    for number, (one, other) in enumerate(zip(every, some, strict=True)):
        assert (overlap(mask(as_float(one.alpha)), mask(as_float(other.alpha)))["iou"] or 0) > 0.97, number


def test_the_second_network_lets_a_person_through(network: Segmenter, frames: list[Frame]) -> None:
    for one, other in zip(mattes(network, frames, 1), mattes(network, frames, 1, second=True), strict=True):
        assert np.array_equal(one.alpha, other.alpha)


def test_carried_along_the_flow_exactly() -> None:
    raw = np.zeros((8, 12), np.float32)
    raw[2:5, 3:6] = 1
    back = np.zeros((8, 12, 2), np.float32)
    back[..., 0] = -2  # what is here stood two columns to the left
    link = Link(back, -back, np.ones((8, 12), np.float32), np.ones((8, 12), np.float32))
    looks = [look(raw, 0, first=True), replace(look(UNASKED, 1), link=link), look(raw, 2)]
    out = list(between(looks, Clock()))
    assert np.array_equal(out[1].raw, np.roll(raw, 2, axis=1))
    assert out[0].raw is raw and out[2].raw is raw
