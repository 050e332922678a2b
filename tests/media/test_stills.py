"""Still pictures in: upright, three 8-bit planes, own alpha; the picture that a viewer shows."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bgstream.errors import SourceError
from bgstream.frame import Frame
from bgstream.protocols import Wants
from bgstream.sources import StillSource, open_source
from tests.media.catalogue import Catalogue
from tests.media.pictures import COLOURS, SIZE

LOSSLESS = ("photo.png", "photo.bmp", "photo.tif", "palette.png", "alpha.png", "alpha.webp")
LOSSY = ("photo.jpg", "photo.heic", "photo.avif", "orientation6.jpg", "cmyk.jpg")


def read(path: Path) -> Frame:
    (frame,) = open_source(path, Wants()).frames()
    return frame


def rgb(frame: Frame) -> NDArray[np.uint8]:
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


@pytest.mark.parametrize("name", [*LOSSLESS, *LOSSY, "grey16.png", "grey_alpha.png", "one_bit.png"])
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
    ramp = rgb(read(clip("grey16.png")))[0, :, 0].astype(int)
    np.testing.assert_allclose(ramp, np.linspace(0, 255, SIZE[1]), atol=1)


def test_sample_is_the_picture(clip: Catalogue) -> None:
    source = StillSource(clip("photo.png"))
    (sampled,) = source.sample(5)
    np.testing.assert_array_equal(rgb(sampled), rgb(next(source.frames())))


@pytest.mark.parametrize("name", ["cut.jpg", "cut.png", "text.png", "empty.jpg"])
def test_refused_with_a_hint(name: str, clip: Catalogue) -> None:
    with pytest.raises(SourceError) as caught:
        open_source(clip(name), Wants())
    assert str(clip(name)) in str(caught.value)
    assert caught.value.hint
    assert "\n" not in str(caught.value)


def test_a_picture_of_many_thousand_pixels_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    """A PNG header that claims 50000×50000."""
    import struct
    import zlib

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
