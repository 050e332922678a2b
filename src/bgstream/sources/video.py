"""Clips, decoded by PyAV into the planes that the sink wants, time and colour tags attached."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from bgstream.errors import SourceError
from bgstream.frame import Frame
from bgstream.media import decoding, fraction, open_media
from bgstream.protocols import SourceInfo, Wants
from bgstream.sources.adapt import Adapter, deinterlaced
from bgstream.sources.decode import decode, seconds_of, video_stream

if TYPE_CHECKING:
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

METADATA = frozenset({"title", "artist", "author", "album", "date", "comment", "description", "copyright", "location"})
METADATA |= {"creation_time", "genre", "show", "episode_id", "com.apple.quicktime.creationdate"}
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
            stream = video_stream(container, path)
            audio = len(container.streams.audio)
            first = next(decode(container, stream, path), None)
            if first is None:
                raise SourceError(f"{path} holds no picture that can be decoded", "the file may be cut short")
            self._interlaced = bool(first.interlaced_frame)
            adapter = Adapter(first, fraction(stream.sample_aspect_ratio, Fraction(1)), wants)
            rate = fraction(stream.guessed_rate, fraction(stream.average_rate, Fraction(25)))
            duration = seconds_of(container, stream)
            time_base = fraction(stream.time_base, Fraction(1, 1000))
            metadata = {key: value for key, value in container.metadata.items() if key.lower() in METADATA}
            subtitles = len(container.streams.subtitles)
        notes = adapter.notes
        if self._interlaced:
            notes += ("interlaced: made progressive (bwdif)",)
        if subtitles:
            notes += (f"{subtitles} subtitle track{'s' * (subtitles != 1)} left out: they are not carried over yet",)
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
            metadata=metadata,
            notes=notes,
        )

    def frames(self) -> Iterator[Frame]:
        """All frames, in presentation order, with strictly rising pts.

        Raises:
            SourceError: the data is damaged; the message says from where on.
        """
        with open_media(self._path) as container:
            stream = video_stream(container, self._path)
            decoded = decode(container, stream, self._path)
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
            stream = video_stream(container, self._path)
            start = float((stream.start_time or 0) * self.info.time_base)
            goal = int((seconds + start) / self.info.time_base)
            if seconds > 0:
                with decoding(self._path):
                    container.seek(goal, stream=stream)
            picture = None
            decoded = decode(container, stream, self._path)
            try:
                for picture in islice(decoded, AHEAD):
                    if picture.pts is not None and picture.pts >= goal:
                        break
            except SourceError:
                if picture is None:  # damage is reported when the frames themselves are read
                    return []
            return list(self._adapted(iter([picture]), stream)) if picture is not None else []


def _rising(picture: "VideoFrame", last: int | None, info: SourceInfo) -> int:
    """The frame's own pts; where it is missing or falls back (joined streams), one frame after the last."""
    step = max(1, round(1 / (info.rate * info.time_base)))
    pts = picture.pts if picture.pts is not None else picture.dts
    if last is None:
        return pts if pts is not None else 0
    return pts if pts is not None and pts > last else last + step
