"""What a session works with."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from bgstream.frame import MICRO, WEBCAM, Frame
from bgstream.live.always import Watching
from bgstream.live.stats import Stats
from bgstream.protocols import Sink

LAYOUT, COLOUR = WEBCAM
UNIT = MICRO


class Ear(Protocol):
    """Hears of changes and failures; may look at the exception that is being handled."""

    def __call__(self, text: str, hint: str = "") -> None:
        """One line, and what to do about it."""


class LiveSource(Protocol):
    """A source whose frames come when it is their time; ``pts`` is that time, by ``time.monotonic``."""

    damaged: int

    def frames(self) -> Iterator[Frame]:
        """Frames as they come."""

    def stop(self) -> None:
        """End :meth:`frames` at once; from any thread."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a session works with.

    Attributes:
        camera: opens the camera, or says why not; called again after every interruption.
        sink: where frames go; planes as ``LAYOUT`` and ``COLOUR`` say.
        watch: whether anybody looks.
        size: (height, width) of what leaves, both even.
        name, output: the camera's and the sink's, for people.
        rate: frames a second that the camera is asked for.
        seen: called with each frame that has left, before its memory is used again.
        tell: hears of changes and failures.
        figures: hears how it goes, every second and whenever the state changes.
        picture: shown while paused, a file; empty for a plain ground.
    """

    camera: Callable[[], LiveSource]
    sink: Sink
    watch: Watching
    size: tuple[int, int]
    name: str
    output: str
    rate: float
    seen: Callable[[Frame], None]
    tell: Ear
    figures: Callable[[Stats], None]
    picture: str = ""
