"""What is said of single pictures, and of animated ones."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from bgstream.errors import SourceError
from bgstream.probing import Facts, probe
from bgstream.probing.picture import Size
from tests.media.catalogue import Catalogue
from tests.media.pictures import quarters, with_thirds


@pytest.mark.parametrize(
    ("name", "container", "depth", "chroma", "mode"),
    [
        ("photo.png", "PNG", 8, "RGB", "RGB"),
        ("photo.jpg", "JPEG", 8, "RGB", "RGB"),
        ("photo.tif", "TIFF", 8, "RGB", "RGB"),
        ("photo.heic", "HEIF", 8, "RGB", "RGB"),
        ("photo.avif", "AVIF", 8, "RGB", "RGB"),
        ("palette.png", "PNG", 8, "RGB", "P"),
        ("cmyk.jpg", "JPEG", 8, "RGB", "CMYK"),
        ("grey16.png", "PNG", 16, "grey", "I;16"),
        ("one_bit.png", "PNG", 1, "grey", "1"),
    ],
)
def test_kinds(name: str, container: str, depth: int, chroma: str, mode: str, clip: Catalogue) -> None:
    facts = probe(clip(name))
    assert facts.picture is not None and facts.still is not None
    assert (facts.kind, facts.container, facts.still.mode) == ("still", container, mode)
    assert (facts.picture.depth, facts.picture.chroma) == (depth, chroma)
    assert facts.picture.stored == facts.picture.shown == Size(60, 90)
    assert facts.picture.timing is None


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", [".jpg", ".tif"])
def test_orientation(orientation: int, suffix: str, tmp_path: Path) -> None:
    path, exif = tmp_path / f"turned{suffix}", Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(quarters()).save(path, exif=exif)
    picture = probe(path).picture
    assert picture is not None
    assert picture.stored == Size(60, 90)
    stored = np.arange(60 * 90).reshape(60, 90)
    turned = np.rot90(stored, picture.rotation // 90)
    turned = np.fliplr(turned) if picture.mirrored else turned
    right = {1: stored, 2: stored[:, ::-1], 3: stored[::-1, ::-1], 4: stored[::-1], 5: stored.T}
    right |= {6: stored[::-1].T, 7: stored[::-1, ::-1].T, 8: stored[:, ::-1].T}  # EXIF: where row 0 and column 0 lie
    np.testing.assert_array_equal(turned, right[orientation])
    assert picture.shown == Size(*turned.shape)


def test_profile_resolution_and_exif(tmp_path: Path) -> None:
    path, exif = tmp_path / "photo.jpg", Image.Exif()
    exif[0x010F] = "A camera"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    Image.fromarray(quarters()).save(path, dpi=(300, 300), icc_profile=profile.tobytes(), exif=exif)
    still = probe(path).still
    assert still is not None
    assert "sRGB" in still.icc
    assert (still.dpi, still.exif) == ((300.0, 300.0), True)


def test_a_damaged_profile_is_no_end(tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    Image.fromarray(quarters()).save(path, icc_profile=b"no profile at all")
    still = probe(path).still
    assert still is not None and still.icc == "damaged"


@pytest.mark.parametrize("name", ["cut.jpg", "cut.png", "text.png", "empty.jpg"])
def test_half_a_picture_is_none(name: str, clip: Catalogue) -> None:
    with pytest.raises(SourceError):
        probe(clip(name))


def animated(path: Path) -> Facts:
    pictures = [Image.fromarray(np.roll(with_thirds(), 5 * k, axis=0)) for k in range(3)]
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=[80, 40, 120], lossless=True, loop=0)
    return probe(path)


@pytest.mark.parametrize(("name", "codec"), [("a.webp", "webp"), ("a.png", "apng")])
def test_animations_are_clips(name: str, codec: str, tmp_path: Path) -> None:
    facts = animated(tmp_path / name)
    assert facts.picture is not None and facts.picture.timing is not None
    timing = facts.picture.timing
    assert (facts.kind, facts.picture.codec, timing.frames, timing.constant) == ("clip", codec, 3, False)
    assert timing.seconds == pytest.approx(0.24, abs=0.001)
    assert [timing.gaps.shortest, timing.gaps.longest] == pytest.approx([0.04, 0.08])
    assert facts.picture.alpha.partial == pytest.approx(1 / 3)
