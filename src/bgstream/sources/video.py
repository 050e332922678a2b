"""Clips, decoded by PyAV into the planes that the sink wants, time and colour tags attached."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, cast

from av.codec.context import CodecContext
from av.stream import Disposition

from bgstream.errors import SourceError
from bgstream.frame import Frame
from bgstream.media import decoding, fraction, open_media
from bgstream.protocols import SourceInfo, Wants
from bgstream.sources.adapt import Adapter, deinterlaced

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.codeccontext import VideoCodecContext
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

MISSING = 0.25  # seconds of pictures that may be missing at the end before a file counts as cut short
AGAIN = "copy or download the file again"
ALPHA_DECODERS = {"vp9": "libvpx-vp9", "vp8": "libvpx"}
AHEAD = 60  # frames decoded at most behind a key frame to reach a sample's place


class VideoSource:
    """A clip.

    Args:
        path: a local file.
        wants: what the sink can take.

    Raises:
        SourceError: the file is missing, damaged, or holds no pictures.
    """

    def __init__(self, path: Path, wants: Wants) -> None:
        self._path, self._wants = path, wants
        with open_media(path) as container:
            stream = _video_stream(container, path)
            audio = len(container.streams.audio)
            first = next(_decode(container, stream, path), None)
            if first is None:
                raise SourceError(f"{path} holds no picture that can be decoded", "the file may be cut short")
            self._interlaced = bool(first.interlaced_frame)
            adapter = Adapter(first, fraction(stream.sample_aspect_ratio, Fraction(1)), wants)
            rate = fraction(stream.guessed_rate, fraction(stream.average_rate, Fraction(25)))
            duration = _seconds(container, stream)
            time_base = fraction(stream.time_base, Fraction(1, 1000))
        notes = adapter.notes + (("interlaced: made progressive (bwdif)",) if self._interlaced else ())
        self.info = SourceInfo(
            path,
            adapter.size,
            adapter.layout,
            adapter.colour,
            rate=rate,
            time_base=time_base,
            aspect=adapter.aspect,
            duration=duration,
            audio=audio,
            notes=notes,
        )

    def frames(self) -> Iterator[Frame]:
        """All frames, in presentation order, with strictly rising pts.

        Raises:
            SourceError: the data is damaged; the message says from where on.
        """
        with open_media(self._path) as container:
            stream = _video_stream(container, self._path)
            decoded = _decode(container, stream, self._path)
            if self._interlaced:
                decoded = deinterlaced(decoded, stream)
            yield from self._adapted(decoded, stream)

    def _adapted(self, decoded: "Iterator[VideoFrame]", stream: "VideoStream") -> Iterator[Frame]:
        adapter: Adapter | None = None
        last: int | None = None
        for picture in decoded:
            adapter = adapter or Adapter(
                picture, fraction(stream.sample_aspect_ratio, Fraction(1)), self._wants, self.info.size
            )
            frame = adapter(picture, _rising(picture, last, self.info), self.info.time_base)
            last = frame.pts
            yield frame

    def sample(self, count: int) -> list[Frame]:
        """At most ``count`` frames spread evenly over the clip; fewer where the file cannot be searched."""
        found: dict[int, Frame] = {}
        span = self.info.duration
        for k in range(count):
            for frame in self._at(span * (k + 0.5) / count):
                found[frame.pts] = frame
            if span <= 0:
                break
        return [found[pts] for pts in sorted(found)]

    def _at(self, seconds: float) -> list[Frame]:
        """The frame at a time (or the nearest that can be had cheaply), as a list of one or none."""
        with open_media(self._path) as container:
            stream = _video_stream(container, self._path)
            start = float((stream.start_time or 0) * self.info.time_base)
            goal = int((seconds + start) / self.info.time_base)
            if seconds > 0:
                with decoding(self._path):
                    container.seek(goal, stream=stream)
            picture = None
            decoded = _decode(container, stream, self._path)
            try:
                for picture in islice(decoded, AHEAD):
                    if picture.pts is not None and picture.pts >= goal:
                        break
            except SourceError:
                if picture is None:  # damage is reported when the frames themselves are read
                    return []
            return list(self._adapted(iter([picture]), stream)) if picture is not None else []


def _video_stream(container: "InputContainer", path: Path) -> "VideoStream":
    for stream in container.streams.video:
        if stream.disposition & Disposition.attached_pic:
            continue
        if stream.codec_context is None:
            raise SourceError(f"{path} is coded in a way that cannot be decoded here", "convert it to H.264 first")
        stream.thread_type = "AUTO"
        return stream
    kind = "only sound" if container.streams.audio else "no pictures"
    raise SourceError(f"{path} holds {kind}", "give a file with a video track")


def _decode(container: "InputContainer", stream: "VideoStream", path: Path) -> "Iterator[VideoFrame]":
    """Decoded pictures; a file that ends before it should is an error, not a short clip."""
    _check_index(container, stream, path)
    context = _context(stream)
    count, broken, end = 0, False, 0
    for packet in _packets(container, stream, path):
        with decoding(path, f" after frame {count}"):
            pictures = context.decode(packet)
        if packet.size:
            broken = bool(packet.is_corrupt)
            end = max(end, (packet.pts or 0) + (packet.duration or 0))
        for picture in pictures:
            count += 1
            yield picture
    if broken or _missing(stream, end) > MISSING:
        raise SourceError(f"{path} is cut short: it ends after frame {count}", AGAIN)


def _check_index(container: "InputContainer", stream: "VideoStream", path: Path) -> None:
    """Refuse a file whose own index points beyond its end, before any work is done on its first half."""
    entries = stream.index_entries
    if "mp4" in container.format.name and len(entries) and entries[-1].pos + entries[-1].size > container.size > 0:
        here = sum(entry.pos + entry.size <= container.size for entry in entries)
        raise SourceError(f"{path} is cut short: it holds {here} of its {len(entries)} frames", AGAIN)


def _context(stream: "VideoStream") -> "VideoCodecContext":
    """The decoder: FFmpeg's own for VP8 and VP9 drop the alpha that WebM carries, libvpx gives it."""
    library = ALPHA_DECODERS.get(stream.codec_context.name)
    if library is None or stream.metadata.get("alpha_mode") != "1":
        return stream.codec_context
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


def _missing(stream: "VideoStream", end: int) -> float:
    """Seconds between the last picture and the end that the track declares; 0 where it declares none."""
    time_base = stream.time_base or Fraction(1)
    if stream.duration:
        declared = float((stream.duration + (stream.start_time or 0)) * time_base)
    else:  # Matroska: "00:01:02.345" for each track, where the writer was kind
        parts = stream.metadata.get("DURATION", "").split(":")
        clock = [float(part) for part in parts] if len(parts) == 3 else [0.0, 0.0, 0.0]
        declared = 3600 * clock[0] + 60 * clock[1] + clock[2]
    return declared - float(end * time_base) if declared else 0.0


def _seconds(container: "InputContainer", stream: "VideoStream") -> float:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return container.duration / 1_000_000 if container.duration else 0.0


def _rising(picture: "VideoFrame", last: int | None, info: SourceInfo) -> int:
    """The frame's own pts; where it is missing or falls back (joined streams), one frame after the last."""
    step = max(1, round(1 / (info.rate * info.time_base)))
    pts = picture.pts if picture.pts is not None else picture.dts
    if last is None:
        return pts if pts is not None else 0
    return pts if pts is not None and pts > last else last + step
