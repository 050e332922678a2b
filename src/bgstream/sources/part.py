"""The part of a clip that a span means: which pictures it is, found exactly."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from bgstream.errors import ConfigError
from bgstream.protocols import Cut
from bgstream.sources.film import Clocked, Film
from bgstream.sources.span import SLACK, Mark, Span

if TYPE_CHECKING:
    from av.video.frame import VideoFrame


@dataclass(frozen=True, slots=True)
class Part:
    """Which pictures are used, by pts in the track's own unit.

    Attributes:
        begin: pts of the first; frames are moved so that it is their zero.
        end: from which on none is; None: all are.
        cut: the same for what goes along.
    """

    begin: int
    end: int | None
    cut: Cut

    def holds(self, pts: int) -> bool:
        """Whether a picture belongs to it."""
        return pts >= self.begin and (self.end is None or pts < self.end)

    def frames(self, film: Film) -> Iterator[Clocked]:
        """The pictures with their new pts.

        Raises:
            SourceError: the data is damaged.
        """
        for picture, pts in film.pictures(self.begin):
            if self.end is not None and pts >= self.end:
                return
            if self.holds(pts):
                yield picture, pts - self.begin


def find_part(film: Film, span: Span, zero: int, length: float) -> tuple["VideoFrame", Part]:
    """Which pictures a span means, and the first of them.

    Args:
        film: the clip.
        span: what was said; not empty.
        zero: pts of the clip's first picture.
        length: seconds, for messages; 0 where the file does not say.

    Raises:
        ConfigError: no picture lies there.
        SourceError: the data is damaged before.
    """

    def goal(mark: Mark) -> int | None:
        return zero + ceil((mark.seconds - SLACK) / film.tick) if mark.number is None else None

    start = span.start or Mark("0")
    found = _first_at(start, film, zero, goal(start))
    if found is None:
        hint = f"the clip is {length:.2f} s long" if length else "give an earlier one"
        raise ConfigError(f"start {start.text} lies behind the end of {film.path}", hint)
    first, begin = found
    end, until = None, None
    if span.end is not None and span.end.number is None:
        end, until = goal(span.end), zero * film.tick + span.end.seconds
    elif span.end is not None and (behind := _first_at(span.end, film, zero, None)) is not None:
        end = behind[1]
        until = end * film.tick
    if end is not None and end <= begin:
        raise ConfigError(f"no frame of {film.path} lies {span}", "start is included, end is not")
    return first, Part(begin, end, Cut(begin * film.tick, until, (begin - zero) * film.tick))


def _first_at(mark: Mark, film: Film, zero: int, goal: int | None) -> Clocked | None:
    pictures = enumerate(film.pictures(goal))
    return next((one for number, one in pictures if mark.reached(number, (one[1] - zero) * film.tick)), None)
