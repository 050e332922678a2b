"""What `bgstream.devices` finds in the guest: modes, loopbacks, holders, and who watches. Prints one JSON object."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

from bgstream.devices.cameras import cameras, find_camera
from bgstream.devices.holders import holders
from bgstream.devices.loopback import find_loopback, loopbacks
from bgstream.devices.modes import choose
from bgstream.devices.watching import ByEvent, ByInotify, Watch
from bgstream.errors import BgstreamError

pyvirtualcam: Any = import_module("pyvirtualcam")  # it has no types
WEBCAM = "/dev/video10"
READ = f"import av\nfor _ in av.open({WEBCAM!r}, format='v4l2').decode(video=0): print('frame', flush=True)"
IMAGE = np.full(640 * 480 * 3 // 2, 128, np.uint8)


def refused(call: Callable[[], object]) -> list[str]:
    try:
        call()
    except BgstreamError as error:
        return [str(error), error.hint]
    return []


def listing() -> dict[str, Any]:
    found = cameras()
    return {
        "cameras": [[camera.path, camera.driver, len(camera.modes)] for camera in found],
        "chosen": str(choose(found[0].modes)),
        "wished": str(choose(found[0].modes, (360, 640))),
        "auto": find_camera().path,
        "number": find_camera("0").path,
        "loopbacks": [[one.path, one.label, one.exclusive, one.producing] for one in loopbacks()],
        "meant": [find_loopback().path, find_loopback("fed camera").path, find_loopback("11").path],
        "no camera": refused(lambda: find_camera("/dev/video7")),
        "not fed": refused(lambda: find_camera(WEBCAM)),
        "no video": refused(lambda: find_camera("/dev/null")),
        "no loopback": refused(lambda: find_loopback("/dev/video0")),
    }


def held() -> dict[str, Any]:
    """Another program holds the camera and sends into the webcam."""
    code = f"""
import pyvirtualcam, numpy, sys
camera = open('/dev/video0', 'rb')
webcam = pyvirtualcam.Camera(640, 480, 30, fmt=pyvirtualcam.PixelFormat.I420, device={WEBCAM!r})
webcam.send(numpy.full(460800, 128, numpy.uint8)); print('sent', flush=True); sys.stdin.read()"""
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None and other.stdout.readline()
        names = [[one.pid == other.pid, one.name] for one in holders("/dev/video0")]
        found = {
            "holders": names,
            "held": find_camera().path,
            "busy webcam": refused(lambda: find_loopback(WEBCAM)),
            "fed": [str(mode) for mode in find_camera(WEBCAM).modes],
            "still auto": find_loopback().path,
        }
        other.communicate()
    return found


def seen(way: type[ByEvent] | type[ByInotify]) -> dict[str, Any]:
    """What a Watch says while a reader comes, is killed, and comes again."""
    with pyvirtualcam.Camera(640, 480, 30, fmt=pyvirtualcam.PixelFormat.I420, device=WEBCAM) as webcam:
        webcam.send(IMAGE)
        with Watch(WEBCAM, (way,)) as watch:
            states, late = [watch.watched], list[float]()
            for _ in range(2):
                reader = subprocess.Popen([sys.executable, "-c", READ], stdout=subprocess.PIPE)
                sender = Sender(webcam)
                states.append(watch.wait(20))
                assert reader.stdout is not None and reader.stdout.readline()
                sender.stop()
                since = time.monotonic()
                reader.kill()
                states.append(watch.wait(20))
                late.append(time.monotonic() - since)
                reader.communicate()
            waker = threading.Timer(0.1, watch.wake)
            waker.start()
            woken = watch.wait(float("inf"))
            waker.join()
            cpu = time.process_time()
            watch.wait(2)
            return {
                "how": watch.how,
                "states": [*states, woken],
                "late": max(late),
                "idle": (time.process_time() - cpu) / 2,
            }


class Sender:
    """Keeps pictures coming, so that a reader gets one."""

    def __init__(self, webcam: Any) -> None:
        self._webcam, self._end = webcam, threading.Event()
        self._thread = threading.Thread(target=self._send)
        self._thread.start()

    def _send(self) -> None:
        while not self._end.wait(0.03):
            self._webcam.send(IMAGE)

    def stop(self) -> None:
        self._end.set()
        self._thread.join()


if __name__ == "__main__":
    print(json.dumps(listing() | held() | {"event": seen(ByEvent), "inotify": seen(ByInotify)}))
