"""One pass over a clip's pictures: what each of them shows of the whole, a picture in memory at a time."""

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from bgstream.media import fraction
from bgstream.probing.census import Census
from bgstream.probing.clock import Times
from bgstream.probing.picture import Picture, Size
from bgstream.probing.words import chroma_of, depth_of, tags_of
from bgstream.progress import Clock, Progress
from bgstream.sources.adapt import squared
from bgstream.sources.decode import decode, seconds_of

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream


class Film:
    """Reads a clip's pictures.

    Args:
        path: the file, for messages.
        container: the same, open.
    """

    def __init__(self, path: Path, container: "InputContainer") -> None:
        self._path, self._container = path, container
        self._stream: VideoStream | None = None
        self._first: VideoFrame | None = None
        self._sizes: dict[Size, None] = {}
        self._interlaced = 0
        self._census, self._times = Census(), Times(Fraction(1, 1000))

    def read(self, stream: "VideoStream", progress: Progress) -> None:
        """Decode a track to its end.

        Raises:
            SourceError: it is damaged; what was read until there stays.
        """
        self._stream = stream
        self._times = Times(fraction(stream.time_base, Fraction(1, 1000)))
        clock, unit = Clock(), float(fraction(stream.time_base, Fraction(1, 1000)))
        pictures = decode(self._container, stream, self._path, whole=False)
        progress.start(self._path.name, seconds_of(self._container, stream))
        try:
            while True:
                with clock("decode"):
                    picture = next(pictures, None)
                if picture is None:
                    return
                self._add(picture)
                progress.step(self._times.pictures, float(picture.pts or 0) * unit, clock)
        finally:
            progress.stop()

    def _add(self, picture: "VideoFrame") -> None:
        self._first = self._first or picture
        self._sizes[Size(picture.height, picture.width)] = None
        self._interlaced += bool(picture.interlaced_frame)
        self._census.add(picture)
        self._times.add(picture)

    def picture(self) -> Picture | None:
        """What was seen; None: no picture at all."""
        first, stream = self._first, self._stream
        if first is None or stream is None:
            return None
        aspect = fraction(stream.sample_aspect_ratio, Fraction(1))
        stored, rotation = Size(first.height, first.width), round(first.rotation)
        return Picture(
            stream.codec_context.codec.canonical_name,
            first.format.name,
            depth_of(first.format.name),
            chroma_of(first.format.name),
            stored,
            shown(stored, aspect, rotation),
            stream.codec_context.profile or "",
            rotation,
            aspect=aspect,
            interlaced=bool(self._interlaced),
            colour=tags_of(first),
            alpha=self._census.result(stream.metadata.get("alpha_mode") == "1"),
            timing=self._times.result(stream.frames, stream.guessed_rate or stream.average_rate),
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """Traps among what was seen."""
        notes = []
        if len(self._sizes) > 1:
            sizes = ", ".join(f"{size.width}×{size.height}" for size in self._sizes)
            notes.append(f"pictures of several sizes, made like the first: {sizes}")
        if 0 < self._interlaced < self._times.pictures:
            notes.append(f"{self._interlaced} of {self._times.pictures} pictures are interlaced")
        return tuple(notes)


def shown(stored: Size, aspect: Fraction, rotation: int) -> Size:
    """Upright and with square pixels, none of them given away."""
    height, width = squared((stored.height, stored.width), aspect)
    return Size(width, height) if round(rotation / 90) % 2 else Size(height, width)
