"""The camera for calls: latency, processor time, dropped frames, and the governor, on this machine.

usage: python benchmarks/camera.py [--seconds 20] [--rounds 3] [--height 720] [--pixels yuyv422|mjpeg|yuv420p]
                                   [--only live,plain,governor] [--loops N] [--json FILE]

A camera in process, paced by the clock, hands over what a real one does: pictures in one of a webcam's formats, which
are decoded and converted as those of a real one. The whole loop of ``bgstream cam`` runs, to a sink in memory; a
virtual camera adds a copy of the picture (0.4 ms at 720p). When each picture was taken is painted onto the subject,
where pictures pass bit for bit, and read where they come out.

  live       bgstream, blurred backdrop: latency (median, 99 %), dropped frames, processor time a frame and of one core,
             by thread
  plain      the loop of tutorials in the same rounds: same network, NumPy, a blur of the whole picture, BGR in and out
  governor   bgstream while busy loops steal every core, and after: frames a second, levels, seconds until all is done
             again
"""

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import Any, cast

import av
import cv2
import numpy as np
import psutil
from av.video.codeccontext import VideoCodecContext
from numpy.typing import NDArray

from bgstream.ahead import latest
from bgstream.frame import Frame
from bgstream.live.always import Always
from bgstream.live.board import Board
from bgstream.live.job import COLOUR, LAYOUT, UNIT, Job
from bgstream.live.scene import Scene, Scenes
from bgstream.live.session import Session
from bgstream.live.stats import Stats
from bgstream.live.wishes import Wishes
from bgstream.matting.cards import find_card
from bgstream.matting.person import TWIN
from bgstream.matting.segmenter import Segmenter
from bgstream.matting.session import find_device
from bgstream.sources.capture import Capture
from bgstream.sources.synthetic import SyntheticSource

KEPT = 45  # frames in memory, played back and forth
RATE = 30
SYNC, BITS = 0xA5C3, 40  # before the microseconds, to be found by
CELL, ROWS, ROW = 5, 8, 0.88  # pixels of a bit, and where they are painted: of the height, on the chest
LOW, HIGH = 60, 200


class Camera:
    """Pictures as a webcam sends them, each with the time painted on it when it is handed over."""

    def __init__(self, height: int, pixels: str, seconds: float) -> None:
        self.size = height, height * 16 // 9
        frames = list(SyntheticSource(self.size, Fraction(RATE), KEPT, "person").frames())
        self._film, self._pixels, self._count = [*frames, *frames[-2:0:-1]], pixels, round(seconds * RATE)
        self._encoder = self._codec("mjpeg", "w") if pixels == "mjpeg" else None
        self._packets: list[Any] = []
        self._stopped, self.damaged = threading.Event(), 0
        self.missed = 0  # pictures that were due while the camera's thread got no processor
        self.own = 0.0  # processor seconds that playing the camera itself took

    def _codec(self, name: str, mode: str) -> VideoCodecContext:
        codec = cast(VideoCodecContext, av.CodecContext.create(name, cast(Any, mode)))
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
            prepared = self._prepared(self._film[number % len(self._film)], 1_000_000 * taken)
            self.own += time.thread_time() - began
            if self._stopped.wait(max(0.0, taken - time.monotonic())):
                return
            picture = decoder.decode(prepared)[0] if decoder else prepared
            yield Frame(capture(picture), LAYOUT, COLOUR, round(taken / UNIT), UNIT)
            due = int((time.monotonic() - start) * RATE)
            self.missed += max(0, due - number - 1)  # nobody fetched them: a driver drops those
            number = max(number + 1, due)

    def _prepared(self, frame: Frame, stamp: float) -> Any:
        luma = frame.planes[0].copy()
        paint(luma, int(stamp))
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


def paint(luma: NDArray[np.uint8], stamp: int) -> None:
    """Bits of a number of microseconds in a row of cells, on the subject's chest, wherever that is."""
    row = round(ROW * luma.shape[0])
    bright = np.flatnonzero(luma[row] > 150)  # the subject is bright, the room is dark
    left = int(np.median(bright)) - (16 + BITS) * CELL // 2 & ~1
    bits = np.array([int(bit) for bit in f"{SYNC:016b}{stamp % (1 << BITS):0{BITS}b}"], np.uint8)
    cells = np.repeat(LOW + (HIGH - LOW) * bits, CELL)
    luma[row : row + ROWS, left : left + cells.size] = cells


def stamp_of(line: NDArray[np.uint8]) -> int | None:
    """The number in a row of luma, or None where it cannot be read."""
    wanted = np.array([int(bit) for bit in f"{SYNC:016b}"], np.uint8)
    bits = (line > (LOW + HIGH) // 2).astype(np.uint8)
    span = (16 + BITS) * CELL
    places = [left for left in range(line.size - span) if np.array_equal(bits[left : left + 16 * CELL : CELL], wanted)]
    if not places:
        return None
    left = places[len(places) // 2]  # found once for each pixel of a cell
    return int("".join(map(str, bits[left + 16 * CELL : left + span : CELL])), 2)


class Reader:
    """A sink: keeps the line that the time is painted in, and when it came."""

    def __init__(self, size: tuple[int, int]) -> None:
        self._planes = tuple(np.zeros(shape, np.uint8) for shape in LAYOUT.shapes(*size))
        self._row = round(ROW * size[0]) + ROWS // 2
        self.lines: list[tuple[float, NDArray[np.uint8]]] = []

    def blank(self, like: Frame) -> Frame:
        return replace(like, planes=self._planes)

    def write(self, frame: Frame) -> None:
        self.lines.append((time.monotonic(), frame.planes[0][self._row].copy()))

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def ages(self, skip: float) -> NDArray[np.float64]:
        """Milliseconds, of the frames that can be read, after so many seconds."""
        begin = self.lines[0][0] + skip
        read = [(when, stamp_of(line)) for when, line in self.lines if when > begin]
        return np.array([1000 * (when - stamp / 1e6) for when, stamp in read if stamp is not None])


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


def live(said: argparse.Namespace) -> dict[str, float]:
    """bgstream's own loop."""
    run = Run(said.height, said.pixels, said.seconds + 3, Wishes())
    threads: dict[str, float] = {}

    def sample() -> None:
        """By thread: those that take frames along, in seconds of the processor; read at the end of the run."""
        mine = {thread.native_id: thread.name for thread in threading.enumerate()}
        for thread in psutil.Process().threads():
            name = mine.get(thread.id, "other")
            threads[name] = threads.get(name, 0.0) + thread.user_time + thread.system_time

    settled: dict[str, float] = {}

    def settle() -> None:
        settled.update(cpu=time.process_time(), wall=time.monotonic(), frames=len(run.reader.lines), own=run.camera.own)

    def finish() -> None:
        settled.update(
            cpu=time.process_time() - settled["cpu"],
            wall=time.monotonic() - settled["wall"],
            frames=len(run.reader.lines) - settled["frames"],
            own=run.camera.own - settled["own"],
        )
        sample()

    timers = [threading.Timer(2, settle), threading.Timer(said.seconds + 2, finish)]
    for timer in timers:
        timer.start()
    run()
    ages, last = run.reader.ages(2), run.stats[-1]
    ours = settled["cpu"] - settled["own"]
    return {
        "median": float(np.median(ages)),
        "p99": float(np.percentile(ages, 99)),
        "read": len(ages) / max(1, sum(when > run.reader.lines[0][0] + 2 for when, _ in run.reader.lines)),
        "fps": settled["frames"] / settled["wall"],
        "cpu_ms": 1000 * ours / settled["frames"],
        "core": ours / settled["wall"],
        "dropped": (last.dropped + run.camera.missed) / max(1, last.dropped + run.camera.missed + last.frames),
        **{f"thread {name}": seconds for name, seconds in threads.items()},
    }


def plain(said: argparse.Namespace) -> dict[str, float]:
    """The loop of tutorials: capture as BGR, network, masks in float, a blur of everything, BGR to a virtual camera."""
    camera = Camera(said.height, said.pixels, said.seconds + 3)
    network = Segmenter(find_card(TWIN), find_device("cpu"))._network
    ages, frames, cpu, wall, own = [], 0, 0.0, 0.0, 0.0
    height, width = camera.size
    row = round(ROW * height) + ROWS // 2
    lines: list[tuple[float, NDArray[np.uint8]]] = []
    items = latest(camera.frames())
    for frame in items:
        i420 = np.concatenate([plane.ravel() for plane in frame.planes]).reshape(-1, width)
        bgr = cv2.cvtColor(i420, cv2.COLOR_YUV2BGR_I420)
        small = cv2.cvtColor(cv2.resize(bgr, (256, 144)), cv2.COLOR_BGR2RGB).astype(np.float32) / 255
        mask = cv2.resize(network.ask([np.ascontiguousarray(small.transpose(2, 0, 1))], _whole())[0], (width, height))
        blurred = cv2.GaussianBlur(bgr, (55, 55), 0)  # weaker than ours: as tutorials have it
        mixed = (mask[..., None] * bgr + (1 - mask[..., None]) * blurred).astype(np.uint8)
        out = cv2.cvtColor(mixed, cv2.COLOR_BGR2YUV_I420)  # as pyvirtualcam does for RGB
        lines.append((time.monotonic(), out[row].copy()))
        if time.monotonic() - lines[0][0] > 2:
            if not frames:
                cpu, wall, own = time.process_time(), time.monotonic(), camera.own
            frames += 1
        if time.monotonic() - lines[0][0] > said.seconds + 2:
            camera.stop()
            break
    cpu, wall, own = time.process_time() - cpu, time.monotonic() - wall, camera.own - own
    items.close()
    for when, line in lines[len(lines) - frames :]:
        stamp = stamp_of(line)
        if stamp is not None:
            ages.append(1000 * (when - stamp / 1e6))
    return {
        "median": float(np.median(ages)),
        "p99": float(np.percentile(ages, 99)),
        "fps": frames / wall,
        "cpu_ms": 1000 * (cpu - own) / frames,
        "core": (cpu - own) / wall,
        "dropped": items.dropped / (items.dropped + len(lines)),
    }


def _whole() -> Any:
    from bgstream.matting.window import WIDE, window

    return window(find_card(TWIN), WIDE)


@contextmanager
def busy(loops: int) -> Iterator[None]:
    """Programs that do nothing as fast as they can."""
    loopers = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(loops)]
    try:
        yield
    finally:
        for looper in loopers:
            looper.kill()
            looper.wait()


def governor(said: argparse.Namespace) -> dict[str, float]:
    """Two thirds of the time with busy loops on every core, the rest without."""
    run = Run(said.height, said.pixels, 3 + said.seconds + 12, Wishes())
    marks: dict[str, float] = {}

    def steal() -> None:
        time.sleep(3)
        marks["stolen"] = time.monotonic()
        with busy(said.loops or os.cpu_count() or 1):
            time.sleep(said.seconds)
        marks["free"] = time.monotonic()

    thief = threading.Thread(target=steal)
    thief.start()
    run()
    thief.join()
    times = np.array([when for when, _ in run.reader.lines])
    inside = times[(times > marks["stolen"] + 1) & (times < marks["free"])]
    windows = [int(((inside >= t) & (inside < t + 2)).sum()) / 2 for t in np.arange(inside[0], inside[-1] - 2, 0.5)]
    later = [when - marks["free"] for when, _ in run.told if when > marks["free"]]
    ages = run.reader.ages(4)
    return {
        "fps": len(inside) / (inside[-1] - inside[0]),
        "least_fps": min(windows),
        "steps": len(run.told),
        "level_at_end": len(run.stats[-1].level),
        "recovered": max(later, default=0.0),
        "median": float(np.median(ages)),
        "p99": float(np.percentile(ages, 99)),
        "free_fps": float(((times > marks["free"] + 5) & (times < marks["free"] + 9)).sum() / 4),
    }


WAYS = {"live": live, "plain": plain, "governor": governor}


def main() -> None:
    """Measure and print."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--seconds", type=float, default=20)
    ask.add_argument("--rounds", type=int, default=3)
    ask.add_argument("--height", type=int, default=720)
    ask.add_argument("--pixels", choices=("yuyv422", "mjpeg", "yuv420p"), default="yuyv422")
    ask.add_argument("--only", default=",".join(WAYS))
    ask.add_argument("--loops", type=int, default=0, help="busy ones; by default one a core")
    ask.add_argument("--json", type=Path)
    said = ask.parse_args()
    rows: dict[str, list[dict[str, float]]] = {}
    for _ in range(said.rounds):
        for name in said.only.split(","):
            row = WAYS[name](said)
            rows.setdefault(name, []).append(row)
            print(f"{name:9} " + "  ".join(f"{key} {value:.3g}" for key, value in row.items()), flush=True)
    if "live" in rows and "plain" in rows:
        ratios = {
            key: median(a[key] / b[key] for a, b in zip(rows["live"], rows["plain"], strict=True))
            for key in ("cpu_ms", "median")
        }
        print("live / plain  " + "  ".join(f"{key} {value:.2f}" for key, value in ratios.items()))
    if said.json:
        said.json.parent.mkdir(parents=True, exist_ok=True)
        said.json.write_text(json.dumps({"pixels": said.pixels, "height": said.height, "rows": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
