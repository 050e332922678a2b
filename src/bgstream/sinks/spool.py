"""Pictures that have to wait for the last one: lossless, in a file beside the target."""

from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import av.error

from bgstream.partial import Partial
from bgstream.sinks.encoders import sliced

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

PACKED = "bgra"


class Spool:
    """A temporary clip of FFV1 pictures, without times of their own.

    Args:
        target: what it lies beside.
        size: (height, width) of the pictures.

    Attributes:
        path: the file, to be read once :meth:`finish` was called.

    Raises:
        OSError, av.error.FFmpegError: it cannot be written.
    """

    def __init__(self, target: Path, size: tuple[int, int]) -> None:
        self._partial = Partial(target.with_suffix(".mkv"))
        self.path = self._partial.path
        self._written = 0
        self._container = av.open(str(self.path), "w")
        try:
            self._stream = self._container.add_stream("ffv1", rate=Fraction(1000))
            self._stream.height, self._stream.width = size
            self._stream.pix_fmt = PACKED
            options = {"level": "3", "slices": "4", "g": "1"}
            self._stream.codec_context.options = sliced(options, "ffv1", PACKED, size)
            self._stream.codec_context.thread_count = 0
            self._container.start_encoding()
        except BaseException:
            self.discard()
            raise

    def write(self, picture: "VideoFrame") -> None:
        """Add a picture of red, green and blue, with alpha or without."""
        packed = picture.reformat(format=PACKED)
        packed.pts, packed.time_base = self._written, Fraction(1, 1000)
        self._written += 1
        self._container.mux(self._stream.encode(packed))

    def finish(self) -> None:
        """Write what is still to be written."""
        self._container.mux(self._stream.encode(None))
        self._container.close()

    def discard(self) -> None:
        """Close and remove the file; may be called twice."""
        # Closing flushes: on a full disk it fails again, after the error that brought us here.
        with suppress(av.error.FFmpegError, OSError):
            self._container.close()
        self._partial.discard()
