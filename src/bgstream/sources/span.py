"""Which part of a clip is meant: words such as ``1:02.5`` and ``240f``, and which frames belong to it."""

import re
from dataclasses import dataclass
from fractions import Fraction

from bgstream.errors import ConfigError

NUMBER = re.compile(r"(\d+)f", re.ASCII)
CLOCK = re.compile(r"(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d*)?|\.\d+)", re.ASCII)
SLACK = Fraction(1, 2000)  # seconds: people and Matroska count in milliseconds, 1/30 is written 0.033 or 0.0333
HINT = "seconds, minutes:seconds or a frame's number: 12.5, 1:02.5, 0:01:02.5, 240f"


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a clip.

    Attributes:
        text: as it was said.
        seconds: after the clip's first picture; 0 where the place is said as a number.
        number: of a frame, from 0; None where the place is said in seconds.
    """

    text: str
    seconds: Fraction = Fraction(0)
    number: int | None = None

    def reached(self, number: int, seconds: Fraction) -> bool:
        """Whether a frame, shown ``seconds`` after the first, lies at this place or behind it."""
        return number >= self.number if self.number is not None else seconds + SLACK >= self.seconds


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a clip; a frame belongs to it that has reached ``start`` and not ``end``. None: the clip's own."""

    start: Mark | None = None
    end: Mark | None = None

    def __bool__(self) -> bool:
        """Whether it is less than the whole."""
        return self.start is not None or self.end is not None

    def __str__(self) -> str:
        """For people."""
        said = (("from", self.start), ("to", self.end))
        return " ".join(f"{word} {mark.text}" for word, mark in said if mark is not None)


WHOLE = Span()


def parse_span(start: str, end: str) -> Span:
    """The part of a clip that two words mean; an empty word means the clip's own beginning or end.

    >>> parse_span("1:02.5", "").start.seconds
    Fraction(125, 2)

    Raises:
        ConfigError: a word cannot be read, or nothing lies between the two.
    """
    span = Span(_mark("start", start), _mark("end", end))
    if span.end is not None and _empty(span.start, span.end):
        raise ConfigError(f"no frame lies {span}", "start is included, end is not")
    return span


def _empty(start: Mark | None, end: Mark) -> bool:
    """Whether it is plain, without looking at the clip, that nothing lies between."""
    if start is None:
        return end.reached(0, Fraction(0))
    if start.number is not None and end.number is not None:
        return end.number <= start.number
    return start.number is None and end.number is None and end.seconds <= start.seconds


def _mark(what: str, text: str) -> Mark | None:
    if not text:
        return None
    word = text.strip()
    if found := NUMBER.fullmatch(word):
        return Mark(word, number=int(found[1]))
    if found := CLOCK.fullmatch(word):
        hours, minutes, seconds = found.groups()
        return Mark(word, 3600 * Fraction(hours or 0) + 60 * Fraction(minutes or 0) + Fraction(seconds))
    raise ConfigError(f"{what} '{text}' cannot be read", HINT)
