"""`VirtualSink` into a real v4l2loopback device."""

from typing import Any

import pytest

from tests.vm.conftest import Guest

pytestmark = pytest.mark.vm


@pytest.fixture(scope="module")
def found(guest: Guest) -> Any:
    return guest("webcam.py")


def test_a_reader_gets_every_byte(found: Any) -> None:
    assert found["equal"]
    assert found["kinds"] == ["yuv420p 640 360"]
    assert found["device"] == "/dev/video10"


def test_without_a_name_the_next_free_one_is_taken(found: Any) -> None:
    assert found["second"] == "/dev/video11"


@pytest.mark.parametrize(
    ("what", "message"),
    [("a camera", "/dev/video0 is no virtual webcam"), ("nothing", "/dev/video7 is no virtual webcam")],
)
def test_what_is_no_webcam_is_refused(found: Any, what: str, message: str) -> None:
    assert found[what][:2] == ["SinkError", message]
    assert "/dev/video10 (bgstream)" in found[what][2]


def test_a_busy_webcam_names_its_holder(found: Any) -> None:
    assert found["busy"].startswith("/dev/video10 is used by python")


def test_an_unknown_way_names_the_known(found: Any) -> None:
    assert found["no way"] == ["SinkError", "there is no way 'obs' to a virtual webcam here", "known: v4l2loopback"]
