"""What `camera.py` measures with: a camera in process, a reader that knows how old each picture is, and the whole loop.

When a picture was taken is painted onto the subject as in the guest's tests (`tests/vm/cam_film.py`).
"""

import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext
from numpy.typing import NDArray

from bgstream.frame import Frame
from bgstream.live.always import Always
from bgstream.live.board import Board
from bgstream.live.job import COLOUR, LAYOUT, UNIT, Job
from bgstream.live.scene import Scene, Scenes
from bgstream.live.session import Session
from bgstream.live.stats import Stats
from bgstream.live.wishes import Wishes
from bgstream.matting.session import find_device
from bgstream.sources.capture import Capture
from bgstream.sources.synthetic import SyntheticSource

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.vm.cam_film import Chest, stamp, stamped_line

__all__ = ["Camera", "Chest", "Reader", "Run", "ages"]

KEPT = 45  # frames in memory, played back and forth
RATE = 30


class Camera:
    """Pictures as a webcam sends them, each with the time painted on it when it is handed over."""

    def __init__(self, height: int, pixels: str, seconds: float) -> None:
        self.size = height, height * 16 // 9
        source, chest = SyntheticSource(self.size, Fraction(RATE), KEPT, "person"), Chest(height)
        shots = [(frame, chest.left(source.truth(number))) for number, frame in enumerate(source.frames())]
        self._film, self._pixels, self._count = [*shots, *shots[-2:0:-1]], pixels, round(seconds * RATE)
        self._encoder = self._codec() if pixels == "mjpeg" else None
        self._stopped, self.damaged = threading.Event(), 0
        self.missed = 0  # pictures that were due while the camera's thread got no processor
        self.own = 0.0  # processor seconds that playing the camera itself took

    def _codec(self) -> VideoCodecContext:
        codec = av.CodecContext.create("mjpeg", "w")
        codec.width, codec.height, codec.pix_fmt, codec.time_base = *self.size[::-1], "yuvj422p", Fraction(1, RATE)
        codec.options = {"qmin": "3", "qmax": "3"}
        return codec

    def stop(self) -> None:
        self._stopped.set()

    def frames(self) -> Iterator[Frame]:
        """In the camera's thread; what it takes to make the pictures is not counted as ours."""
        capture, decoder = Capture(self.size), av.CodecContext.create("mjpeg", "r") if self._encoder else None
        start, number = time.monotonic(), 0
        while number < self._count:
            began = time.thread_time()
            taken = start + number / RATE
            prepared = self._prepared(*self._film[number % len(self._film)], taken)
            self.own += time.thread_time() - began
            if self._stopped.wait(max(0.0, taken - time.monotonic())):
                return
            picture = decoder.decode(prepared)[0] if decoder else prepared
            yield Frame(capture(picture), LAYOUT, COLOUR, round(taken / UNIT), UNIT)
            due = int((time.monotonic() - start) * RATE)
            self.missed += max(0, due - number - 1)  # nobody fetched them: a driver drops those
            number = max(number + 1, due)

    def _prepared(self, frame: Frame, left: int, taken: float) -> Any:
        luma = frame.planes[0].copy()
        stamp(luma, left, round(taken / UNIT))
        picture = av.VideoFrame.from_ndarray(
            np.concatenate([luma.ravel(), *[plane.ravel() for plane in frame.planes[1:]]]).reshape(-1, self.size[1]),
            "yuv420p",
        )
        if self._pixels == "yuv420p":
            return picture
        if self._encoder is None:
            return picture.reformat(format="yuyv422")
        full = picture.reformat(format="yuvj422p", src_color_range=1, dst_color_range=2)
        full.pts = None
        (packet,) = self._encoder.encode(full)
        return packet


class Reader:
    """A sink: keeps the line that the time is painted in, and when it came."""

    def __init__(self, size: tuple[int, int]) -> None:
        self._planes = tuple(np.zeros(shape, np.uint8) for shape in LAYOUT.shapes(*size))
        self._chest = Chest(size[0])
        self.lines: list[tuple[float, NDArray[np.uint8]]] = []

    def blank(self, like: Frame) -> Frame:
        return replace(like, planes=self._planes)

    def write(self, frame: Frame) -> None:
        self.lines.append((time.monotonic(), frame.planes[0][self._chest.line].copy()))

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def ages(self, skip: float) -> NDArray[np.float64]:
        """Milliseconds, of the frames that can be read, after so many seconds."""
        begin = self.lines[0][0] + skip
        return ages([line for line in self.lines if line[0] > begin], self._chest)


def ages(lines: list[tuple[float, NDArray[np.uint8]]], chest: Chest) -> NDArray[np.float64]:
    """Milliseconds from when pictures were taken to when they came; of those whose time can be read."""
    read = [(when, stamped_line(line, chest)) for when, line in lines]
    return np.array([1000 * (when - found[1] / 1e6) for when, found in read if found is not None])


class Run:
    """One session of so many seconds."""

    def __init__(self, height: int, pixels: str, seconds: float, wishes: Wishes) -> None:
        self.camera, watch = Camera(height, pixels, seconds + 30), Always()
        self.reader, self.stats, self.told = Reader(self.camera.size), list[Stats](), list[tuple[float, str]]()
        blank = Frame(tuple(np.full(s, 128, np.uint8) for s in LAYOUT.shapes(*self.camera.size)), LAYOUT, COLOUR)
        self.board: Board[Scene] = Board(Scenes(find_device("cpu"), RATE, blank), wishes, watch.wake)
        job = Job(
            camera=lambda: self.camera,
            sink=self.reader,
            watch=watch,
            size=self.camera.size,
            name="benchmark",
            output="memory",
            rate=RATE,
            seen=lambda _: None,
            tell=self._tell,
            figures=self.stats.append,
        )
        self.session, self._seconds = Session(job, self.board), seconds

    def _tell(self, text: str, hint: str = "") -> None:
        self.told.append((time.monotonic(), f"{text} {hint}"))

    def __call__(self) -> None:
        timer = threading.Timer(self._seconds, self.board.stop)
        timer.start()
        self.session.run()
        timer.join()
