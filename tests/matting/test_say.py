"""What the user says: every way to say it, and every way to get it wrong."""

from pathlib import Path

import pytest

from bgstream.errors import ConfigError
from bgstream.matting.say import Box, Length, Point, Region, Say, parse_say

SIZE = (360, 640)


def test_nothing_said() -> None:
    assert parse_say() == Say()


def test_a_box_in_pixels_and_in_shares() -> None:
    said = parse_say(box="64,36,320,180@1.5; 10%,10%,50%,50%")
    assert said.boxes[0].time == 1.5
    assert said.boxes[1].time == 0
    for box in said.boxes:
        assert box.shares(SIZE) == pytest.approx((0.1, 0.1, 0.6, 0.6))


def test_pixels_and_shares_may_be_mixed() -> None:
    assert parse_say(box="0, 25% ,64.5,180").boxes == (Box(Length(0), Length(0.25, True), Length(64.5), Length(180)),)


def test_several_points_in_order_of_time() -> None:
    said = parse_say(point="320,180@2;50%,50%;")
    assert said.places == (Point(Length(0.5, True), Length(0.5, True)), Point(Length(320), Length(180), 2.0))
    assert {point.shares(SIZE) for point in said.points} == {(0.5, 0.5)}


@pytest.mark.parametrize(
    ("text", "path", "time"),
    [
        ("mask.png", "mask.png", 0.0),
        ("mask.png@2.5", "mask.png", 2.5),
        ("mask@2x.png", "mask@2x.png", 0.0),
        ("mask@2x.png@0", "mask@2x.png", 0.0),
    ],
)
def test_a_region_may_have_an_at_sign_in_its_name(text: str, path: str, time: float) -> None:
    assert parse_say(keep=text).keep == (Region(Path(path), time),)
    assert parse_say(remove=f"{text};{text}").remove == (Region(Path(path), time),) * 2


@pytest.mark.parametrize("text", ["1,2,3", "1,2,3,4,5", "1,2,x,4", "1,2,3,4@", "1,2,3,4@soon", "-1,2,3,4", "1,2,nan,4"])
def test_a_box_that_cannot_be_read_says_how(text: str) -> None:
    with pytest.raises(ConfigError, match="cannot be read") as caught:
        parse_say(box=text)
    assert "left,top,width,height" in caught.value.hint


@pytest.mark.parametrize("text", ["5", "1,2,3", ",", "1,inf", "1,2@-1", "%,2"])
def test_a_point_that_cannot_be_read_says_how(text: str) -> None:
    with pytest.raises(ConfigError, match="cannot be read") as caught:
        parse_say(point=text)
    assert "x,y" in caught.value.hint


def test_an_empty_box_is_refused() -> None:
    with pytest.raises(ConfigError, match="is empty"):
        parse_say(box="1,2,0,4")


def test_a_time_alone_is_no_picture() -> None:
    with pytest.raises(ConfigError, match="names no picture"):
        parse_say(keep="@3")


def test_an_unknown_subject_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match="unknown subject") as caught:
        parse_say("centre")
    assert "center" in caught.value.hint


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (parse_say(box="600,10,50,50"), "600,10 to 650,60"),
        (parse_say(box="10%,60%,10%,50%"), "64,216 to 128,396"),
        (parse_say(point="10,361"), "10,361"),
        (parse_say(point="101%,5"), "646,5"),
    ],
)
def test_places_outside_are_told_with_the_frames_size(said: Say, message: str) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        said.check(SIZE)
    assert "640×360" in caught.value.hint


def test_places_that_just_fit_pass() -> None:
    parse_say(box="0,0,640,360;0%,0%,100%,100%;30%,30%,70%,70%", point="640,360").check(SIZE)


def test_a_time_behind_the_end_is_refused() -> None:
    parse_say(point="1,1@9").check(SIZE)
    parse_say(point="1,1@9").check(SIZE, 9.5)
    for said in (parse_say(point="1,1@9"), parse_say(keep="a.png@9")):
        with pytest.raises(ConfigError, match="9 s") as caught:
            said.check(SIZE, 8.0)
        assert "8.00 s" in caught.value.hint


def test_times_are_the_clips_own_where_a_part_of_it_is_used() -> None:
    said = parse_say(box="1,2,3,4@12.5", point="5,6", keep="mask.png@10", remove="mask.png@11").since(10.0)
    assert (said.boxes[0].time, said.points[0].time) == (2.5, 0.0)
    assert (said.keep[0].time, said.remove[0].time) == (0.0, 1.0)


def test_a_time_before_the_part_that_is_used_is_refused() -> None:
    with pytest.raises(ConfigError, match="lies before") as caught:
        parse_say(point="5,6@9.9").since(10.0)
    assert "10.00 s" in caught.value.hint
