"""Alpha and colours, frame by frame, from clips, folders of pictures and stills."""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from bgstream.errors import SourceError
from bgstream.media import check_file, open_media
from bgstream.protocols import Wants
from bgstream.sources import open_source
from bgstream.sources.decode import decode, video_stream

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

Alpha = NDArray[np.float32]
Rgb = NDArray[np.uint8]

CLIPS = (".mkv", ".mp4", ".mov", ".webm", ".avi")
PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff")
COLOURFUL = 0.04  # mean distance between channels from which a picture without alpha is no grey matte
MATTE_HINT = "give a matte (grey, or with an alpha channel): 'bgstream CLIP --matte' writes one"


def alphas(path: Path) -> Generator[Alpha, None, None]:
    """The alpha of every frame of a clip, a folder of pictures (sorted by name) or one picture.

    An alpha channel is used where there is one (VP8 and VP9 in WebM included), else the grey value.

    Yields:
        (height, width) float32, 0 = backdrop, 1 = subject.

    Raises:
        SourceError: it cannot be read, is cut short, or is a colour picture without alpha.
    """
    return _each(path, _clip, lambda picture: iter([_picture(picture)]))


def count(path: Path) -> int:
    """How many frames :func:`alphas` yields."""
    with closing(alphas(path)) as frames:
        return sum(1 for _ in frames)


def colours(path: Path) -> Generator[Rgb, None, None]:
    """The frames of a source as the pipeline sees them: upright, (height, width, 3) uint8 R, G, B."""
    return _each(path, _colours, _colours)


def _each(
    path: Path,
    clip: Callable[[Path], Iterator[Any]],
    picture: Callable[[Path], Iterator[Any]],
) -> Generator[Any, None, None]:
    if path.is_dir():
        pictures = sorted(entry for entry in path.iterdir() if entry.suffix.lower() in PICTURES)
        if not pictures:
            raise SourceError(f"the folder {path} holds no pictures", "a folder of mattes by name needs --suite INDEX")
        for entry in pictures:
            yield from picture(entry)
    else:
        yield from picture(path) if path.suffix.lower() in PICTURES else clip(path)


def _colours(path: Path) -> Iterator[Rgb]:
    for frame in open_source(path, Wants(frozenset({"gbrp"}), tonemap=True)).frames():
        green, blue, red = frame.planes
        yield np.dstack((red, green, blue))


def _clip(path: Path) -> Iterator[Alpha]:
    with open_media(path) as container:
        for picture in decode(container, video_stream(container, path), path):
            yield _to_alpha(_pixels(picture), path)


def _pixels(picture: "VideoFrame") -> NDArray[Any]:
    """RGBA where the format has alpha, the plane itself where it is 8-bit grey, else RGB."""
    if any(part.is_alpha for part in picture.format.components):
        return picture.to_ndarray(format="rgba")
    return picture.to_ndarray() if picture.format.name == "gray" else picture.to_ndarray(format="rgb24")


def _picture(path: Path) -> Alpha:
    check_file(path)
    try:
        pixels = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error as error:  # more pixels than OpenCV allows
        raise SourceError(f"{path} cannot be read: {error.err}", "make the picture smaller first") from None
    if pixels is None:
        raise SourceError(f"{path} is not a picture that can be read", "it may be damaged, or another kind of file")
    return _to_alpha(pixels, path)


def _to_alpha(pixels: NDArray[Any], path: Path) -> Alpha:
    """Integer samples of any depth to 0..1; channels as :func:`alphas` says."""
    top = np.float32(np.iinfo(pixels.dtype).max if pixels.dtype.kind == "u" else 1)
    if pixels.ndim == 3:
        if pixels.shape[2] == 3:
            _check_grey(pixels, float(top), path)
            pixels = pixels.mean(2)
        else:
            pixels = pixels[..., -1]
    return pixels.astype(np.float32) / top


def _check_grey(pixels: NDArray[Any], top: float, path: Path) -> None:
    if float(np.ptp(pixels[::4, ::4].astype(np.float32), axis=2).mean()) > COLOURFUL * top:
        raise SourceError(f"{path} is in colour and has no alpha channel", MATTE_HINT)
