"""Fill and key: two files of the same pictures, or none."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from bgstream.backdrops import Transparent
from bgstream.compose import compose
from bgstream.errors import ConfigError, SinkError
from bgstream.frame import LAYOUTS, Frame, Matted, Plane
from bgstream.pipeline import run
from bgstream.settings import Settings
from bgstream.sinks import Delivery, open_sink, recipe_for
from tests.media.catalogue import VFR, Catalogue
from tests.media.judge import Judge
from tests.media.synthetic import SIZE, TICK, frames, info_of, soft_block
from tests.media.test_sink_fails import files_up_to

PAIRS = [("fill.mp4", "key.mp4"), ("fill.mkv", "key.mkv"), ("fill.mov", "key.mp4"), ("fill.webm", "key.mkv")]


def write(
    fill: Path, key: Path, made: list[Frame], alpha: Plane | None = None, sound: Path | None = None, stop: bool = False
) -> None:
    recipe = recipe_for(fill, still=False, transparent=False, matte=False)
    with open_sink(fill, recipe, info_of(made, sound=sound), Delivery(key=key)) as sink:
        for frame in made:
            out = sink.blank(frame)
            compose(Matted(frame, soft_block(frame.size) if alpha is None else alpha), Transparent(), out)
            sink.write(out)
        if stop:
            raise KeyboardInterrupt


def native(fill: str) -> list[Frame]:
    wants = recipe_for(Path(fill), still=False, transparent=False, matte=False).wants
    return frames(wants.nearest(LAYOUTS["yuv420p"]), times=VFR, tick=Fraction(1, 90000))


@pytest.mark.parametrize(("fill", "key"), PAIRS)
def test_both_have_the_same_pictures(fill: str, key: str, tmp_path: Path, judge: Judge) -> None:
    made = native(fill)
    write(tmp_path / fill, tmp_path / key, made)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([fill, key])
    times = [[round(time, 3) for time in judge.times(tmp_path / name)] for name in (fill, key)]
    assert len(times[0]) == len(VFR)
    assert max(abs(mine - theirs) for mine, theirs in zip(*times, strict=True)) <= Fraction(1, 1000)
    sizes = [(judge.video(tmp_path / name)["width"], judge.video(tmp_path / name)["height"]) for name in (fill, key)]
    assert sizes == [SIZE[::-1]] * 2


def test_straight_colours_in_the_one_alpha_in_the_other(tmp_path: Path, judge: Judge) -> None:
    """Where alpha is 128 the fill has the whole colour; where nothing is near, none."""
    made = frames()
    write(tmp_path / "fill.mkv", tmp_path / "key.mp4", made)
    luma = judge.pictures(tmp_path / "fill.mkv", "gray", "extractplanes=y")
    np.testing.assert_array_equal(luma[:, :, 32:], np.full_like(luma[:, :, 32:], made[0].planes[0][0, 0]))
    np.testing.assert_array_equal(luma[:, :, :16], np.full_like(luma[:, :, :16], 16))
    keys = judge.pictures(tmp_path / "key.mp4", "gray", "scale=out_range=full")
    for third, value in enumerate((0, 128, 255)):
        np.testing.assert_allclose(keys[:, 4:-4, 32 * third + 6 : 32 * third + 26], value, atol=3)


def test_sound_goes_into_the_fill(tmp_path: Path, judge: Judge, clip: Catalogue) -> None:
    write(tmp_path / "fill.mp4", tmp_path / "key.mp4", frames(), sound=clip("plain.mp4"))
    assert [len(judge.streams(tmp_path / name, "audio")) for name in ("fill.mp4", "key.mp4")] == [1, 0]


def test_a_failure_leaves_neither(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "fill.mp4", tmp_path / "key.mp4", frames(), stop=True)
    assert list(tmp_path.iterdir()) == []


def test_a_failure_leaves_both_old_files(tmp_path: Path) -> None:
    old = {name: name.encode() for name in ("fill.mkv", "key.mkv")}
    for name, content in old.items():
        (tmp_path / name).write_bytes(content)
    noise = np.random.default_rng(1).integers(0, 256, (256, 256)).astype(np.uint8)
    with files_up_to(50_000), pytest.raises(SinkError, match=r"cannot write .*[/\\]key\.mkv") as caught:
        write(tmp_path / "fill.mkv", tmp_path / "key.mkv", frames(size=(256, 256)), noise)  # the fill alone would fit
    assert ".part" not in str(caught.value)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == old


@pytest.mark.parametrize("nowhere", ["fill", "key"])
def test_a_missing_folder_is_named(nowhere: str, tmp_path: Path) -> None:
    places = {name: tmp_path / ("nowhere" if name == nowhere else "") / f"{name}.mp4" for name in ("fill", "key")}
    with pytest.raises(SinkError, match=rf"nowhere.{nowhere}\.mp4"):
        write(places["fill"], places["key"], frames())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("fill", "key", "word"),
    [("a.mp4", "k.webm", ".mkv"), ("a.mp4", "k_%d.png", ".mkv"), ("a.gif", "k.mp4", ".mp4"), ("a.mp4", "-", ".mkv")],
)
def test_kinds_that_make_no_pair(fill: str, key: str, word: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        write(tmp_path / fill, Path(key) if key == "-" else tmp_path / key, frames())
    assert word in caught.value.hint


def test_two_sizes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SinkError, match="differ in size"):
        write(tmp_path / "fill.mkv", tmp_path / "key.mp4", frames(size=(33, 47)))


def test_from_clip_to_pair(tmp_path: Path, clip: Catalogue, judge: Judge) -> None:
    settings = Settings(model="selfie-landscape", key_file=str(tmp_path / "key.mp4"))
    assert run(clip("plain.mp4"), tmp_path / "fill.mp4", settings).frames == 12
    assert judge.times(tmp_path / "key.mp4") == judge.times(tmp_path / "fill.mp4") == judge.times(clip("plain.mp4"))
    assert [len(judge.streams(tmp_path / name, "audio")) for name in ("fill.mp4", "key.mp4")] == [1, 0]


@pytest.mark.parametrize("other", [Settings(matte=True), Settings(backdrop="green")])
def test_only_a_subject_on_nothing_has_a_key(other: Settings) -> None:
    with pytest.raises(ConfigError, match="key file"):
        replace(other, key_file="key.mp4")


def test_ticks_are_the_same(tmp_path: Path, judge: Judge) -> None:
    write(tmp_path / "fill.mp4", tmp_path / "key.mp4", frames(times=(0, 513, 1030, 2000), tick=TICK))
    assert judge.times(tmp_path / "fill.mp4") == judge.times(tmp_path / "key.mp4")
