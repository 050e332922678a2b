"""Clips, decoded by PyAV into the planes that the sink wants, time and colour tags attached."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
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
from bgstream.sources.hardware import hardware_decoder

if TYPE_CHECKING:
    from av.container import InputContainer
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

    def __init__(self, path: Path, wants: Wants, device: str = "cpu") -> None:
        self._path, self._wants = path, wants
        with open_media(path) as container:
            stream = video_stream(container, path)
            audio = len(container.streams.audio)
            first = next(decode(container, stream, path), None)
            if first is None:
                raise SourceError(f"{path} holds no picture that can be decoded", "the file may be cut short")
            self._interlaced = bool(first.interlaced_frame)
            self._hardware, without = (None, "") if self._interlaced else hardware_decoder(stream, device)
            adapter = Adapter(first, fraction(stream.sample_aspect_ratio, Fraction(1)), wants)
            rate = fraction(stream.guessed_rate, fraction(stream.average_rate, Fraction(25)))
            duration = seconds_of(container, stream)
            time_base = fraction(stream.time_base, Fraction(1, 1000))
            metadata = {key: value for key, value in container.metadata.items() if key.lower() in METADATA}
            subtitles = len(container.streams.subtitles)
        notes = adapter.notes + ((without,) if without else ())
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
        with open_media(self._path, self._hardware) as container:
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
        span = self.info.duration
        goals = [span * (k + 0.5) / count for k in range(count)] if span > 0 else [0.0]
        with open_media(self._path) as container:
            stream = video_stream(container, self._path)
            found = {picture.pts: picture for picture in self._searched(container, stream, goals)}
            return [next(self._adapted(iter([picture]), stream)) for picture in found.values()]

    def _searched(
        self, container: "InputContainer", stream: "VideoStream", goals: Sequence[float]
    ) -> "Iterator[VideoFrame]":
        """The pictures at some times, in order, or the nearest that can be had cheaply.

        What lies near is decoded up to, as is what follows a key frame; what lies far is sought.
        """
        start = float((stream.start_time or 0) * self.info.time_base)
        near = AHEAD / float(self.info.rate * self.info.time_base)
        decoded, picture = decode(container, stream, self._path), None
        for seconds in goals:
            goal = int((seconds + start) / self.info.time_base)
            here = -near if picture is None or picture.pts is None else picture.pts
            if seconds > 0 and goal - here > near:
                with decoding(self._path):
                    container.seek(goal, stream=stream)
                decoded, picture = decode(container, stream, self._path), None
            with suppress(SourceError):  # damage is reported when the frames themselves are read
                for picture in islice(decoded, AHEAD):
                    if picture.pts is not None and picture.pts >= goal:
                        break
            if picture is not None:
                yield picture


def _rising(picture: "VideoFrame", last: int | None, info: SourceInfo) -> int:
    """The frame's own pts; where it is missing or falls back (joined streams), one frame after the last."""
    step = max(1, round(1 / (info.rate * info.time_base)))
    pts = picture.pts if picture.pts is not None else picture.dts
    if last is None:
        return pts if pts is not None else 0
    return pts if pts is not None and pts > last else last + step
