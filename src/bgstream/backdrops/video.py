"""A clip behind the subject, played by the frames' own time, again and again."""

import threading
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from bgstream.ahead import ahead
from bgstream.backdrops.fitting import Fitter, Shape, shape_of
from bgstream.errors import SourceError
from bgstream.frame import HDR_TRANSFERS, LAYOUTS, Frame, Matted, Planes
from bgstream.protocols import Wants
from bgstream.sources import open_source

AHEAD = 3  # pictures that wait, converted
PAUSE = Fraction(5)  # seconds between two frames that are no gap but a pause: the clip pauses too


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture of the clip and the time, in seconds since its first, at which it has to go."""

    until: Fraction
    planes: Planes


class Reel:
    """Decodes and converts the clip, loop after loop; runs in a thread of its own.

    Pictures whose time is over before they are made are left out, and so are whole loops: it never falls behind for
    good. What is shown at a given time does not depend on that.

    Args:
        path: a local clip.
        shape: what its pictures are converted into.
        fit: how.
    """

    def __init__(self, path: Path, shape: Shape, fit: str) -> None:
        depth = shape.layout.depth
        alike = frozenset(name for name, layout in LAYOUTS.items() if layout.depth == depth)
        wants = Wants(alike, tonemap=shape.colour.transfer not in HDR_TRANSFERS)
        self._source, self._fitted = open_source(path, wants), Fitter(shape, fit)
        self.wanted = Fraction(0)  # the time that was asked for last; set by the consumer

    def shots(self) -> Iterator[Shot]:
        """Without end.

        Raises:
            SourceError: the clip is damaged.
        """
        begin = Fraction(0)
        while True:
            end = yield from self._loop(begin)
            length = end - begin
            begin = end + max(0, (self.wanted - end) // length) * length

    def _loop(self, begin: Fraction) -> Generator[Shot, None, Fraction]:
        """All pictures once; returns the time at which the last one has to go."""
        frames = self._source.frames()
        held = next(frames)
        zero = held.pts * held.time_base - begin
        for frame in frames:
            yield from self._shot(held, frame.pts * frame.time_base - zero)
            held = frame
        last = held.duration * held.time_base or 1 / self._source.info.rate
        end = held.pts * held.time_base - zero + last
        yield from self._shot(held, end)
        return end

    def _shot(self, frame: Frame, until: Fraction) -> Iterator[Shot]:
        if until > self.wanted:
            yield Shot(until, self._fitted(frame))


class Video:
    """A clip, looped, shown by time: the first frame asked for sees its beginning, whatever the frames' clock says.

    A picture is shown up to a quarter of the clip's frame early, so that equal rates do not stutter where times are
    rounded. A time that goes back, or by more than five seconds forward, is taken for a pause. Frames of another size,
    layout or colour start the clip anew.

    Args:
        path: a local clip.
        fit: ``cover``, ``contain`` or ``stretch``; ``UNFITTED``: refused unless it has the frames' shape.

    Raises:
        SourceError: it cannot be read.
    """

    def __init__(self, path: Path, fit: str = "cover") -> None:
        self.path, self.fit = path, fit
        info = open_source(path, Wants()).info
        self.size, self._early = info.size, 1 / (4 * info.rate)
        self._lock = threading.Lock()
        self._shape: Shape | None = None
        self._failure: SourceError | None = None

    def behind(self, matted: Matted) -> Planes:
        """The clip's picture at the frame's time; waits until it is decoded.

        Raises:
            SourceError: the clip is damaged from here on, or cut short.
        """
        with self._lock:
            shape, now = shape_of(matted.frame), matted.frame.pts * matted.frame.time_base
            if self._failure is not None:
                raise self._failure
            if shape != self._shape:
                self._start(shape, now)
            return self._at(now)

    def close(self) -> None:
        """End the thread; the clip begins anew if it is asked for again."""
        with self._lock:
            self._end()

    def _start(self, shape: Shape, now: Fraction) -> None:
        self._end()
        self._reel = Reel(self.path, shape, self.fit)
        self._shots = ahead(self._reel.shots(), AHEAD)
        self._shape, self._zero, self._last = shape, now, now
        self._shown = Shot(Fraction(0), ())

    def _end(self) -> None:
        if self._shape is not None:
            self._shots.close()
        self._shape = None

    def _at(self, now: Fraction) -> Planes:
        if not 0 <= now - self._last <= PAUSE:
            self._zero += now - self._last
        self._last = now
        wanted = self._reel.wanted = now - self._zero + self._early
        try:
            while self._shown.until <= wanted:
                self._shown = next(self._shots)
        except SourceError as error:
            self._failure = error
            raise
        return self._shown.planes
