"""Packets to pictures with PyAV, and how to tell a whole file from one that was cut short."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, cast

from av.codec.context import CodecContext
from av.stream import Disposition

from bgstream.errors import SourceError
from bgstream.media import decoding

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet
    from av.stream import Stream
    from av.video.codeccontext import VideoCodecContext
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

MISSING = 0.25  # seconds of pictures that may be missing at the end before a file counts as cut short
AGAIN = "copy or download the file again"
ALPHA_DECODERS = {"vp9": "libvpx-vp9", "vp8": "libvpx"}


def video_stream(container: "InputContainer", path: Path) -> "VideoStream":
    """The first video track that is no cover picture, set up to decode in threads.

    Raises:
        SourceError: there is none, or its codec is unknown.
    """
    for stream in container.streams.video:
        if stream.disposition & Disposition.attached_pic:
            continue
        if stream.codec_context is None:
            raise SourceError(f"{path} is coded in a way that cannot be decoded here", "convert it to H.264 first")
        stream.thread_type = "AUTO"
        return stream
    kind = "only sound" if container.streams.audio else "no pictures"
    raise SourceError(f"{path} holds {kind}", "give a file with a video track")


def decode(
    container: "InputContainer", stream: "VideoStream", path: Path, whole: bool = True, sought: bool = False
) -> "Iterator[VideoFrame]":
    """Decoded pictures in presentation order.

    Args:
        container: an open file.
        stream: its track.
        path: for messages.
        whole: an index that points beyond the file's end is told at once, not where the data ends.
        sought: the container stands at a later place: damage is told by time, not by a frame's number.

    Raises:
        SourceError: the data is damaged, or ends before it should: that is no short clip.
    """
    if whole and not sought:
        _check_index(container, stream, path)
    context = _context(stream)
    count, broken, end = 0, False, 0

    def place() -> str:
        return f"after {float(end * (stream.time_base or 1)):.1f} s" if sought else f"after frame {count}"

    for packet in _packets(container, stream, path):
        with decoding(path, f" {place()}"):
            pictures = context.decode(packet)
        if packet.size:
            broken = bool(packet.is_corrupt)
            end = max(end, (packet.pts or 0) + (packet.duration or 0))
        for picture in pictures:
            count += 1
            yield picture
    if broken or _missing(container, stream, end) > MISSING:
        raise SourceError(f"{path} is cut short: it ends {place()}", AGAIN)


def _check_index(container: "InputContainer", stream: "VideoStream", path: Path) -> None:
    """Refuse a file whose own index points beyond its end, before any work is done on its first half."""
    entries = stream.index_entries
    if "mp4" in container.format.name and len(entries) and entries[-1].pos + entries[-1].size > container.size > 0:
        here = sum(entry.pos + entry.size <= container.size for entry in entries)
        raise SourceError(f"{path} is cut short: it holds {here} of its {len(entries)} frames", AGAIN)


def own_decoder(stream: "VideoStream") -> bool:
    """Whether FFmpeg's own decoder is used, not libvpx for alpha: its two streams need not share their key frames."""
    return stream.codec_context.name not in ALPHA_DECODERS or stream.metadata.get("alpha_mode") != "1"


def _context(stream: "VideoStream") -> "VideoCodecContext":
    """The decoder: FFmpeg's own for VP8 and VP9 drop the alpha that WebM carries, libvpx gives it."""
    if own_decoder(stream):
        return stream.codec_context
    library = ALPHA_DECODERS[stream.codec_context.name]
    context = cast("VideoCodecContext", CodecContext.create(library, "r"))
    context.extradata = stream.codec_context.extradata
    return context


def _packets(container: "InputContainer", stream: "VideoStream", path: Path) -> "Iterator[Packet[VideoStream]]":
    packets = container.demux(stream)
    while True:
        with decoding(path):
            packet = next(packets, None)
        if packet is None:
            return
        yield packet


def _missing(container: "InputContainer", stream: "VideoStream", end: int) -> float:
    """Seconds between the last picture and the end that its own track declares; 0 where none is declared.

    Only MP4 and Matroska declare one for each track: elsewhere it is the file's, and sound may be longer.
    """
    time_base = stream.time_base or Fraction(1)
    if stream.duration and "mp4" in container.format.name:
        declared = float((stream.duration + (stream.start_time or 0)) * time_base)
    else:
        declared = said_end(stream) or 0.0
    return declared - float(end * time_base) if declared else 0.0


def said_end(stream: "Stream") -> float | None:
    """When a track ends, in seconds, by Matroska's tag "00:01:02.345"; None where the writer was not so kind."""
    parts = stream.metadata.get("DURATION", "").split(":")
    if len(parts) != 3:
        return None
    hours, minutes, seconds = map(float, parts)
    return 3600 * hours + 60 * minutes + seconds


def seconds_of(container: "InputContainer", stream: "VideoStream") -> float:
    """The length that the file declares, for progress and for sampling; 0 where it declares none."""
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return container.duration / 1_000_000 if container.duration else 0.0
