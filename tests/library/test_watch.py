"""What is told while a file comes."""

import io
import json

from bgstream.library.watch import Bar, Lines, Unwatched, Watch


def told(watch: Watch) -> None:
    watch.begin(176_000_000, 44_000_000)
    watch.retry("the connection was cut")
    watch.step(88_000_000)
    watch.stop()


def test_lines_for_people() -> None:
    stream = io.StringIO()
    told(Lines("u2net", stream=stream, every=0))
    assert stream.getvalue().splitlines() == [
        "u2net: 176 MB, 44 MB of it here already",
        "the connection was cut; trying again",
        "u2net: 88 MB (50 %)",
    ]


def test_lines_are_few() -> None:
    stream = io.StringIO()
    told(Lines("u2net", stream=stream, every=1000))
    assert len(stream.getvalue().splitlines()) == 2


def test_lines_for_programs() -> None:
    stream = io.StringIO()
    told(Lines("u2net", as_json=True, stream=stream, every=0))
    rows = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert {row["event"] for row in rows} == {"download"}
    assert (rows[-1]["bytes"], rows[-1]["total"]) == (88_000_000, 176_000_000)


def test_an_unknown_size_is_no_obstacle() -> None:
    stream = io.StringIO()
    watch = Lines("u2net", stream=stream, every=0)
    watch.begin(0, 0)
    watch.step(5_000_000)
    assert stream.getvalue().splitlines() == ["u2net: a file of unknown size", "u2net: 5.0 MB"]


def test_a_bar_and_silence_take_the_same() -> None:
    for watch in (Bar("u2net"), Unwatched()):
        told(watch)
