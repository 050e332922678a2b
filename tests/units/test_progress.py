"""What a run tells: to people, to pipes, to programs."""

import io
import json

import pytest

from bgstream.progress import Clock, Lines, Silent


def clock(**busy: float) -> Clock:
    made = Clock()
    made.busy.update(busy)
    return made


@pytest.mark.parametrize(
    ("busy", "limit"),
    [
        ({"decode": 9, "model": 1, "refine": 1, "encode": 2}, "decode"),
        ({"decode": 1, "model": 2, "refine": 3, "encode": 4}, "refine"),
        ({"decode": 1, "model": 3, "refine": 2, "encode": 4}, "model"),
        ({"decode": 1, "model": 1, "refine": 1, "encode": 4}, "encode"),
    ],
)
def test_what_limits_is_the_busiest_thread(busy: dict[str, float], limit: str) -> None:
    assert clock(**busy).limit == limit


def test_clock_counts_what_runs_inside_even_if_it_fails() -> None:
    made = Clock()
    with pytest.raises(ZeroDivisionError), made("model"):
        _ = 1 / 0
    assert made.busy["model"] > 0
    assert made.busy["decode"] == 0


def test_lines_for_people() -> None:
    out = io.StringIO()
    lines = Lines(out, every=0.0)
    lines.start("a → b", 4.0)
    lines.step(50, 2.0, clock(encode=1.0))
    lines.stop()
    first, second = out.getvalue().splitlines()
    assert first == "a → b"
    assert second.startswith("50 frames, 50 %")
    assert second.endswith("limited by encode")


def test_lines_for_programs_are_json() -> None:
    out = io.StringIO()
    lines = Lines(out, as_json=True, every=0.0)
    lines.start("a → b", 0.0)
    lines.phase("thinking")
    lines.step(3, 0.1, clock(model=1.0))
    events = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [event["event"] for event in events] == ["start", "phase", "progress"]
    assert events[2]["frames"] == 3
    assert "%" not in events[2]["text"]


def test_lines_are_not_written_for_every_frame() -> None:
    out = io.StringIO()
    lines = Lines(out, every=3600)
    for count in range(100):
        lines.step(count, 0.0, clock())
    assert out.getvalue() == ""


def test_silence(capsys: pytest.CaptureFixture[str]) -> None:
    tell = Silent()
    tell.start("x", 1)
    tell.phase("y")
    tell.step(1, 0, clock())
    tell.stop()
    assert capsys.readouterr() == ("", "")
