"""TIFF files with 8 or 16 bits, alpha and all tags: Pillow writes no 16-bit colour, OpenCV no tags."""

import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from bgstream.exif import read_exif
from bgstream.protocols import PictureTags

WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, SAMPLES = 256, 257, 258, 259, 262, 277  # baseline tags
OFFSETS, ROWS, COUNTS, ACROSS, DOWN, UNIT = 273, 278, 279, 282, 283, 296
PREDICTOR, EXTRA, FORMAT, ICC = 317, 338, 339, 34675
DEFLATE, DIFFERENCES, STRAIGHT, UNSIGNED, INCH = 8, 2, 2, 1, 2  # values of COMPRESSION and of the last two rows
GREY, RGB = 1, 2  # of PHOTOMETRIC; grey counts from black
EFFORT = 4  # of zlib: files are 1 to 5 % larger than with its usual 6, made in half the time and less
STRIP = 1 << 18  # bytes of a strip before compression, about


def tiff_bytes(pixels: NDArray[Any], tags: PictureTags) -> bytes:
    """A little-endian TIFF of one page: deflate with horizontal differences (TIFF 6.0 and its supplement 2).

    Args:
        pixels: (height, width) grey, (height, width, 3) R, G, B, or 4 with straight alpha; uint8 or uint16.
        tags: what goes in besides.
    """
    height, width = pixels.shape[:2]
    samples = pixels.reshape(height, width, -1)
    rows = max(1, STRIP // samples[0].nbytes)
    strips = list(_strips(samples, rows))
    directory = ImageFileDirectory_v2()
    _describe(directory, tags)
    count = samples.shape[2]
    directory[WIDTH], directory[HEIGHT], directory[SAMPLES] = width, height, count
    directory[BITS] = (8 * samples.dtype.itemsize,) * count
    directory[FORMAT] = (UNSIGNED,) * count
    directory[COMPRESSION], directory[PREDICTOR] = DEFLATE, DIFFERENCES
    directory[PHOTOMETRIC] = GREY if count == 1 else RGB
    if count == 4:
        directory[EXTRA] = STRAIGHT
    sizes = [len(strip) for strip in strips]
    directory[ROWS], directory[COUNTS] = rows, tuple(sizes)
    directory[OFFSETS] = tuple(int(end) - size for end, size in zip(np.cumsum(sizes), sizes, strict=True))
    head = b"II*\0" + (8).to_bytes(4, "little")
    return b"".join([head, directory.tobytes(len(head)), *strips])  # it counts offsets from its own end


def _strips(samples: NDArray[Any], rows: int) -> Iterator[bytes]:
    for top in range(0, len(samples), rows):
        strip = samples[top : top + rows]
        differences = strip.astype(strip.dtype.newbyteorder("<"))
        differences[:, 1:] -= strip[:, :-1]
        yield zlib.compress(differences.tobytes(), EFFORT)


def _describe(directory: ImageFileDirectory_v2, tags: PictureTags) -> None:
    for tag, value in read_exif(tags.exif).items():
        directory[tag] = value
    if tags.icc:
        directory[ICC] = tags.icc
    if tags.dpi:
        directory[ACROSS], directory[DOWN] = tags.dpi
        directory[UNIT] = INCH
