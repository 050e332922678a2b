"""All that goes along with the pictures: sound, subtitles, the fonts they need, chapters, the tracks' names."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import av.error

from bgstream.errors import SourceError
from bgstream.media import decoding, indexed, open_media
from bgstream.protocols import Cut, SourceInfo
from bgstream.sinks.audio import Copied, Transcoded, audio_track
from bgstream.sinks.delivery import Delivery
from bgstream.sinks.formats import ANY, Container
from bgstream.sinks.labels import chapters_in, named
from bgstream.sinks.subtitles import ConvertedText, CopiedText, subtitle_track

if TYPE_CHECKING:
    from av.container import InputContainer, OutputContainer
    from av.packet import Packet
    from av.stream import Stream

Track = Copied | Transcoded | CopiedText | ConvertedText

# Microseconds that a muxer waits for a track that has nothing to say, pictures in hand: the next subtitle may come in
# an hour. More than sound's lead and what encoders hold back for their look-ahead.
PATIENCE = {"max_interleave_delta": "3000000"}
EARLIER = 20  # seconds before a cut from which on the source is read: what is shown there may have begun before
AHEAD = 2  # seconds by which pictures often lie ahead of their sound in a file (MPEG-TS)
LATER = 10  # seconds by which a file's tracks may lie apart


class Companions:
    """Feeds what goes along from the source into an output, a little ahead of the pictures.

    The file is opened a second time, so that pictures in flight never hold anything back.

    Args:
        output: has its video stream, and is not begun.
        container: what it can hold.
        info: of the source.
        delivery: what is wanted.

    Raises:
        SourceError: sound cannot be decoded.
    """

    def __init__(self, output: "OutputContainer", container: Container, info: SourceInfo, delivery: Delivery) -> None:
        self._path, self._output, self._container, self._cut = info.path, output, container, info.cut
        self._input = _opened(info.path, info.cut)
        self._tracks: dict[int, Track] = {}
        try:
            if delivery.audio and container.sound:
                for sound in self._input.streams.audio:
                    self._add(sound, audio_track(output, sound, container, info.cut, info.path))
            if delivery.subtitles:
                self._add_words(container)
        except BaseException:
            self._input.close()
            raise
        for before, after in zip(self._input.streams.video, output.streams.video, strict=False):
            after.metadata.update(named(before.metadata, container))
        self._packets = self._input.demux()  # pictures too: they tell how far the others have come
        self._held: Packet[Any] | None = None
        self._over, self._reached = False, -float("inf")

    def _add_words(self, container: Container) -> None:
        for track in self._input.streams.subtitles:
            self._add(track, subtitle_track(self._output, track, container, self._cut))
        if container.text == ANY:
            for font in self._input.streams.attachments:
                self._output.add_stream_from_template(font)
        if container.chapters and (chapters := self._input.chapters()):
            self._output.set_chapters(list(chapters_in(chapters, self._cut)))

    def _add(self, track: "Stream", made: Track | None) -> None:
        if made is not None:
            self._tracks[track.index] = made
            made.stream.metadata.update(named(track.metadata, self._container))
            made.stream.disposition = track.disposition

    def advance(self, seconds: float) -> None:
        """Write all up to a time of the output."""
        until = seconds + (float(self._cut.begin) if self._cut else 0.0)
        over = float("inf") if self._cut is None or self._cut.end is None else float(self._cut.end) + LATER
        while not self._over:
            packet = self._next()
            time = -float("inf") if packet is None else _time(packet)
            self._reached = max(self._reached, time)
            if packet is None or time > over:
                self._over = True
                for track in self._tracks.values():
                    self._write(track.rest(), "audio")
            elif time > until:
                self._held = packet
                return
            elif (mine := self._tracks.get(packet.stream.index)) is not None:
                self._write(cast(Any, mine).packets(packet), packet.stream.type)

    def close(self) -> None:
        """Close the second reader of the source."""
        self._input.close()

    def _write(self, packets: "Iterator[Packet[Any]]", kind: str) -> None:
        with decoding(self._path, f" ({kind})"):
            ready = list(packets)
        self._output.mux(ready)

    def _next(self) -> "Packet[Any] | None":
        held, self._held = self._held, None
        if held is not None:
            return held
        try:
            with decoding(self._path, " (sound)"):
                return next(self._packets, None)
        except SourceError:
            if self._cut is None or self._cut.end is None or self._reached < self._cut.end:
                raise
            return None  # damage behind the part that is used


def patience(container: Container, info: SourceInfo, delivery: Delivery) -> dict[str, str]:
    """Options of the muxer for what goes along."""
    return PATIENCE if delivery.subtitles and info.subtitles and container.text else {}


def wanted(container: Container, info: SourceInfo, delivery: Delivery) -> bool:
    """Whether anything of the source goes along."""
    words = (info.subtitles and container.text) or (info.chapters and container.chapters)
    return bool((delivery.audio and info.audio and container.sound) or (delivery.subtitles and words))


def _opened(path: Path, cut: Cut | None) -> "InputContainer":
    """The source, at its beginning or somewhere before the part that is used."""
    container = open_media(path)
    if cut is None or cut.skipped <= EARLIER or not indexed(container):
        return container
    try:
        container.seek(int((cut.begin - EARLIER) * 1_000_000))
    except av.error.FFmpegError:  # then it is read from the beginning
        container.close()
        return open_media(path)
    return container


def _time(packet: "Packet[Any]") -> float:
    """When a packet is due, seconds by the file's clock; at once where it does not say. Pictures are in no hurry."""
    seen = packet.stream.type == "video"
    stamp = packet.dts if seen or packet.pts is None else packet.pts
    return -float("inf") if stamp is None else float(stamp * packet.time_base) - seen * AHEAD
