"""How PyAV is used here: which files it may open, and its errors and formats in our words."""

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import av
import av.error
import numpy as np
from av.video.frame import VideoFrame

from bgstream.errors import SourceError
from bgstream.frame import LAYOUTS, Colour, Layout, Plane

if TYPE_CHECKING:
    from av.codec.hwaccel import HWAccel
    from av.container import InputContainer

# A playlist or a concat script may name other files or servers: only formats that hold their own data are
# opened, and only from local files. Names are the demuxers' full alias lists, as FFmpeg compares them.
FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,gif,mpeg,mpegvideo,flv,asf,ogg,mxf,ivf,yuv4mpegpipe,dv,"
    "h264,hevc,m4v,mjpeg,obu,webp_pipe,apng"
)
SAFE = {"protocol_whitelist": "file", "format_whitelist": FORMATS}
TIMEOUT = (20.0, 20.0)  # seconds for opening and for reading; a local file that takes longer is stuck


def check_file(path: Path) -> None:
    """Refuse what is no readable, regular, non-empty file before any decoder sees it.

    Raises:
        SourceError: with a hint.
    """
    try:
        status = path.stat()
    except FileNotFoundError:
        address = re.match(r"[a-z][a-z0-9+.-]+:/", str(path))
        hint = "nothing is fetched from a network: save the clip to a file first" if address else "check the name"
        raise SourceError(f"no such file: {path}", hint) from None
    except OSError as error:
        raise SourceError(f"cannot open {path}: {error.strerror}", "check the path and its rights") from None
    if stat.S_ISDIR(status.st_mode):
        raise SourceError(f"{path} is a folder", "give one file")
    if not stat.S_ISREG(status.st_mode):
        raise SourceError(f"{path} is not a regular file", "save the clip to a file first")
    if status.st_size == 0:
        raise SourceError(f"{path} is empty (0 bytes)", "copy or download the file again")
    if not os.access(path, os.R_OK):
        raise SourceError(f"{path} may not be read", "check the file's rights")


def open_media(path: Path, hardware: "HWAccel | None" = None) -> "InputContainer":
    """Open a local media file through the whitelists.

    Raises:
        SourceError: it is missing, empty, or no media file.
    """
    check_file(path)
    with decoding(path):
        return av.open(f"file:{path.absolute()}", options=dict(SAFE), timeout=TIMEOUT, hwaccel=hardware)


def indexed(container: "InputContainer") -> bool:
    """Whether what is sought in it is found where it is said to be."""
    return any(name in container.format.name for name in ("mp4", "matroska"))


@contextmanager
def decoding(path: Path, where: str = "") -> Iterator[None]:
    """Turn FFmpeg's errors about an input into :class:`SourceError`."""
    try:
        yield
    except av.error.InvalidDataError:
        message = f"{path} is damaged{where}" if where else f"{path} is not a video or picture that can be read"
        hint = (
            "the file is cut short or broken: copy it again, or repair it with a video tool"
            if where
            else "it may be another kind of file under this name, or a download that was cut short"
        )
        raise SourceError(message, hint) from None
    except av.error.FFmpegError as error:
        reason = error.strerror or "unknown error"
        raise SourceError(
            f"cannot read {path}{where}: {reason}",
            "playlists and network inputs are not opened; give a media file",
        ) from None


@cache
def native_layout(pixel_format: str) -> tuple[Layout, bool, bool]:
    """The layout nearest to a decoder's pixel format, losing nothing.

    Returns:
        The layout; whether the format has alpha; whether its planes can be used as they are.
    """
    name = pixel_format.replace("yuvj", "yuv")
    by_name = {layout.name: (layout, False, True) for layout in LAYOUTS.values()}
    by_name |= {layout.alpha_name: (layout, True, True) for layout in LAYOUTS.values()}
    if name in by_name:
        return by_name[name]
    known = av.VideoFormat(pixel_format)
    parts = known.components
    bits = max(part.bits for part in parts)
    depth = next((d for d in (8, 10, 12, 16) if bits <= d), 16)
    suffix = "" if depth == 8 else f"{depth}le"
    alpha = known.has_palette or any(part.is_alpha for part in parts) or len(parts) in (2, 4)
    if known.is_rgb or known.has_palette or len(parts) <= 2:
        return LAYOUTS[f"gbrp{suffix}"], alpha, False
    wide, high = 4 // max(1, known.chroma_width(4)), 4 // max(1, known.chroma_height(4))
    stem = "444" if (wide, high) == (1, 1) else ("422" if high == 1 else "420")
    return LAYOUTS[f"yuv{stem}p{suffix}"], alpha, False


def colour_of(frame: VideoFrame) -> Colour:
    """The colour tags of a decoded frame; ``yuvj`` formats are full range whatever the tag says."""
    full = int(frame.color_range) == 2 or frame.format.name.startswith("yuvj")
    return Colour(int(frame.colorspace), full, int(frame.color_primaries), int(frame.color_trc))


def fraction(value: Fraction | None, default: Fraction) -> Fraction:
    """``value`` unless it is missing or 0."""
    return value if value else default


def plane_view(picture: VideoFrame, index: int, layout: Layout, shape: tuple[int, int] | None = None) -> Plane:
    """One plane of a picture as an array over its own memory, without a copy.

    Args:
        picture: owns the memory; must outlive the array.
        index: which plane.
        layout: gives the type of a sample.
        shape: (height, width) to see, for a picture that is to be filled. Without it the whole plane, read-only:
            a decoder still needs what it handed out.
    """
    plane = picture.planes[index]
    stride = plane.line_size // np.dtype(layout.dtype).itemsize
    whole: Plane = np.frombuffer(cast(Any, plane), layout.dtype)[: stride * plane.height]
    view = whole.reshape(plane.height, stride)[:, : plane.width]
    if shape is not None:
        return view[: shape[0], : shape[1]]
    view.flags.writeable = False
    return view
