"""What the user says of the subject: a rule, boxes, points, and pictures of regions; parsed and checked.

Places are pixels of the upright frame as it comes out of the source, or shares of it (``10%``). ``@seconds`` says in
which frame they are meant, counted from the clip's first frame, also where only a part of the clip is used: it is the
time that a player shows; without it, in the first that is used.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from bgstream.errors import ConfigError, nearest

SUBJECTS = ("auto", "person", "largest", "center", "all")
BOX_HINT = "left,top,width,height in pixels or shares, @seconds if not the first frame: 40,20,300,400@2.5"
POINT_HINT = "x,y in pixels or shares, @seconds if not the first frame: 50%,30%@2.5"
FILE_HINT = "a picture, white or opaque where the region is, @seconds if not the first frame: mask.png@2.5"
SLACK = 0.0005  # seconds: times are told in milliseconds
Said = TypeVar("Said")
Timed = TypeVar("Timed", "Box", "Point", "Region")


@dataclass(frozen=True, slots=True)
class Length:
    """Pixels, or a share (0..1) of the frame's side."""

    value: float
    share: bool = False

    def of(self, side: int) -> float:
        """Pixels of a side that is so long."""
        return self.value * side if self.share else self.value


@dataclass(frozen=True, slots=True)
class Box:
    """What lies in a box is meant.

    Attributes:
        left, top, width, height: of the box.
        time: seconds from the clip's first frame.
    """

    left: Length
    top: Length
    width: Length
    height: Length
    time: float = 0.0

    def shares(self, size: tuple[int, int]) -> tuple[float, float, float, float]:
        """Left, top, right, bottom as shares of a frame of (height, width)."""
        height, width = size
        left, top = self.left.of(width) / width, self.top.of(height) / height
        return left, top, left + self.width.of(width) / width, top + self.height.of(height) / height


@dataclass(frozen=True, slots=True)
class Point:
    """What lies under a point is meant.

    Attributes:
        x, y: from the left and from the top; 0,0 is the corner of the first pixel.
        time: seconds from the clip's first frame.
    """

    x: Length
    y: Length
    time: float = 0.0

    def shares(self, size: tuple[int, int]) -> tuple[float, float]:
        """X and y as shares of a frame of (height, width)."""
        return self.x.of(size[1]) / size[1], self.y.of(size[0]) / size[0]


@dataclass(frozen=True, slots=True)
class Region:
    """A region drawn in a picture of any size, stretched over the frame.

    Attributes:
        path: the picture.
        time: seconds from the clip's first frame.
    """

    path: Path
    time: float = 0.0


@dataclass(frozen=True, slots=True)
class Say:
    """All that the user says of the subject.

    Attributes:
        subject: one of ``SUBJECTS``.
        boxes, points: things that are meant; each is a subject of its own.
        keep, remove: regions that are, or are not, foreground whatever the network marks.
    """

    subject: str = "auto"
    boxes: tuple[Box, ...] = ()
    points: tuple[Point, ...] = ()
    keep: tuple[Region, ...] = ()
    remove: tuple[Region, ...] = ()

    @property
    def places(self) -> tuple[Box | Point, ...]:
        """Boxes and points, in order of time."""
        return tuple(sorted((*self.boxes, *self.points), key=lambda place: place.time))

    def since(self, seconds: float) -> "Say":
        """The same, with times counted from a later frame, where a part of the clip begins.

        Args:
            seconds: between the clip's first frame and that one. What is said without a time is meant there.

        Raises:
            ConfigError: a time lies before.
        """

        def later(said: tuple[Timed, ...]) -> tuple[Timed, ...]:
            return tuple(replace(one, time=_less(one.time, seconds)) for one in said)

        return replace(
            self,
            boxes=later(self.boxes),
            points=later(self.points),
            keep=later(self.keep),
            remove=later(self.remove),
        )

    def check(self, size: tuple[int, int], duration: float = 0.0) -> None:
        """See that everything lies in the clip.

        Args:
            size: (height, width) of its frames.
            duration: seconds; 0 where it is not known.

        Raises:
            ConfigError: a box or a point lies outside the frame, or a time behind the end.
        """
        frame = f"the frame has {size[1]}×{size[0]} pixels"
        for box in self.boxes:
            left, top, right, bottom = box.shares(size)
            if right > 1 + 1e-6 or bottom > 1 + 1e-6:
                raise ConfigError(
                    f"the box reaches from {_spot(left, top, size)} to {_spot(right, bottom, size)}", frame
                )
        for point in self.points:
            if max(point.shares(size)) > 1 + 1e-6:
                raise ConfigError(f"the point {_spot(*point.shares(size), size)} lies outside the frame", frame)
        said: tuple[Box | Point | Region, ...] = (*self.boxes, *self.points, *self.keep, *self.remove)
        latest = max((one.time for one in said), default=0.0)
        if 0 < duration <= latest:
            raise ConfigError(f"nothing is left to see at {latest:g} s", f"the clip has {duration:.2f} s")


def parse_say(subject: str = "auto", box: str = "", point: str = "", keep: str = "", remove: str = "") -> Say:
    """What the user says, from the words that were given; each but the first may be a list parted by ``;``.

    >>> parse_say(point="120,80; 50%,50%@1.5").points[1]
    Point(x=Length(value=0.5, share=True), y=Length(value=0.5, share=True), time=1.5)

    Raises:
        ConfigError: a word is unknown, a number is none, a box is empty.
    """
    if subject not in SUBJECTS:
        raise ConfigError(f"unknown subject '{subject}'", nearest(subject, SUBJECTS))
    return Say(subject, _each(box, _box), _each(point, _point), _each(keep, _region), _each(remove, _region))


def _each(text: str, parse: Callable[[str], Said]) -> tuple[Said, ...]:
    return tuple(parse(part.strip()) for part in text.split(";") if part.strip())


def _box(text: str) -> Box:
    (left, top, width, height), time = _numbers("box", text, 4, BOX_HINT)
    if width.value == 0 or height.value == 0:
        raise ConfigError(f"box '{text}' is empty", BOX_HINT)
    return Box(left, top, width, height, time)


def _point(text: str) -> Point:
    (x, y), time = _numbers("point", text, 2, POINT_HINT)
    return Point(x, y, time)


def _region(text: str) -> Region:
    path, mark, time = text.rpartition("@")
    seconds = _number(time) if mark else None
    if seconds is None:  # a name such as mask@2x.png
        return Region(Path(text))
    if not path:
        raise ConfigError(f"'{text}' names no picture", FILE_HINT)
    return Region(Path(path), seconds)


def _numbers(what: str, text: str, count: int, hint: str) -> tuple[list[Length], float]:
    places, mark, when = text.partition("@")
    lengths = [_length(part.strip()) for part in places.split(",")]
    time = _number(when) if mark else 0.0
    known = [length for length in lengths if length is not None]
    if time is None or len(known) != count or len(lengths) != count:
        raise ConfigError(f"{what} '{text}' cannot be read", hint)
    return known, time


def _length(text: str) -> Length | None:
    if text.endswith("%"):
        share = _number(text[:-1])
        return None if share is None else Length(share / 100, share=True)
    pixels = _number(text)
    return None if pixels is None else Length(pixels)


def _number(text: str) -> float | None:
    """A number of 0 or more."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None


def _less(time: float, seconds: float) -> float:
    if time == 0.0:
        return time
    if time < seconds - SLACK:
        raise ConfigError(f"{time:g} s lies before the part that is used", f"it begins at {seconds:.2f} s")
    return max(0.0, time - seconds)


def _spot(x: float, y: float, size: tuple[int, int]) -> str:
    return f"{x * size[1]:.0f},{y * size[0]:.0f}"
