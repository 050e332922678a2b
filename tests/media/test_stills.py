"""Still pictures in: upright, three planes of 8 or 16 bits, own alpha; the picture that a viewer shows."""

import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps

from bgstream.errors import SourceError
from bgstream.frame import Frame
from bgstream.protocols import PictureTags, Wants
from bgstream.sinks.picture_files import png_bytes
from bgstream.sinks.tiff import tiff_bytes
from bgstream.sources import StillSource, open_source
from tests.media.catalogue import Catalogue
from tests.media.pictures import COLOURS, SIZE, deep, tagged_exif

LOSSLESS = ("photo.png", "photo.bmp", "photo.tif", "palette.png", "alpha.png", "alpha.webp")
LOSSY = ("photo.jpg", "photo.webp", "photo.heic", "photo.avif", "orientation6.jpg", "cmyk.jpg")


def read(path: Path) -> Frame:
    (frame,) = open_source(path, Wants()).frames()
    return frame


def rgb(frame: Frame) -> NDArray[Any]:
    green, blue, red = frame.planes
    return np.dstack([red, green, blue])


@pytest.mark.parametrize(("name", "off"), [(n, 0) for n in LOSSLESS] + [(n, 12) for n in LOSSY])
def test_upright_and_in_its_colours(name: str, off: int, clip: Catalogue) -> None:
    frame = read(clip(name))
    assert frame.size == SIZE
    high, wide = SIZE[0] // 4, SIZE[1] // 4
    places = {"red": (high, wide), "green": (high, 3 * wide), "blue": (3 * high, wide), "grey": (3 * high, 3 * wide)}
    for colour, (y, x) in places.items():
        np.testing.assert_allclose(rgb(frame)[y, x].astype(int), COLOURS[colour], atol=off, err_msg=colour)


@pytest.mark.parametrize("name", [*LOSSLESS, *LOSSY, "grey16.png", "rgb16.tif", "grey_alpha.png", "one_bit.png"])
def test_one_layout_for_all(name: str, clip: Catalogue) -> None:
    source = StillSource(clip(name))
    frame = next(source.frames())
    assert source.info.still
    assert (frame.layout.name, frame.colour.matrix, frame.colour.full) == ("gbrp", 0, True)
    assert {(plane.shape, plane.dtype.name) for plane in frame.planes} == {(frame.size, "uint8")}
    assert source.info.size == frame.size == SIZE


@pytest.mark.parametrize("name", ["alpha.png", "alpha.webp", "grey_alpha.png"])
def test_own_alpha_exactly(name: str, clip: Catalogue) -> None:
    alpha = read(clip(name)).alpha
    assert alpha is not None
    assert [alpha[0, x] for x in (0, 29, 30, 59, 60, 89)] == [0, 0, 128, 128, 255, 255]


def test_a_transparent_palette_colour_is_alpha(clip: Catalogue) -> None:
    alpha = read(clip("palette_transparent.png")).alpha
    assert alpha is not None
    assert (alpha[5, 5], alpha[-5, -5]) == (0, 255)


@pytest.mark.parametrize("name", ["photo.png", "photo.jpg", "palette.png", "grey16.png", "cmyk.jpg"])
def test_no_alpha_where_there_is_none(name: str, clip: Catalogue) -> None:
    assert read(clip(name)).alpha is None


def test_sixteen_bits_are_scaled_not_clipped(clip: Catalogue) -> None:
    (frame,) = StillSource(clip("grey16.png")).frames()
    np.testing.assert_allclose(rgb(frame)[0, :, 0], np.linspace(0, 255, SIZE[1]), atol=0.51)


@pytest.mark.parametrize("suffix", ["png", "tif"])
@pytest.mark.parametrize(("stem", "channels"), [("rgb16", (0, 1, 2)), ("rgba16", (0, 1, 2)), ("noise16", (0, 0, 0))])
def test_sixteen_bits_exactly_where_they_are_wanted(
    stem: str, channels: tuple[int, ...], suffix: str, clip: Catalogue
) -> None:
    frame = read(clip(f"{stem}.{suffix}"))
    assert frame.layout.name == "gbrp16le"
    np.testing.assert_array_equal(rgb(frame), deep()[..., channels])
    assert (frame.alpha is not None) == (stem == "rgba16")
    if frame.alpha is not None:
        np.testing.assert_array_equal(frame.alpha, np.rint(deep()[..., 3] / 257.0))


@pytest.mark.parametrize("name", ["rgba16.png", "rgb16.tif", "noise16.tif"])
def test_sixteen_bits_rounded_to_nearest_where_not(name: str, clip: Catalogue) -> None:
    (frame,) = open_source(clip(name), Wants(frozenset({"gbrp"}))).frames()
    assert frame.layout.name == "gbrp"
    expected = np.rint(deep()[..., :3] / 257.0)[..., (0, 0, 0) if name.startswith("noise") else (0, 1, 2)]
    np.testing.assert_array_equal(rgb(frame), expected)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_once_in_eight_bits_and_in_sixteen(orientation: int, tmp_path: Path) -> None:
    stored, tags = deep()[..., :3], PictureTags(exif=tagged_exif(orientation).tobytes())
    for name, coded in (
        ("deep.png", png_bytes(stored, tags)),
        ("deep.tif", tiff_bytes(stored, tags)),
        ("flat.png", png_bytes((stored >> 8).astype(np.uint8), tags)),
    ):
        (tmp_path / name).write_bytes(coded)
        with Image.open(tmp_path / name) as judge:
            upright = np.asarray(ImageOps.exif_transpose(judge))  # of 16 bits Pillow gives the upper half
        seen = rgb(read(tmp_path / name))
        np.testing.assert_array_equal(seen >> 8 if name.startswith("deep") else seen, upright)


def test_straight_colours_from_premultiplied_ones(tmp_path: Path) -> None:
    straight = np.full((4, 6, 4), (40000, 20000, 60000, 0), np.uint16)
    straight[..., 3] = np.linspace(0, 65535, 6)
    stored = straight.copy()
    stored[..., :3] = np.rint(straight[..., :3] * (straight[..., 3:] / 65535.0))
    coded = tiff_bytes(stored, PictureTags())
    straight_tag, premultiplied_tag = (struct.pack("<HHIHH", 338, 3, 1, kind, 0) for kind in (2, 1))
    assert coded.count(straight_tag) == 1
    (tmp_path / "associated.tif").write_bytes(coded.replace(straight_tag, premultiplied_tag))
    seen = rgb(read(tmp_path / "associated.tif"))
    np.testing.assert_allclose(seen[:, 1:].astype(int), straight[:, 1:, :3].astype(int), atol=4)


def test_a_profile_of_inks_is_applied_and_gone(clip: Catalogue) -> None:
    source = StillSource(clip("green_ink.jpg"))
    red, green, blue = rgb(next(source.frames()))[30, 45].astype(int)
    assert green > 200 > 2 * max(red, blue)  # without the profile it is magenta
    assert (source.info.picture.icc, source.info.notes) == (b"", ())


@pytest.mark.parametrize("name", ["broken_ink.jpg", "cmyk.jpg"])
def test_inks_without_a_profile_are_said_to_be_guessed(name: str, clip: Catalogue) -> None:
    source = StillSource(clip(name))
    assert "guess" in " ".join(source.info.notes)
    assert source.info.picture.icc == b""


def test_a_profile_of_grey_is_applied_and_gone(clip: Catalogue) -> None:
    source = StillSource(clip("light.png"))
    np.testing.assert_allclose(rgb(next(source.frames())).astype(int), 188, atol=1)
    assert source.info.picture.icc == b""


def test_of_several_pages_the_first(clip: Catalogue) -> None:
    source = StillSource(clip("pages.tif"))
    assert source.info.size == SIZE
    assert "2 pages" in " ".join(source.info.notes)


def test_floating_point_is_refused(tmp_path: Path) -> None:
    Image.new("F", (9, 9), 0.5).save(tmp_path / "float.tif")
    with pytest.raises(SourceError, match="32 bits"):
        read(tmp_path / "float.tif")


def test_sample_is_the_picture(clip: Catalogue) -> None:
    source = StillSource(clip("photo.png"))
    (sampled,) = source.sample(5)
    np.testing.assert_array_equal(rgb(sampled), rgb(next(source.frames())))


@pytest.mark.parametrize("name", ["cut.jpg", "cut.png", "cut.avif", "head.webp", "text.png", "empty.jpg"])
def test_refused_with_a_hint(name: str, clip: Catalogue) -> None:
    with pytest.raises(SourceError) as caught:
        open_source(clip(name), Wants())
    assert str(clip(name)) in str(caught.value)
    assert caught.value.hint
    assert "\n" not in str(caught.value)


def test_a_picture_of_many_thousand_pixels_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    """A PNG header that claims 50000×50000."""
    body = b"IHDR" + struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    path = tmp_path / "bomb.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body)))
    with pytest.raises(SourceError) as caught:
        open_source(path, Wants())
    assert caught.value.hint


def test_a_film_under_a_picture_s_name(clip: Catalogue, tmp_path: Path) -> None:
    path = tmp_path / "film.jpg"
    path.write_bytes(clip("silent.mp4").read_bytes())
    with pytest.raises(SourceError, match="not a picture"):
        open_source(path, Wants())


ODD = Path(__file__).parents[3] / "shared" / "eval" / "odd"
OFF = {"photo.heic": 4, "photo.avif": 4, "photo.webp": 4, "rgb16.png": 0.6, "cmyk.jpg": 4}


@pytest.mark.skipif(not ODD.is_dir(), reason="the odd files do not lie beside the checkout (../shared/eval/odd)")
@pytest.mark.parametrize("name", [*OFF, "mono_exif6.jpg", "gray_alpha.png"])
def test_the_same_photograph_in_many_kinds(name: str) -> None:
    """Mean absolute difference from the TIFF, in steps of 255."""
    (frame,) = StillSource(ODD / name).frames()
    photo = rgb(read(ODD / "photo.tif")).astype(float)
    if name not in OFF:
        photo = np.repeat((photo @ (0.299, 0.587, 0.114))[..., None], 3, axis=-1)
    assert frame.size == photo.shape[:2]
    assert np.abs(rgb(frame) - photo).mean() < OFF.get(name, 4)
