"""Animated GIFs: one palette for the whole clip, alpha of one bit, edges mixed with the page's colour."""

from collections.abc import Iterable
from fractions import Fraction
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, cast

import av
import numpy as np
from bgstream_kernels import blend_planes

from bgstream.errors import SinkError
from bgstream.frame import Frame
from bgstream.media import open_media
from bgstream.partial import Partial
from bgstream.protocols import SourceInfo
from bgstream.sinks.blanks import Blanks
from bgstream.sinks.delivery import Delivery
from bgstream.sinks.palette import HUNDREDTH, PACKED, Histogram, Painter
from bgstream.sinks.recipes import Recipe
from bgstream.sinks.spool import Spool
from bgstream.sinks.writing import writing

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

SEEN = 128  # alpha from which on a pixel is there
CONTROL = b"\x21\xf9\x04"  # how a picture's control block begins
NOT_THERE = 255  # palettegen's entry for what is transparent
LONGEST = 65535  # hundredths of a second that a picture can stand


class GifSink:
    """Writes a GIF that loops for ever.

    The palette has to be known before the first picture is drawn: until then pictures wait, lossless, in a file
    beside the target that goes in any case.

    Args:
        target: the file.
        recipe: with alpha or without.
        info: the source's size and rate.
        delivery: its ``matte_colour`` is mixed into soft edges.

    Raises:
        SinkError: the file cannot be written.
    """

    def __init__(self, target: Path, recipe: Recipe, info: SourceInfo, delivery: Delivery) -> None:
        self._target, self._recipe, self._info = target, recipe, info
        self._blanks = Blanks(recipe, info)
        red, green, blue = delivery.matte_colour
        width = info.size[1]
        self._behind = tuple(np.full((1, width), value, np.uint8) for value in (green, blue, red))
        self._histogram = Histogram()
        self._times: list[int] = []  # of each picture, in hundredths of a second
        self._end = 0
        self._partial = Partial(target)
        with writing(target):
            self._spool = Spool(target, info.size)

    def blank(self, like: Frame) -> Frame:
        """G, B, R (and alpha) to be filled."""
        return self._blanks.blank(like)

    def write(self, frame: Frame) -> None:
        """Decide what is there, count its colours, and let the picture wait."""
        visible = None
        if frame.alpha is not None:
            visible = frame.alpha >= SEEN
            blend_planes(frame.planes, self._behind, frame.alpha, (1, 1), frame.planes)
            for plane in frame.planes:
                plane *= visible
            frame.alpha[...] = visible * np.uint8(255)
        self._histogram.add(frame.planes, visible)
        self._note_time(frame)
        with writing(self._target):
            self._spool.write(frame.keeper)
        self._blanks.take_back(frame.keeper)

    def _note_time(self, frame: Frame) -> None:
        """Times are rounded, not the gaps between them, so nothing drifts; no two pictures share one."""
        at = _hundredths(frame.pts * frame.time_base)
        self._times.append(max(at, self._times[-1] + 1) if self._times else at)
        length = frame.duration * frame.time_base or 1 / self._info.rate
        self._end = _hundredths(frame.pts * frame.time_base + length)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                with writing(self._target):
                    self._spool.finish()
                    self._draw()
                    self._partial.commit()
        finally:
            self._spool.discard()
            self._partial.discard()  # a name that nothing has any more once it was committed

    def _draw(self) -> None:
        """The second pass."""
        height, width = self._info.size
        last = min(LONGEST, max(1, self._end - self._times[-1])) if self._times else 1
        options = {"loop": "0", "final_delay": str(last)}
        paint = Painter(self._histogram.palette(self._recipe.alpha), (height, width))
        with (
            open_media(self._spool.path) as waiting,
            av.open(str(self._partial.path), "w", format="gif", container_options=options) as output,
        ):
            stream = cast("VideoStream", output.add_stream(self._recipe.codec.encoder, rate=self._info.rate))
            stream.width, stream.height, stream.pix_fmt = width, height, "pal8"
            stream.codec_context.time_base = stream.time_base = HUNDREDTH
            if self._recipe.alpha:
                stream.codec_context.options = {"gifflags": "0"}  # no picture builds on what another has left
            for picture, pts in zip(waiting.decode(video=0), self._times, strict=True):
                packed = picture.reformat(format=PACKED)
                packed.pts, packed.time_base = pts, HUNDREDTH
                self._mux(output, stream, paint(packed))
            self._mux(output, stream, chain(paint(None), [None]))

    def _mux(self, output: "OutputContainer", stream: "VideoStream", drawn: "Iterable[VideoFrame | None]") -> None:
        for picture in drawn:
            for packet in stream.encode(picture):
                if self._recipe.alpha:
                    packet.update(_taken_away(bytes(packet)))
                output.mux(packet)


def _hundredths(seconds: Fraction) -> int:
    return round(seconds / HUNDREDTH)


def _taken_away(packet: bytes) -> bytes:
    """A picture that is gone before the next is drawn (GIF89a, 23: disposal method 2; the colour of what is not there).

    FFmpeg says so only of pictures with a transparent pixel: one that fills the frame would stay under the next.
    """
    at = 0
    if packet.startswith(b"GIF"):  # the first brings the header and the palette
        flags = packet[10]
        at = 13 + (3 << ((flags & 7) + 1) if flags & 0x80 else 0)
    if not packet.startswith(CONTROL, at):
        raise SinkError("a picture of the GIF has no control block", "write .webp or .apng instead")
    packed = packet[at + 3] & 0b11100010 | 2 << 2 | 1
    return packet[: at + 3] + bytes([packed]) + packet[at + 4 : at + 6] + bytes([NOT_THERE]) + packet[at + 7 :]
