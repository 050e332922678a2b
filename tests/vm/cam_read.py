"""Reads a virtual webcam as a call program would, and says of every picture what it shows: a line of JSON each.

usage: cam_read.py [DEVICE [FRAMES OPENINGS]]    without FRAMES until it is killed
"""

import json
import sys
import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

import av
import av.error
import numpy as np
from av.video.frame import VideoFrame

from tests.vm.cam_film import seen


def pictures(device: str) -> Iterator[tuple[VideoFrame, float]]:
    """Pictures, and when each came."""
    with av.open(device, format="v4l2") as webcam:
        for picture in webcam.decode(video=0):
            yield picture, time.monotonic()


def line(picture: VideoFrame, came: float) -> dict[str, Any]:
    """What a picture shows."""
    planes = tuple(
        np.frombuffer(bytes(plane), np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
        for plane in picture.planes
    )
    kind = f"{picture.width}x{picture.height} {picture.format.name}"
    return {"kind": kind, "came": came, **seen(planes)}


def main() -> None:
    """Read."""
    device = [*sys.argv, "/dev/video10"][1]
    if len(sys.argv) < 4:
        print(json.dumps({"opening": time.monotonic()}), flush=True)
        for picture, came in pictures(device):
            print(json.dumps(line(picture, came)), flush=True)
        return
    frames, openings = int(sys.argv[2]), int(sys.argv[3])
    since, leaks, opened = time.monotonic(), 0, 0
    while opened < openings and time.monotonic() - since < 20:
        for picture, came in islice(pictures(device), frames):
            leaks += line(picture, came)["leak"]
        opened += 1
    print(json.dumps({"opened": opened, "leaks": leaks, "seconds": time.monotonic() - since}))


if __name__ == "__main__":
    main()
