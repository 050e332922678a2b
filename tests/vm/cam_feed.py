"""Sends the film of `cam_film` into the fed camera, the time on every picture: from a first line until its stdin ends.

usage: cam_feed.py FOLDER WIDTHxHEIGHT RATE
"""

import sys
import threading
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from tests.vm.cam_film import read, stamp
from tests.vm.feeding import CAMERA

pyvirtualcam: Any = import_module("pyvirtualcam")  # it has no types


def ends(end: threading.Event) -> None:
    """When stdin does."""
    sys.stdin.read()
    end.set()


def main() -> None:
    """Feed."""
    (folder, size), rate = sys.argv[1:3], float(sys.argv[3])
    packed, lefts = read(Path(folder), size)
    width, height = (int(side) for side in size.split("x"))
    end, whole = threading.Event(), np.empty(packed.shape[1], np.uint8)
    luma = whole[: height * width].reshape(height, width)
    sys.stdin.readline()
    threading.Thread(target=ends, args=(end,)).start()
    with pyvirtualcam.Camera(width, height, rate, fmt=pyvirtualcam.PixelFormat.I420, device=CAMERA) as camera:
        start, number = time.monotonic(), 0
        while not end.wait(max(0.0, start + number / rate - time.monotonic())):
            whole[:] = packed[number % len(packed)]
            stamp(luma, lefts[number % len(packed)], round(time.monotonic() * 1e6))
            camera.send(whole)
            if not number:
                print("on", flush=True)
            number += 1


if __name__ == "__main__":
    main()
