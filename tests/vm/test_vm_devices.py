"""Cameras, loopbacks, holders and watchers, as they really are."""

from typing import Any

import pytest

from bgstream.devices.loopback import LABEL
from tests.vm.conftest import Guest

pytestmark = pytest.mark.vm


@pytest.fixture(scope="module")
def found(guest: Guest) -> Any:
    return guest("devices.py")


def test_the_camera_is_found_with_its_modes(found: Any) -> None:
    ((path, driver, modes),) = found["cameras"]
    assert (path, driver, modes > 100) == ("/dev/video0", "vivid", True)
    assert found["auto"] == found["number"] == "/dev/video0"
    assert found["chosen"] == "1280×720 at 30 fps (yuv420p)"
    assert found["wished"] == "640×360 at 30 fps (yuv420p)"


def test_the_virtual_webcams_are_found_by_label_path_and_number(found: Any) -> None:
    assert found["loopbacks"] == [["/dev/video10", LABEL, True, False], ["/dev/video11", "fed camera", True, False]]
    assert found["meant"] == ["/dev/video10", "/dev/video11", "/dev/video11"]


@pytest.mark.parametrize(
    ("what", "message", "hint"),
    [
        ("no camera", "does not exist", "/dev/video0 (vivid)"),
        ("not fed", "nothing is sent into /dev/video10", "start the program"),
        ("no video", "is no video device", "/dev/video0 (vivid)"),
        ("no loopback", "is no virtual webcam", "/dev/video10 (bgstream)"),
        ("busy webcam", "/dev/video10 is used by python", "end that program"),
    ],
)
def test_what_cannot_be_had_is_refused_with_a_reason(found: Any, what: str, message: str, hint: str) -> None:
    assert message in found[what][0]
    assert hint in found[what][1]


def test_the_holder_is_named(found: Any) -> None:
    assert found["holders"] == [[True, "python"]]


def test_a_camera_that_is_held_but_does_not_stream_can_be_had(found: Any) -> None:
    assert found["held"] == "/dev/video0"


def test_a_fed_webcam_is_a_camera_by_its_path_and_no_webcam_to_send_to(found: Any) -> None:
    assert found["fed"] == ["640×480 at 30 fps (yuv420p)"]
    assert found["still auto"] == "/dev/video11"


@pytest.mark.parametrize("how", ["event", "inotify"])
def test_a_watch_sees_readers_come_and_go_and_costs_nothing(found: Any, how: str) -> None:
    seen = found[how]
    assert seen["how"] == how
    assert seen["states"] == [False, True, False, True, False, False]  # the last: woken, with nobody there
    assert seen["idle"] < 0.01  # of one core
