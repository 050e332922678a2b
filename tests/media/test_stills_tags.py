"""What a picture says of itself besides its pixels, as the source hands it on."""

import io
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from PIL import Image

from bgstream.protocols import PictureTags
from bgstream.sources import StillSource
from tests.media.catalogue import Catalogue
from tests.media.pictures import (
    CAMERA,
    COPYRIGHT,
    DPI,
    HEIGHT,
    LENS,
    MAKE,
    ORIENTATION,
    PLACE,
    SIZE,
    WIDTH,
    quarters,
    srgb_profile,
    tagged_exif,
)

NAMES = ("tagged.png", "tagged.jpg", "tagged.tif", "tagged.webp", "tagged.avif", "tagged.heic")


def exif_of(tags: PictureTags) -> Image.Exif:
    exif = Image.Exif()
    exif.load(tags.exif)
    return exif


@pytest.mark.parametrize("name", NAMES)
def test_profile_and_exif(name: str, clip: Catalogue) -> None:
    source = StillSource(clip(name))
    exif = exif_of(source.info.picture)
    assert source.info.picture.icc == srgb_profile()
    assert exif[COPYRIGHT] == "nobody"
    assert exif.get_ifd(CAMERA)[LENS] == "50 mm"
    assert exif.get_ifd(PLACE)[2] == (52.0, 30.0, 59.0)
    assert source.info.notes == ()


@pytest.mark.parametrize("name", ["tagged.png", "tagged.jpg", "tagged.webp", "tagged.heic"])
def test_letters_beyond_ascii(name: str, clip: Catalogue) -> None:
    """Pillow takes every byte for a letter, and would write most of them as a question mark."""
    exif = exif_of(StillSource(clip(name)).info.picture)
    assert exif[MAKE].encode("latin-1").decode() == "Camera & Söhne"


@pytest.mark.parametrize("name", ["tagged.png", "tagged.jpg", "tagged.tif"])
def test_resolution(name: str, clip: Catalogue) -> None:
    dpi = StillSource(clip(name)).info.picture.dpi
    assert dpi is not None
    np.testing.assert_allclose(np.array(dpi), np.array(DPI), atol=0.02)


def test_resolution_that_only_exif_knows_in_centimetres(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x011A], exif[0x011B], exif[0x0128] = 100.0, 50.0, 3
    Image.fromarray(quarters()).save(tmp_path / "a.webp", exif=exif)
    assert StillSource(tmp_path / "a.webp").info.picture.dpi == (254.0, 127.0)


@pytest.mark.parametrize("name", ["photo.png", "photo.jpg", "photo.tif", "photo.webp", "orientation6.jpg"])
def test_nothing_is_made_up(name: str, clip: Catalogue) -> None:
    assert StillSource(clip(name)).info.picture == PictureTags()


@pytest.mark.parametrize("orientation", [1, 3, 6, 7])
def test_orientation_is_applied_and_said_no_more(orientation: int, tmp_path: Path) -> None:
    Image.fromarray(quarters()).save(tmp_path / "a.jpg", exif=tagged_exif(orientation))
    source = StillSource(tmp_path / "a.jpg")
    exif = exif_of(source.info.picture)
    assert ORIENTATION not in exif
    assert source.info.size == (SIZE if orientation < 5 else SIZE[::-1])
    camera = exif.get_ifd(CAMERA)
    assert (camera[HEIGHT], camera[WIDTH]) == source.info.size


def test_the_thumbnail_stays_behind(tmp_path: Path) -> None:
    thumbnail = io.BytesIO()
    Image.new("RGB", (40, 30)).save(thumbnail, "JPEG")
    exif = tagged_exif()
    Image.fromarray(quarters()).save(tmp_path / "a.jpg", exif=with_thumbnail(exif, thumbnail.getvalue()))
    with Image.open(tmp_path / "a.jpg") as judge:
        assert thumbnail.getvalue() in judge.info["exif"]
    kept = StillSource(tmp_path / "a.jpg").info.picture.exif
    assert thumbnail.getvalue() not in kept
    assert b"nobody" in kept


def with_thumbnail(exif: Image.Exif, thumbnail: bytes) -> bytes:
    """An EXIF block with a second directory, which points to a JPEG."""
    block = exif.tobytes()
    begin = len(b"Exif\0\0")
    order: Literal["little", "big"] = "little" if block[begin : begin + 2] == b"II" else "big"
    count = int.from_bytes(block[begin + 8 : begin + 10], order)
    link = begin + 10 + 12 * count
    second = len(block) - begin
    place = second + 2 + 2 * 12 + 4
    entries = ((0x0201, place), (0x0202, len(thumbnail)))
    directory = len(entries).to_bytes(2, order)
    for tag, value in entries:
        directory += tag.to_bytes(2, order) + (4).to_bytes(2, order) + (1).to_bytes(4, order) + value.to_bytes(4, order)
    return block[:link] + second.to_bytes(4, order) + block[link + 4 :] + directory + bytes(4) + thumbnail


@pytest.mark.parametrize("exif", [b"Exif\0\0rubbish and more", b"Exif\0\0MM\0*\0\0\0\x08\0\x05", b"Exif\0\0"])
def test_damaged_exif_harms_nothing(exif: bytes, tmp_path: Path) -> None:
    Image.fromarray(quarters()).save(tmp_path / "a.jpg", exif=exif)
    source = StillSource(tmp_path / "a.jpg")
    assert source.info.size == SIZE
    assert source.info.picture == PictureTags()
    assert next(source.frames()).size == SIZE
