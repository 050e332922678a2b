"""Which camera and which webcam are meant, on machines that are described here."""

import platform
import sys
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import pytest

from bgstream.devices import cameras, loopback, nodes
from bgstream.devices.cameras import Camera, find_camera
from bgstream.devices.holders import Holder
from bgstream.devices.loopback import GROUP, INSTALL, LOAD, OBS, RELOAD, Loopback, find_loopback, loopbacks
from bgstream.devices.modes import Mode
from bgstream.devices.nodes import Node
from bgstream.devices.v4l2 import Capability
from bgstream.errors import SinkError, SourceError

MODES = (Mode("mjpeg", (720, 1280), Fraction(30)),)


def node(number: int, label: str, driver: str, ways: str) -> Node:
    """``ways``: of ``c`` capture, ``o`` output; ``-`` for a device that may not be opened."""
    loop = driver == nodes.LOOPBACK
    can = None if ways == "-" else Capability(driver, label, "bus", "c" in ways, "o" in ways)
    return Node(f"/dev/video{number}", label, can, loop)


CAMERA, OTHER = node(0, "Integrated", "uvcvideo", "c"), node(4, "Logi", "uvcvideo", "c")
METADATA = node(1, "Integrated", "uvcvideo", "")
IDLE, FED = node(10, "bgstream", nodes.LOOPBACK, "o"), node(11, "OBS", nodes.LOOPBACK, "c")
SHUT = node(2, "Integrated", "uvcvideo", "-")
BOTH = node(12, "old", nodes.LOOPBACK, "co")
LOCKED = node(13, "locked", nodes.LOOPBACK, "-")


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What is there, who holds it, and which loopback devices without exclusive_caps are fed; to be filled in."""
    there = SimpleNamespace(nodes=[], holders={}, fed=set())
    monkeypatch.setattr(sys, "platform", "linux")
    for module in (cameras, loopback):
        monkeypatch.setattr(module, "nodes", lambda: there.nodes)
        monkeypatch.setattr(module, "holders", lambda path: there.holders.get(path, []))
    monkeypatch.setattr(cameras, "modes", lambda _: MODES)
    monkeypatch.setattr(loopback, "state", lambda path: "capture" if path in there.fed else "output")
    return there


def test_only_real_cameras_are_listed(machine: SimpleNamespace) -> None:
    machine.nodes = [CAMERA, METADATA, OTHER, IDLE, FED]
    listed = cameras.cameras()
    assert listed[0] == Camera("/dev/video0", "Integrated", "v4l2", MODES, "uvcvideo")
    assert [camera.path for camera in listed] == ["/dev/video0", "/dev/video4"]


def test_auto_is_the_first_camera_that_nobody_holds(machine: SimpleNamespace) -> None:
    machine.nodes = [FED, CAMERA, OTHER]
    assert find_camera().path == "/dev/video0"
    machine.holders = {"/dev/video0": [Holder(7, "zoom")]}
    assert find_camera().path == "/dev/video4"
    assert find_camera("0").path == "/dev/video0"  # by name, whoever holds it
    machine.holders["/dev/video4"] = [Holder(8, "cheese")]
    assert find_camera().path == "/dev/video0"  # to hold is not to stream


@pytest.mark.parametrize(
    ("there", "word", "message", "hint"),
    [
        ([], "auto", "there is no camera", "plug one in, or name a device with --camera"),
        ([FED], "auto", "there is no camera", "plug one in, or name a device with --camera"),
        ([SHUT, LOCKED], "auto", "/dev/video2 may not be opened", GROUP),
        ([LOCKED], "13", "/dev/video13 may not be opened", GROUP),
        ([CAMERA], "/dev/video7", "/dev/video7 does not exist", "there is /dev/video0 (Integrated)"),
        ([CAMERA, METADATA], "1", "/dev/video1 gives no pictures", "there is /dev/video0 (Integrated)"),
        ([IDLE], "10", "nothing is sent into /dev/video10", "start the program that feeds it first"),
        ([], "/dev/null", "/dev/null is no video device", "bgstream doctor camera lists the cameras"),
    ],
)
def test_a_camera_that_cannot_be_had(
    machine: SimpleNamespace, there: list[Node], word: str, message: str, hint: str
) -> None:
    machine.nodes = there
    with pytest.raises(SourceError, match=message) as caught:
        find_camera(word)
    assert caught.value.hint == hint


def test_a_loopback_device_that_is_fed_is_a_camera_by_name(machine: SimpleNamespace) -> None:
    machine.nodes = [CAMERA, FED]
    assert find_camera("/dev/video11").name == "OBS"


def test_a_link_to_a_camera_is_followed(machine: SimpleNamespace, tmp_path: Path) -> None:
    machine.nodes = [CAMERA]
    (tmp_path / "usb-camera").symlink_to("/dev/video0")
    assert find_camera(str(tmp_path / "usb-camera")).path == "/dev/video0"


def test_forbidden_names_all_that_may_not_be_opened(machine: SimpleNamespace) -> None:
    machine.nodes = [CAMERA, SHUT, LOCKED]
    assert cameras.forbidden() == ["/dev/video2", "/dev/video13"]


def test_loopbacks_say_what_is_known(machine: SimpleNamespace) -> None:
    machine.nodes, machine.fed = [CAMERA, IDLE, FED, BOTH, LOCKED], {"/dev/video12"}
    assert loopbacks() == [
        Loopback("/dev/video10", "bgstream", True, False),
        Loopback("/dev/video11", "OBS", True, True),
        Loopback("/dev/video12", "old", False, True),
        Loopback("/dev/video13", "locked", None, False),
    ]


def test_the_webcam_of_our_name_then_one_that_browsers_see(machine: SimpleNamespace) -> None:
    other = node(9, "spare", nodes.LOOPBACK, "o")
    machine.nodes = [BOTH, other, IDLE]
    assert find_loopback().path == "/dev/video10"
    assert find_loopback("spare").path == find_loopback("9").path == find_loopback("/dev/video9").path == "/dev/video9"
    machine.nodes = [BOTH, other]
    assert find_loopback().path == "/dev/video9"
    machine.nodes = [BOTH]
    assert find_loopback().path == "/dev/video12"


def test_a_webcam_that_another_program_feeds(machine: SimpleNamespace) -> None:
    machine.nodes, machine.holders = [FED], {"/dev/video11": [Holder(9, "obs")]}
    for word in ("auto", "OBS"):
        with pytest.raises(SinkError, match=r"/dev/video11 is used by obs \(9\)"):
            find_loopback(word)


def test_no_webcam_of_that_name(machine: SimpleNamespace) -> None:
    machine.nodes = [IDLE]
    with pytest.raises(SinkError, match="/dev/video3 is no virtual webcam") as caught:
        find_loopback("3")
    assert caught.value.hint == "there is /dev/video10 (bgstream)"


@pytest.mark.parametrize(
    ("loaded", "built", "hint"), [(True, True, RELOAD), (False, True, LOAD), (False, False, INSTALL)]
)
def test_the_command_that_makes_a_webcam(
    machine: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loaded: bool, built: bool, hint: str
) -> None:
    monkeypatch.setattr(loopback, "MODULE", tmp_path if loaded else tmp_path / "nothing")
    monkeypatch.setattr(loopback, "BUILT", tmp_path)
    monkeypatch.setattr(platform, "release", lambda: "6.1")
    if built:
        (tmp_path / "6.1" / "updates").mkdir(parents=True)
        (tmp_path / "6.1" / "updates" / "v4l2loopback.ko.xz").touch()
    with pytest.raises(SinkError, match="there is no virtual webcam") as caught:
        find_loopback()
    assert caught.value.hint == hint


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_elsewhere_obs_is_what_helps(machine: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    monkeypatch.setattr(sys, "platform", system)
    assert loopback.remedy() == OBS


LISTED = [SimpleNamespace(name="@device_pnp", description="Logi", media_types=["video"])]
LISTED += [SimpleNamespace(name="1", description="Mic", media_types=["audio"])]


@pytest.mark.parametrize(
    ("system", "path", "form"),
    [("win32", "video=@device_pnp", "dshow"), ("darwin", "@device_pnp:none", "avfoundation")],
)
def test_cameras_of_other_systems_are_those_that_ffmpeg_lists(
    machine: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, system: str, path: str, form: str
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr("av.device.enumerate_input_devices", lambda name: LISTED if name == form else [])
    wanted = Camera(path, "Logi", form, ())
    assert cameras.cameras() == [wanted]
    assert find_camera() == find_camera("0") == find_camera("Logi") == find_camera(path) == wanted
    with pytest.raises(SourceError, match="there is no camera 1") as caught:
        find_camera("1")
    assert caught.value.hint == f"there is {path} (Logi)"


def test_nodes_are_listed_by_number_and_those_without_a_device_left_out(tmp_path: Path) -> None:
    for name in ("video10", "video2", "video3"):
        (tmp_path / "sys" / name).mkdir(parents=True)
        (tmp_path / "sys" / name / "name").write_text(f"{name}'s label\n")
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev" / "video2").symlink_to("/dev/null")  # a device, but no V4L2 one
    assert nodes.nodes(tmp_path / "sys", tmp_path / "dev") == []
    assert nodes.nodes(tmp_path / "nothing") == []


@pytest.mark.parametrize("loop", [True, False])
def test_what_may_not_be_opened_is_known_by_what_the_kernel_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loop: bool
) -> None:
    about = tmp_path / "video2"
    about.mkdir()
    (about / "name").write_text("bgstream\n")
    (about / "state").write_text("capture\n")
    if loop:
        (about / "max_openers").touch()

    def locked(path: str) -> Capability:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(nodes, "query", locked)
    assert nodes.nodes(tmp_path) == [Node("/dev/video2", "bgstream", None, loop)]
    assert nodes.state("/dev/video2", tmp_path) == "capture"
    assert nodes.state("/dev/video3", tmp_path) == ""
