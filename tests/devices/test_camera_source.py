"""`CameraSource` by contract: FFmpeg's own test pictures stand in for another system's camera."""

import errno
import threading
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import islice, pairwise
from typing import Any

import av
import av.error
import numpy as np
import pytest

from bgstream.devices.cameras import Camera
from bgstream.devices.loopback import GROUP
from bgstream.devices.modes import DEFAULT, Mode
from bgstream.errors import SourceError
from bgstream.sources import opened
from bgstream.sources.camera import CameraSource

MODE = Mode("yuv420p", (48, 64), Fraction(30))
NTSC = Mode("nv12", (48, 64), Fraction(30000, 1001))


def lavfi(graph: str = "color=0x4080c0:size=64x48:rate=30,format=yuv420p") -> Camera:
    return Camera(graph, "test picture", "lavfi", ())


def test_frames_are_as_info_says_and_time_rises() -> None:
    source = CameraSource(lavfi(), MODE)
    frames = list(islice(source.frames(), 5))
    assert source.sample(3) == []
    for frame in frames:
        assert (frame.size, frame.layout, frame.colour) == (source.info.size, source.info.layout, source.info.colour)
        assert frame.time_base == source.info.time_base == Fraction(1, 1_000_000)
        assert [int(plane[9, 9]) for plane in frame.planes] == [int(plane[0, 0]) for plane in frames[0].planes]
    assert all(one.pts < other.pts for one, other in pairwise(frames))
    assert len({frame.planes[0].ctypes.data for frame in frames}) == 5


def test_another_size_than_was_asked_for_is_scaled_and_another_shape_is_not() -> None:
    """Who shows it cuts it to shape; stretched nobody could."""
    height, width = MODE.size
    larger = replace(MODE, size=(2 * height, 2 * width))
    (frame,) = islice(CameraSource(lavfi(), larger).frames(), 1)
    assert frame.size == larger.size
    (frame,) = islice(CameraSource(lavfi(), DEFAULT).frames(), 1)
    assert frame.size == MODE.size


def test_a_stop_ends_frames_for_good() -> None:
    source = CameraSource(lavfi(), MODE)
    frames = source.frames()
    next(frames)
    source.stop()
    assert list(frames) == []
    assert list(source.frames()) == []


def refusing(number: int) -> Callable[..., Any]:
    def refuse(*_arguments: Any, **_options: Any) -> Any:
        raise OSError(number, "no")

    return refuse


@pytest.mark.parametrize(
    ("number", "message", "hint"),
    [
        (errno.EBUSY, "video99 is used by another program", "end that program"),
        (errno.ENODEV, "has been unplugged", "plug it in"),
        (errno.ENOENT, "has been unplugged", "plug it in"),
        (errno.EACCES, "may not be opened", GROUP),
        (errno.EINVAL, "does not take this mode", "doctor camera"),
        (errno.EPROTO, "cannot read", "doctor camera"),
    ],
)
def test_errors_say_what_to_do(monkeypatch: pytest.MonkeyPatch, number: int, message: str, hint: str) -> None:
    monkeypatch.setattr(av, "open", refusing(number))
    with pytest.raises(SourceError, match=message) as caught:
        next(CameraSource(Camera("/dev/video99", "nobody's", "v4l2", (MODE,)), MODE).frames())
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("form", "mode", "wanted"),
    [
        ("v4l2", MODE, {"input_format": "yuv420p", "video_size": "64x48", "framerate": "30"}),
        ("dshow", Mode("mjpeg", (48, 64), Fraction(30)), {"vcodec": "mjpeg"}),
        ("dshow", MODE, {"pixel_format": "yuv420p"}),
        (
            "avfoundation",
            Mode("nv12", (48, 64), Fraction(30000, 1001)),
            {"pixel_format": "nv12", "framerate": "30000/1001"},
        ),
    ],
)
def test_the_mode_is_asked_for_in_each_systems_words(
    monkeypatch: pytest.MonkeyPatch, form: str, mode: Mode, wanted: dict[str, str]
) -> None:
    asked = []

    def note(path: str, **arguments: Any) -> Any:
        asked.append((path, arguments["format"], arguments["options"]))
        raise OSError(errno.ENODEV, "no")

    monkeypatch.setattr(av, "open", note)
    with pytest.raises(SourceError):
        next(CameraSource(Camera("/dev/video99", "x", form, ()), mode).frames())
    ((path, used, options),) = asked
    assert (path, used) == ("/dev/video99", form)
    assert wanted.items() <= options.items()


def test_a_guessed_mode_is_asked_for_less_and_less(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, real = list[dict[str, str]](), av.open

    def picky(path: str, **arguments: Any) -> Any:
        asked.append({key: value for key, value in arguments["options"].items() if key not in opened.AT_ONCE})
        if "video_size" in asked[-1]:
            raise av.error.ArgumentError(errno.EINVAL, "no such mode") if len(asked) == 1 else OSError(errno.EIO, "no")
        return real(path, format="lavfi")

    monkeypatch.setattr(av, "open", picky)
    (frame,) = islice(CameraSource(lavfi(), DEFAULT).frames(), 1)
    assert asked == [{"video_size": "1280x720", "framerate": "30"}, {"video_size": "1280x720"}, {}]
    assert frame.size == MODE.size


def test_damage_alone_is_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bgstream.sources.camera.SILENCE", 0.2)
    monkeypatch.setattr("bgstream.sources.camera.whole", lambda _packet, _codec: False)
    source = CameraSource(lavfi(), MODE)
    with pytest.raises(SourceError, match="has sent no picture for 2 seconds"):
        next(source.frames())
    assert source.damaged > 0


def test_no_thread_is_left() -> None:
    before = threading.active_count()
    frames = CameraSource(lavfi(), MODE).frames()
    np.testing.assert_equal(next(frames).size, MODE.size)
    frames.close()
    assert threading.active_count() == before
