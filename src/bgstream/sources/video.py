"""Clips, decoded by PyAV into the planes that the sink wants, time and colour tags attached."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from bgstream.errors import SourceError
from bgstream.frame import UNKNOWN, Frame
from bgstream.media import fraction, native_layout, open_media
from bgstream.protocols import Cut, SourceInfo, Wants
from bgstream.sources.adapt import Adapter
from bgstream.sources.decode import decode, seconds_of, video_stream
from bgstream.sources.film import Clocked, Film
from bgstream.sources.hardware import hardware_decoder
from bgstream.sources.part import Part, find_part
from bgstream.sources.sampling import AHEAD, pictures_at
from bgstream.sources.span import WHOLE, Span
from bgstream.sources.still import TAGS

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

METADATA = frozenset({"title", "artist", "author", "album", "date", "comment", "description", "copyright", "location"})
METADATA |= {"creation_time", "genre", "show", "episode_id", "com.apple.quicktime.creationdate"}
SRGB = ("gif", "apng")  # what their pictures are where they do not say


class VideoSource:
    """A clip, or a part of one: its frames are moved so that the first is shown at 0.

    Args:
        path: a local file.
        wants: what the sink can take.
        device: where networks run: hardware of its kind decodes, where it can.
        span: the part that is used. A frame that is named by its number is found by decoding up to it.

    Raises:
        SourceError: the file is missing, damaged, or holds no pictures.
        ConfigError: nothing of it lies in ``span``.
    """

    def __init__(self, path: Path, wants: Wants, device: str = "cpu", span: Span = WHOLE) -> None:
        self._path, self._wants = path, wants
        whole = span.end is None
        with open_media(path) as container:
            stream = video_stream(container, path)
            first = next(decode(container, stream, path, whole), None)
            if first is None:
                raise SourceError(f"{path} holds no picture that can be decoded", "the file may be cut short")
            interlaced = bool(first.interlaced_frame)
            hardware, without = (None, "") if interlaced else hardware_decoder(stream, device)
            self._start = stream.start_time or 0
            self._aspect = fraction(stream.sample_aspect_ratio, Fraction(1))
            self._srgb = container.format.name in SRGB
            info = _info(container, stream, path, self._adapter(first))
        notes = tuple(filter(None, [without, "interlaced: made progressive (bwdif)" if interlaced else ""]))
        self.info = replace(info, notes=info.notes + notes, native=native_layout(first.format.name)[0])
        step = max(1, round(1 / (info.rate * info.time_base)))
        self._film = Film(path, info.time_base, step, interlaced, whole, hardware)
        self._part: Part | None = None
        if span:
            first, self._part = find_part(self._film, span, self._film.rising(first, None), info.duration)
            self.info = self._cut(first, self._part.cut, notes)

    def _cut(self, first: "VideoFrame", cut: Cut, notes: tuple[str, ...]) -> SourceInfo:
        """What is true of a part that begins with a picture: a clip's pictures need not be all alike."""
        adapter, info = self._adapter(first), self.info
        left = max(0.0, info.duration - float(cut.skipped)) if info.duration else float("inf")
        duration = min(left, float("inf") if cut.end is None else float(cut.end - cut.begin))
        return replace(
            info,
            size=adapter.size,
            layout=adapter.layout,
            colour=adapter.colour,
            aspect=adapter.aspect,
            notes=adapter.notes + notes,
            duration=duration if duration < float("inf") else 0.0,
            cut=cut,
        )

    def _adapter(self, picture: "VideoFrame", size: tuple[int, int] | None = None) -> Adapter:
        if self._srgb and (int(picture.color_primaries), int(picture.color_trc)) == (UNKNOWN, UNKNOWN):
            picture.color_primaries, picture.color_trc = TAGS.primaries, TAGS.transfer
        return Adapter(picture, self._aspect, self._wants, size)

    def frames(self) -> Iterator[Frame]:
        """All frames, in presentation order, with strictly rising pts.

        Raises:
            SourceError: the data is damaged; the message says from where on.
        """
        film = self._film
        yield from self._adapted(film.pictures() if self._part is None else self._part.frames(film))

    def _adapted(self, pictures: Iterator[Clocked]) -> Iterator[Frame]:
        adapter: Adapter | None = None
        for picture, pts in pictures:
            adapter = adapter or self._adapter(picture, self.info.size)
            yield adapter(picture, pts, self.info.time_base)

    def sample(self, count: int) -> list[Frame]:
        """At most ``count`` frames spread evenly over the clip; fewer where the file cannot be searched."""
        span, tick, part = self.info.duration, self.info.time_base, self._part
        near = round(AHEAD / (self.info.rate * tick))
        start = self._start if part is None else part.begin
        goals = [start + int(span * (k + 0.5) / count / tick) for k in range(count)] if span > 0 else [start]
        found = pictures_at(self._path, goals, near, None if part is None else part.begin)
        clocked = {self._film.rising(picture, None): picture for picture in found}
        if part is not None:
            clocked = {pts - part.begin: picture for pts, picture in clocked.items() if part.holds(pts)}
        frames = [next(self._adapted(iter([(picture, pts)]))) for pts, picture in clocked.items()]
        return frames if frames or part is None else list(islice(self.frames(), min(1, count)))


def _info(container: "InputContainer", stream: "VideoStream", path: Path, adapter: Adapter) -> SourceInfo:
    """What the file says of itself."""
    subtitles = container.streams.subtitles
    return SourceInfo(
        path,
        adapter.size,
        adapter.layout,
        adapter.colour,
        rate=fraction(stream.guessed_rate, fraction(stream.average_rate, Fraction(25))),
        time_base=fraction(stream.time_base, Fraction(1, 1000)),
        aspect=adapter.aspect,
        duration=seconds_of(container, stream),
        audio=len(container.streams.audio),
        subtitles=len(subtitles),
        bitmaps=sum(track.codec_context is None or track.codec_context.codec.bitmap_sub for track in subtitles),
        chapters=len(container.chapters()),
        metadata={key: value for key, value in container.metadata.items() if key.lower() in METADATA},
        notes=adapter.notes,
    )
