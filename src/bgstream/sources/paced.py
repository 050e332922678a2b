"""A clip or a picture that plays as a camera would: in real time, over and over."""

import threading
import time
from collections.abc import Callable, Generator
from dataclasses import replace
from fractions import Fraction

from bgstream.errors import SourceError
from bgstream.frame import MICRO, Frame
from bgstream.protocols import Source


class Paced:
    """Plays a source in real time, from its beginning again after its end; pts is ``time.monotonic()`` in µs.

    Frames come when they are due. Who takes them too slowly does not get what he missed in a rush: time goes on from
    the frame that was late.

    Args:
        source: what to play; its frames may be asked for again and again.
        rate: frames a second; by default each frame has its own time.
        clock: seconds, rising.
        wait: sleeps for some seconds and says whether to stop; by default until :meth:`stop`.
    """

    def __init__(
        self,
        source: Source,
        rate: Fraction | None = None,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], bool] | None = None,
    ) -> None:
        self._stopped = threading.Event()
        self._source, self._rate = source, rate
        self._clock, self._wait = clock, wait or self._stopped.wait
        info = source.info
        self.damaged = 0
        live = replace(info, time_base=MICRO, duration=0.0, audio=0, still=False)
        self.info = replace(live, rate=rate or info.rate)

    def sample(self, count: int) -> list[Frame]:
        """At most ``count`` frames spread over the clip."""
        return self._source.sample(count)

    def stop(self) -> None:
        """End :meth:`frames`, from any thread, at once and for good."""
        self._stopped.set()

    def frames(self) -> Generator[Frame, None, None]:
        """Frames when they are due, without end.

        Raises:
            SourceError: the source has none, or is damaged.
        """
        due, step = self._clock(), 1 / self.info.rate
        while not self._stopped.is_set():
            last: Frame | None = None
            for frame in self._source.frames():
                if last is not None:
                    due += float(step if self._rate else max(MICRO, _time(frame) - _time(last)))
                last = frame
                late = self._clock() - due
                if late < 0 and self._wait(-late):
                    return
                if late > step:
                    due += late
                yield replace(frame, pts=round(self._clock() / MICRO), time_base=MICRO, duration=0)
                if self._stopped.is_set():
                    return
            if last is None:
                raise SourceError(f"{self.info.path} holds no frame", "give another clip")
            due += float(step if self._rate or not last.duration else last.duration * last.time_base)


def _time(frame: Frame) -> Fraction:
    return frame.pts * frame.time_base
