"""Numbered PNGs: read by Pillow and OpenCV, told about in JSON, and gone on with where a run was stopped."""

import json
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from bgstream.backdrops import Transparent
from bgstream.compose import compose
from bgstream.errors import ConfigError, SinkError
from bgstream.frame import LAYOUTS, Colour, Frame, Matted
from bgstream.settings import Settings
from bgstream.sinks import Delivery, open_sink, recipe_for
from bgstream.sinks.record import Begun, begun, job_of
from tests.media.catalogue import VFR
from tests.media.synthetic import SIZE, frames, info_of, soft_block, write
from tests.media.test_sink_fails import files_up_to

RGB, DEEP = LAYOUTS["gbrp"], LAYOUTS["gbrp16le"]
OPAQUE = np.full(SIZE, 255, np.uint8)
JOB = "one"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def numbered(*numbers: int) -> list[str]:
    return [f"frame_{number:05d}.png" for number in numbers]


def work(target: Path, made: list[Frame], stop: int = 0, done: int = 0, job: str = JOB) -> None:
    """Write frames after the first ``done``; after ``stop`` pictures the run breaks."""
    recipe = recipe_for(target, still=False, transparent=True, matte=False)
    with open_sink(target, recipe, info_of(made), Delivery(job=job, done=done)) as sink:
        for count, frame in enumerate(made[done:], 1):
            out = sink.blank(frame)
            compose(Matted(frame, soft_block(frame.size)), Transparent(), out)
            sink.write(out)
            if count == stop:
                raise KeyboardInterrupt


def stopped(target: Path, made: list[Frame]) -> int:
    """Break a run before its end; returns how many pictures are there."""
    with pytest.raises(KeyboardInterrupt):
        work(target, made, stop=len(made) - 2)
    return begun(target, JOB, anew=False).pictures


@pytest.mark.parametrize(
    ("target", "listed"),
    [
        ("shots", [*numbered(1, 2, 3), "frames.json"]),
        ("cat_%03d.png", ["cat.json", "cat_001.png", "cat_002.png", "cat_003.png"]),
        ("%d.png", ["1.png", "2.png", "3.png", "frames.json"]),
        ("a%b_%d.PNG", ["a%b.json", "a%b_1.PNG", "a%b_2.PNG", "a%b_3.PNG"]),
    ],
)
def test_names(target: str, listed: list[str], tmp_path: Path) -> None:
    write(tmp_path / target, frames(RGB)[:3])
    assert names(tmp_path / target if target == "shots" else tmp_path) == listed


def test_eight_bits_come_back_bit_for_bit(tmp_path: Path) -> None:
    made = frames(RGB, noisy=True)[:3]
    write(tmp_path / "out", made)
    alpha = soft_block()
    for frame, name in zip(made, numbered(1, 2, 3), strict=True):
        green, blue, red = frame.planes
        with Image.open(tmp_path / "out" / name) as image:
            assert image.mode == "RGBA"
            seen = np.asarray(image)
        np.testing.assert_array_equal(seen[..., 3], alpha)
        visible = alpha > 0
        np.testing.assert_array_equal(seen[visible][:, :3], np.dstack([red, green, blue])[visible])


def test_sixteen_bits_come_back_bit_for_bit(tmp_path: Path) -> None:
    (frame,) = frames(DEEP, noisy=True)[:1]
    write(tmp_path / "out", [frame])
    seen = cv2.imread(str(tmp_path / "out" / numbered(1)[0]), cv2.IMREAD_UNCHANGED)
    assert seen is not None
    assert seen.dtype == np.uint16
    alpha = soft_block()
    np.testing.assert_array_equal(seen[..., 3], alpha.astype(np.uint16) * 257)
    green, blue, red = frame.planes
    np.testing.assert_array_equal(seen[alpha > 0][:, :3], np.dstack([blue, green, red])[alpha > 0])


def test_deeper_sources_get_deeper_pictures() -> None:
    wants = recipe_for(Path("%d.png"), still=False, transparent=True, matte=False).wants
    assert [wants.nearest(LAYOUTS[name]).name for name in ("yuv420p", "yuv422p10le")] == ["gbrp", "gbrp16le"]


def test_a_matte_is_grey(tmp_path: Path) -> None:
    write(tmp_path / "out", frames()[:2], matte=True)
    with Image.open(tmp_path / "out" / numbered(2)[0]) as image:
        assert image.mode == "L"
        np.testing.assert_array_equal(np.asarray(image), soft_block())


def test_the_sidecar_keeps_time(tmp_path: Path) -> None:
    tick = Fraction(1, 90000)
    write(tmp_path / "out", frames(RGB, times=VFR, tick=tick))
    told = json.loads((tmp_path / "out" / "frames.json").read_text())
    assert tuple(told["pts"]) == VFR
    assert (Fraction(told["time_base"]), told["last_duration"], told["count"]) == (tick, 3003, len(VFR))
    assert (told["width"], told["height"], told["pixels"]) == (SIZE[1], SIZE[0], "rgba")


def test_only_hdr_is_tagged(tmp_path: Path) -> None:
    """A picture that says BT.709 is shown brighter by viewers that believe it."""
    for folder, colour in (("sdr", Colour(0, True, 1, 1)), ("hdr", Colour(0, True, 9, 16))):
        write(tmp_path / folder, frames(DEEP, colour=colour)[:1])
        content = (tmp_path / folder / numbered(1)[0]).read_bytes()
        at = content.find(b"cICP")
        assert (content[at + 4 : at + 8] == bytes([9, 16, 0, 1])) is (folder == "hdr")
        assert (at >= 0, b"gAMA" in content) == (folder == "hdr", False)


def test_a_stopped_run_goes_on(tmp_path: Path) -> None:
    made, whole, part = frames(RGB, noisy=True), tmp_path / "whole", tmp_path / "part"
    work(whole, made)
    done = stopped(part, made)
    assert 1 <= done < len(made)
    assert names(part) == [".bgstream-part.json", *numbered(*range(1, done + 1))]
    kept = (part / numbered(1)[0]).stat().st_ino
    work(part, made, done=done)
    assert (part / numbered(1)[0]).stat().st_ino == kept  # not written again
    assert {name: (part / name).read_bytes() for name in names(part)} == {
        name: (whole / name).read_bytes() for name in names(whole)
    }


def test_a_killed_run_goes_on(tmp_path: Path) -> None:
    """A picture in place that is not listed yet, a line cut short, a picture half written."""
    made, target = frames(RGB), tmp_path / "out"
    done = stopped(target, made)
    (target / numbered(done + 1)[0]).write_bytes(b"whole, but not listed")
    (target / f".frame_{done + 2:05d}.1a2b3c4d.part.png").write_bytes(b"half")
    with (target / ".bgstream-part.json").open("a") as part:
        part.write("51")
    assert begun(target, JOB, anew=False) == Begun(done)
    work(target, made, done=done)
    assert names(target) == [*numbered(*range(1, 11)), "frames.json"]
    assert json.loads((target / "frames.json").read_text())["pts"] == [frame.pts for frame in made]


def test_a_whole_sequence_is_known(tmp_path: Path) -> None:
    work(tmp_path / "out", frames(RGB))
    assert begun(tmp_path / "out", JOB, anew=False) == Begun(10, complete=True)
    assert begun(tmp_path / "out", JOB, anew=True) == Begun()
    (tmp_path / "out" / numbered(4)[0]).unlink()
    assert begun(tmp_path / "out", JOB, anew=False) == Begun(3)


def test_another_job_s_pictures_are_left_alone(tmp_path: Path) -> None:
    stopped(tmp_path / "out", frames(RGB))
    with pytest.raises(ConfigError, match="other settings") as caught:
        begun(tmp_path / "out", "another", anew=False)
    assert "-y" in caught.value.hint


@pytest.mark.parametrize("ours", [False, True])
def test_a_stranger_s_picture_is_left_alone(ours: bool, tmp_path: Path) -> None:
    target = tmp_path / "out"
    if ours:
        work(target, frames(RGB)[:3])
    target.mkdir(exist_ok=True)
    (target / numbered(77)[0]).write_bytes(b"holiday")
    with pytest.raises(ConfigError, match="not ours") as caught:
        begun(target, JOB, anew=False)
    assert "-y" in caught.value.hint


def test_anew_only_what_was_ours_goes(tmp_path: Path) -> None:
    target = tmp_path / "out"
    work(target, frames(RGB), job="old")
    (target / numbered(77)[0]).write_bytes(b"holiday")
    with pytest.raises(KeyboardInterrupt):  # a run in between that did not come to its end
        work(target, frames(RGB), stop=8)
    work(target, frames(RGB)[:3])
    assert names(target) == [*numbered(1, 2, 3, 77), "frames.json"]


def test_before_the_first_picture_nothing_changes(tmp_path: Path) -> None:
    made, recipe = frames(RGB), recipe_for(tmp_path / "new", still=False, transparent=True, matte=False)
    work(tmp_path / "old", made)
    before = {name: (tmp_path / "old" / name).read_bytes() for name in names(tmp_path / "old")}
    for folder in ("old", "new"):
        with pytest.raises(ValueError, match="stop"), open_sink(tmp_path / folder, recipe, info_of(made)):
            raise ValueError("stop")
    assert names(tmp_path) == ["old"]
    assert {name: (tmp_path / "old" / name).read_bytes() for name in names(tmp_path / "old")} == before


def test_a_disk_error_keeps_what_is_whole(tmp_path: Path) -> None:
    made = [*frames(RGB)[:4], *frames(RGB, noisy=True, times=range(9000, 9006))]
    with files_up_to(5_000), pytest.raises(SinkError, match="cannot write"):
        work(tmp_path / "out", made)
    done = begun(tmp_path / "out", JOB, anew=False).pictures
    assert 1 <= done <= 4
    assert names(tmp_path / "out") == [".bgstream-part.json", *numbered(*range(1, done + 1))]


def test_a_missing_parent_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SinkError, match="cannot write"):
        work(tmp_path / "nowhere" / "out", frames(RGB))


def test_a_job_is_its_source_its_settings_and_the_version(tmp_path: Path) -> None:
    source = tmp_path / "clip.mp4"
    source.write_bytes(b"clip")
    same = job_of(source, Settings(), "1")
    assert job_of(source, Settings(overwrite=True, audio=False), "1") == same
    others = {job_of(source, Settings(choke=1.0), "1"), job_of(source, Settings(), "2")}
    source.write_bytes(b"clip, cut anew")
    assert len({same, *others, job_of(source, Settings(), "1")}) == 4


@pytest.mark.parametrize(
    ("target", "better"), [("a.png", "a_%05d.png"), ("x_%04d.jpg", "x_%05d.png"), ("%d.tif", "frame_%05d.png")]
)
def test_other_pictures_than_numbered_png_are_refused_with_a_name_that_works(target: str, better: str) -> None:
    with pytest.raises(ConfigError, match="a clip cannot be written as") as caught:
        recipe_for(Path(target), still=False, transparent=True, matte=False)
    assert caught.value.hint.endswith(f": {better}")
    assert recipe_for(Path(better), still=False, transparent=True, matte=False).container.suffix == "%d.png"
