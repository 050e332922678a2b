"""One subtitle track beside the new pictures: copied where the container takes it, else made text that it takes."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from bgstream.protocols import Cut
from bgstream.sinks.cues import MILLI, Cue, joined, shown, words_in
from bgstream.sinks.formats import ANY, Container

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.packet import Packet
    from av.subtitles.stream import SubtitleStream

PLAIN = "subrip"  # what becomes of text that a container of any does not know (MP4's)
SINGLE = "mov_text"  # a track of it shows one text at a time


class CopiedText:
    """A track whose packets go over untouched but for their times."""

    def __init__(self, output: "OutputContainer", track: "SubtitleStream", cut: Cut | None) -> None:
        self.stream = output.add_stream_from_template(track)
        self._cut = cut
        self._fillers = track.codec_context.name == "mov_text"  # it fills gaps with empty packets; the muxer does again

    def packets(self, packet: "Packet[SubtitleStream]") -> "Iterator[Packet[SubtitleStream]]":
        """What to write for one packet of the source."""
        if not packet.size or (self._fillers and bytes(packet)[:2] == b"\0\0"):
            return
        if (times := shown(packet, self._cut)) is not None:
            packet.pts, packet.duration = times
            packet.dts = packet.pts
            packet.stream = self.stream
            yield packet

    def rest(self) -> "Iterator[Packet[SubtitleStream]]":
        """Nothing is held back."""
        return iter(())


class ConvertedText:
    """A track of text that is decoded and encoded again: words and simple styles stay, places and drawings go."""

    def __init__(self, output: "OutputContainer", track: "SubtitleStream", codec: str, cut: Cut | None) -> None:
        self._decoder, self._cut = track.codec_context, cut
        self._decoder.open(strict=False)
        self.stream = cast("SubtitleStream", output.add_stream(codec))
        context = self.stream.codec_context
        context.time_base = self.stream.time_base = MILLI
        context.subtitle_header = self._decoder.subtitle_header

    def packets(self, packet: "Packet[SubtitleStream]") -> "Iterator[Packet[SubtitleStream]]":
        """What to write for one packet of the source."""
        if (cue := self._cue(packet)) is not None:
            yield self._coded(cue)

    def rest(self) -> "Iterator[Packet[SubtitleStream]]":
        """Nothing is held back."""
        return iter(())

    def _cue(self, packet: "Packet[SubtitleStream]") -> Cue | None:
        if not packet.size or (times := shown(packet, self._cut)) is None:
            return None
        spoken = self._decoder.decode2(packet)
        if spoken is None or not any(words_in(spoken)):
            return None
        begin, lasting = (round(time * packet.time_base / MILLI) for time in times)
        return Cue(begin, begin + lasting, spoken)

    def _coded(self, cue: Cue) -> "Packet[SubtitleStream]":
        cue.spoken.start_display_time = 0  # the encoders want it so, and times are the packet's
        made = cast("Packet[SubtitleStream]", self.stream.codec_context.encode_subtitle(cue.spoken))
        made.pts = made.dts = cue.begin
        made.duration, made.time_base, made.stream = cue.end - cue.begin, MILLI, self.stream
        return made


class OneAtATime(ConvertedText):
    """The same for a container that shows one text at a time: those that overlap are joined while they do."""

    def __init__(self, output: "OutputContainer", track: "SubtitleStream", codec: str, cut: Cut | None) -> None:
        super().__init__(output, track, codec, cut)
        self._open: list[Cue] = []
        self._settled = 0

    def packets(self, packet: "Packet[SubtitleStream]") -> "Iterator[Packet[SubtitleStream]]":
        """What is certain after one packet of the source: what lies before it."""
        if (cue := self._cue(packet)) is not None:
            yield from self._until(cue.begin)
            self._open.append(cue)

    def rest(self) -> "Iterator[Packet[SubtitleStream]]":
        """What was open at the end."""
        return self._until(max((cue.end for cue in self._open), default=0))

    def _until(self, time: int) -> "Iterator[Packet[SubtitleStream]]":
        while self._open and self._settled < time:
            begin = max(self._settled, min(cue.begin for cue in self._open))
            end = min(time, *(cue.end for cue in self._open))
            if end > begin:
                spoken = self._open[0].spoken if len(self._open) == 1 else joined([cue.spoken for cue in self._open])
                yield self._coded(Cue(begin, end, spoken))
            self._settled = max(self._settled, end)
            self._open = [cue for cue in self._open if cue.end > self._settled]
        self._settled = max(self._settled, time)


def subtitle_track(
    output: "OutputContainer", track: "SubtitleStream", container: Container, cut: Cut | None
) -> CopiedText | ConvertedText | None:
    """How a track of the source goes into an output, which gets a stream for it; None: it cannot."""
    if not container.text or track.codec_context is None:
        return None
    if not track.codec_context.codec.text_sub:
        return CopiedText(output, track, cut) if container.text == ANY else None
    try:
        return CopiedText(output, track, cut)
    except ValueError:  # the container does not know it
        kind = OneAtATime if container.text == SINGLE else ConvertedText
        return kind(output, track, PLAIN if container.text == ANY else container.text, cut)
