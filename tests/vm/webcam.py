"""`VirtualSink` into a real device: what a reader gets, byte for byte; refusals. Prints one JSON object."""

import hashlib
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from fractions import Fraction
from itertools import cycle, islice
from typing import Any

import numpy as np

from bgstream.errors import BgstreamError
from bgstream.frame import LAYOUTS, Colour, Frame
from bgstream.sinks.virtual import VirtualSink

SIZE, WEBCAM = (360, 640), "/dev/video10"
READ = f"""
import av, hashlib
for picture in av.open({WEBCAM!r}, format="v4l2").decode(video=0):
    digest = hashlib.sha256(picture.to_ndarray().tobytes()).hexdigest()
    print(picture.format.name, picture.width, picture.height, digest, flush=True)"""


def pictures() -> list[tuple[np.ndarray, ...]]:
    random = np.random.default_rng(5)
    shapes = LAYOUTS["yuv420p"].shapes(*SIZE)
    return [tuple(random.integers(0, 256, shape, np.uint8) for shape in shapes) for _ in range(3)]


def refused(*arguments: Any) -> list[str]:
    return error_of(lambda: VirtualSink(SIZE, Fraction(30), *arguments))


def error_of(call: Callable[[], object]) -> list[str]:
    try:
        call()
    except BgstreamError as error:
        return [type(error).__name__, str(error), error.hint]
    return []


def read_back() -> dict[str, Any]:
    """Send three pictures in turn until a reader has seen each."""
    made = pictures()
    wanted = {hashlib.sha256(b"".join(plane.tobytes() for plane in planes)).hexdigest() for planes in made}
    like = Frame(made[0], LAYOUTS["yuv420p"], Colour(6))
    seen, kinds, end = set[str](), set[str](), threading.Event()
    with VirtualSink(SIZE, Fraction(30), WEBCAM) as sink:

        def send() -> None:
            for planes in cycle(made):
                sink.write(filled(sink, like, planes))
                if end.wait(0.03):
                    return

        sender = threading.Thread(target=send)
        sender.start()
        with subprocess.Popen([sys.executable, "-c", READ], stdout=subprocess.PIPE, text=True) as reader:
            assert reader.stdout is not None
            for line in islice(reader.stdout, 100):
                *kind, digest = line.split()
                kinds.add(" ".join(kind))
                seen.add(digest)
                if seen >= wanted:
                    break
            reader.kill()
        end.set()
        sender.join()
        code = "from fractions import Fraction\nfrom bgstream.sinks.virtual import VirtualSink\n"
        code += f"try: VirtualSink({SIZE}, Fraction(30), {WEBCAM!r})\nexcept Exception as error: print(error)"
        other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        device = sink.device
    return {"equal": seen == wanted, "kinds": sorted(kinds), "device": device, "busy": other.stdout.strip()}


def filled(sink: VirtualSink, like: Frame, planes: tuple[np.ndarray, ...]) -> Frame:
    frame = sink.blank(like)
    for out, pixels in zip(frame.planes, planes, strict=True):
        np.copyto(out, pixels)
    return frame


if __name__ == "__main__":
    result = read_back() | {
        "a camera": refused("/dev/video0"),
        "nothing": refused("/dev/video7"),
        "no way": refused(WEBCAM, "obs"),
    }
    with VirtualSink(SIZE, Fraction(30), WEBCAM), VirtualSink(SIZE, Fraction(30)) as second:
        result["second"] = second.device
    print(json.dumps(result))
