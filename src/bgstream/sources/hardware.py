"""Decoding in a GPU: for which clips, and whether it can be had."""

from typing import TYPE_CHECKING

import av.error
from av.codec.context import CodecContext
from av.codec.hwaccel import HWAccel

if TYPE_CHECKING:
    from av.video.stream import VideoStream

# What a GPU decodes to the very bits that the standard demands, by codec. Other formats of these codecs are left to
# the processor, as FFmpeg would in the end, but with one thread.
EXACT = {
    "h264": frozenset({"yuv420p", "yuvj420p"}),
    "hevc": frozenset({"yuv420p", "yuvj420p", "yuv420p10le"}),
    "vp9": frozenset({"yuv420p", "yuv420p10le"}),
}
DEEP, WHOLE = "yuv420p10le", 32  # swscale garbles the last columns of p010 where the width is no multiple of that
KINDS = {"cuda": "cuda", "tensorrt": "cuda"}  # FFmpeg's kind of device, by our name of the GPU's


def hardware_decoder(stream: "VideoStream", device: str) -> tuple[HWAccel | None, str]:
    """A GPU's decoder for a track, to be given to :func:`av.open`: the same pictures, as ``nv12`` or ``p010le``.

    It is tried, once: that FFmpeg was built with it says nothing. Opened with the whole container, because a decoder
    made by itself knows nothing of the rotation and the colour tags that the container tells.

    Args:
        stream: the track, opened without it.
        device: where the networks run, as in ``--device``; a GPU's decoder belongs to ``cuda`` and ``tensorrt``.

    Returns:
        The decoder, or None; and why there is none although one was to be expected, else empty.
    """
    if device not in KINDS:
        return None, ""
    context = stream.codec_context
    if context.pix_fmt not in EXACT.get(context.name, ()) or stream.metadata.get("alpha_mode") == "1":
        return None, ""
    if context.pix_fmt == DEEP and context.width % WHOLE:
        return None, ""
    found = HWAccel(KINDS[device])
    try:
        CodecContext.create(context.name, "r", found)
    except (av.error.FFmpegError, OSError, NotImplementedError) as error:
        return None, f"the GPU's video decoder cannot be had ({error}): the processor decodes"
    return found, ""
