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
from pathlib import Path
from statistics import median
from typing import Any

import cv2
import numpy as np
import psutil
from camera_rig import Camera, Chest, Run, ages
from numpy.typing import NDArray

from bgstream.ahead import latest
from bgstream.live.wishes import Wishes
from bgstream.matting.cards import find_card
from bgstream.matting.person import TWIN
from bgstream.matting.segmenter import Segmenter
from bgstream.matting.session import find_device


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
    late, last = run.reader.ages(2), run.stats[-1]
    ours = settled["cpu"] - settled["own"]
    return {
        "median": float(np.median(late)),
        "p99": float(np.percentile(late, 99)),
        "read": len(late) / max(1, sum(when > run.reader.lines[0][0] + 2 for when, _ in run.reader.lines)),
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
    frames, cpu, wall, own = 0, 0.0, 0.0, 0.0
    height, width = camera.size
    chest = Chest(height)
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
        lines.append((time.monotonic(), out[chest.line].copy()))
        if time.monotonic() - lines[0][0] > 2:
            if not frames:
                cpu, wall, own = time.process_time(), time.monotonic(), camera.own
            frames += 1
        if time.monotonic() - lines[0][0] > said.seconds + 2:
            camera.stop()
            break
    cpu, wall, own = time.process_time() - cpu, time.monotonic() - wall, camera.own - own
    items.close()
    late = ages(lines[len(lines) - frames :], chest)
    return {
        "median": float(np.median(late)),
        "p99": float(np.percentile(late, 99)),
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
    late = run.reader.ages(4)
    return {
        "fps": len(inside) / (inside[-1] - inside[0]),
        "least_fps": min(windows),
        "steps": len(run.told),
        "level_at_end": len(run.stats[-1].level),
        "recovered": max(later, default=0.0),
        "median": float(np.median(late)),
        "p99": float(np.percentile(late, 99)),
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
