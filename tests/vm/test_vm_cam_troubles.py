"""``bgstream cam``, the real command, while cameras go, hang and are taken, clocks jump, and it is ended."""

from typing import Any

import pytest

from tests.vm.cam_film import code_values
from tests.vm.conftest import Guest

pytestmark = pytest.mark.vm
PLAIN = code_values(24, 26, 30)


@pytest.fixture(scope="module")
def troubles(guest: Guest) -> Any:
    return guest("cam_troubles.py", timeout=240)


@pytest.mark.parametrize("part", ["interrupted", "stopped"])
def test_the_last_that_is_read_is_a_plain_picture(troubles: Any, part: str) -> None:
    seen = troubles[part]
    assert seen["status"] == 0
    assert (seen["last"]["sides"], seen["last"]["textured"]) == (PLAIN, False)


def test_after_a_kill_nothing_unmatted_is_read(troubles: Any) -> None:
    assert troubles["killed"]["matted"]


def test_an_unplugged_camera_is_told_and_comes_back(troubles: Any) -> None:
    seen = troubles["unplugged"]
    assert seen["shown"] == PLAIN
    assert "has been unplugged" in seen["text"]
    assert seen["after"] == "live"


def test_a_picture_that_the_driver_flags_is_left_out_and_no_more(troubles: Any) -> None:
    assert troubles["flagged"]["damaged"] == 1


def test_a_wall_clock_that_jumps_disturbs_nothing(troubles: Any) -> None:
    seen = troubles["clock"]
    assert seen["live"] == [True, True]
    assert max(seen["latency"]) < 5000  # ms; the jump was an hour


def test_a_camera_that_hangs_is_a_plain_picture_until_it_goes_on(troubles: Any) -> None:
    assert troubles["silent"]["shown"] == PLAIN


def test_a_signal_pauses_and_lets_go_of_the_camera(troubles: Any) -> None:
    seen = troubles["paused"]
    assert (seen["shown"], seen["state"], seen["kept"]) == (PLAIN, "paused", False)


def test_a_camera_that_another_program_holds_is_told_and_taken_when_it_is_free(troubles: Any) -> None:
    seen = troubles["paused"]
    assert seen["busy"] == PLAIN
    assert f"/dev/video0 is used by python ({seen['pid']})" in seen["text"]
    assert seen["after"] == "live"


def test_the_camera_is_let_go_when_nobody_watches(troubles: Any) -> None:
    seen = troubles["on demand"]
    assert (seen["held"], seen["kept"]) == (True, False)
    assert seen["late"] < 2
