"""MJPEG from a camera, whole and broken, then one that stops sending. Prints one JSON object."""

import json
import time
from itertools import islice
from typing import Any

import numpy as np

from bgstream.devices.cameras import Camera, find_camera
from bgstream.devices.modes import choose
from bgstream.errors import BgstreamError
from bgstream.sources.camera import CameraSource
from tests.vm.feeding import CAMERA, Feeder, damaged, jpeg

HEIGHT, WIDTH = 480, 640
GREYS = (0, 60, 128, 200, 255)


def flat(value: int) -> bytes:
    """One grey, with noise at the top that fills the file."""
    luma = np.full((HEIGHT, WIDTH), value, np.uint8)
    luma[: HEIGHT // 2] = np.random.default_rng(value).integers(0, 256, (HEIGHT // 2, WIDTH))
    chroma = np.full((HEIGHT, WIDTH // 2), 90 + value // 4, np.uint8)
    return jpeg((luma, chroma, chroma))


def seen(source: CameraSource, count: int) -> dict[str, Any]:
    """The flat parts of some frames."""
    frames = source.frames()
    got = [[int(plane[plane.shape[0] * 3 // 4].mean()) for plane in frame.planes] for frame in islice(frames, count)]
    frames.close()
    return {"values": sorted({tuple(values) for values in got}), "damaged": source.damaged}


def silent(camera: Camera, feeder: Feeder) -> str:
    source = CameraSource(camera, choose(camera.modes))
    frames = source.frames()
    next(frames)
    feeder.pause()
    try:
        for _ in frames:
            pass
    except BgstreamError as error:
        return str(error)
    return "ended"


if __name__ == "__main__":
    pictures = [flat(value) for value in GREYS]
    with Feeder(pictures, "MJPG", (HEIGHT, WIDTH)):
        camera = find_camera(CAMERA)
        result: dict[str, Any] = {"modes": [str(mode) for mode in camera.modes]}
        since = time.monotonic()
        result["whole"] = seen(CameraSource(camera, choose(camera.modes)), 60)
        result["seconds"] = time.monotonic() - since
    broken = damaged(pictures[1])
    with Feeder([pictures[1], *broken.values(), pictures[3]], "MJPG", (HEIGHT, WIDTH)) as feeder:
        result["broken"] = seen(CameraSource(camera, choose(camera.modes)), 40)
        result["silent"] = silent(camera, feeder)
    print(json.dumps(result))
