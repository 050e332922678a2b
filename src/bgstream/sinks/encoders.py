"""Whether an encoder takes a clip: asked before anything is written."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from typing import TYPE_CHECKING, cast

import av.error
from av.codec.codec import UnknownCodecError
from av.codec.context import CodecContext

from bgstream.errors import ConfigError, DeviceError, SinkError
from bgstream.protocols import SourceInfo
from bgstream.sinks.formats import Options
from bgstream.sinks.recipes import Recipe

if TYPE_CHECKING:
    from av.video.codeccontext import VideoCodecContext

WITHOUT = "leave out --codec: the usual encoder needs no hardware"
os.environ.setdefault("SVT_LOG", "1")  # errors only: SVT-AV1 prints twenty lines a clip and asks nobody else


@contextmanager
def usual_priority() -> Iterator[None]:
    """While an encoder is opened. SVT-AV1 makes the thread that opens it a real-time one, where it may (as root).

    Such a thread that waits by spinning, as in libvpx, keeps the one that it waits for off the processor for good.
    """
    if not hasattr(os, "sched_getscheduler"):
        yield
        return
    before = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        yield
    finally:
        if os.sched_getscheduler(0) != before[0]:
            os.sched_setscheduler(0, *before)


def sliced(options: Options, encoder: str, stored: str, size: tuple[int, int]) -> Options:
    """Options with a number of slices that the encoder takes for pictures of a size.

    FFmpeg 8's FFV1 refuses grids whose lines would cut through a chroma sample, as four slices of 4:2:0 do where a
    side is one less than a multiple of four: then it is left to choose (0), or codes the picture whole.

    Args:
        options: the encoder's; those without ``slices`` are returned as they are.
        encoder: FFmpeg's name.
        stored: pixel format.
        size: (height, width).
    """
    if "slices" not in options:
        return options
    for slices in (options["slices"], "0", "1"):
        context = cast("VideoCodecContext", CodecContext.create(encoder, "w"))
        context.height, context.width = size
        context.pix_fmt, context.time_base = stored, Fraction(1, 25)
        context.options = tried = options | {"slices": slices}
        with suppress(av.error.FFmpegError):
            context.open()
            return tried
    return options


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
