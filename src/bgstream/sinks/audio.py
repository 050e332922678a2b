"""One audio track beside the new pictures: copied where the container allows, else transcoded."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

from bgstream.errors import SourceError
from bgstream.protocols import Cut
from bgstream.sinks.formats import Container
from bgstream.sinks.reshape import FORMATS, Reshaped, layout_for, rate_for

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import OutputContainer
    from av.packet import Packet

LOSSLESS = "flac"  # what sound becomes that a container of any sound does not take after all
RUN_IN = 1  # seconds before a cut that are decoded and thrown away: coders lean on what came before


class Copied:
    """A track whose packets go over untouched, those that begin in the part that is used."""

    def __init__(self, output: "OutputContainer", track: "AudioStream", square: bool, cut: Cut | None) -> None:
        self.stream = output.add_stream_from_template(track)
        self._square, self._cut = square, cut

    def packets(self, packet: "Packet[AudioStream]") -> "Iterator[Packet[AudioStream]]":
        """What to write for one packet of the source."""
        if packet.dts is None or not packet.size or not self._wanted(packet):
            return
        if self._cut is not None:
            shift = round(self._cut.begin / packet.time_base)
            packet.dts -= shift
            packet.pts = None if packet.pts is None else packet.pts - shift
        packet.stream = self.stream
        yield packet

    def rest(self) -> "Iterator[Packet[AudioStream]]":
        """Nothing is held back."""
        return iter(())

    def _wanted(self, packet: "Packet[AudioStream]") -> bool:
        if packet.pts is None:
            return True
        if self._cut is None:
            # Matroska has no edit list: sound that an edit list hides would push the whole file back.
            return not self._square or packet.pts + (packet.duration or 0) > 0
        shown = packet.pts * packet.time_base
        early = shown + packet.time_base / 2 <= self._cut.begin
        return not early and (self._cut.end is None or shown < self._cut.end)


class Transcoded:
    """A track that is decoded and encoded again: timestamps kept, a cut exact to the sample."""

    def __init__(self, output: "OutputContainer", track: "AudioStream", codec: str, cut: Cut | None) -> None:
        heard = track.codec_context
        rate, layout = rate_for(track.rate, codec), layout_for(heard.layout, codec)
        self.stream = cast("AudioStream", output.add_stream(codec, rate=rate, layout=layout))
        context = self.stream.codec_context
        if codec in FORMATS:
            context.format = FORMATS[codec]
        self._reshaped = Reshaped(context.format.name, layout, rate, cut)
        self._decoder, self._cut = heard, cut

    def packets(self, packet: "Packet[AudioStream]") -> "Iterator[Packet[AudioStream]]":
        """What to write for one packet of the source."""
        if packet.size and not self._outside(packet):
            yield from self._encoded(self._decoder.decode(packet))

    def rest(self) -> "Iterator[Packet[AudioStream]]":
        """What decoder and encoder still hold, at the end."""
        yield from self._encoded(self._decoder.decode(None))
        for ready in self._reshaped(None):
            yield from self.stream.encode(ready)
        yield from self.stream.encode(None)

    def _encoded(self, frames: "list[AudioFrame]") -> "Iterator[Packet[AudioStream]]":
        for frame in frames:
            for ready in self._reshaped(frame):
                yield from self.stream.encode(ready)

    def _outside(self, packet: "Packet[AudioStream]") -> bool:
        """Whether neither it is heard nor anything that leans on it."""
        if self._cut is None or packet.pts is None:
            return False
        shown = packet.pts * packet.time_base
        over = shown + (packet.duration or 0) * packet.time_base
        return over < self._cut.begin - RUN_IN or (self._cut.end is not None and shown >= self._cut.end)


def audio_track(
    output: "OutputContainer", track: "AudioStream", container: Container, cut: Cut | None, path: Path
) -> Copied | Transcoded:
    """How a track of the source goes into an output, which gets a stream for it.

    Raises:
        SourceError: it would have to be decoded, and cannot be.
    """
    name = "" if track.codec_context is None else track.codec_context.name
    if not name:
        raise SourceError(f"the sound of {path} cannot be decoded here", "leave it out: --no-audio")
    if container.copies(name):
        try:
            return Copied(output, track, container.square, cut)
        except ValueError:  # "any" has exceptions (the sound of a DVD in Matroska)
            pass
    return Transcoded(output, track, container.audio_codec or LOSSLESS, cut)
