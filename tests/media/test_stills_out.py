"""Still pictures out, read back by Pillow, by FFmpeg and OpenCV: readers that did not write them."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from bgstream.errors import ConfigError, NoAlphaChannel, SinkError
from bgstream.frame import LAYOUTS, RGB, Colour, Frame, Plane
from bgstream.protocols import PictureTags
from bgstream.sinks import open_sink, recipe_for
from tests.media.pictures import DPI, LENS, SIZE, deep, quarters, srgb_profile, tagged_exif
from tests.media.synthetic import info_of, soft_block, write
from tests.media.test_sink_fails import files_up_to

SRGB = Colour(RGB, True, 1, 13)
WITH_ALPHA = ("out.png", "out.webp", "out.avif", "out.tif", "out.tiff")
ALL = (*WITH_ALPHA, "out.jpg", "out.jpeg")
DEEP = ("out.png", "out.tif")
TAGS = PictureTags(srgb_profile(), tagged_exif(None).tobytes(), DPI)


def frame_of(pixels: NDArray[Any]) -> Frame:
    red, green, blue = (np.ascontiguousarray(pixels[..., channel]) for channel in range(3))
    layout = LAYOUTS["gbrp" if pixels.dtype == np.uint8 else "gbrp16le"]
    return Frame((green, blue, red), layout, SRGB, 0, Fraction(1, 25))


def put(
    target: Path, pixels: NDArray[Any], alpha: Plane | None = None, green: bool = False, matte: bool = False
) -> Path:
    frame = frame_of(pixels)
    info = replace(info_of([frame]), still=True, picture=TAGS)
    return write(target, [frame], alpha, green=green, matte=matte, info=info)


def shown(path: Path, mode: str) -> NDArray[Any]:
    with Image.open(path) as picture:
        assert picture.mode == mode
        return np.asarray(picture)


def decoded(path: Path, pixels: str) -> tuple[str, NDArray[Any]]:
    """The pixel format that FFmpeg finds stored, and the picture in the one asked for."""
    with av.open(str(path)) as container:
        picture = next(container.decode(video=0))
        return picture.format.name, picture.to_ndarray(format=pixels)


def opaque(pixels: NDArray[Any]) -> NDArray[Any]:
    """The right third, where :func:`soft_block` is 255."""
    return pixels[:, -SIZE[1] // 3 :]


def noise() -> NDArray[np.uint8]:
    return (deep()[..., :3] >> 8).astype(np.uint8)


@pytest.mark.parametrize("name", WITH_ALPHA)
def test_alpha_exactly_and_colours_that_fit(name: str, tmp_path: Path) -> None:
    pixels = shown(put(tmp_path / name, quarters()), "RGBA")
    np.testing.assert_array_equal(pixels[..., 3], soft_block(SIZE))
    inner = np.s_[4:26, -26:-4]  # one colour, away from its neighbours
    np.testing.assert_allclose(pixels[inner][..., :3].astype(int), quarters()[inner], atol=5)


@pytest.mark.parametrize("name", ["out.png", "out.tif", "out.tiff"])
def test_lossless_to_the_last_bit(name: str, tmp_path: Path) -> None:
    pixels = shown(put(tmp_path / name, noise()), "RGBA")
    np.testing.assert_array_equal(opaque(pixels)[..., :3], opaque(noise()))


@pytest.mark.parametrize("name", DEEP)
def test_sixteen_bits_to_the_last_one(name: str, tmp_path: Path) -> None:
    out = put(tmp_path / name, deep())
    stored, raw = decoded(out, "rgba64le")
    assert stored.startswith("rgba64")
    np.testing.assert_array_equal(opaque(raw)[..., :3], opaque(deep())[..., :3])
    np.testing.assert_array_equal(raw[..., 3], soft_block(SIZE).astype(int) * 257)


@pytest.mark.parametrize("name", DEEP)
def test_sixteen_bits_on_a_colour_as_opencv_reads_them(name: str, tmp_path: Path) -> None:
    import cv2

    out = put(tmp_path / name, deep(), green=True)
    blue_green_red = cv2.imread(str(out), cv2.IMREAD_UNCHANGED)
    assert blue_green_red is not None
    assert (blue_green_red.dtype.name, blue_green_red.shape) == ("uint16", (*SIZE, 3))
    np.testing.assert_array_equal(opaque(blue_green_red[..., ::-1]), opaque(deep())[..., :3])
    np.testing.assert_array_equal(blue_green_red[:, : SIZE[1] // 3], np.full((*SIZE, 3), (0, 65535, 0))[:, :30])


@pytest.mark.parametrize("size", [(1, 1), (3, 1), (700, 333)])
def test_tiff_of_any_size_as_two_readers_see_it(size: tuple[int, int], tmp_path: Path) -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (*size, 3)).astype(np.uint8)
    out = put(tmp_path / "out.tif", pixels, np.full(size, 255, np.uint8))
    np.testing.assert_array_equal(shown(out, "RGBA")[..., :3], pixels)
    np.testing.assert_array_equal(decoded(out, "rgba")[1][..., :3], pixels)


@pytest.mark.parametrize("name", ALL)
def test_on_a_colour_there_is_no_alpha(name: str, tmp_path: Path) -> None:
    pixels = shown(put(tmp_path / name, quarters(), green=True), "RGB").astype(int)
    np.testing.assert_allclose(pixels[4:-4, 4:16], np.full((*SIZE, 3), (0, 255, 0))[4:-4, 4:16], atol=5)
    np.testing.assert_allclose(pixels[4:26, -26:-4], quarters()[4:26, -26:-4], atol=5)


@pytest.mark.parametrize("name", DEEP)
def test_a_matte_is_grey_alpha_bit_for_bit(name: str, tmp_path: Path) -> None:
    alpha = noise()[..., 0]
    out = put(tmp_path / name, deep(), alpha, matte=True)
    np.testing.assert_array_equal(shown(out, "L"), alpha)
    with Image.open(out) as picture:
        assert "icc_profile" not in picture.info
        np.testing.assert_allclose(np.array(picture.info["dpi"], float), DPI, atol=0.02)


@pytest.mark.parametrize(("name", "depth"), [(name, 8) for name in ALL] + [(name, 16) for name in DEEP])
def test_profile_exif_and_resolution_are_kept(name: str, depth: int, tmp_path: Path) -> None:
    out = put(tmp_path / name, deep() if depth == 16 else quarters(), green=True)
    with Image.open(out) as picture:
        exif = picture.getexif()
        assert picture.info["icc_profile"] == TAGS.icc
        assert [exif[tag] for tag in (0x8298, 0x0132)] == ["nobody", "2026:11:24 10:00:00"]
        assert exif[0x010F].encode("latin-1").decode() == "Camera & Söhne"
        assert exif.get_ifd(0x8769)[LENS] == "50 mm"
        assert exif.get_ifd(0x8825)[2] == (52.0, 30.0, 59.0)
        dpi = picture.info.get("dpi") or (exif[0x011A], exif[0x011B])
    np.testing.assert_allclose(np.array(dpi, float), DPI, atol=0.02)


@pytest.mark.parametrize("name", ALL)
def test_what_a_source_does_not_say_is_not_made_up(name: str, tmp_path: Path) -> None:
    frame = frame_of(quarters())
    out = write(tmp_path / name, [frame], green=True, info=replace(info_of([frame]), still=True))
    with Image.open(out) as picture:
        assert "icc_profile" not in picture.info
        assert picture.info.get("dpi") in (None, (1, 1))
        assert not set(picture.getexif()) - set(picture.tag_v2 if picture.format == "TIFF" else ())  # type: ignore[attr-defined]


def test_exif_that_a_jpeg_cannot_hold_is_left_out(tmp_path: Path) -> None:
    frame = frame_of(quarters())
    exif = tagged_exif()
    exif[0x010E] = "much " * 20_000
    info = replace(info_of([frame]), still=True, picture=PictureTags(exif=exif.tobytes()))
    with Image.open(write(tmp_path / "out.jpg", [frame], green=True, info=info)) as picture:
        assert 0x010E not in picture.getexif()


@pytest.mark.parametrize("name", ["out.jpg", "out.jpeg"])
def test_no_alpha_where_it_would_be_lost(name: str) -> None:
    with pytest.raises(NoAlphaChannel) as caught:
        recipe_for(Path(name), still=True, transparent=True, matte=False)
    assert "out.png" in caught.value.hint


def test_no_matte_in_a_lossy_format() -> None:
    with pytest.raises(ConfigError) as caught:
        recipe_for(Path("out.webp"), still=True, transparent=True, matte=True)
    assert ".png" in caught.value.hint


@pytest.mark.parametrize(("name", "side"), [("out.webp", 16_384), ("out.jpg", 65_501)])
def test_a_side_too_long_is_refused_before_the_work(name: str, side: int, tmp_path: Path) -> None:
    info = replace(info_of([frame_of(quarters())]), still=True, size=(4, side))
    recipe = recipe_for(tmp_path / name, still=True, transparent=name == "out.webp", matte=False)
    with pytest.raises(SinkError, match=f"{side}") as caught:
        open_sink(tmp_path / name, recipe, info)
    assert ".png" in caught.value.hint
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def little_room(tmp_path: Path) -> Iterator[Path]:
    """No file of this process may grow beyond 2000 bytes."""
    with files_up_to(2_000):
        yield tmp_path


@pytest.mark.parametrize("name", ["out.png", "out.webp", "out.tif"])
def test_disk_full(name: str, little_room: Path) -> None:
    with pytest.raises(SinkError, match="cannot write") as caught:
        put(little_room / name, noise())
    assert caught.value.hint
    assert list(little_room.iterdir()) == []


@pytest.mark.parametrize("name", ALL)
def test_the_same_bytes_again(name: str, tmp_path: Path) -> None:
    first = put(tmp_path / f"first_{name}", quarters(), green=True).read_bytes()
    assert first == put(tmp_path / f"second_{name}", quarters(), green=True).read_bytes()
