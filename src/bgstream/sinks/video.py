"""Clips out, encoded by PyAV: every frame at its own pts, tags and sound kept, in place only when whole."""

from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, cast

import av
import av.error
import numpy as np
from av.video.frame import VideoFrame

from bgstream.frame import BT709, GREY, Frame, Layout
from bgstream.media import plane_view
from bgstream.partial import Partial
from bgstream.protocols import SourceInfo
from bgstream.sinks.blanks import Blanks
from bgstream.sinks.companions import Companions, patience, wanted
from bgstream.sinks.delivery import Delivery
from bgstream.sinks.encoders import sliced, usual_priority
from bgstream.sinks.lasting import Lasting
from bgstream.sinks.recipes import Recipe
from bgstream.sinks.writing import writing

if TYPE_CHECKING:
    from av.video.stream import VideoStream

AUDIO_LEAD = 0.5  # seconds of sound written ahead of the pictures, so that the muxer never waits
# A matte as luma of studio range: what players show as black is 16, what they show as white 235.
STUDIO = np.rint(np.arange(256) * (219 / 255) + 16).astype(np.uint8)


class VideoSink:
    """Writes a clip.

    Args:
        target: the file; its suffix names the container.
        recipe: what goes in.
        info: the source's size, rate, time base and tags.
        delivery: what else goes in.

    Raises:
        SinkError: the file cannot be written.
    """

    def __init__(self, target: Path, recipe: Recipe, info: SourceInfo, delivery: Delivery) -> None:
        self._target, self._recipe, self._info = target, recipe, info
        self._codec = recipe.codec
        self._blanks = Blanks(recipe, info, self._coded_size())
        self._partial = Partial(target)
        self._companions: Companions | None = None
        self._lasting = Lasting(self._codec.encoder, info.time_base)
        with writing(self._target):
            muxer = recipe.container.muxer | patience(recipe.container, info, delivery)
            self._container = av.open(str(self._partial.path), "w", container_options=muxer)
        try:
            with writing(self._target):
                self._stream = self._video_stream()
                if wanted(recipe.container, info, delivery):
                    self._companions = Companions(self._container, recipe.container, info, delivery)
                self._container.metadata.update(info.metadata)
                with usual_priority():
                    self._container.start_encoding()
        except BaseException:
            self._abandon()
            raise

    def _video_stream(self) -> "VideoStream":
        info, recipe, codec = self._info, self._recipe, self._codec
        height, width = self._coded_size()
        stored = recipe.packed(info.layout)
        options = sliced(recipe.options, codec.encoder, stored, (height, width))
        stream = cast("VideoStream", self._container.add_stream(codec.encoder, rate=info.rate, options=dict(options)))
        stream.width, stream.height, stream.pix_fmt = width, height, stored
        context = stream.codec_context
        if codec.tag:
            context.codec_tag = codec.tag
        context.time_base = stream.time_base = info.time_base
        context.thread_count, context.thread_type = 0, "AUTO"
        if not recipe.wants.square:
            context.sample_aspect_ratio = info.aspect
        if recipe.matte and self._blanks.format != GREY.name:  # luma that players show as it is meant
            context.colorspace = context.color_primaries = context.color_trc = BT709
            context.color_range = 1
        elif not recipe.matte:
            context.colorspace, context.color_range = info.colour.matrix, 2 if info.colour.full else 1
            context.color_primaries, context.color_trc = info.colour.primaries, info.colour.transfer
        return stream

    def _tag(self, picture: VideoFrame) -> None:
        """ProRes and APNG store the tags of their pictures, not those of the encoder."""
        context = self._stream.codec_context
        picture.colorspace, picture.color_range = context.colorspace, context.color_range
        picture.color_primaries, picture.color_trc = context.color_primaries, context.color_trc

    def _coded_size(self) -> tuple[int, int]:
        height, width = self._info.size
        return (height + height % 2, width + width % 2) if self._codec.even else (height, width)

    def blank(self, like: Frame) -> Frame:
        """A frame whose planes are the encoder's own memory; see :class:`bgstream.protocols.Sink`."""
        return self._blanks.blank(like)

    def write(self, frame: Frame) -> None:
        """Encode one frame that :meth:`blank` gave, and the sound up to it."""
        picture = whole = cast(VideoFrame, frame.keeper)
        if frame.layout.grey and len(picture.planes) > 1:
            np.take(STUDIO, frame.planes[0], out=frame.planes[0])
        if self._coded_size() != frame.size:
            _repeat_border(picture, frame.layout, frame.size)
        if self._stream.pix_fmt != self._blanks.format:
            picture = picture.reformat(format=self._stream.pix_fmt)
        self._tag(picture)
        picture.pts, picture.time_base = frame.pts, frame.time_base
        self._lasting.note(frame.pts, frame.duration)
        with writing(self._target):
            if self._companions is not None:
                self._companions.advance(frame.time + AUDIO_LEAD)
            self._container.mux(list(self._lasting.told(self._stream.encode(picture))))
        # Only now: blank() runs in another thread, and would give a picture away that the encoder has not got hold of.
        self._blanks.take_back(whole)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._abandon()
            return
        try:
            with writing(self._target):
                self._container.mux(list(self._lasting.rest(self._stream.encode(None))))
                if self._companions is not None:
                    self._companions.advance(float("inf"))
                    self._companions.close()
                self._container.close()
                self._partial.commit()
        except BaseException:
            self._abandon()
            raise

    def _abandon(self) -> None:
        """Close and remove everything; what fails here has failed before and was reported then."""
        if self._companions is not None:
            self._companions.close()
        # Closing flushes: on a full disk it fails again, after the error that brought us here.
        with suppress(av.error.FFmpegError, OSError):
            self._container.close()
        self._partial.discard()


def _repeat_border(picture: VideoFrame, layout: Layout, size: tuple[int, int]) -> None:
    """Fill the row and column that an even size adds with their neighbours."""
    height, width = size
    plane = plane_view(picture, 0, layout, (picture.height, picture.width))
    plane[height:, :width] = plane[height - 1, :width]
    plane[:, width:] = plane[:, width - 1 : width]
