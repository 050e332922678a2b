"""`CameraSource` on real drivers."""

from typing import Any

import pytest

from tests.vm.conftest import Guest

pytestmark = pytest.mark.vm
# vivid's bars at 75 %: Y, Cb, Cr of white, yellow, cyan, green, magenta, red, blue, black in BT.601, and a rounding.
BARS = [(179, 128, 128), (160, 44, 141), (130, 156, 44), (111, 72, 58)]
BARS += [(83, 183, 197), (64, 99, 211), (34, 211, 114), (16, 128, 128)]


@pytest.fixture(scope="module")
def found(guest: Guest) -> Any:
    return guest("camera.py")


@pytest.fixture(scope="module")
def fed(guest: Guest) -> Any:
    return guest("mjpeg.py")


@pytest.mark.parametrize("mode", ["30 fps (yuv420p)", "30 fps (yuyv422)", "30 fps (nv12)", "30 fps (uyvy422)"])
def test_frames_come_as_they_are_asked_for(found: Any, mode: str) -> None:
    seen = found["rates"][f"1280×720 at {mode}"]
    assert seen["rises"]
    assert seen["info"]
    assert seen["bars"] == [list(bar) for bar in BARS]
    assert seen["damaged"] == 0


def test_slow_and_fast_modes_are_slow_and_fast(found: Any) -> None:
    rates = found["rates"]
    slow, usual, fast = (rates[f"1280×720 at {mode}"] for mode in ("5 fps (yuyv422)", "30 fps (nv12)", "60 fps (nv12)"))
    assert slow["fps"] < usual["fps"] / 2
    assert usual["fps"] < fast["fps"]  # the guest does not reach 60
    assert slow["bars"] == fast["bars"] == [list(bar) for bar in BARS]


def test_frames_that_are_kept_stay_as_they_were(found: Any) -> None:
    for seen in found["rates"].values():
        assert seen["kept"]
        assert seen["own"]


def test_time_is_when_the_picture_was_taken(found: Any) -> None:
    for seen in found["rates"].values():
        assert 0 <= seen["age"][0] <= seen["age"][1] < 1


def test_a_busy_camera_names_its_holder(found: Any) -> None:
    assert found["busy"]["holder"]
    assert "is used by python" in found["busy"]["error"]


def test_a_picture_that_the_driver_flags_is_left_out_and_counted(found: Any) -> None:
    assert found["trouble"]["flagged"] == [20, 1]


@pytest.mark.parametrize("when", ["silent", "opening cut"])
def test_a_camera_that_hangs_is_given_up(found: Any, when: str) -> None:
    seen = found["trouble"][when]
    assert "has sent no picture for 2 seconds" in seen["error"]


def test_a_stop_ends_a_camera_that_hangs(found: Any) -> None:
    seen = found["trouble"]["stopped"]
    assert (seen["error"], seen["frames"]) == ("", 0)  # without a stop it would be an error


def test_unplugging_is_told_at_once(found: Any) -> None:
    seen = found["trouble"]["unplugged"]
    assert "has been unplugged" in seen["error"]  # silence would be told after two seconds


def test_nothing_stays_open(found: Any) -> None:
    assert found["trouble"]["descriptors"] == 0


def test_mjpeg_comes_in_studio_range(fed: Any) -> None:
    assert fed["modes"] == ["640×480 at 30 fps (mjpeg)"]
    assert fed["whole"]["damaged"] == 0
    wanted = [(grey, 90 + grey // 4) for grey in (0, 60, 128, 200, 255)]
    for (luma, blue, red), (grey, chroma) in zip(fed["whole"]["values"], wanted, strict=True):
        assert luma == pytest.approx(16 + grey * 219 / 255, abs=1)
        assert blue == red == pytest.approx(128 + (chroma - 128) * 224 / 255, abs=1)


def test_broken_jpegs_are_left_out_and_counted_and_none_is_half_grey(fed: Any) -> None:
    assert [values[0] for values in fed["broken"]["values"]] == [68, 188]  # the two whole ones alone
    assert fed["broken"]["damaged"] >= 40 / 2 * 6 / 2


def test_a_feeder_that_falls_silent_is_told(fed: Any) -> None:
    assert "fed camera (/dev/video11) has sent no picture" in fed["silent"]
