"""Whether an encoder takes a clip: asked before anything is written."""

import os
from typing import TYPE_CHECKING, cast

import av.error
from av.codec.codec import UnknownCodecError
from av.codec.context import CodecContext

from bgstream.errors import ConfigError, DeviceError, SinkError
from bgstream.protocols import SourceInfo
from bgstream.sinks.recipes import Recipe

if TYPE_CHECKING:
    from av.video.codeccontext import VideoCodecContext

WITHOUT = "leave out --codec: the usual encoder needs no hardware"
os.environ.setdefault("SVT_LOG", "1")  # errors only: SVT-AV1 prints twenty lines a clip and asks nobody else


def check_encoder(recipe: Recipe, info: SourceInfo) -> None:
    """Refuse what an encoder is known not to take; open a hardware encoder for pictures of this clip, and close it.

    Nothing else shows whether hardware can be had.

    Args:
        recipe: what is to be written.
        info: of the clip.

    Raises:
        ConfigError: the pictures are too small for the codec.
        SinkError: this FFmpeg was built without it.
        DeviceError: the device, or its driver, is not there or does not take pictures of this size.
    """
    codec = recipe.codec
    height, width = (side + side % 2 if codec.even else side for side in info.size)
    if min(height, width) < codec.smallest:
        raise ConfigError(
            f"codec '{codec.name}' takes no pictures of {width}×{height}: {codec.smallest} is the shortest side",
            "leave out --codec, or enlarge the clip",
        )
    if not codec.hardware:
        return
    try:
        context = cast("VideoCodecContext", CodecContext.create(codec.encoder, "w"))
    except UnknownCodecError:
        raise SinkError(f"this FFmpeg was built without the encoder {codec.encoder}", WITHOUT) from None
    context.height, context.width = height, width
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
