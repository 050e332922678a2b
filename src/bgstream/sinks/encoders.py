"""Encoders that need more than FFmpeg: whether they are there is tried before anything is written."""

from typing import TYPE_CHECKING, cast

import av.error
from av.codec.codec import UnknownCodecError
from av.codec.context import CodecContext

from bgstream.errors import DeviceError, SinkError
from bgstream.protocols import SourceInfo
from bgstream.sinks.recipes import Recipe

if TYPE_CHECKING:
    from av.video.codeccontext import VideoCodecContext

WITHOUT = "leave out --codec: the usual encoder needs no hardware"


def check_encoder(recipe: Recipe, info: SourceInfo) -> None:
    """Open a hardware encoder for pictures of this clip, and close it: nothing else shows whether it can be had.

    Args:
        recipe: what is to be written.
        info: of the clip.

    Raises:
        SinkError: this FFmpeg was built without it.
        DeviceError: the device, or its driver, is not there or does not take pictures of this size.
    """
    codec = recipe.codec
    if not codec.hardware:
        return
    try:
        context = cast("VideoCodecContext", CodecContext.create(codec.encoder, "w"))
    except UnknownCodecError:
        raise SinkError(f"this FFmpeg was built without the encoder {codec.encoder}", WITHOUT) from None
    height, width = info.size
    context.height, context.width = height + height % 2, width + width % 2
    context.pix_fmt = info.layout.name
    context.time_base, context.framerate = 1 / info.rate, info.rate
    context.options = dict(recipe.options)
    try:
        context.open()
    except (av.error.FFmpegError, OSError) as error:
        raise DeviceError(
            f"codec '{codec.name}' cannot be used: it needs {codec.hardware} with its driver, which takes"
            f" {width}×{height} pictures ({error.strerror or error})",
            WITHOUT,
        ) from None
