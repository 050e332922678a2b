"""Clips out, judged by ffprobe and ffmpeg: size, tags, shape of pixels, alpha, colours."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from bgstream.frame import LAYOUTS, Colour
from tests.media.judge import Judge
from tests.media.synthetic import SIZE, frames, info_of, soft_block, write

FULL601 = Colour(5, True, 6, 6)
HDR = Colour(9, False, 9, 16)
TAGS = {
    "out.webm": (Colour(1, False, 1, 1), ("tv", "bt709", "bt709", "bt709")),
    "out.mp4": (Colour(1, False, 1, 1), ("tv", "bt709", "bt709", "bt709")),
    "out.mkv": (FULL601, ("pc", "bt470bg", "smpte170m", "smpte170m")),
    "full.mp4": (FULL601, ("pc", "bt470bg", "smpte170m", "smpte170m")),
    "full.webm": (FULL601, ("pc", "bt470bg", "smpte170m", "smpte170m")),
    "hdr.mkv": (HDR, ("tv", "bt2020nc", "bt2020", "smpte2084")),
}


@pytest.mark.parametrize("name", TAGS)
def test_colour_tags(name: str, tmp_path: Path, judge: Judge) -> None:
    colour, expected = TAGS[name]
    layout = LAYOUTS["yuv420p10le" if name == "hdr.mkv" else "yuv420p"]
    out = write(tmp_path / name, frames(layout, colour=colour), green=name.endswith(".mp4"))
    stream = judge.video(out)
    keys = ("color_range", "color_space", "color_primaries", "color_transfer")
    assert tuple(stream.get(key) for key in keys) == expected


@pytest.mark.parametrize("name", ["out.webm", "out.mkv", "out.mp4", "matte.mkv"])
@pytest.mark.parametrize("size", [(64, 96), (2, 2), (16, 200)])
def test_size(size: tuple[int, int], name: str, tmp_path: Path, judge: Judge) -> None:
    made = frames(size=size)
    stream = judge.video(write(tmp_path / name, made, green=name == "out.mp4", matte=name == "matte.mkv"))
    assert (stream["height"], stream["width"]) == size


@pytest.mark.parametrize("name", ["out.webm", "out.mkv", "matte.mkv"])
@pytest.mark.parametrize("size", [(61, 97), (1, 1), (1, 40)])
def test_odd_size_as_it_is(size: tuple[int, int], name: str, tmp_path: Path, judge: Judge) -> None:
    stream = judge.video(write(tmp_path / name, frames(size=size), matte=name == "matte.mkv"))
    assert (stream["height"], stream["width"]) == size


def test_h264_repeats_the_border_to_an_even_size(tmp_path: Path, judge: Judge) -> None:
    alpha = np.full((61, 97), 255, np.uint8)
    out = write(tmp_path / "out.mp4", frames(size=(61, 97)), alpha, green=True)
    luma = judge.pictures(out, "gray", "scale=in_range=tv:out_range=tv")[-1].astype(int)
    assert luma.shape == (62, 98)
    np.testing.assert_allclose(luma, 200, atol=4)  # no dark or green line at the right or below


def test_shape_of_pixels_in_mp4(tmp_path: Path, judge: Judge) -> None:
    made = frames()
    info = info_of(made, aspect=Fraction(4, 3))
    stream = judge.video(write(tmp_path / "out.mp4", made, green=True, info=info))
    assert stream["sample_aspect_ratio"] == "4:3"


def test_webm_holds_alpha(tmp_path: Path, judge: Judge) -> None:
    out = write(tmp_path / "out.webm", frames())
    stream = judge.video(out)
    assert (stream["codec_name"], stream["tags"]["alpha_mode"]) == ("vp9", "1")
    alpha = judge.alpha(out, "libvpx-vp9").astype(int)
    assert alpha.shape == (10, *SIZE)
    for k, value in enumerate((0, 128, 255)):
        seen = alpha[:, 8:-8, 32 * k + 8 : 32 * k + 24]
        np.testing.assert_allclose(seen, value, atol=3)


def test_matte_is_alpha_bit_for_bit(tmp_path: Path, judge: Judge) -> None:
    noise = np.random.default_rng(5).integers(0, 256, SIZE).astype(np.uint8)
    out = write(tmp_path / "matte.mkv", frames(), noise, matte=True)
    stream = judge.video(out)
    assert (stream["codec_name"], stream["pix_fmt"]) == ("ffv1", "gray")
    seen = judge.pictures(out, "gray")
    assert seen.shape == (10, *SIZE)
    for one in seen:
        np.testing.assert_array_equal(one, noise)


@pytest.mark.parametrize("name", ["out.mp4", "out.webm", "out.mkv"])
@pytest.mark.parametrize("colour", [Colour(1, False, 1, 1), Colour(6, False, 6, 6)])
def test_the_backdrop_is_the_colour_that_was_asked_for(colour: Colour, name: str, tmp_path: Path, judge: Judge) -> None:
    out = write(tmp_path / name, frames(colour=colour), soft_block(), green=True)
    shown = judge.pictures(out, "rgb24")[0].astype(int)
    np.testing.assert_allclose(shown[8:-8, 4:24], np.broadcast_to((0, 255, 0), (48, 20, 3)), atol=6)
    assert not str(judge.video(out)["pix_fmt"]).startswith("yuva")
