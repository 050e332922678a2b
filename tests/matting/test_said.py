"""What is said of a later frame holds from the first frame of its shot: the whole way, on a clip made here."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from bgstream.errors import ConfigError
from bgstream.frame import Frame
from bgstream.matting.flow import Flow, Linker
from bgstream.matting.look import Look
from bgstream.matting.regions import Regions
from bgstream.matting.said import region_starts, subject_starts
from bgstream.matting.say import Region, parse_say
from bgstream.matting.tracking import Tracker
from bgstream.progress import Clock
from tests.matting.test_backwards import SIZE, Sliding, square

Float = NDArray[np.float32]
RESTING = np.zeros(SIZE, np.float32)
RESTING[95:120, 150:185] = 1


def place(frame: Frame) -> Float:
    """Where the square is."""
    return square(20 + 3 * ((frame.pts - Sliding.start) // 40 - 5))


def ask(frame: Frame) -> Float:
    """A network that marks the square and something else."""
    return np.maximum(place(frame), RESTING)


def looks() -> list[Look]:
    made = []
    for number, frame in enumerate(Sliding().frames()):
        luma = frame.planes[0].astype(np.float32) / np.float32(255)
        made.append(Look(frame, ask(frame) if number >= 5 else RESTING, luma, number in (0, 5)))
    return list(Linker(Flow.FINE, Clock())(made))


@pytest.mark.parametrize("said", [{"box": "70,35,60,50@0.96"}, {"point": "97,60@0.96"}])
def test_a_subject_is_right_from_the_shots_first_frame(said: dict[str, str]) -> None:
    say = parse_say(**said)
    starts, notes = subject_starts(Sliding(), say, ask)
    assert not notes
    for look in list(Tracker(say, Clock(), starts)(looks()))[5:]:
        np.testing.assert_allclose(look.raw, place(look.frame), atol=0.01)


def test_the_shot_before_is_left_alone() -> None:
    say = parse_say(point="97,60@0.96")
    starts, _ = subject_starts(Sliding(), say, ask)
    for look in list(Tracker(say, Clock(), starts)(looks()))[:5]:
        assert look.raw is RESTING


def test_what_is_said_of_the_first_frame_needs_no_first_pass() -> None:
    assert subject_starts(Sliding(), parse_say(point="97,60"), ask) == ([], ())


def test_where_nothing_is_marked_there_is_nothing_to_carry() -> None:
    starts, _ = subject_starts(Sliding(), parse_say(point="97,60@0.96"), lambda _: np.zeros(SIZE, np.float32))
    assert not starts


def test_a_region_holds_from_the_shots_first_frame(tmp_path: Path) -> None:
    Image.fromarray((square(77) * 255).astype(np.uint8)).save(tmp_path / "mask.png")
    region = Region(tmp_path / "mask.png", 0.96)
    pinned, _ = region_starts(Sliding(), [region], back=True)
    for number, look in enumerate(Regions([], pinned, Clock())(looks())):
        if number < 5:
            assert look.raw is RESTING
            continue
        inside = place(look.frame) > 0.5
        assert (look.raw[inside] < 0.5).mean() > 0.9
        np.testing.assert_array_equal(look.raw[95:, 150:], RESTING[95:, 150:])


def test_a_region_in_live_mode_holds_from_its_frame(tmp_path: Path) -> None:
    Image.fromarray((square(77) * 255).astype(np.uint8)).save(tmp_path / "mask.png")
    pinned, _ = region_starts(Sliding(), [Region(tmp_path / "mask.png", 0.96)], back=False)
    assert [start.time for start in pinned[0]] == [0.96]


def test_a_time_behind_the_end(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nothing is left"):
        subject_starts(Sliding(), parse_say(point="97,60@3"), ask)
