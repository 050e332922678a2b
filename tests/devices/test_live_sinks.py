"""Sinks that keep nothing: the virtual webcam, before a stand-in for pyvirtualcam, and nowhere."""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from bgstream.devices import loopback
from bgstream.devices.loopback import OBS, Loopback
from bgstream.errors import SinkError
from bgstream.frame import LAYOUTS, Colour, Frame
from bgstream.sinks import virtual
from bgstream.sinks.nowhere import Nowhere
from bgstream.sinks.virtual import VirtualSink

SIZE, RATE = (36, 64), Fraction(30000, 1001)
LIKE = Frame(
    tuple(np.zeros(shape, np.uint8) for shape in LAYOUTS["yuv420p"].shapes(*SIZE)),
    LAYOUTS["yuv420p"],
    Colour(6, False, 1, 1),
    12345,
    Fraction(1, 1_000_000),
)


class Library:
    """pyvirtualcam as bgstream uses it: notes what is sent, fails as told."""

    def __init__(self) -> None:
        self.PixelFormat = SimpleNamespace(I420="I420")
        self.camera = SimpleNamespace(BACKENDS={"v4l2loopback": object, "obs": object})
        self.opened: dict[str, Any] = {}
        self.sent: list[bytes] = []
        self.buffers: list[int] = []
        self.closed = 0
        self.fails: Exception | None = None

    def Camera(self, width: int, height: int, fps: float, **arguments: Any) -> "Library":  # noqa: N802
        if self.fails is not None:
            raise self.fails
        self.opened = {"size": (height, width), "fps": fps, **arguments}
        self.device, self.backend = arguments["device"] or "OBS Virtual Camera", arguments["backend"] or "obs"
        return self

    def send(self, image: np.ndarray) -> None:
        if self.fails is not None:
            raise self.fails
        assert image.dtype == np.uint8 and image.flags.c_contiguous and image.ndim == 1
        self.sent.append(image.tobytes())
        self.buffers.append(image.ctypes.data)

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Library:
    made = Library()
    monkeypatch.setattr(virtual, "import_module", {"pyvirtualcam": made}.__getitem__)
    monkeypatch.setattr(sys, "platform", "win32")
    return made


Opener = Callable[[], AbstractContextManager[Any]]
SINKS: dict[str, Opener] = {"webcam": lambda: VirtualSink(SIZE, RATE), "nowhere": lambda: Nowhere(SIZE)}


@pytest.fixture(params=SINKS)
def opener(request: pytest.FixtureRequest, library: Library) -> Opener:
    return SINKS[request.param]


def test_a_blank_frame_has_the_time_and_tags_and_the_sinks_size(opener: Opener) -> None:
    with opener() as sink:
        out = sink.blank(LIKE)
        assert (out.size, out.layout.name, out.colour) == (SIZE, "yuv420p", LIKE.colour)
        assert (out.pts, out.time_base, out.alpha) == (LIKE.pts, LIKE.time_base, None)
        assert [plane.shape for plane in out.planes] == list(out.layout.shapes(*SIZE))
        for plane in out.planes:
            plane[:] = 1


def test_frames_handed_out_together_share_no_memory(opener: Opener) -> None:
    with opener() as sink:
        first, second = sink.blank(LIKE), sink.blank(LIKE)
        assert not any(np.shares_memory(a, b) for a in first.planes for b in second.planes)


def test_memory_is_used_again_once_written(opener: Opener) -> None:
    with opener() as sink:
        places = set()
        for _ in range(5):
            out = sink.blank(LIKE)
            places.add(out.planes[0].ctypes.data)
            sink.write(out)
        assert len(places) == 1


@pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt, SinkError])
def test_an_exception_passes(kind: type[BaseException], opener: Opener) -> None:
    with pytest.raises(kind), opener() as sink:
        sink.write(sink.blank(LIKE))
        raise kind("stop")


def test_nowhere_counts() -> None:
    with Nowhere(SIZE) as sink:
        for _ in range(3):
            sink.write(sink.blank(LIKE))
        assert (sink.written, sink.device) == (3, "none")


def test_what_is_sent_is_i420_in_the_buffer_that_was_filled(library: Library) -> None:
    random = np.random.default_rng(2)
    with VirtualSink(SIZE, RATE, "/dev/video10", "v4l2loopback") as sink:
        out = sink.blank(LIKE)
        for plane in out.planes:
            plane[:] = random.integers(0, 256, plane.shape, np.uint8)
        sink.write(out)
        assert (sink.device, sink.backend) == ("/dev/video10", "v4l2loopback")
    assert library.sent == [b"".join(plane.tobytes() for plane in out.planes)]
    assert library.buffers == [out.planes[0].ctypes.data]
    assert library.opened["size"] == SIZE
    assert library.opened["fmt"] == "I420"
    assert library.opened["fps"] == pytest.approx(29.97, abs=0.01)
    assert library.closed == 1


@pytest.mark.parametrize("size", [(35, 64), (36, 63), (0, 0)])
def test_odd_sides_are_refused(library: Library, size: tuple[int, int]) -> None:
    with pytest.raises(SinkError, match="sides are even"):
        VirtualSink(size, RATE)


@pytest.mark.parametrize("failure", [RuntimeError("'obs' backend: not installed\n'x' backend: no"), ImportError("no")])
def test_elsewhere_a_refusal_says_to_install_obs(library: Library, failure: Exception) -> None:
    library.fails = failure
    with pytest.raises(SinkError, match="there is no virtual webcam") as caught:
        VirtualSink(SIZE, RATE)
    assert caught.value.hint == OBS
    assert "\n" not in str(caught.value)


def test_on_linux_a_refusal_says_what_is_wrong(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    library.fails = RuntimeError("'v4l2loopback' backend: no")
    monkeypatch.setattr(loopback, "loopbacks", list)
    with pytest.raises(SinkError, match="there is no virtual webcam") as caught:
        VirtualSink(SIZE, RATE)
    assert "sudo modprobe" in caught.value.hint
    monkeypatch.setattr(loopback, "loopbacks", lambda: [Loopback("/dev/video10", "bgstream", True, False)])
    with pytest.raises(SinkError, match="cannot use /dev/video10: 'v4l2loopback' backend: no"):
        VirtualSink(SIZE, RATE)


def test_an_unknown_way_is_refused(library: Library) -> None:
    with pytest.raises(SinkError, match="no way 'ops'") as caught:
        VirtualSink(SIZE, RATE, backend="ops")
    assert caught.value.hint == "did you mean 'obs'?"


def test_a_device_that_goes_while_sending_is_an_error(library: Library) -> None:
    with VirtualSink(SIZE, RATE) as sink:
        out = sink.blank(LIKE)
        library.fails = RuntimeError("write failed")
        with pytest.raises(SinkError, match="cannot send to OBS Virtual Camera: write failed"):
            sink.write(out)
    assert library.closed == 1
