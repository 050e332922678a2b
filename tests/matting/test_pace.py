"""How much is asked: as the tier says, or as a frame rate wants it; and how long spans get."""

import numpy as np
import pytest

from bgstream.matting.pace import SLACK, Pace
from bgstream.matting.spans import Spans
from tests.matting.filming import film, link
from tests.matting.oracle import SIZE

STILL = link(np.zeros((*SIZE, 2), np.float32))
LOST = link(np.zeros((*SIZE, 2), np.float32), np.full(SIZE, 0.7, np.float32))


def paced(rate: float, seconds_a_frame: float, frames: int = 200) -> Pace:
    """A pace after some frames that each took so long."""
    moment = [0.0]
    pace = Pace(0.2, 10, rate, now=lambda: moment[0])
    for _ in range(frames):
        moment[0] += seconds_a_frame
        pace.tick(1)
    return pace


def test_without_a_rate_the_tier_s_bound_holds_whatever_the_machine_does() -> None:
    pace = paced(0, 5.0)
    assert (pace.drift, pace.longest, pace.slack) == (0.2, 10, 1.0)


def test_too_slow_accepts_more_drift_and_longer_spans() -> None:
    pace = paced(25, 0.1)
    assert pace.slack == SLACK[1]
    assert pace.drift == pytest.approx(0.2 * SLACK[1])
    assert pace.longest == 20


def test_time_left_is_spent_on_exactness() -> None:
    pace = paced(25, 0.01)
    assert pace.slack == SLACK[0]
    assert pace.longest == 10


def test_the_rate_wanted_changes_nothing() -> None:
    assert paced(25, 0.04).slack == 1.0


def lengths(spans: Spans, count: int, links: list[object] | None = None, cuts: tuple[int, ...] = ()) -> list[int]:
    raws = [np.zeros(SIZE, np.float32)] * count
    return [len(span) for span in spans(film(raws, links or [STILL] * count, cuts))]  # type: ignore[arg-type]


def test_a_shot_begins_with_a_span_of_its_own() -> None:
    assert lengths(Spans(Pace(0.3, 4)), 12, cuts=(6,)) == [1, 4, 1, 1, 4, 1]


def test_where_the_flow_gets_lost_spans_are_short() -> None:
    assert lengths(Spans(Pace(0.3, 8)), 9, [LOST] * 9) == [1, 4, 4]


def test_spans_get_shorter_where_they_had_to_be_cut_and_longer_again() -> None:
    spans = Spans(Pace(0.3, 8))
    spans.learn(8, 4)
    assert lengths(spans, 5) == [1, 2, 2]
    spans.learn(2, 1)
    assert lengths(spans, 9) == [1, 4, 4]
    spans.learn(8, 1)
    assert lengths(spans, 9) == [1, 8]
