"""What the user means, kept through the clip: each case as a short film of discs."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from bgstream.matting.look import Link, Look
from bgstream.matting.say import Say, parse_say
from bgstream.matting.tracking import Start, Tracker
from bgstream.progress import Clock
from tests.matting.filming import SIZE, disc, film, link, moves, over, passing

Float = NDArray[np.float32]
LEFT, RIGHT = disc(48, 30, 20), disc(48, 100, 14)
NOTHING = np.zeros(SIZE, np.float32)


def track(looks: Sequence[Look], say: Say, starts: Sequence[Start] = ()) -> list[Float]:
    return [look.raw for look in Tracker(say, Clock(), starts)(looks)]


def assert_only(answer: Float, wanted: Float, atol: float = 0.02) -> None:
    np.testing.assert_allclose(answer, wanted, atol=atol)


@pytest.mark.parametrize("subject", ["auto", "person", "all"])
def test_nothing_changes_where_nothing_is_asked(subject: str) -> None:
    looks = film([over(LEFT, RIGHT)] * 4)
    for answer, look in zip(track(looks, parse_say(subject)), looks, strict=True):
        assert answer is look.raw


@pytest.mark.parametrize("subject", ["largest", "center"])
def test_a_single_part_is_left_exactly_as_it_is(subject: str) -> None:
    looks = film([LEFT] * 3)
    for answer, look in zip(track(looks, parse_say(subject)), looks, strict=True):
        assert answer is look.raw


def test_the_largest() -> None:
    for answer in track(film([over(LEFT, RIGHT)] * 4), parse_say("largest")):
        assert_only(answer, LEFT)


def test_the_one_in_the_middle() -> None:
    middle = disc(48, 70, 12)
    for answer in track(film([over(disc(48, 25, 22), middle)] * 4), parse_say("center")):
        assert_only(answer, middle)


def test_the_choice_stays_when_another_grows_larger() -> None:
    raws = [over(disc(48, 30, 20), disc(48, 100, 8 + 2 * n)) for n in range(8)]
    for answer in track(film(raws), parse_say("largest")):
        assert_only(answer, LEFT)


@pytest.mark.parametrize(
    "say",
    [
        parse_say(box="150,40,106,120"),
        parse_say(box="60%,20%,40%,60%"),
        parse_say(point="200,96"),
        parse_say(point="250,20"),
        parse_say("largest", point="200,96"),
    ],
    ids=["box", "shares", "under", "nearest", "over a rule"],
)
def test_what_is_pointed_at(say: Say) -> None:
    for answer in track(film([over(LEFT, RIGHT)] * 4), say):
        assert_only(answer, RIGHT)


def test_several_points_mean_several_subjects() -> None:
    third = disc(15, 64, 10)
    for answer in track(film([over(LEFT, RIGHT, third)] * 4), parse_say(point="60,96;200,96")):
        assert_only(answer, over(LEFT, RIGHT))


def test_a_box_in_which_only_something_faint_is_marked() -> None:
    faint = disc(48, 100, 14, top=0.2)
    for answer in track(film([over(LEFT, faint)] * 4), parse_say(box="60%,20%,40%,60%")):
        assert_only(answer, faint, atol=0.05)


def test_a_box_around_a_part_of_something_large() -> None:
    wide = np.zeros(SIZE, np.float32)
    wide[30:70, 10:120] = 1
    answer = track(film([wide]), parse_say(box="60%,0%,40%,100%"))[0]
    assert answer[50, 80:115].min() == 1
    assert answer[50, :70].max() == 0


def test_a_box_around_one_of_two_that_have_grown_together_faintly() -> None:
    grown = over(LEFT, RIGHT, np.zeros(SIZE, np.float32))
    grown[44:52, 45:90] = np.maximum(grown[44:52, 45:90], 0.4)
    for answer in track(film([grown] * 3), parse_say(box="0%,0%,55%,100%")):
        assert answer[48, :60].min() >= min(grown[48, :60])
        assert (answer[:, :50] - LEFT[:, :50]).min() > -0.02
        assert answer[:, 88:].max() < 0.02


def test_a_point_on_one_of_two_that_have_grown_together_faintly() -> None:
    grown = over(LEFT, RIGHT)
    grown[44:52, 45:90] = np.maximum(grown[44:52, 45:90], 0.4)
    for answer in track(film([grown] * 3), parse_say(point="60,96")):
        assert (answer[:, :50] - LEFT[:, :50]).min() > -0.02
        assert answer[:, 88:].max() < 0.02


def test_a_point_waits_until_something_is_there() -> None:
    answers = track(film([NOTHING, NOTHING, over(LEFT, RIGHT), over(LEFT, RIGHT)]), parse_say(point="200,96"))
    assert not answers[1].any()
    for answer in answers[2:]:
        assert_only(answer, RIGHT)


def test_said_in_a_later_frame() -> None:
    looks = film([over(LEFT, RIGHT)] * 6)
    answers = track(looks, parse_say(point="200,96@0.12"))
    for answer, look in zip(answers[:3], looks, strict=False):
        assert answer is look.raw
    for answer in answers[3:]:
        assert_only(answer, RIGHT)


def crossing() -> tuple[list[Float], list[Float], list[Link]]:
    """A small disc passes before a large one that stands still: all, the small one, links."""
    small = [disc(48, 110 - 5 * n, 9) for n in range(24)]
    return [over(LEFT, one) for one in small], small, passing(small, -5)


def test_merging_and_parting_again() -> None:
    raws, small, links = crossing()
    answers = track(film(raws, links), parse_say(point="220,96"))
    assert_only(answers[0], small[0])
    assert_only(answers[23], small[23])
    for answer, one in zip(answers, small, strict=True):
        assert np.abs(answer - one).mean() < 0.02


def test_the_one_behind_is_kept_too() -> None:
    raws, small, links = crossing()
    for answer, one in zip(track(film(raws, links), parse_say("largest")), small, strict=True):
        assert np.abs(answer - LEFT * (1 - one)).mean() < 0.02


def test_a_split_subject_keeps_both_halves_and_nothing_else() -> None:
    whole = disc(48, 40, 22)
    parted = whole.copy()
    parted[46:50] = 0
    raws = [over(parted if n % 3 == 2 else whole, RIGHT) for n in range(7)]
    for answer, raw in zip(track(film(raws), parse_say("largest")), raws, strict=True):
        assert_only(answer[:, :75], raw[:, :75])
        assert not answer[40:56, 90:].any()


def test_what_leaves_and_comes_back_is_known_again() -> None:
    places = [30 - 8 * n for n in range(9)] + [-34 + 8 * n for n in range(9)]
    raws = [over(disc(40, place, 16), RIGHT) for place in places]
    links = [link(moves((disc(40, place, 16), 8 if n < 9 else -8, 0))) for n, place in enumerate(places)]
    answers = track(film(raws, links), parse_say(point="60,80"))
    for answer, place in zip(answers, places, strict=True):
        assert np.abs(answer - disc(40, place, 16)).max() < 0.35
    assert not answers[8].any()


def test_hidden_for_some_frames() -> None:
    raws = [over(LEFT, RIGHT) if n < 3 or n > 7 else LEFT for n in range(11)]
    answers = track(film(raws), parse_say(point="200,96"))
    for n, answer in enumerate(answers):
        assert_only(answer, RIGHT if n < 3 or n > 7 else NOTHING)


def test_a_speck_is_not_taken_for_what_is_away() -> None:
    speck = np.zeros(SIZE, np.float32)
    speck[90, 120] = 1
    raws = [over(LEFT, RIGHT)] * 2 + [over(LEFT, speck)] * 3
    assert not np.any(track(film(raws), parse_say(point="200,96"))[2:])


def test_a_newcomer_is_somebody_else() -> None:
    raws = [LEFT if n < 3 else over(LEFT, RIGHT) for n in range(6)]
    for answer in track(film(raws), parse_say("largest")):
        assert_only(answer, LEFT)


def test_a_cut_makes_the_rule_choose_again_and_ends_a_point() -> None:
    raws = [over(LEFT, RIGHT)] * 3 + [over(disc(48, 30, 8), RIGHT)] * 3
    assert_only(track(film(raws, cuts=[3]), parse_say("largest"))[4], RIGHT)
    assert_only(track(film(raws, cuts=[3]), parse_say(point="60,96"))[2], LEFT)
    assert_only(track(film(raws, cuts=[3]), parse_say(point="60,96"))[4], raws[4])
    assert_only(track(film(raws, cuts=[3]), parse_say("largest", point="60,96"))[4], RIGHT)


def test_a_start_mask_of_another_size() -> None:
    mask = np.zeros((24, 32), np.float32)
    mask[8:16, 22:29] = 1
    for answer in track(film([over(LEFT, RIGHT)] * 3), Say(), [Start(0.0, mask)]):
        assert_only(answer, RIGHT)


def test_an_unlinked_look_is_taken_to_stand_still() -> None:
    looks = [Look(look.frame, look.raw, look.luma, look.first) for look in film([over(LEFT, RIGHT)] * 3)]
    for answer in track(looks, parse_say(point="200,96")):
        assert_only(answer, RIGHT)
