"""Which camera is meant, in which mode, and where frames go."""

from dataclasses import replace
from fractions import Fraction
from itertools import islice
from pathlib import Path

import pytest

from bgstream.devices.cameras import Camera
from bgstream.devices.modes import Mode
from bgstream.errors import BgstreamError, ConfigError, SinkError, SourceError
from bgstream.live import inputs, outputs
from bgstream.live.always import Always
from bgstream.live.inputs import find_input
from bgstream.live.options import Options, parse_size
from bgstream.live.outputs import open_output
from bgstream.sources.camera import CameraSource
from bgstream.sources.paced import Paced

CLIP = Path(__file__).parents[2] / "examples" / "astronaut.mp4"
MODES = (Mode("yuyv422", (480, 640), Fraction(30)), Mode("mjpeg", (720, 1280), Fraction(30)))


@pytest.mark.parametrize(
    ("text", "size"), [("1280x720", (720, 1280)), ("720p", (720, 1280)), ("640X480", (480, 640)), ("360", (360, 640))]
)
def test_sizes(text: str, size: tuple[int, int]) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "x", "1281x720", "1280x", "wide", "1280x720x3", "2x2", "99999x99998", "-2x4"])
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(ConfigError, match="no size"):
        parse_size(text)


def test_a_clip_is_a_camera() -> None:
    found = find_input(Options(camera=str(CLIP)))
    assert (found.name, found.size, found.rate) == ("astronaut.mp4", (720, 1280), Fraction(25))
    assert isinstance(found.open(), Paced)
    assert found.open() is not found.open(), "anew each time: one that was stopped stays stopped"


def test_the_synthetic_person_is_a_camera() -> None:
    found = find_input(Options(camera="synthetic", size=(90, 160), rate=60))
    assert (found.size, found.rate) == ((90, 160), Fraction(60))
    camera = found.open()
    (frame,) = islice(camera.frames(), 1)
    camera.stop()
    assert frame.size == (90, 160)


def test_a_camera_comes_in_the_best_of_its_modes_and_is_looked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    camera = Camera("/dev/video7", "A camera", "v4l2", MODES, "uvcvideo")

    def find(word: str) -> Camera:
        asked.append(word)
        if len(asked) == 3:
            raise SourceError("no camera", "plug one in")
        return camera if len(asked) == 1 else replace(camera, path="/dev/video9")

    monkeypatch.setattr(inputs, "find_camera", find)
    found = find_input(Options(camera="7"))
    assert (found.size, found.rate) == ((720, 1280), Fraction(30))
    assert "A camera" in found.name
    assert "/dev/video7" in found.name
    again = found.open()
    assert isinstance(again, CameraSource)
    assert again.info.path == Path("/dev/video9"), "it came back under another number"
    with pytest.raises(SourceError):
        found.open()


def test_to_nowhere_somebody_always_looks() -> None:
    output = open_output(Options(to="none"), (90, 160), Fraction(30))
    assert isinstance(output.watch, Always)


def test_where_there_is_no_virtual_webcam_it_is_said_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bgstream.devices.loopback.loopbacks", list)
    monkeypatch.setattr("bgstream.live.outputs.sys.platform", "linux")
    with pytest.raises(SinkError) as caught:
        open_output(Options(), (90, 160), Fraction(30))
    assert "modprobe v4l2loopback" in caught.value.hint


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_elsewhere_it_is_obs(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    monkeypatch.setattr("bgstream.live.outputs.sys.platform", platform)
    asked: list[tuple[object, ...]] = []

    class Virtual:
        device = "OBS Virtual Camera"

        def __init__(self, *words: object) -> None:
            asked.append(words)

    monkeypatch.setattr(outputs, "VirtualSink", Virtual)
    output = open_output(Options(), (90, 160), Fraction(30))
    assert asked == [((90, 160), 30, None, "obs")]
    assert output.name == "OBS Virtual Camera"
    assert isinstance(output.watch, Always), "OBS does not say who looks"


@pytest.mark.parametrize(
    "wrong", [{"rate": -1.0}, {"rate": 1000.0}, {"seconds": -1.0}, {"preview": 70000}, {"picture": "nothing.png"}]
)
def test_options_out_of_range(wrong: dict[str, float]) -> None:
    with pytest.raises(BgstreamError) as caught:
        Options(**wrong)  # type: ignore[arg-type]
    assert caught.value.hint
