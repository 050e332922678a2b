"""What a camera sends, into frames of our own memory: studio-range 4:2:0."""

from typing import TYPE_CHECKING

import numpy as np
from av.video.reformatter import VideoReformatter
from bgstream_kernels.studio import studio

from bgstream.frame import WEBCAM, Plane, Planes, i420, i420_length
from bgstream.media import plane_view

if TYPE_CHECKING:
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

LAYOUT, TAGS = WEBCAM
BT601_OF_SWSCALE = 5
STUDIO, FULL = 1, 2  # FFmpeg's AVColorRange
JPEG_BEGINS, JPEG_ENDS = b"\xff\xd8", b"\xff\xd9"
SHAPE = 0.02  # by which two shapes of a picture may differ and still be the same
TRAILER = 4096  # bytes that a camera may leave behind a JPEG's end, besides zeros


class Capture:
    """Converts pictures; a driver's buffers are never kept.

    What is planar is copied, full range is converted by our own kernel (a tenth of swscale's work), and all the rest
    by swscale, whose conversion of packed 4:2:2 keeps luma and takes the rounded mean of two rows' chroma.

    Args:
        size: (height, width) to come out with; pictures of another size, after another program has changed the
            format, are scaled where they are of the same shape, and else come as they are.
    """

    def __init__(self, size: tuple[int, int]) -> None:
        self._size = size
        self._reformatter = VideoReformatter()

    def __call__(self, picture: "VideoFrame") -> Planes:
        """Y, Cb, Cr: views of one contiguous I420 buffer, or of memory that FFmpeg gave for this picture alone."""
        size = self._target(picture.height, picture.width)
        name, same = picture.format.name, (picture.height, picture.width) == size
        full = name.startswith("yuvj") or int(picture.color_range) == FULL
        name = name.replace("yuvj", "yuv")
        if same and full and name in ("yuv420p", "yuv422p"):
            out = _blank(size)
            studio((_plane(picture, 0), _plane(picture, 1), _plane(picture, 2)), out)
            return out
        if same and name == "yuv420p":
            out = _blank(size)
            for index, plane in enumerate(out):
                np.copyto(plane, _plane(picture, index))
            return out
        return self._reformatted(picture, size, FULL if full else STUDIO)

    def _target(self, height: int, width: int) -> tuple[int, int]:
        alike = abs(height * self._size[1] - width * self._size[0]) <= SHAPE * height * self._size[1]
        return self._size if alike else (height - height % 2, width - width % 2)

    def _reformatted(self, picture: "VideoFrame", size: tuple[int, int], given: int) -> Planes:
        height, width = size
        made = self._reformatter.reformat(
            picture,
            width,
            height,
            LAYOUT.name,
            src_colorspace=BT601_OF_SWSCALE,
            dst_colorspace=BT601_OF_SWSCALE,
            src_color_range=given,
            dst_color_range=STUDIO,
            threads=1,
        )
        return _plane(made, 0), _plane(made, 1), _plane(made, 2)


def _blank(size: tuple[int, int]) -> tuple[Plane, Plane, Plane]:
    first, second, third = i420(np.empty(i420_length(size), np.uint8), size)
    return first, second, third


def exercise() -> None:
    """Run the kernel once on a small picture: compiled on the first run on a machine, read from the cache after."""
    tall, wide = np.zeros((2, 2), np.uint8), np.zeros((2, 1), np.uint8)
    studio((tall, wide, wide), (np.empty((2, 2), np.uint8), np.empty((1, 1), np.uint8), np.empty((1, 1), np.uint8)))


def whole(packet: "Packet[VideoStream]", codec: str) -> bool:
    """Whether a packet can hold a whole picture: not flagged, not empty, and a JPEG from its first mark to its last."""
    if packet.is_corrupt or not packet.size:
        return False
    if codec != "mjpeg":
        return True
    data = bytes(packet).rstrip(b"\0")
    return data.startswith(JPEG_BEGINS) and JPEG_ENDS in data[-TRAILER:]


def _plane(picture: "VideoFrame", index: int) -> np.ndarray:
    return plane_view(picture, index, LAYOUT)
