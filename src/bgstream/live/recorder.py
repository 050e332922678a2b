"""What is shown, into a file beside it all: never waits, never disturbs the camera."""

import queue
import threading
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from bgstream.errors import ConfigError, SinkError
from bgstream.frame import Frame
from bgstream.live.job import COLOUR, LAYOUT
from bgstream.protocols import Sink, SourceInfo
from bgstream.sinks import open_sink, recipe_for

WAITING = 8  # frames that may wait for the encoder: 11 MB in 720p
TICK = Fraction(1, 1000)  # seconds; Matroska and WebM have no finer one


class _NothingCameError(Exception):
    """There was no frame, so there is to be no file."""


class Recorder:
    """Writes what it is given, in a thread of its own, while the ``with`` block lasts.

    However the block is left, what has been recorded is kept: it appears under its name when whole. A recording that
    fails leaves nothing.

    Args:
        target: the file; .webm, .mp4 or .mkv.
        size: (height, width) of the frames, yuv420p, BT.601, studio range.
        rate: frames a second, nominal.
        overwrite: replace a file that is there.

    Attributes:
        written, dropped: frames; dropped are those that the encoder had no time for.
        error: what ended the recording too early; None: nothing.

    Raises:
        ConfigError: the suffix is none that a clip is written as, or the file is there.
        SinkError: on entering: it cannot be written.
    """

    def __init__(self, target: Path, size: tuple[int, int], rate: Fraction, overwrite: bool = False) -> None:
        self._target, self._size, self._rate = target, size, rate
        self._recipe = recipe_for(target, still=False, transparent=False, matte=False)
        if target.is_dir():
            raise SinkError(f"{target} is a folder", f"give a file in it: {target / 'out.webm'}")
        if target.exists() and not overwrite:
            raise ConfigError(f"{target} exists already", "give another name, or add -y to replace it")
        self._frames: queue.Queue[Frame | None] = queue.Queue()
        self._room = threading.Semaphore(WAITING)
        self.written = self.dropped = 0
        self.error: Exception | None = None

    def __enter__(self) -> Self:
        info = SourceInfo(self._target, self._size, LAYOUT, COLOUR, self._rate, TICK)
        sink = open_sink(self._target, self._recipe, info)
        self._thread = threading.Thread(target=self._work, args=(sink,), name="bgstream-recorder")
        self._thread.start()
        return self

    def put(self, frame: Frame) -> None:
        """Take a copy of a frame of the recording's size, if there is room for one."""
        if self.error is not None:
            return
        if not self._room.acquire(blocking=False):
            self.dropped += 1
            return
        planes = tuple(np.ascontiguousarray(plane).copy() for plane in frame.planes)
        self._frames.put(Frame(planes, frame.layout, frame.colour, frame.pts, frame.time_base))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._frames.put(None)
        self._thread.join()

    def _work(self, sink: Sink) -> None:
        try:
            with sink:
                for frame in self._timed():
                    blank = sink.blank(frame)
                    for into, plane in zip(blank.planes, frame.planes, strict=True):
                        np.copyto(into, plane)
                    sink.write(blank)
                    self.written += 1
        except _NothingCameError:
            return
        except Exception as error:  # whatever it is, the camera goes on, and its owner asks for it
            self.error = error
            with self._frames.mutex:
                self._frames.queue.clear()

    def _timed(self) -> Iterator[Frame]:
        """Frames as they come, in :data:`TICK` from the first on; one that is not later than the last is dropped.

        Raises:
            _NothingCameError: there was none.
        """
        zero, last = Fraction(0), -1
        while (frame := self._frames.get()) is not None:
            self._room.release()
            time = frame.pts * frame.time_base
            if last < 0:
                zero = time
            ticks = round((time - zero) / TICK)
            if ticks <= last:
                self.dropped += 1
                continue
            last = ticks
            yield Frame(frame.planes, frame.layout, COLOUR, ticks, TICK, round(1 / self._rate / TICK))
        if last < 0:
            raise _NothingCameError
