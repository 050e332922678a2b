"""``bgstream doctor camera`` where there is a camera and a virtual webcam."""

from typing import Any

import pytest

from tests.vm.conftest import Guest

pytestmark = pytest.mark.vm


def details(answer: Any, topic: str, name: str) -> list[str]:
    return [found["detail"] for found in answer["findings"] if (found["topic"], found["name"]) == (topic, name)]


def test_doctor_camera_tells_what_is_there_and_who_holds_it(guest: Guest) -> None:
    answers = guest("ask_doctor.py")
    idle, filming, sending = (answers[name] for name in ("idle", "filming", "sending"))
    assert idle["status"] == 0
    assert details(idle, "camera", "/dev/video0") == ["vivid"]
    modes = details(idle, "modes", "/dev/video0")
    assert "yuyv422" in modes[0]
    assert "1280×720" in modes[0]
    assert "1280×720 at 30 fps" in modes[-1]
    assert "exclusive_caps=1" in details(idle, "virtual", "/dev/video10")[0]
    (held,) = (found for found in filming["findings"] if found["topic"] == "camera")
    assert held["detail"].endswith(f"used by python ({filming['pid']})")
    assert held["fix"].endswith(f"kill {filming['pid']}")
    assert f"python ({sending['pid']})" in details(sending, "virtual", "/dev/video10")[0]
