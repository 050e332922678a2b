"""Fixture still pictures and picture-like clips, made at test time with Pillow."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIZE = (60, 90)  # (height, width)
COLOURS = {"red": (220, 30, 30), "green": (20, 200, 40), "blue": (30, 40, 210), "grey": (128, 128, 128)}
ORIENTATION = 0x0112  # EXIF tag


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
    "cut.jpg": _cut_jpeg,
    "cut.png": _cut_png,
    "animated.gif": _animated_gif,
    "text.png": lambda path: (path.write_text("no picture"), None)[1],
    "empty.jpg": lambda path: path.touch(),
}
