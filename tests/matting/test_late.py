"""Live with a large network: no frame but a shot's first waits, and late answers are shown where things are now."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from types import TracebackType
from typing import Self

import numpy as np
import pytest
from bgstream_kernels import carried, chained, contrast
from numpy.typing import NDArray

from bgstream.errors import ModelError
from bgstream.matting.carrying import halved
from bgstream.matting.flow import REST, Flow, Linker
from bgstream.matting.late import LateKeys
from bgstream.matting.ledger import Ledger
from bgstream.matting.look import UNASKED, Look
from bgstream.progress import Clock
from tests.matting.filming import look as plain_look

Float = NDArray[np.float32]
SIZE = (96, 128)
SIDE, TOP, START, STEP = 32, 30, 20, 3  # of the square: pixels, its first row and column, and how it moves a frame
PAPER = np.random.default_rng(1).random((2, *SIZE)).astype(np.float32)


def square(number: int) -> Float:
    """Where the square is in a frame: its exact mask."""
    mask = np.zeros(SIZE, np.float32)
    left = START + STEP * number
    mask[TOP : TOP + SIDE, left : left + SIDE] = 1
    return mask


def luma(number: int) -> Float:
    """A bright patterned square that moves over dark paper which does not."""
    import cv2

    back, front = (cv2.GaussianBlur(paper, (0, 0), 2) for paper in PAPER)
    picture = 0.5 * np.asarray(back, np.float32)
    inside = square(number) > 0
    picture[inside] = np.asarray(0.4 + 0.6 * front, np.float32)[TOP : TOP + SIDE, :SIDE].ravel()
    return np.ascontiguousarray(picture, np.float32)


def film(count: int, cuts: Sequence[int] = ()) -> list[Look]:
    """Linked looks that nobody has been asked about; the film begins anew at ``cuts``."""
    looks, start = [], 0
    for number in range(count):
        start = number if number in cuts else start
        made = plain_look(UNASKED, number, first=number in (0, *cuts))
        looks.append(replace(made, luma=luma(number - start)))
    return list(Linker(Flow.CLOSE, Clock())(looks))


class Desk:
    """Answers when it is told to."""

    seconds = 0.0

    def __init__(self) -> None:
        self.asked: list[tuple[int, Future[Float]]] = []
        self.left = False
        self.any_asked = threading.Event()

    def ask(self, look: Look) -> Future[Float]:
        answer: Future[Float] = Future()
        self.asked.append((look.frame.pts, answer))
        self.any_asked.set()
        return answer

    def answer(self, question: int, mask: Float) -> None:
        """Let one question, by the order in which they were asked, have its answer."""
        self.asked[question][1].set_result(mask)

    @property
    def frames(self) -> list[int]:
        return [number for number, _ in self.asked]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.left = True


def late(desk: Desk, looks: list[Look], questions: int = 1, ledger: Ledger | None = None) -> Iterator[Look]:
    return LateKeys(desk, questions, Clock(), Ledger() if ledger is None else ledger)(iter(looks))


def begun(desk: Desk, looks: list[Look], questions: int = 1, ledger: Ledger | None = None) -> Iterator[Look]:
    """Past the first frame, which has had its answer."""
    shown = late(desk, looks, questions, ledger)
    first = next_with_answer(desk, shown, 0, square(0))
    np.testing.assert_array_equal(first.raw, square(0))
    return shown


def next_with_answer(desk: Desk, shown: Iterator[Look], question: int, mask: Float) -> Look:
    """The next look, which waits for that question's answer; fails if it comes without."""
    found: list[Look] = []
    desk.any_asked.clear()
    thread = threading.Thread(target=lambda: found.append(next(shown)))
    thread.start()
    assert desk.any_asked.wait(20)
    assert not found
    desk.answer(question, mask)
    thread.join(20)
    assert len(found) == 1
    return found[0]


def left_edge(raw: Float) -> float:
    """Column at which the mask begins, along the square's middle row."""
    row = raw[TOP + SIDE // 2]
    k = int(np.argmax(row > 0.5))
    return k - float((row[k] - 0.5) / max(1e-6, row[k] - row[k - 1]))


def test_the_first_look_waits_for_its_own_answer() -> None:
    desk = Desk()
    begun(desk, film(2))
    assert desk.frames == [0]


def test_afterwards_nothing_waits() -> None:
    """The second answer never comes: all the others are shown for all that."""
    desk, looks = Desk(), film(8)
    shown = list(begun(desk, looks))
    assert [look.frame.pts for look in shown] == list(range(1, 8))
    assert [look.frame for look in shown] == [look.frame for look in looks[1:]]
    assert desk.frames == [0, 1], "one question at a time"
    assert desk.left


def test_the_mask_is_where_the_square_is_now() -> None:
    desk = Desk()
    for look in begun(desk, film(9)):
        place = START + STEP * look.frame.pts - 0.5
        assert abs(left_edge(look.raw) - place) < 0.5, look.frame.pts
        assert np.abs(look.raw - square(look.frame.pts)).mean() < 0.01


def test_a_late_answer_is_carried_from_the_frame_that_was_asked_about() -> None:
    """What comes at frame 5 is about frame 1, and says that the square has lost its lower half."""
    desk = Desk()
    shown = begun(desk, film(9))
    for _ in range(4):
        next(shown)
    half = square(1)
    half[TOP + SIDE // 2 :] = 0
    desk.answer(1, half)
    look = next(shown)
    wanted = square(5)
    wanted[TOP + SIDE // 2 :] = 0
    assert look.frame.pts == 5
    assert np.abs(look.raw - wanted).mean() < 0.01
    assert desk.frames == [0, 1, 5], "the next question is about the newest frame"


def test_an_answer_in_time_is_taken_as_it_is() -> None:
    class Prompt(Desk):
        def ask(self, look: Look) -> Future[Float]:
            answer = super().ask(look)
            answer.set_result(square(look.frame.pts))
            return answer

    desk, ledger = Prompt(), Ledger()
    for number, look in enumerate(late(desk, film(5), ledger=ledger)):
        np.testing.assert_array_equal(look.raw, square(number))
    assert desk.frames == [0, 1, 2, 3, 4]
    assert ledger.late == 0


def test_an_answer_that_is_overtaken_is_dropped() -> None:
    desk = Desk()
    shown = begun(desk, film(9), questions=2)
    next(shown)
    next(shown)
    assert desk.frames == [0, 1, 2]
    desk.answer(2, square(2))
    next(shown)
    next(shown)
    assert desk.frames == [0, 1, 2, 3, 4], "it does not keep its place"
    desk.answer(1, np.zeros(SIZE, np.float32))
    look = next(shown)
    assert np.abs(look.raw - square(look.frame.pts)).mean() < 0.01


def test_a_failure_is_told_even_where_a_newer_answer_is_there() -> None:
    desk = Desk()
    shown = begun(desk, film(6), questions=2)
    next(shown)
    next(shown)
    desk.asked[1][1].set_exception(ModelError("model 'x' failed: no memory"))
    desk.answer(2, square(2))
    with pytest.raises(ModelError, match="no memory"):
        next(shown)


def test_what_the_witnesses_say_now_and_did_not_say_then_is_added() -> None:
    """An arm that comes into view after the question, and half of what was there that has left since."""
    arm = np.zeros(SIZE, np.float32)
    arm[70:90, 100:120] = 1
    looks = [replace(look, person=square(number)) for number, look in enumerate(film(6))]
    gone = square(5)
    gone[:, START + STEP * 5 + SIDE // 2 :] = 0
    looks[5] = replace(looks[5], person=np.maximum(gone, arm))
    raws = [look.raw for look in begun(Desk(), looks)]
    assert np.abs(raws[3] - square(4)).mean() < 0.01
    assert np.abs(raws[4] - np.maximum(gone, arm)).mean() < 0.01


def test_where_the_witnesses_err_alike_they_change_nothing() -> None:
    """What only the large network sees is kept, since they did not see it then either."""
    looks = [replace(look, person=np.zeros(SIZE, np.float32)) for look in film(5)]
    for look in begun(Desk(), looks):
        assert np.abs(look.raw - square(look.frame.pts)).mean() < 0.01


def test_a_cut_forgets_and_waits() -> None:
    desk = Desk()
    shown = begun(desk, film(8, cuts=(4,)))
    for _ in range(3):
        next(shown)
    assert desk.frames == [0, 1]
    look = next_with_answer(desk, shown, 2, 0.5 * square(0))
    assert look.frame.pts == 4
    np.testing.assert_array_equal(look.raw, 0.5 * square(0))
    assert desk.asked[1][1].cancelled()
    assert left_edge(2 * next(shown).raw) == pytest.approx(START + STEP - 0.5, abs=0.5)


def test_an_answer_about_the_shot_before_is_not_used() -> None:
    """It was being worked on when the cut came, so it cannot be cancelled, and comes after it."""
    desk = Desk()
    shown = begun(desk, film(8, cuts=(4,)))
    for _ in range(3):
        next(shown)
    desk.asked[1][1].set_running_or_notify_cancel()
    next_with_answer(desk, shown, 2, square(0))
    desk.answer(1, np.ones(SIZE, np.float32))
    assert np.abs(next(shown).raw - square(1)).mean() < 0.01


def test_a_network_that_fails_is_told_at_the_next_look() -> None:
    desk = Desk()
    shown = begun(desk, film(6))
    next(shown)
    desk.asked[1][1].set_exception(ModelError("model 'x' failed: no memory"))
    with pytest.raises(ModelError, match="no memory"):
        next(shown)
    assert desk.left


def test_a_network_that_fails_at_once_is_told_at_once() -> None:
    class Failing(Desk):
        def ask(self, look: Look) -> Future[Float]:
            answer = super().ask(look)
            answer.set_exception(ModelError("model 'x' failed: no memory"))
            return answer

    with pytest.raises(ModelError, match="no memory"):
        next(late(Failing(), film(6)))


def test_the_chain_of_flows_is_not_spoilt_by_use() -> None:
    """What is made exact for one frame is not the next one's beginning: as if only the last had been looked at."""
    *_, last = begun(Desk(), film(6))
    looks = film(6)
    way = np.zeros((*SIZE, 2), np.float32)
    for look in looks[1:]:
        assert look.link is not None
        longer = np.empty_like(way)
        chained(look.link.back, way, longer)
        way = longer
    here, key, wanted = looks[5].luma, looks[0].luma, np.empty(SIZE, np.float32)
    carried((here, halved(here)), (key, halved(key), square(0)), way, REST * contrast(here), wanted)
    np.testing.assert_array_equal(last.raw, wanted)


def test_the_ledger_tells_how_late_answers_are() -> None:
    desk, ledger = Desk(), Ledger()
    shown = begun(desk, film(5), ledger=ledger)
    next(shown)  # frame 1, of frame 0: 1 late
    next(shown)  # frame 2: 2 late
    desk.answer(1, square(1))
    next(shown)  # frame 3, of frame 1: 2 late
    assert (ledger.frames, ledger.asked, ledger.late) == (4, 3, 5)
    assert ledger.lateness == pytest.approx(5 / 4)
    assert ledger.as_dict()["late"] == pytest.approx(1.25)
