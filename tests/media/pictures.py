"""Fixture still pictures and picture-like clips, made at test time with Pillow, and with OpenCV where deeper."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from tests.media.profiles import grey_profile, ink_profile

SIZE = (60, 90)  # (height, width)
COLOURS = {"red": (220, 30, 30), "green": (20, 200, 40), "blue": (30, 40, 210), "grey": (128, 128, 128)}
ORIENTATION, MAKE, DATE, COPYRIGHT = 0x0112, 0x010F, 0x0132, 0x8298  # EXIF tags
CAMERA, PLACE = 0x8769, 0x8825  # EXIF's directories
LENS, WIDTH, HEIGHT = 0xA434, 0xA002, 0xA003  # in the first of them
DPI = (300.0, 150.0)
LASTING = (80, 40, 100, 20, 60, 120)  # milliseconds


def quarters(size: tuple[int, int] = SIZE) -> NDArray[np.uint8]:
    """(height, width, 3): red and green above, blue and grey below."""
    pixels = np.empty((*size, 3), np.uint8)
    high, wide = size[0] // 2, size[1] // 2
    pixels[:high, :wide], pixels[:high, wide:] = COLOURS["red"], COLOURS["green"]
    pixels[high:, :wide], pixels[high:, wide:] = COLOURS["blue"], COLOURS["grey"]
    return pixels


def with_thirds() -> NDArray[np.uint8]:
    """(height, width, 4): the quarters with alpha 0, 128 and 255 in three columns."""
    alpha = np.repeat(np.array([0, 128, 255], np.uint8), SIZE[1] // 3)
    return np.dstack([quarters(), np.tile(alpha, (SIZE[0], 1))])


def deep() -> NDArray[np.uint16]:
    """(height, width, 4): R, G, B, A of 16 bits, noise over the whole range."""
    return np.random.default_rng(16).integers(0, 65536, (*SIZE, 4)).astype(np.uint16)


def tagged_exif(orientation: int | None = 1) -> Image.Exif:
    """A camera, a day, a place and the right to it; a comment in the camera's own part."""
    exif = Image.Exif()
    if orientation is not None:
        exif[ORIENTATION] = orientation
    exif[MAKE], exif[COPYRIGHT], exif[DATE] = "Camera & Söhne".encode(), "nobody", "2026:11:24 10:00:00"
    exif[CAMERA] = {LENS: "50 mm", WIDTH: SIZE[1], HEIGHT: SIZE[0]}
    exif[PLACE] = {1: "N", 2: (52.0, 30.0, 59.0)}
    return exif


def srgb_profile() -> bytes:
    """A profile of R, G and B."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _plain(path: Path) -> None:
    Image.fromarray(quarters()).save(path, quality=95)


def _alpha(path: Path) -> None:
    Image.fromarray(with_thirds()).save(path)


def _palette(path: Path) -> None:
    Image.fromarray(quarters()).quantize(16).save(path)


def _palette_transparent(path: Path) -> None:
    image = Image.fromarray(quarters()).quantize(16)
    corner = image.getpixel((0, 0))
    assert isinstance(corner, int)
    image.save(path, transparency=corner)


def _grey16(path: Path) -> None:
    ramp = np.tile(np.linspace(0, 65535, SIZE[1]).astype(np.uint16), (SIZE[0], 1))
    Image.fromarray(ramp).save(path)


def _grey_alpha(path: Path) -> None:
    Image.fromarray(with_thirds()).convert("LA").save(path)


def _one_bit(path: Path) -> None:
    Image.fromarray(quarters()).convert("1").save(path)


def _on_its_side(path: Path) -> None:
    """Stored turned, with EXIF orientation 6: to be shown turned clockwise."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    turned = np.ascontiguousarray(np.rot90(quarters()))
    Image.fromarray(turned).save(path, quality=95, exif=exif)


def _cmyk(path: Path) -> None:
    Image.fromarray(quarters()).convert("CMYK").save(path, quality=95)


def _lossless_webp(path: Path) -> None:
    Image.fromarray(with_thirds()).save(path, lossless=True, exact=True)


def _heic(path: Path) -> None:
    import pillow_heif

    pillow_heif.from_pillow(Image.fromarray(quarters())).save(path, quality=95)


def _deep(path: Path, channels: int) -> None:
    import cv2

    stored = deep()[..., [2, 1, 0, 3][:channels]] if channels > 1 else deep()[..., 0]
    assert cv2.imwrite(str(path), np.ascontiguousarray(stored))


def _tagged(path: Path) -> None:
    if path.suffix == ".heic":
        import pillow_heif

        pillow_heif.register_heif_opener()
    Image.fromarray(quarters()).save(path, icc_profile=srgb_profile(), exif=tagged_exif().tobytes(), dpi=DPI)


def _with_profile(path: Path, mode: str, profile: bytes) -> None:
    Image.new(mode, SIZE[::-1], 128 if mode == "L" else (0, 255, 0, 0)).save(path, icc_profile=profile)


def _pages(path: Path) -> None:
    pages = [Image.fromarray(quarters()), Image.new("RGB", (10, 10))]
    pages[0].save(path, save_all=True, append_images=pages[1:])


def moving() -> list[NDArray[np.uint8]]:
    """Six pictures with alpha: a soft block that moves before the quarters."""
    pictures = []
    for k in range(len(LASTING)):
        alpha = np.zeros(SIZE, np.uint8)
        alpha[20:40, 10 + 8 * k : 30 + 8 * k], alpha[22:38, 12 + 8 * k : 28 + 8 * k] = 100, 255
        pictures.append(np.dstack([quarters(), alpha]))
    return pictures


def _animated(path: Path, **words: Any) -> None:
    frames = [Image.fromarray(pixels) for pixels in moving()]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=list(LASTING), **words)


def _cut_avif(path: Path) -> None:
    _plain(path)
    path.write_bytes(path.read_bytes()[:-100])


def _cut_animation(path: Path) -> None:
    _animated(path, lossless=True)
    path.write_bytes(path.read_bytes()[:-60])


def _cut_jpeg(path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (200, 300, 3), np.uint8)
    Image.fromarray(noise).save(path, "JPEG", quality=90)
    path.write_bytes(path.read_bytes()[:9000])


def _cut_png(path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (200, 300, 3), np.uint8)
    Image.fromarray(noise).save(path)
    path.write_bytes(path.read_bytes()[:9000])


def _animated_gif(path: Path) -> None:
    """Six pictures: a green block that moves over nothing."""
    frames = []
    for k in range(6):
        pixels = np.zeros((*SIZE, 4), np.uint8)
        pixels[20:40, 10 + 8 * k : 30 + 8 * k] = (*COLOURS["green"], 255)
        frames.append(Image.fromarray(pixels))
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=80, disposal=2, loop=0)


PICTURES: dict[str, Callable[[Path], None]] = {
    "photo.png": _plain,
    "photo.jpg": _plain,
    "photo.bmp": _plain,
    "photo.tif": _plain,
    "photo.avif": _plain,
    "alpha.png": _alpha,
    "palette.png": _palette,
    "palette_transparent.png": _palette_transparent,
    "grey16.png": _grey16,
    "grey_alpha.png": _grey_alpha,
    "one_bit.png": _one_bit,
    "orientation6.jpg": _on_its_side,
    "cmyk.jpg": _cmyk,
    "alpha.webp": _lossless_webp,
    "photo.heic": _heic,
    "photo.webp": _plain,
    "rgb16.png": partial(_deep, channels=3),
    "rgba16.png": partial(_deep, channels=4),
    "noise16.png": partial(_deep, channels=1),
    "rgb16.tif": partial(_deep, channels=3),
    "rgba16.tif": partial(_deep, channels=4),
    "noise16.tif": partial(_deep, channels=1),
    "tagged.png": _tagged,
    "tagged.jpg": _tagged,
    "tagged.tif": _tagged,
    "tagged.webp": _tagged,
    "tagged.avif": _tagged,
    "tagged.heic": _tagged,
    "green_ink.jpg": partial(_with_profile, mode="CMYK", profile=ink_profile()),
    "broken_ink.jpg": partial(_with_profile, mode="CMYK", profile=ink_profile()[:200]),
    "light.png": partial(_with_profile, mode="L", profile=grey_profile()),
    "pages.tif": _pages,
    "animated.webp": partial(_animated, lossless=True, exact=True, minimize_size=True),
    "animated.avif": partial(_animated, quality=100, subsampling="4:4:4"),
    "animated.png": _animated,
    "cut_animation.webp": _cut_animation,
    "cut.jpg": _cut_jpeg,
    "cut.png": _cut_png,
    "cut.avif": _cut_avif,
    "head.webp": lambda path: (path.write_bytes(b"RIFF\x18\0\0\0WEBPVP8X"), None)[1],
    "animated.gif": _animated_gif,
    "text.png": lambda path: (path.write_text("no picture"), None)[1],
    "empty.jpg": lambda path: path.touch(),
}
