"""A clip's pictures from the beginning, or from a key frame before some place on, each with its pts."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import av.error
from av.video.frame import PictureType

from bgstream.media import indexed, open_media
from bgstream.sources.adapt import deinterlaced
from bgstream.sources.decode import decode, own_decoder, video_stream

if TYPE_CHECKING:
    from av.codec.hwaccel import HWAccel
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

# Seconds between the place that is sought and the picture that is wanted: more than pictures are coded out of order
# (after an open group's key frame come some that lean on what lies before it), and a few for the deinterlacer.
MARGIN = 2
FAR = 4  # seconds that are rather decoded than sought

Clocked = tuple["VideoFrame", int]  # a picture and its pts


@dataclass(frozen=True, slots=True)
class Film:
    """A clip's pictures, each with its pts.

    Attributes:
        path: the file.
        tick: seconds of one pts unit.
        step: units of a frame, nominal.
        interlaced: pictures are made progressive.
        whole: a file that is cut short is refused at once.
        hardware: what decodes; None: the processor.
    """

    path: Path
    tick: Fraction
    step: int
    interlaced: bool = False
    whole: bool = True
    hardware: "HWAccel | None" = None

    def pictures(self, goal: int | None = None) -> Iterator[Clocked]:
        """All pictures with strictly rising pts, or those from somewhere before the pts ``goal`` on.

        Raises:
            SourceError: the data is damaged; the message says from where on.
        """
        with open_media(self.path, self.hardware) as container:
            stream = video_stream(container, self.path)
            if goal is None or not self._worth_seeking(container, stream, goal):
                yield from self._clocked(container)
                return
            if (pictures := self._sought(container, stream, goal)) is not None:
                yield from pictures
                return
        with open_media(self.path, self.hardware) as container:
            yield from self._clocked(container)

    def _worth_seeking(self, container: "InputContainer", stream: "VideoStream", goal: int) -> bool:
        far = goal - (stream.start_time or 0) > FAR / self.tick
        return far and own_decoder(stream) and indexed(container)

    def _sought(self, container: "InputContainer", stream: "VideoStream", goal: int) -> Iterator[Clocked] | None:
        """Pictures from a key frame before ``goal`` on, or None where none turns out to lie there.

        A picture coded by itself: where decoding may begin, some coders have pictures that get whole only bit by bit.
        """
        with suppress(av.error.FFmpegError):  # then all is decoded, and says what is wrong, if anything is
            container.seek(goal - round(MARGIN / self.tick), stream=stream)
            pictures = self._clocked(container, sought=True)
            for picture, pts in pictures:
                if picture.pts is None or pts > goal:
                    break
                if picture.key_frame and picture.pict_type == PictureType.I:
                    return chain([(picture, pts)], pictures)
        return None

    def _clocked(self, container: "InputContainer", sought: bool = False) -> Iterator[Clocked]:
        stream, last = video_stream(container, self.path), None
        decoded = decode(container, stream, self.path, self.whole, sought)
        for picture in deinterlaced(decoded, stream) if self.interlaced else decoded:
            last = self.rising(picture, last)
            yield picture, last

    def rising(self, picture: "VideoFrame", last: int | None) -> int:
        """When a picture is shown, after one that was shown at ``last``.

        The picture's own pts; where it is missing or falls back (joined streams), one frame after the last.
        """
        pts = picture.pts if picture.pts is not None else picture.dts
        if last is None:
            return pts if pts is not None else 0
        return pts if pts is not None and pts > last else last + self.step
