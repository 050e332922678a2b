"""The gate: what one person network marks is shown only while another one agrees that somebody is there."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from bgstream.matting.gate import DOUBTS, OPEN, SHUT, Gate, vagueness
from bgstream.matting.look import Float, Look
from bgstream.progress import Clock
from tests.matting.filming import disc, look

EVAL = Path(__file__).resolve().parents[3] / "shared" / "eval"
SIZE = (36, 64)


def mark(left: int, width: int = 20) -> Float:
    """Everything between two columns."""
    raw = np.zeros(SIZE, np.float32)
    raw[:, left : left + width] = 1
    return raw


PERSON, BEACH, ELSEWHERE, HALF = mark(10), mark(0, 40), mark(50, 14), mark(10, 14)
NOBODY = np.zeros(SIZE, np.float32)


class Second:
    """Another network, of known answers."""

    def __init__(self, answers: Sequence[Float]) -> None:
        self._answers, self.asked = answers, list[int]()

    def __call__(self, seen: Look) -> Float:
        self.asked.append(seen.frame.pts)
        return self._answers[seen.frame.pts]


def passed(first: Sequence[Float], second: Second, cuts: Sequence[int] = (0,)) -> list[Look]:
    looks = [look(raw, number, first=number in cuts) for number, raw in enumerate(first)]
    return list(Gate(second, Clock())(looks))


def shown(looks: Sequence[Look]) -> list[bool]:
    return [bool(one.raw.any()) for one in looks]


def test_an_empty_beach_is_never_shown() -> None:
    second = Second([ELSEWHERE] * 40)
    assert not any(shown(passed([BEACH] * 40, second)))
    assert len(second.asked) <= 2 + 40 // SHUT, "not about every frame"


def test_somebody_is_shown_from_the_first_frame_that_two_agree_about() -> None:
    looks = passed([PERSON] * 30, Second([PERSON] * 30))
    assert all(shown(looks))
    assert all(np.array_equal(one.raw, PERSON) for one in looks), "as the network said it"


def test_while_somebody_is_shown_the_second_is_asked_now_and_then() -> None:
    second = Second([PERSON] * 61)
    passed([PERSON] * 61, second)
    assert second.asked == list(range(0, 61, OPEN))


def test_who_leaves_takes_the_beach_along() -> None:
    """The network marks the beach in the very frame in which somebody has left: not one frame of it is shown."""
    first = [PERSON] * 13 + [BEACH] * 20
    looks = passed(first, Second([PERSON] * 13 + [ELSEWHERE] * 20))
    assert shown(looks) == [True] * 13 + [False] * 20
    assert looks[13].first and looks[13].link is None, "nothing of before is mixed in"


def test_who_comes_is_shown_within_a_few_frames() -> None:
    first, second = [BEACH] * 10 + [PERSON] * 10, [ELSEWHERE] * 10 + [PERSON] * 10
    looks = passed(first, Second(second))
    assert not any(shown(looks)[:10])
    assert all(shown(looks)[10 + SHUT - 1 :])


def test_nobody_marked_is_nobody_shown_and_nobody_asked() -> None:
    second = Second([PERSON] * 10)
    assert not any(shown(passed([NOBODY] * 10, second)))
    assert second.asked == []


@pytest.mark.parametrize("doubtful", range(DOUBTS + 2))
def test_doubt_is_borne_for_a_few_frames(doubtful: int) -> None:
    first, second = [PERSON] * 40, [PERSON] * 40
    for number in range(OPEN, OPEN + doubtful):
        second[number] = HALF
        first[number] = mark(10)
    looks = passed(first, Second(second))
    assert all(shown(looks)) == (doubtful < DOUBTS)
    assert shown(looks)[-1], "and it is shown again"


def test_a_cut_is_judged_anew() -> None:
    first = [PERSON] * 5 + [mark(11)] * 5
    looks = passed(first, Second([PERSON] * 5 + [ELSEWHERE] * 5), cuts=(0, 5))
    assert shown(looks) == [True] * 5 + [False] * 5


def test_frames_are_the_same_and_in_order() -> None:
    looks = [replace(look(PERSON, number, first=number == 0)) for number in range(9)]
    out = list(Gate(Second([PERSON] * 9), Clock())(looks))
    assert [one.frame for one in out] == [one.frame for one in looks]


def test_a_crisp_outline_needs_nobody_elses_word() -> None:
    second = Second([ELSEWHERE] * 20)
    looks = [look(PERSON, number, first=number == 0) for number in range(20)]
    assert all(shown(list(Gate(second, Clock(), crisp=5.0)(looks))))
    assert second.asked == []


def test_a_vague_outline_does() -> None:
    beach = cv2.GaussianBlur(BEACH, (0, 0), 6)
    second = Second([ELSEWHERE] * 20)
    looks = [look(np.asarray(beach, np.float32), number, first=number == 0) for number in range(20)]
    assert vagueness(looks[0].raw) > 5
    assert not any(shown(list(Gate(second, Clock(), crisp=5.0)(looks))))


@pytest.mark.parametrize("scale", [2, 3])
def test_vagueness_does_not_depend_on_the_subjects_size(scale: int) -> None:
    """A skirt of the same width around a disc so many times as large."""
    assert vagueness(disc(48, 64, 15)) == pytest.approx(vagueness(disc(48, 64, 15 * scale)), rel=0.15)


@pytest.mark.skipif(not EVAL.is_dir(), reason="the evaluation clips are not beside the checkout")
def test_real_people_and_an_empty_beach() -> None:
    from tests.matting.gated import shown_shares

    assert min(shown_shares(EVAL / "real" / "desk_person.mp4", 60)) > 0.1
    shares = shown_shares(EVAL / "dev" / "enter_leave_street" / "input.mp4", 60)
    assert max(shares) < 0.25, "never the beach"
    assert sum(share > 0.1 for share in shares) > 20
