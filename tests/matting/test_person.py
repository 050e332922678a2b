"""Persons as witnesses: testimony counted by hand, presence over time, and whose the regions and the edges are."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bgstream.frame import LAYOUTS, RGB, Colour, Frame
from bgstream.matting.bounding import bounded, by_regions
from bgstream.matting.look import Link, Look, resized
from bgstream.matting.person import ALIKE, DECIDED, LEAST, VAGUE, Witnesses, alone, union
from bgstream.matting.person import Testimony as Said  # pytest would take the name for a test's
from bgstream.matting.person import testimony as heard
from bgstream.matting.segmenter import Segmenter
from bgstream.matting.session import Device
from bgstream.matting.shelf import Shelf
from bgstream.progress import Clock
from bgstream.protocols import Wants
from bgstream.sources import open_source
from tests.matting.tiny_networks import disc

Float = NDArray[np.float32]
SIZE = (120, 160)


def covered(*parts: tuple[float, float, float]) -> Float:
    """Discs (row, column, radius) of 1 on 0, with an edge of three pixels."""
    y, x = np.mgrid[: SIZE[0], : SIZE[1]]
    skirts = [np.clip((radius - np.hypot(y - row, x - column)) / 3 + 0.5, 0, 1) for row, column, radius in parts]
    return np.asarray(np.max([np.zeros(SIZE), *skirts], axis=0), np.float32)


def frame(pts: int = 0) -> Frame:
    plane = np.full((48, 64), 90, np.uint8)
    return Frame((plane, plane, plane), LAYOUTS["gbrp"], Colour(RGB, True), pts)


# testimony


def test_testimony_counted_by_hand() -> None:
    """Of 20 pixels the first marks 4, the second 3 of them and one more; 2 and 1 pixels are undecided."""
    first, second = np.zeros((4, 5), np.float32), np.zeros((4, 5), np.float32)
    first[0, :4], second[0, 1:5] = 1, 1
    first[1, :2], second[3, 4] = 0.4, 0.2
    said = heard(first, second)
    assert (said.share, said.twin, said.undecided, said.undecided_twin) == (0.2, 3 / 5, 2 / 4, 1 / 4)


def test_bounds_of_undecided_are_decided() -> None:
    raw = np.array([[0.1, 0.9, 0.11, 0.89, 0.5, 0.51]], np.float32)
    said = heard(raw, raw)
    assert said.share == 0.5
    assert said.undecided == pytest.approx(4 / 3)
    assert said.twin == 1


def test_nothing_marked_divides_by_nothing() -> None:
    empty = np.zeros((4, 5), np.float32)
    said = heard(empty, empty)
    assert (said.share, said.twin, said.undecided, said.undecided_twin, said.presence) == (0, 0, 0, 0, 0)


def test_the_twin_is_compared_at_the_first_one_s_size() -> None:
    first = disc((256, 256), (128, 128), 80).astype(np.float32)
    second = disc((144, 256), (72, 128), 1).astype(np.float32)
    y, x = np.mgrid[:144, :256]
    second = (np.hypot((y + 0.5) * 256 / 144 - 128, x + 0.5 - 128) < 80).astype(np.float32)
    assert heard(first, second).twin > 0.97


@pytest.mark.parametrize(
    ("share", "twin", "undecided", "presence"),
    [
        (0.2, 0.95, 0.1, 2),
        (0.2, 0.95, DECIDED - 0.01, 2),  # the two agree: some doubt is no matter
        (0.2, 0.95, DECIDED, 1),
        (0.2, ALIKE, 0.1, 1),  # each for itself
        (0.2, 0.0, VAGUE - 0.01, 1),
        (0.2, 0.95, VAGUE, 0),
        (LEAST - 0.0001, 1.0, 0.0, 0),  # too small to be anything
        (LEAST, 1.0, 0.0, 2),
    ],
)
def test_presence(share: float, twin: float, undecided: float, presence: int) -> None:
    assert Said(share, twin, undecided, 0.0).presence == presence


def test_union() -> None:
    one, other = np.zeros((3, 4), bool), np.zeros((3, 4), bool)
    assert union(one, other) == 0
    one[0], other[:, 0] = True, True
    assert union(one, other) == 1 / 6
    assert union(one, one) == 1


def test_resizing_to_the_same_size_is_no_work() -> None:
    raw = covered((60, 80, 30))
    assert resized(raw, SIZE) is raw
    assert resized(raw, (60, 80)).shape == (60, 80)
    assert resized(raw, (60, 80)).mean() == pytest.approx(raw.mean(), abs=1e-3)


# the networks themselves


@pytest.fixture(scope="module")
def witnesses() -> Witnesses:
    return Witnesses(Shelf(Device("cpu")))


@pytest.fixture(scope="module")
def astronaut() -> Frame:
    examples = Path(__file__).resolve().parents[2] / "examples"
    return open_source(examples / "astronaut.mp4", Wants()).sample(1)[0]


def test_a_person_is_surely_there(witnesses: Witnesses, astronaut: Frame) -> None:
    person, presence = witnesses(astronaut, 1.0, (90, 160))
    assert person.shape == (90, 160)
    assert person.dtype == np.float32
    assert presence == 2
    assert person[40, 80] > 0.9  # the face
    assert person[:20, 140:].max() < 0.1  # the sky of the picture behind


def test_nobody_in_a_grey_picture(witnesses: Witnesses) -> None:
    _, presence = witnesses(frame(), 1.0, (24, 32))
    assert presence == 0


def test_two_that_agree_have_an_equal_say(witnesses: Witnesses, astronaut: Frame) -> None:
    first, second = (resized(raw, (90, 160)) for raw in witnesses.answers(astronaut, 1.0))
    assert heard(*witnesses.answers(astronaut, 1.0)).twin > 0.9
    person, _ = witnesses(astronaut, 1.0, (90, 160))
    np.testing.assert_allclose(person, (first + second) / 2, atol=1e-5)


def test_a_dark_frame_by_itself_is_brightened(witnesses: Witnesses, astronaut: Frame) -> None:
    dark = replace(astronaut, planes=(astronaut.planes[0] // 3 + np.uint8(11), *astronaut.planes[1:]))
    given, own = witnesses.answers(dark, 1.0)[0], witnesses.answers(dark)[0]
    assert np.abs(given - own).max() > 0.01
    np.testing.assert_array_equal(witnesses.answers(astronaut, 1.0)[0], witnesses.answers(astronaut)[0])


def test_a_frame_alone_is_seen_and_answered(witnesses: Witnesses, astronaut: Frame) -> None:
    from bgstream.matting.cards import find_card

    network = Segmenter(find_card("selfie"), Device("cpu"))
    np.testing.assert_array_equal(alone(network, astronaut, 1.0), witnesses.answers(astronaut, 1.0)[0])


# presence over time

ME, PERSON = covered((60, 80, 40)), covered((60, 80, 40))


def shown(presences: list[int], ahead: int, firsts: tuple[int, ...] = (0,), certain: bool = False) -> str:
    """Where somebody is shown: 1, else 0."""
    looks = [Look(frame(k), ME, ME, k in firsts, 1.0, PERSON, presence) for k, presence in enumerate(presences)]
    return "".join(str(int(look.raw.any())) for look in bounded(looks, Clock(), ahead, certain))


@pytest.mark.parametrize("ahead", [0, 2])
def test_sure_is_shown_and_nobody_is_not(ahead: int) -> None:
    assert shown([2, 2, 0, 0, 2, 0], ahead) == "110010"


@pytest.mark.parametrize("ahead", [0, 1, 3])
def test_perhaps_after_sure_is_shown_however_long(ahead: int) -> None:
    assert shown([2, 1, 1, 1, 1, 1, 1, 0, 1, 1], ahead) == "1111111000"


def test_perhaps_alone_is_nobody() -> None:
    assert shown([1, 1, 1, 1], 2) == "0000"


@pytest.mark.parametrize("ahead", [0, 2])
def test_a_single_picture_is_judged_as_a_whole(ahead: int) -> None:
    assert shown([1], ahead) == "0"
    assert shown([0, 1, 2], ahead, certain=True) == "111"


def test_live_perhaps_at_the_start_of_a_shot_is_nobody() -> None:
    assert shown([1, 1, 1], 0) == "000"
    assert shown([2, 1, 1, 1], 0, (0, 2)) == "1100"


def places(columns: list[float], presences: list[int], shift: float = 0.0) -> list[Float]:
    """What is shown of a disc at these columns; the flow says that all moves by ``shift`` pixels a frame."""
    flow, sure = np.zeros((*SIZE, 2), np.float32), np.ones(SIZE, np.float32)
    flow[..., 0] = shift
    looks = []
    for k, (column, presence) in enumerate(zip(columns, presences, strict=True)):
        alpha, link = covered((60, column, 20)), Link(-flow, flow, sure, sure) if k else None
        looks.append(Look(frame(k), alpha, alpha, k == 0, 1.0, alpha, presence, link))
    return [look.raw for look in bounded(looks, Clock(), 2)]


def test_perhaps_elsewhere_is_somebody_else() -> None:
    for presences in ([2, 1, 0], [0, 1, 2]):
        assert places([40, 40, 40], presences)[1].max() == 1
        assert places([40, 120, 40], presences)[1].max() == 0


def test_perhaps_is_looked_for_where_the_flow_leads() -> None:
    """Steps of 60 pixels: without the flow they were too far."""
    for presences in ([2, 1, 0], [0, 1, 2]):
        assert places([30, 90, 150], presences, shift=60)[1].max() == 1
        assert places([30, 90, 150], presences)[1].max() == 0


@pytest.mark.parametrize(
    ("ahead", "expected"), [(0, "000001"), (1, "000011"), (2, "000111"), (3, "001111"), (9, "011111")]
)
def test_perhaps_that_leads_to_sure_within_what_is_known(ahead: int, expected: str) -> None:
    assert shown([0, 1, 1, 1, 1, 2], ahead) == expected


@pytest.mark.parametrize("ahead", [2, 3, 9])
def test_a_gap_breaks_the_chain_forwards_and_backwards(ahead: int) -> None:
    assert shown([1, 0, 2, 0, 1, 1], ahead) == "001000"
    assert shown([1, 1, 0, 1, 2], ahead) == "00011"


@pytest.mark.parametrize("ahead", [1, 3])
def test_a_cut_breaks_the_chain_both_ways(ahead: int) -> None:
    assert shown([2, 1, 1, 1], ahead, (0, 2)) == "1100"
    assert shown([1, 1, 2, 2], ahead, (0, 2)) == "0011"


def test_nobody_is_nothing_whatever_the_general_network_says() -> None:
    looks = [Look(frame(), ME, ME, True, 1.0, PERSON, 0)]
    (answer,) = bounded(looks, Clock(), 0)
    np.testing.assert_array_equal(answer.raw, 0)
    assert answer.raw.dtype == np.float32
    assert ME.max() == 1


def test_bounded_takes_regions_from_the_witnesses() -> None:
    clutter = np.maximum(ME, covered((30, 140, 14)))
    (answer,) = bounded([Look(frame(), clutter, ME, True, 1.0, PERSON, 2)], Clock(), 0)
    assert answer.raw[30, 140] < 0.05
    assert answer.raw[60, 80] == 1
    assert answer.person is PERSON


@pytest.mark.parametrize("ahead", [0, 1, 4])
def test_bounded_asks_for_no_more_frames_than_it_says(ahead: int) -> None:
    asked = 0

    def counted() -> Iterator[Look]:
        nonlocal asked
        for k in range(8):
            asked += 1
            yield Look(frame(k), ME, ME, k == 0, 1.0, PERSON, 1)

    next(bounded(counted(), Clock(), ahead))
    assert asked == 1 + ahead


# regions and edges


def test_the_same_array_where_nothing_differs() -> None:
    edges = covered((60, 80, 40))
    assert by_regions(edges, edges.copy()) is edges


def test_a_finer_edge_is_kept() -> None:
    """The general network draws the edge two pixels farther in, and a thin line that the witnesses miss."""
    edges = covered((60, 80, 38))
    edges[10:24, 80:82] = 1
    assert by_regions(edges, covered((60, 80, 40))) is edges


def test_a_thing_beside_the_person_goes_with_its_skirt() -> None:
    person, thing = covered((60, 50, 30)), covered((60, 130, 16))
    answer = by_regions(np.maximum(person, thing), person)
    assert answer[:, 105:].max() < 0.1
    np.testing.assert_allclose(answer[:, :85], person[:, :85], atol=1e-6)


def test_a_part_that_the_general_network_misses_is_filled() -> None:
    person = covered((60, 50, 30))
    missed = np.minimum(person, 1 - covered((60, 50, 12)))
    assert by_regions(missed, person)[60, 50] > 0.95
    np.testing.assert_array_equal(by_regions(missed, person)[person == 0], 0)


def test_far_from_the_region_every_edge_is_kept_bit_for_bit() -> None:
    fine = covered((60, 40, 30))
    fine[28:92:4, 15:20] = 0.4
    answer = by_regions(np.maximum(fine, covered((60, 140, 14))), covered((60, 42, 30)))
    np.testing.assert_array_equal(answer[:, :90], fine[:, :90])
    assert answer[60, 140] < 0.01


def test_answers_stay_between_the_two() -> None:
    rng = np.random.default_rng(0)
    one, other = (resized(rng.random((6, 8), np.float32), SIZE) for _ in range(2))
    one, other = (np.clip(3 * raw - 1, 0, 1) for raw in (one, other))
    answer = by_regions(one, other)
    assert (answer >= np.minimum(one, other) - 1e-6).all()
    assert (answer <= np.maximum(one, other) + 1e-6).all()


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (3, 5), (33, 1)])
def test_small_and_odd_sizes(size: tuple[int, int]) -> None:
    nothing, all_of_it = np.zeros(size, np.float32), np.ones(size, np.float32)
    assert by_regions(nothing, nothing) is nothing
    answer = by_regions(nothing, all_of_it)
    assert answer.shape == size
    np.testing.assert_allclose(answer, all_of_it, atol=1e-5)
