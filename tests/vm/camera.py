"""`CameraSource` on a real driver: rates, pixels, hangs, damage, unplugging, a busy device. Prints one JSON object."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import av
import av.logging
import numpy as np

from bgstream.devices.cameras import Camera, find_camera
from bgstream.devices.modes import Mode, choose
from bgstream.errors import BgstreamError
from bgstream.frame import Frame
from bgstream.sources import opened
from bgstream.sources.camera import CameraSource

VIVID = "/dev/video0"


def control(words: str) -> None:
    subprocess.run(["v4l2-ctl", "-d", VIVID, "-c", words], check=True)


def descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def raised(frames: Iterator[Frame]) -> dict[str, Any]:
    """How an iterator ends, how many frames it still gave, and after how long."""
    since, got, error, hint = time.monotonic(), 0, "", ""
    try:
        for _ in frames:
            got += 1
    except BgstreamError as failure:
        error, hint = str(failure), failure.hint
    return {"frames": got, "error": error, "hint": hint, "after": time.monotonic() - since}


def rates(camera: Camera) -> dict[str, Any]:
    """Frames of many modes: how fast they come, how the time they bear agrees, and whether their pixels are right."""
    found = dict[str, Any]()
    for pixel, rate in (("yuv420p", 30), ("yuyv422", 30), ("nv12", 30), ("uyvy422", 30), ("yuyv422", 5), ("nv12", 60)):
        mode = Mode(pixel, (720, 1280), Fraction(rate))
        if mode not in camera.modes:
            found[str(mode)] = {"missing": True}
            continue
        source = CameraSource(camera, mode)
        since, frames = time.monotonic(), source.frames()
        first = next(frames)
        opening = time.monotonic() - since
        kept, age = [first], []
        for frame in islice(frames, 9 if rate == 5 else 59):
            age.append(time.monotonic() - frame.time)
            kept.append(frame)
        before = [plane.copy() for plane in first.planes]
        since = time.monotonic()
        frames.close()
        found[str(mode)] = {
            "first": opening,
            "fps": (len(kept) - 1) / (kept[-1].time - kept[0].time),
            "rises": all(one.pts < other.pts for one, other in pairwise(kept)),
            "age": [min(age), max(age)],
            "closing": time.monotonic() - since,
            "kept": all(np.array_equal(a, b) for a, b in zip(before, first.planes, strict=True)),
            "own": len({frame.planes[0].ctypes.data for frame in kept}) == len(kept),
            "damaged": source.damaged,
            "bars": bars(kept[-1]),
            "info": kept[-1].size == source.info.size and kept[-1].colour == source.info.colour,
        }
    return found


def bars(frame: Frame) -> list[list[int]]:
    """Y, Cb, Cr in the middles of vivid's eight colour bars, low in the picture where nothing is written."""
    luma, blue, red = frame.planes
    row, width = luma.shape[0] * 3 // 4, luma.shape[1]
    places = [(2 * k + 1) * width // 16 for k in range(8)]
    return [[int(luma[row, x]), int(blue[row // 2, x // 2]), int(red[row // 2, x // 2])] for x in places]


def trouble(camera: Camera) -> dict[str, Any]:
    """A camera that hangs, is damaged, busy, stopped, unplugged."""
    mode, found = choose(camera.modes), dict[str, Any]()
    before = descriptors()

    source = CameraSource(camera, mode)
    frames = source.frames()
    next(frames)
    control("inject_v4l2_buf_flag_error=1")
    got = sum(1 for _ in islice(frames, 20))
    found["flagged"] = [got, source.damaged]

    control("percentage_of_dropped_buffers=100")
    found["silent"] = raised(frames)

    hung = CameraSource(camera, mode)
    frames = hung.frames()
    stopper = threading.Timer(0.5, hung.stop)
    stopper.start()
    found["stopped"] = raised(frames)
    stopper.join()
    found["opening cut"] = opening_cut(camera, mode)
    control("percentage_of_dropped_buffers=0")

    frames = CameraSource(camera, mode).frames()
    next(frames)
    control("disconnect=1")
    found["unplugged"] = raised(frames)
    found["descriptors"] = descriptors() - before
    return found


def busy(camera: Camera, mode: Mode) -> dict[str, Any]:
    """Another program streams."""
    code = f"""
import av, sys
container = av.open({VIVID!r}, format='v4l2'); next(container.decode(video=0))
print('on', flush=True); sys.stdin.read()"""
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None and other.stdout.readline()
        found = raised(CameraSource(camera, mode).frames())
        found["holder"] = f"({other.pid})" in found["error"]
        other.communicate()
    return found


def opening_cut(camera: Camera, mode: Mode) -> dict[str, Any]:
    """A mode of which FFmpeg reads a picture while it opens, as it does of MJPEG, and none comes."""
    at_once = dict(opened.AT_ONCE)
    opened.AT_ONCE.clear()
    found = raised(CameraSource(camera, mode).frames())
    opened.AT_ONCE.update(at_once)
    return found


if __name__ == "__main__":
    av.logging.set_level(av.logging.WARNING)
    found = find_camera()
    result = {"rates": rates(found), "busy": busy(found, choose(found.modes)), "trouble": trouble(found)}
    print(json.dumps(result))
