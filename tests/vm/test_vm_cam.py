"""``bgstream cam``, the real command, between a real camera and a real virtual webcam."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.vm import cam_film
from tests.vm.conftest import Guest

pytestmark = pytest.mark.vm
KIND = ["640x360 yuv420p"]


GREEN, BLUE, PLAIN = (cam_film.code_values(*rgb) for rgb in ((0, 192, 0), (0, 0, 192), (24, 26, 30)))


@pytest.fixture(scope="module")
def calls(guest: Guest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("film")
    cam_film.write(Path(folder))
    return guest("cam_calls.py", folder, timeout=300)


def test_nobody_watches_and_the_camera_is_off_and_nothing_is_computed(calls: Any) -> None:
    assert calls["idle"]["asked"]["status"] == 0
    assert json.loads(calls["idle"]["asked"]["out"])["stats"]["state"] == "idle"
    assert not calls["idle"]["camera"]
    assert calls["idle"]["cpu"] < 0.01  # of a core


def test_the_camera_is_on_while_somebody_watches(calls: Any) -> None:
    seen = calls["first"]
    assert seen["held"]
    assert not seen["camera"]
    assert seen["first"] < 3
    assert seen["idle"] < 2
    assert seen["stats"]["state"] == "live"


def test_what_is_read_is_of_the_size_and_the_pixels_that_were_said_and_comes_as_fast(calls: Any) -> None:
    seen = calls["first"]
    assert seen["kinds"] == KIND
    assert seen["fps"] > 15  # of 30: the guest is slow


@pytest.mark.parametrize("part", ["first", "ended"])
def test_the_subject_leaves_bit_for_bit_and_the_backdrop_is_exact(calls: Any, part: str) -> None:
    seen = calls[part]
    assert seen["equal"] == seen["people"] >= 15
    assert seen["sides"] == [json.dumps(GREEN)]


@pytest.mark.parametrize("part", ["first", "control", "openings", "feeds", "ended"])
def test_the_room_is_never_seen(calls: Any, part: str) -> None:
    assert calls[part]["leaks"] == 0


def test_ffmpeg_reads_it_too(calls: Any) -> None:
    seen = calls["ffmpeg"]
    assert (seen["pictures"], seen["odd"]) == (40, 0), seen["error"]
    assert [[value] for value in seen["corner"]] == GREEN


def test_a_page_in_chromium_sees_it(calls: Any) -> None:
    seen = calls["browser"]
    if "missing" in seen:
        pytest.skip("there is no chromium")
    assert "error" not in seen, seen["error"]
    assert seen["label"] == "bgstream"
    assert seen["size"] == [640, 360]
    live = [one for one in seen["pictures"] if one["corner"][1] > 100]
    for one in live:
        assert one["corner"] == pytest.approx([0, 192, 0], abs=4)
        red, green, blue = one["middle"]
        assert red > green > blue  # skin
        assert red > 150


def test_it_is_changed_while_it_runs(calls: Any) -> None:
    seen = calls["control"]
    for words in ("backdrop=#0000c0", "mirror=on", "mirror=off", "backdrop=#00c000", "backdrop=blur", "blur=40"):
        assert seen[words][0] == 0
    assert [seen[words][1]["sides"] for words in ("backdrop=#0000c0", "backdrop=#00c000")] == [BLUE, GREEN]
    assert [seen[words][1]["mirrored"] for words in ("mirror=on", "mirror=off")] == [True, False]
    weak, strong = (seen[words][1]["sides"][1] for words in ("backdrop=blur", "blur=40"))
    assert strong[0] < weak[0]  # of the room's picture, more runs into what is beside it
    assert (seen["pause"][1]["sides"], seen["pause"][1]["textured"]) == (PLAIN, False)
    assert seen["resume"][1]["equal"]


def test_whoever_reads_is_not_disturbed_by_changes(calls: Any) -> None:
    assert calls["control"]["kinds"] == KIND
    assert calls["control"]["gap"] < 1


def test_wrong_words_are_refused_and_disturb_nobody(calls: Any) -> None:
    word, value, file = calls["control"]["wrong"]
    assert (word["status"], value["status"]) == (2, 2)
    assert "did you mean 'blur'?" in word["err"]
    assert "for example: blur=20" in value["err"]
    assert file["status"] == 1
    assert "no such file: /nowhere.jpg" in file["err"]
    assert calls["control"]["goes on"] > 0


def test_readers_that_come_and_go_leave_nothing_behind(calls: Any) -> None:
    seen = calls["openings"]
    assert seen["opened"] >= 10
    for what in ("fds", "threads"):
        assert seen["after"][what] <= seen["before"][what]


def test_a_camera_that_goes_and_comes_back_otherwise_is_taken_up_again(calls: Any) -> None:
    seen = calls["feeds"]
    assert seen["kinds"] == KIND
    assert (seen["gone"]["sides"], seen["gone"]["textured"]) == (PLAIN, False)
    for name in ("slow", "fast", "mjpeg"):
        assert seen[name][0]["textured"]
        assert seen[name][0]["sides"] == GREEN
    assert any("has sent no picture" in text for text in seen["told"])


def test_damaged_jpegs_are_left_out(calls: Any) -> None:
    assert calls["feeds"]["mjpeg"][1] > 0


def test_the_last_that_is_read_after_sigterm_is_a_plain_picture(calls: Any) -> None:
    seen = calls["ended"]
    assert seen["status"] == 0
    assert (seen["last"]["sides"], seen["last"]["textured"]) == (PLAIN, False)
