"""Waiting for a watcher, by contract: a way that is scripted, and inotify on a device that every system has."""

import os
import select
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bgstream.devices.watching import ByEvent, ByInotify, Watch
from bgstream.errors import SinkError

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="inotify is Linux'")
FOREVER = float("inf")


def descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


class Scripted(ByInotify):
    """Each byte in a pipe is news: ``1`` somebody looks, ``0`` nobody does, ``x`` the device has gone."""

    how = "scripted"
    write = -1

    def __init__(self, path: str) -> None:
        self._read, Scripted.write = os.pipe()
        self.readable, self.urgent = [self._read], list[int]()

    def __call__(self, told: bool) -> bool | None:
        if not told or not select.select([self._read], [], [], 0)[0]:
            return None
        word = os.read(self._read, 1)
        if word == b"x":
            raise OSError(19, "No such device")
        return word == b"1"

    def close(self) -> None:
        os.close(self._read)
        os.close(Scripted.write)


class Missing(ByEvent):
    def __init__(self, path: str) -> None:
        raise OSError(25, "Inappropriate ioctl for device")


def test_a_change_ends_the_wait() -> None:
    with Watch("webcam", (Missing, Scripted)) as watch:
        assert (watch.how, watch.watched) == ("scripted", False)
        os.write(Scripted.write, b"1")
        assert watch.wait(FOREVER) is True
        os.write(Scripted.write, b"110")  # the same again is no change
        assert watch.wait(FOREVER) is False


def test_time_ends_the_wait() -> None:
    with Watch("webcam", (Scripted,)) as watch:
        assert watch.wait(0) is False


def test_waking_ends_the_wait_before_and_while_it_lasts() -> None:
    with Watch("webcam", (Scripted,)) as watch:
        for _ in range(3):
            watch.wake()
        assert watch.wait(FOREVER) is False
        thread = threading.Thread(target=watch.wake)
        thread.start()
        assert watch.wait(FOREVER) is False
        thread.join()
    watch.wake()  # harmless afterwards


def test_a_device_that_has_gone_is_an_error() -> None:
    with Watch("webcam", (Scripted,)) as watch:
        os.write(Scripted.write, b"x")
        with pytest.raises(SinkError, match="has gone"):
            watch.wait(FOREVER)


def test_where_nobody_can_tell_somebody_always_looks() -> None:
    with Watch("OBS Virtual Camera", (Missing,)) as watch:
        assert (watch.how, watch.watched) == ("none", True)
        assert watch.wait(0) is True
        watch.wake()
        assert watch.wait(FOREVER) is True


def test_a_device_that_does_not_exist_is_refused() -> None:
    with pytest.raises(SinkError, match="does not exist"), Watch("/dev/video-of-nobody"):
        pass


@linux
def test_what_is_no_v4l2loopback_falls_back_to_inotify() -> None:
    with Watch("/dev/full") as watch:
        assert (watch.how, watch.watched) == ("inotify", False)


@linux
def test_inotify_sees_a_program_come_and_be_killed() -> None:
    code = "import time; device = open('/dev/full'); print('on', flush=True); time.sleep(600)"
    with Watch("/dev/full", (ByInotify,)) as watch:
        assert not watch.watched
        with subprocess.Popen([sys.executable, "-c", code]) as other:
            assert watch.wait(60) is True
            other.kill()
            assert watch.wait(60) is False


@linux
def test_nothing_stays_open() -> None:
    before = descriptors()
    for way in (ByInotify, ByEvent):
        with Watch("/dev/full", (way,)):
            pass
    assert descriptors() == before
