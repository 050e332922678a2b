"""Live: no frame waits for what comes after it; and how large a network is asked."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from bgstream.frame import LAYOUTS, RGB, Colour, Frame
from bgstream.matting.card import Card, Size
from bgstream.matting.cards import find_card
from bgstream.matting.chain import NetworkMatter, Plan
from bgstream.matting.choose import Choice
from bgstream.matting.live import LATE, SIDES, first_within, live_size, live_sizes, live_threads
from bgstream.matting.segmenter import Segmenter
from bgstream.matting.session import Device
from bgstream.matting.shelf import Shelf
from bgstream.matting.tiers import find_tier, tiers
from bgstream.progress import Clock
from bgstream.settings import Settings
from tests.matting.tiny_networks import disc, write_brightness, write_card

CPU = Device("cpu")
SIZES: list[Size] = [(320, 320), (256, 256), (224, 224), (160, 160)]
SECONDS = dict(zip(SIZES, (0.4, 0.2, 0.1, 0.05), strict=True))


@pytest.mark.parametrize(
    ("most", "wanted", "measured"),
    [(0.5, 320, 1), (0.4, 320, 1), (0.3, 256, 2), (0.2, 256, 2), (0.1, 224, 3), (0.05, 160, 3), (0.01, 160, 3)],
)
def test_the_largest_that_is_in_time_and_no_more_is_measured(most: float, wanted: int, measured: int) -> None:
    asked: list[Size] = []

    def takes(size: Size) -> float:
        asked.append(size)
        return SECONDS[size]

    assert first_within(SIZES, takes, most) == (wanted, wanted)
    assert asked == SIZES[:measured]


def test_a_network_of_one_size_is_not_measured() -> None:
    def never(_: Size) -> float:
        pytest.fail("it was measured")

    assert first_within(SIZES[:1], never, 1e-9) == SIZES[0]


def heavy(folder: Path, monkeypatch: pytest.MonkeyPatch, size: Size | None) -> Card:
    """A card of 320×320 whose graph takes that size, or any; it counts as large."""
    for module in ("live", "network"):
        monkeypatch.setattr(f"bgstream.matting.{module}.SMALL", 1)
    network = write_brightness(folder / "net.onnx", size=size)
    write_card(network, size=(320, 320))
    return find_card(str(network))


def test_a_large_network_free_in_size_is_made_smaller_where_time_is_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = heavy(tmp_path, monkeypatch, None)
    assert live_size(card, CPU, rate=1e-3 * LATE) is None, "1000 seconds are enough for its own size"
    assert live_size(card, CPU, rate=1e9 * LATE) == (SIDES[-1], SIDES[-1])
    assert live_sizes(card, CPU, rate=1e-3 * LATE) == (None, (SIDES[0], SIDES[0])), "and one for when others are busy"
    assert live_sizes(card, CPU, rate=1e9 * LATE) == ((SIDES[-1], SIDES[-1]),), "unless it is the smallest"


def test_a_size_that_the_graph_fixes_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert live_sizes(heavy(tmp_path, monkeypatch, (320, 320)), CPU, rate=1e9 * LATE) == (None,)


@pytest.mark.parametrize(("cores", "threads"), [(1, 1), (2, 1), (4, 3), (64, 8)])
def test_one_core_is_left_to_the_frames(cores: int, threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bgstream.matting.live.cores", lambda: cores)
    assert live_threads() == threads


@pytest.mark.parametrize("model", ["selfie", "selfie-landscape"])
def test_a_small_network_keeps_its_size(model: str) -> None:
    assert live_size(find_card(model), CPU, rate=1e9) is None


def frames(count: int, pulled: list[int]) -> Iterator[Frame]:
    """A bright disc that moves over black; notes which frames have been taken."""
    for number in range(count):
        pulled.append(number)
        plane = np.where(disc((96, 128), (48, 30 + 4 * number), 20), 230.0, 20.0).astype(np.uint8)
        yield Frame((plane, plane, plane), LAYOUTS["gbrp"], Colour(RGB, True), number)


@pytest.mark.parametrize("large", [True, False])
@pytest.mark.parametrize("person", [True, False])
@pytest.mark.parametrize("quality", list(tiers()))
def test_every_frame_comes_out_before_the_next_goes_in(
    quality: str, person: bool, large: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if large:
        monkeypatch.setattr("bgstream.matting.network.SMALL", 1)
    network = write_brightness(tmp_path / "net.onnx", size=(96, 128))
    write_card(network, size=(96, 128))
    card = find_card(str(network))
    plan = Plan(Choice(card, person=person), find_tier(quality), Settings(quality=quality), live=True)
    matter, pulled = NetworkMatter(plan, Segmenter(card, CPU), Shelf(CPU), Clock()), list[int]()
    for number, matted in enumerate(matter(frames(6, pulled))):
        assert matted.frame.pts == number
        assert pulled == list(range(number + 1))
    assert len(pulled) == 6
    assert matter.ledger.frames == (6 if large else 0)


def test_where_any_network_is_quick_every_frame_is_asked_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is asked ahead either, in batches, as files are."""
    monkeypatch.setattr("bgstream.matting.network.SMALL", 1)
    monkeypatch.setattr(Device, "quick", True)
    network = write_brightness(tmp_path / "net.onnx")
    write_card(network)
    card, pulled = find_card(str(network)), list[int]()
    plan = Plan(Choice(card), find_tier("balanced"), Settings(), live=True)
    matter = NetworkMatter(plan, Segmenter(card, CPU), Shelf(CPU), Clock())
    for number, matted in enumerate(matter(frames(4, pulled))):
        assert pulled == list(range(number + 1))
        columns = np.nonzero(matted.alpha[48] > 127)[0]
        assert abs(columns.mean() - (30 + 4 * number)) < 2
    assert matter.ledger.frames == 0
