"""Picture files into pixels: upright R, G, B of 8 or 16 bits and alpha. Pillow reads all; FFmpeg what is deeper."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import av.error
import numpy as np
from av.codec.context import CodecContext
from av.packet import Packet
from av.video.frame import VideoFrame
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from bgstream.errors import SourceError
from bgstream.frame import LAYOUTS
from bgstream.media import check_file, native_layout, plane_view
from bgstream.protocols import PictureTags
from bgstream.sources.photo_colours import to_rgb
from bgstream.sources.photo_tags import DAMAGED, photo_tags

PIXELS = 200_000_000  # a larger picture is more likely an attack or a mistake than a photograph
UNREADABLE = (OSError, RuntimeError, *DAMAGED)  # what Pillow raises on files that are damaged; RuntimeError is AVIF's
Pixels = NDArray[Any]

# From stored to upright, by EXIF orientation (CIPA DC-008, 4.6.4).
UPRIGHT: dict[int, Callable[[Pixels], Pixels]] = {
    1: lambda stored: stored,
    2: np.fliplr,
    3: lambda stored: np.rot90(stored, 2),
    4: np.flipud,
    5: lambda stored: stored.swapaxes(0, 1),
    6: lambda stored: np.rot90(stored, -1),
    7: lambda stored: np.rot90(stored, 2).swapaxes(0, 1),
    8: np.rot90,
}
BITS, PHOTOMETRIC, TILED, EXTRA, FORMAT = 258, 262, 322, 338, 339  # TIFF 6.0 tags
PREMULTIPLIED, STRAIGHT = 1, 2  # values of EXTRA


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture as it is to be seen.

    Attributes:
        pixels: (height, width, 3 or 4) R, G, B and, where it has one, alpha; uint8 or uint16, whole range.
        tags: what the file says besides; a profile only if it is one of these pixels.
        notes: what a user should know.
    """

    pixels: Pixels
    tags: PictureTags
    notes: tuple[str, ...]


def read_photo(path: Path) -> Photo:
    """Read a picture file.

    Raises:
        SourceError: it is missing, damaged, too large or no picture.
    """
    check_file(path)
    _know_heif(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # libraries would print what we say in an error or a note
            with Image.open(path) as picture:
                return _read(path, picture)
    except UnidentifiedImageError:
        raise SourceError(f"{path} is not a picture that can be read", "it may be another kind of file") from None
    except Image.DecompressionBombError:
        raise SourceError(f"{path} has too many pixels", "make it smaller first") from None
    except UNREADABLE as error:
        raise SourceError(f"{path} is damaged: {_line(error)}", "copy or export the picture again") from None


def _read(path: Path, picture: Image.Image) -> Photo:
    if picture.width * picture.height > PIXELS:
        raise SourceError(f"{path} has {picture.width}×{picture.height} pixels", "make it smaller first")
    tags, orientation, notes = photo_tags(picture)
    pages = getattr(picture, "n_frames", 1) if picture.format == "TIFF" else 1
    if pages > 1:
        notes += (f"{path.name} has {pages} pages: the first is used",)
    deep = _sixteen_bits(path, picture)
    picture.load()  # what is cut short is told here, by the stricter of the two readers
    pixels = _deep(path, picture) if deep else None
    if pixels is None:
        rgb, icc, said = to_rgb(picture, tags.icc)
        pixels, tags, notes = np.asarray(rgb), replace(tags, icc=icc), notes + said
        orientation = 1 if picture.format == "TIFF" else orientation  # Pillow has turned that one already
        if deep:
            notes += ("16 bits of a kind that is read as 8",)
    elif tags.icc[16:20] not in (b"", b"RGB "):
        tags, notes = replace(tags, icc=b""), (*notes, "its grey colour profile is left out")
    return Photo(UPRIGHT[orientation](pixels), tags, notes)


def _know_heif(path: Path) -> None:
    """Teach Pillow HEIF, where a file is of that family."""
    with path.open("rb") as file:
        head = file.read(12)
    if head[4:8] == b"ftyp" and head[8:11] != b"avi":
        from pillow_heif import register_heif_opener

        register_heif_opener()


def _sixteen_bits(path: Path, picture: Image.Image) -> bool:
    """Whether samples are whole numbers of 16 bits; Pillow itself gives 8 of them, except of grey."""
    if picture.format == "PNG":
        with path.open("rb") as file:
            return file.read(25)[24] == 16
    tags = getattr(picture, "tag_v2", {})
    grey_or_rgb = tags.get(PHOTOMETRIC) in (0, 1, 2) and TILED not in tags
    return grey_or_rgb and set(tags.get(BITS, ())) == {16} and set(tags.get(FORMAT, (1,))) == {1}


def _deep(path: Path, picture: Image.Image) -> Pixels | None:
    """All 16 bits, as stored; None where FFmpeg does not know this variant."""
    try:
        decoder: Any = CodecContext.create("png" if picture.format == "PNG" else "tiff", "r")
        decoded = [*decoder.decode(Packet(path.read_bytes())), *decoder.decode(None)]
    except av.error.FFmpegError:
        return None
    if not decoded or (decoded[0].width, decoded[0].height) not in (picture.size, picture.size[::-1]):
        return None
    pixels = _interleaved(decoded[0])
    extra = getattr(picture, "tag_v2", {}).get(EXTRA, (STRAIGHT,))[0]
    if pixels.shape[2] == 4 and extra == PREMULTIPLIED:
        pixels = _straight(pixels)
    return pixels if extra in (PREMULTIPLIED, STRAIGHT) else pixels[..., :3]


def _interleaved(decoded: VideoFrame) -> Pixels:
    layout, alpha = LAYOUTS["gbrp16le"], native_layout(decoded.format.name)[1]
    planar = decoded.reformat(format=layout.alpha_name if alpha else layout.name)
    order = (2, 0, 1, 3) if alpha else (2, 0, 1)
    return np.stack([plane_view(planar, index, layout) for index in order], axis=-1)


def _straight(pixels: Pixels) -> Pixels:
    """Colours that were multiplied by alpha as they were before."""
    alpha = pixels[..., 3:].astype(np.float32)
    colours = pixels[..., :3] * (np.float32(65535) / np.maximum(alpha, 1))
    return np.dstack([np.rint(np.minimum(colours, 65535)).astype(np.uint16), pixels[..., 3]])


def _line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
