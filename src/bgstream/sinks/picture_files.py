"""Pixels and tags into the bytes of a picture file, one function a format."""

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.ExifTags import Base

from bgstream.errors import SinkError
from bgstream.exif import BEGIN, read_exif, write_exif
from bgstream.protocols import PictureTags
from bgstream.sinks.caveats import JPEG_SEGMENT
from bgstream.sinks.tiff import EFFORT, tiff_bytes

Pixels = NDArray[Any]
INCH = 2  # EXIF's number of the unit
METRE = 1  # PNG's
PNG_HEAD = 33  # bytes of a PNG's signature and first chunk; what describes the picture comes behind them
SIDES = {".webp": 16_383, ".jpg": 65_500, ".jpeg": 65_500, ".avif": 65_536}  # pixels that a side may have


def png_bytes(pixels: Pixels, tags: PictureTags) -> bytes:
    """PNG of 8 bits, or of 16 where it is no grey: lossless, straight alpha; tags in chunks of their own."""
    if pixels.dtype == np.uint8:
        return _saved(pixels, "PNG", _words(tags) | {"compress_level": EFFORT})
    import cv2  # Pillow writes no 16-bit colour

    order = cv2.COLOR_RGBA2BGRA if pixels.shape[2] == 4 else cv2.COLOR_RGB2BGR
    settings = (cv2.IMWRITE_PNG_COMPRESSION, EFFORT, cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_PAETH)
    _, coded = cv2.imencode(".png", cv2.cvtColor(pixels, order), settings)
    whole = coded.tobytes()
    return b"".join([whole[:PNG_HEAD], *_chunks(tags), whole[PNG_HEAD:]])


def webp_bytes(pixels: Pixels, tags: PictureTags) -> bytes:
    """WebP: lossy colours, straight alpha without loss."""
    return _saved(pixels, "WEBP", _words(_in_exif(tags)) | {"quality": 90, "alpha_quality": 100})


def avif_bytes(pixels: Pixels, tags: PictureTags) -> bytes:
    """AVIF: lossy colours, straight alpha without loss (else an opaque pixel could lose up to 6 of 255)."""
    lossless_alpha = {"advanced": {"alpha:lossless": "1"}} if pixels.shape[2:] == (4,) else {}
    return _saved(pixels, "AVIF", _words(_in_exif(tags)) | {"quality": 80} | lossless_alpha)


def jpeg_bytes(pixels: Pixels, tags: PictureTags) -> bytes:
    """JPEG: quality 95, chroma at full size; EXIF that is too long for its one segment is left out."""
    words = _words(tags)
    if len(tags.exif) > JPEG_SEGMENT:
        del words["exif"]
    return _saved(pixels, "JPEG", words | {"quality": 95, "subsampling": 0})


WRITERS: dict[str, Callable[[Pixels, PictureTags], bytes]] = {
    ".png": png_bytes,
    ".webp": webp_bytes,
    ".avif": avif_bytes,
    ".jpg": jpeg_bytes,
    ".jpeg": jpeg_bytes,
    ".tif": tiff_bytes,
    ".tiff": tiff_bytes,
}


def check_size(suffix: str, size: tuple[int, int]) -> None:
    """Refuse sizes that a format cannot hold.

    Raises:
        SinkError: a side is too long.
    """
    most = SIDES.get(suffix, max(size))
    if max(size) > most:
        raise SinkError(f"{suffix} holds at most {most} pixels a side, not {max(size)}", "write .png or .tif instead")


def _saved(pixels: Pixels, name: str, words: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, name, **words)
    return out.getvalue()


def _words(tags: PictureTags) -> dict[str, Any]:
    """Pillow's words for what is there."""
    said = {"icc_profile": tags.icc, "exif": tags.exif, "dpi": tags.dpi}
    return {word: value for word, value in said.items() if value}


def _in_exif(tags: PictureTags) -> PictureTags:
    """The same with the resolution in EXIF: these formats have no other place for it."""
    if tags.dpi is None:
        return tags
    across, down = tags.dpi
    resolution = {Base.XResolution: across, Base.YResolution: down, Base.ResolutionUnit: INCH}
    return PictureTags(tags.icc, write_exif(read_exif(tags.exif) | resolution))


def _chunks(tags: PictureTags) -> list[bytes]:
    """``iCCP``, ``pHYs`` and ``eXIf`` (W3C PNG, third edition, 11.3)."""
    chunks = []
    if tags.icc:
        chunks.append(_chunk(b"iCCP", b"ICC Profile\0\0" + zlib.compress(tags.icc)))
    if tags.dpi:
        across, down = (round(value / 0.0254) for value in tags.dpi)
        chunks.append(_chunk(b"pHYs", struct.pack(">IIB", across, down, METRE)))
    if tags.exif:
        chunks.append(_chunk(b"eXIf", tags.exif.removeprefix(BEGIN)))
    return chunks


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
