"""Which network a clip gets: by made-up answers for the rule, by the shipped clips for the whole."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from bgstream.frame import LAYOUTS, RGB, Colour, Frame
from bgstream.matting.chain import NetworkMatter, Plan
from bgstream.matting.choose import Choice, Evidence, best, choose, is_person, weigh
from bgstream.matting.person import Testimony as Said  # pytest would take the name for a test's
from bgstream.matting.session import Device
from bgstream.matting.shelf import Shelf
from bgstream.matting.tiers import find_tier
from bgstream.progress import Clock
from bgstream.protocols import SourceInfo, Wants
from bgstream.settings import Settings
from bgstream.sources import open_source
from tests.matting.tiny_networks import disc, write_brightness, write_card

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
CPU = Shelf(Device("cpu"))
TIERS = ("draft", "fast", "balanced", "best")
Float = NDArray[np.float32]


def answer(column: float, radius: float = 60, size: tuple[int, int] = (256, 256), vague: float = 0.0) -> Float:
    """A disc as a network would answer; ``vague`` pixels around it are undecided."""
    sure = disc(size, (128 * size[0] / 256, column * size[1] / 256), radius * size[0] / 256)
    wide = disc(size, (128 * size[0] / 256, column * size[1] / 256), (radius + vague) * size[0] / 256)
    return np.where(sure, 0.95, np.where(wide, 0.4, 0.02)).astype(np.float32)


def evidence(twin: float = 0.9, confirmed: float = 0.9, undecided: float = 0.1, closer: float = 0.0) -> Evidence:
    return Evidence(Said(0.2, twin, undecided, undecided), confirmed, closer)


# the rule


def test_evidence_counted_by_hand() -> None:
    """Of 20 pixels the general network marks 6, the first person network 4 of them, the second 3 and one more."""
    general, first, second = (np.zeros((4, 5), np.float32) for _ in range(3))
    general[0], general[1, 0] = 1, 1
    first[0, :4] = 1
    second[0, :3], second[3, 4] = 1, 1
    first[2, 0] = 0.5  # one undecided pixel
    said = weigh(general, first, second)
    assert said.confirmed == 1
    assert said.closer == pytest.approx(3 / 7 - 4 / 6)
    assert (said.said.share, said.said.twin, said.said.undecided) == (0.2, 3 / 5, 1 / 4)
    assert said.score == pytest.approx(3 / 5 + 1 - 1 / 4)


def test_answers_of_different_sizes_are_held_against_each_other() -> None:
    said = weigh(answer(128, size=(320, 320)), answer(128), answer(128, size=(144, 144)))
    assert said.confirmed > 0.98
    assert said.said.twin > 0.95
    assert abs(said.closer) < 0.03
    assert is_person([said], 1.0)


def test_nothing_marked_is_no_evidence() -> None:
    empty = np.zeros((8, 8), np.float32)
    said = weigh(empty, empty, empty)
    assert (said.confirmed, said.closer, said.score) == (0, 0, 0)


def test_clutter_in_the_general_answer_does_not_matter() -> None:
    said = weigh(np.maximum(answer(90), answer(220, 40)), answer(90), answer(90))
    assert said.confirmed == 1
    assert is_person([said] * 4, 1.0)


def test_what_the_general_network_denies_is_no_person() -> None:
    assert not is_person([weigh(answer(60), answer(190), answer(190))] * 4, 1.0)


def test_twins_outweigh_a_general_network_that_sees_a_part() -> None:
    said = weigh(answer(128, 52), answer(128), answer(128))
    assert said.confirmed < 0.8
    assert is_person([said] * 4, 1.0)


def test_vague_answers_are_no_person() -> None:
    assert not is_person([weigh(answer(128), answer(128, vague=60), answer(128))] * 4, 1.0)


def test_twins_that_differ_are_no_person() -> None:
    assert not is_person([weigh(answer(128), answer(128), answer(175))] * 4, 1.0)


@pytest.mark.parametrize(("seen", "person"), [(0.0, False), (0.29, False), (0.3, True), (1.0, True)])
def test_somebody_in_few_frames_only(seen: float, person: bool) -> None:
    assert is_person([evidence()] * 3, seen) is person


def test_the_median_frame_decides() -> None:
    sure, unsure = evidence(), evidence(twin=0.2)
    assert is_person([sure, sure, unsure], 1.0)
    assert not is_person([sure, unsure, unsure], 1.0)
    assert not is_person([], 1.0)


def test_score_at_the_bound_is_a_person() -> None:
    assert is_person([evidence(0.75, 0.75, 0.0)], 1.0)  # 1.5
    assert not is_person([evidence(0.7, 0.69, 0.0)], 1.0)  # 1.39


def test_the_better_of_the_person_networks_is_taken() -> None:
    assert best([weigh(answer(128), answer(128, 70), answer(128, 62))] * 4) == "selfie-landscape"
    assert best([weigh(answer(128), answer(128, 62), answer(200, 90))] * 4) == "selfie"
    assert best([evidence(closer=0.009)]) == "selfie"
    assert best([evidence(closer=0.02), evidence(closer=0.02), evidence(closer=-1)]) == "selfie-landscape"
    assert best([]) == "selfie"


# the whole, on made-up clips


class Clip:
    """Frames in memory; counts how often it was looked at."""

    def __init__(self, frames: list[Frame], still: bool = False) -> None:
        self._frames, self.looked = frames, 0
        self.info = SourceInfo(Path("clip"), frames[0].size, frames[0].layout, frames[0].colour, still=still)

    def frames(self) -> Iterator[Frame]:
        return iter(self._frames)

    def sample(self, count: int) -> list[Frame]:
        self.looked += 1
        return self._frames[:count]


def grey_frame() -> Frame:
    plane = np.full((72, 128), 90, np.uint8)
    return Frame((plane, plane, plane), LAYOUTS["gbrp"], Colour(RGB, True))


@pytest.fixture(scope="module")
def astronaut() -> list[Frame]:
    frames = open_source(EXAMPLES / "astronaut.mp4", Wants()).sample(8)[:2]
    return [replace(frame, planes=tuple(plane.copy() for plane in frame.planes)) for frame in frames]


@pytest.fixture
def tiny(tmp_path: Path) -> str:
    """A general network of a user's own."""
    network = write_brightness(tmp_path / "net.onnx")
    write_card(network)
    return str(network)


@pytest.fixture
def recurrent(tmp_path: Path) -> str:
    card = write_card(write_brightness(tmp_path / "rec.onnx"))
    card.write_text(card.read_text().replace("[output]", '[[state]]\ninput = "a"\noutput = "b"\n[output]'))
    return str(card)


def outcome(choice: Choice) -> tuple[str, bool, tuple[int, int] | None]:
    return choice.card.name, choice.person, choice.size


@pytest.mark.parametrize("tier", TIERS)
def test_nobody_seen_gets_the_general_network(tier: str) -> None:
    choice = choose("auto", "auto", find_tier(tier), CPU, Clip([grey_frame()] * 8))
    assert outcome(choice) == ("u2netp", False, None)


def test_a_person_all_the_time_gets_a_small_network_alone(astronaut: list[Frame]) -> None:
    choice = choose("auto", "auto", find_tier("fast"), CPU, Clip(astronaut))
    assert choice.card.subject == "person"
    assert (choice.person, choice.size) == (False, None)


def test_a_person_who_is_not_always_there_is_watched_for(astronaut: list[Frame]) -> None:
    choice = choose("auto", "auto", find_tier("fast"), CPU, Clip([*astronaut, grey_frame()]))
    assert choice.card.subject == "person"
    assert choice.person


def test_a_person_seen_too_seldom_does_not_count(astronaut: list[Frame]) -> None:
    choice = choose("auto", "auto", find_tier("fast"), CPU, Clip([*astronaut, *[grey_frame()] * 6]))
    assert outcome(choice) == ("u2netp", False, None)


@pytest.mark.parametrize("tier", ["balanced", "best"])
def test_better_tiers_bound_the_general_network(astronaut: list[Frame], tier: str) -> None:
    choice = choose("auto", "auto", find_tier(tier), CPU, Clip(astronaut))
    assert outcome(choice) == ("u2netp", True, None)


@pytest.mark.parametrize("tier", TIERS)
def test_a_still_gets_the_general_network(astronaut: list[Frame], tier: str) -> None:
    for frames, person in ((astronaut[:1], True), ([grey_frame()], False)):
        choice = choose("auto", "auto", find_tier(tier), CPU, Clip(frames, still=True))
        assert outcome(choice) == ("u2netp", person, None)


@pytest.mark.parametrize("subject", ["all", "largest", "center"])
@pytest.mark.parametrize("tier", TIERS)
def test_other_subjects_need_no_witnesses(astronaut: list[Frame], subject: str, tier: str) -> None:
    clip = Clip(astronaut)
    choice = choose("auto", subject, find_tier(tier), CPU, clip)
    assert outcome(choice) == ("u2netp", False, None)
    assert clip.looked == 0


@pytest.mark.parametrize("tier", ["draft", "fast"])
def test_a_person_by_word_is_believed(tier: str) -> None:
    choice = choose("auto", "person", find_tier(tier), CPU, Clip([grey_frame()]))
    assert outcome(choice) == ("selfie", True, None)


def test_a_person_by_word_bounds_the_general_network() -> None:
    choice = choose("auto", "person", find_tier("balanced"), CPU, Clip([grey_frame()]))
    assert outcome(choice) == ("u2netp", True, None)


@pytest.mark.parametrize("subject", ["auto", "person"])
@pytest.mark.parametrize("tier", TIERS)
def test_a_person_network_needs_no_witnesses(astronaut: list[Frame], subject: str, tier: str) -> None:
    clip = Clip(astronaut)
    assert outcome(choose("selfie", subject, find_tier(tier), CPU, clip)) == ("selfie", False, None)
    assert clip.looked == 0


@pytest.mark.parametrize("subject", ["auto", "person", "all"])
@pytest.mark.parametrize("tier", TIERS)
def test_a_recurrent_network_needs_no_witnesses(
    astronaut: list[Frame], recurrent: str, subject: str, tier: str
) -> None:
    clip = Clip(astronaut)
    assert outcome(choose(recurrent, subject, find_tier(tier), CPU, clip)) == ("tiny", False, None)
    assert clip.looked == 0


def test_a_network_by_name_is_quick_to_choose_in_quick_tiers(astronaut: list[Frame], tiny: str) -> None:
    for tier in ("draft", "fast"):
        clip = Clip(astronaut)
        for subject in ("auto", "person"):
            choice = choose(tiny, subject, find_tier(tier), CPU, clip)
            assert outcome(choice) == ("tiny", subject == "person", None)
        assert clip.looked == 0


def test_a_network_by_name_is_bounded_where_persons_are_seen(astronaut: list[Frame], tiny: str) -> None:
    for frames, person in ((astronaut, True), ([grey_frame()], False)):
        choice = choose(tiny, "auto", find_tier("balanced"), CPU, Clip(frames))
        assert outcome(choice) == ("tiny", person, None)


def test_the_matter_has_witnesses_where_the_choice_says(tiny: str) -> None:
    from bgstream.matting.cards import find_card

    def witnesses(person: bool) -> Any:
        choice = Choice(find_card(tiny), person)
        plan = Plan(choice, find_tier("fast"), Settings())
        return NetworkMatter(plan, CPU.take(choice.card), CPU, Clock())._witnesses

    assert witnesses(False) is None
    assert witnesses(True) is not None


# the whole, on what is shipped


@pytest.mark.parametrize("tier", ["fast", "balanced"])
def test_the_shipped_person(tier: str) -> None:
    choice = choose("auto", "auto", find_tier(tier), CPU, open_source(EXAMPLES / "astronaut.mp4", Wants()))
    if tier == "fast":
        assert choice.card.subject == "person"
        assert not choice.person
    else:
        assert outcome(choice) == ("u2netp", True, None)


@pytest.mark.parametrize("tier", ["fast", "balanced"])
def test_the_shipped_mug_is_no_person(tier: str) -> None:
    choice = choose("auto", "auto", find_tier(tier), CPU, open_source(EXAMPLES / "mug.mp4", Wants()))
    assert outcome(choice) == ("u2netp", False, None)


def test_a_picture_file_gets_the_general_network(tmp_path: Path) -> None:
    picture = tmp_path / "grey.png"
    Image.new("RGB", (64, 48), (90, 90, 90)).save(picture)
    choice = choose("auto", "auto", find_tier("fast"), CPU, open_source(picture, Wants()))
    assert outcome(choice) == ("u2netp", False, None)
