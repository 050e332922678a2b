"""Key frames: few questions, the right mattes, more questions where carrying fails, and nothing left over."""

import threading
from typing import Any, cast

import numpy as np
import pytest

from bgstream.errors import ModelError
from bgstream.matting.carrying import drift
from bgstream.matting.desk import Desk
from bgstream.matting.flow import Flow, Linker
from bgstream.matting.keyframes import KeyFrames
from bgstream.matting.ledger import Ledger
from bgstream.matting.look import Look
from bgstream.matting.pace import Pace
from bgstream.matting.spans import Spans
from bgstream.progress import Clock
from tests.matting.oracle import Float, Oracle, disc, look, walk

LEVELS = (0.03, 0.97)


def keyed(oracle: Oracle, span: int = 12, limit: float = 0.35, batch: int = 1, threads: int = 2) -> KeyFrames:
    desk = Desk(cast(Any, oracle), threads, batch)
    return KeyFrames(desk, Spans(Pace(limit, span)), LEVELS, Clock(), Ledger())


def linked(looks: list[Look]) -> list[Look]:
    return list(Linker(Flow.CLOSE, Clock())(looks))


def union(one: Float, other: Float) -> float:
    return float(((one > 0.5) & (other > 0.5)).sum() / max(1, ((one > 0.5) | (other > 0.5)).sum()))


def test_what_moves_steadily_is_asked_about_now_and_then() -> None:
    looks, truths = walk(37)
    keys = keyed(oracle := Oracle(truths))
    answers = list(keys(linked(looks)))
    assert [answer.frame.pts for answer in answers] == list(range(37))
    assert sorted(oracle.asked) == [0, 12, 24, 36]
    assert min(union(answer.raw, truth) for answer, truth in zip(answers, truths, strict=True)) > 0.97
    assert (keys.ledger.asked, keys.ledger.frames) == (4, 37)
    assert 0 < keys.ledger.as_dict()["residual"] < 0.35
    assert keys.ledger.note == ""


def test_key_frames_carry_the_network_s_own_answer() -> None:
    looks, truths = walk(25)
    answers = list(keyed(oracle := Oracle(truths))(linked(looks)))
    for pts in oracle.asked:
        assert np.array_equal(answers[pts].raw, truths[pts])


def test_what_changes_is_asked_about_where_it_changes() -> None:
    _, alone = walk(37)
    truths = alone[:18] + [np.maximum(alpha, disc(20, 18, 12)) for alpha in alone[18:]]  # something else shows up
    answers = list(keyed(oracle := Oracle(truths))(linked([look(k, alpha, 1.5 * k) for k, alpha in enumerate(truths)])))
    assert {17, 18} <= set(oracle.asked)
    assert len(oracle.asked) < 16
    assert min(union(answer.raw, truth) for answer, truth in zip(answers, truths, strict=True)) > 0.93


def test_where_nothing_can_be_carried_every_frame_is_asked_about_and_told() -> None:
    places = [divmod(4 * k % 9, 3) for k in range(30)]  # never where it was in the frame before, or some frames ago
    truths = [disc(18 + 30 * row, 24 + 40 * column, 12) for row, column in places]
    keys = keyed(oracle := Oracle(truths))
    answers = list(keys(linked([look(k, truth, seed=k) for k, truth in enumerate(truths)])))
    assert all(np.array_equal(answer.raw, truth) for answer, truth in zip(answers, truths, strict=True))
    assert sorted(oracle.asked) == list(range(30))
    assert "100 %" in keys.ledger.note


def test_nothing_of_one_shot_is_carried_into_the_next() -> None:
    one, first = walk(10)
    truths = first + [np.zeros_like(first[0])] * 10
    looks = one + [look(10 + k, truths[10 + k], first=k == 0, seed=7) for k in range(10)]
    answers = list(keyed(oracle := Oracle(truths))(linked(looks)))
    assert {0, 9, 10} <= set(oracle.asked)
    assert max(float(answer.raw.max()) for answer in answers[10:]) == 0
    assert min(union(answer.raw, truth) for answer, truth in zip(answers[:10], truths, strict=False)) > 0.97


@pytest.mark.parametrize(("batch", "threads"), [(1, 1), (1, 3), (4, 1)])
def test_every_frame_is_asked_about_where_spans_are_of_one(batch: int, threads: int) -> None:
    looks, truths = walk(11)
    answers = list(keyed(oracle := Oracle(truths), span=1, batch=batch, threads=threads)(looks))
    assert sorted(oracle.asked) == list(range(11))
    assert all(np.array_equal(answer.raw, truth) for answer, truth in zip(answers, truths, strict=True))


@pytest.mark.parametrize("batch", [1, 4])
def test_two_runs_are_the_same(batch: int) -> None:
    def run() -> tuple[list[int], list[Float]]:
        looks, truths = walk(40, step=2.5, radius=lambda k: 14 + 6 * np.sin(k / 3))
        answers = list(keyed(oracle := Oracle(truths), batch=batch)(linked(looks)))
        return sorted(oracle.asked), [answer.raw for answer in answers]

    (asked, raws), (asked_again, raws_again) = run(), run()
    assert asked == asked_again
    assert all(np.array_equal(one, other) for one, other in zip(raws, raws_again, strict=True))


@pytest.mark.parametrize("batch", [1, 4])
@pytest.mark.parametrize("wrong", [0, 12, 24])
def test_a_failing_network_is_told_and_leaves_no_thread(wrong: int, batch: int) -> None:
    looks, truths = walk(37)
    before = threading.active_count()
    oracle = Oracle(truths)
    oracle.wrong.add(wrong)
    with pytest.raises(ModelError, match=f"frame {wrong}"):
        list(keyed(oracle, batch=batch)(linked(looks)))
    assert threading.active_count() == before


def test_leaving_early_leaves_no_thread() -> None:
    looks, truths = walk(37)
    before = threading.active_count()
    answers = cast(Any, keyed(Oracle(truths))(linked(looks)))
    next(answers)
    assert threading.active_count() > before
    answers.close()
    assert threading.active_count() == before


def test_drift_grows_with_the_distance() -> None:
    here = disc(48, 60, 20)
    values = [drift(disc(48, 60 + away, 20), here, LEVELS) for away in (0, 0.5, 1, 2, 8)]
    assert values[0] == 0
    assert values == sorted(values)
    assert values[1] < 0.25 < values[3]
    assert drift(np.zeros_like(here), np.zeros_like(here), LEVELS) == 0
    assert drift(np.zeros_like(here), here, LEVELS) > 0.8
