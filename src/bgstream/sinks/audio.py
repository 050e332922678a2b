"""The source's sound beside the new pictures: every track, copied where the container allows, else transcoded."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

from av.audio.resampler import AudioResampler

from bgstream.errors import SourceError
from bgstream.media import decoding, open_media
from bgstream.sinks.formats import Container

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import OutputContainer
    from av.packet import Packet

ANY_AUDIO = "*"
OPUS_RATE = 48_000  # the only rate that Opus is defined at, apart from its divisors
LAYOUT_BY_CHANNELS = {1: "mono", 6: "5.1", 8: "7.1"}


class Copied:
    """A track whose packets go over untouched."""

    def __init__(self, output: "OutputContainer", track: "AudioStream", drop_before_zero: bool) -> None:
        self._stream = output.add_stream_from_template(track)
        self._stream.metadata.update(track.metadata)
        self._drop = drop_before_zero

    def packets(self, packet: "Packet[AudioStream]") -> "Iterator[Packet[AudioStream]]":
        """What to write for one packet of the source."""
        # Matroska has no edit list: sound that an edit list hides would push the whole file back.
        early = self._drop and packet.pts is not None and packet.pts + (packet.duration or 0) <= 0
        if packet.dts is not None and packet.size and not early:
            packet.stream = self._stream
            yield packet


class Transcoded:
    """A track that is decoded and encoded again, timestamps kept."""

    def __init__(self, output: "OutputContainer", track: "AudioStream", codec: str) -> None:
        rate = OPUS_RATE if codec == "libopus" else track.rate
        layout = LAYOUT_BY_CHANNELS.get(track.codec_context.channels, "stereo")
        self._stream = cast("AudioStream", output.add_stream(codec, rate=rate, layout=layout))
        self._stream.metadata.update(track.metadata)
        context = self._stream.codec_context
        self._resampler = AudioResampler(context.format.name, layout, rate)

    def packets(self, packet: "Packet[AudioStream]") -> "Iterator[Packet[AudioStream]]":
        """What to write for one packet of the source; the empty last one brings the rest out."""
        for frame in packet.decode():
            yield from self._encoded(self._resampler.resample(frame))
        if not packet.size:
            yield from self._encoded(self._resampler.resample(None))
            yield from self._stream.encode(None)

    def _encoded(self, frames: "list[AudioFrame]") -> "Iterator[Packet[AudioStream]]":
        for frame in frames:
            yield from self._stream.encode(frame)


class Soundtrack:
    """Feeds the audio of ``source`` into ``output``, a little ahead of the pictures.

    The file is opened a second time, so that pictures in flight never hold sound back.
    """

    def __init__(self, source: Path, output: "OutputContainer", container: Container) -> None:
        self._path, self._output = source, output
        self._input = open_media(source)
        self._tracks: dict[int, Copied | Transcoded] = {}
        tracks = self._input.streams.audio
        for track in tracks:
            name = track.codec_context.name if track.codec_context is not None else "unknown"
            if ANY_AUDIO in container.audio or name in container.audio:
                self._tracks[track.index] = Copied(output, track, container.square)
            elif name == "unknown":
                raise SourceError(f"the sound of {source} cannot be decoded here", "leave it out: --no-audio")
            else:
                self._tracks[track.index] = Transcoded(output, track, container.audio_codec)
        self._packets = self._input.demux(*tracks)
        self._held: Packet[AudioStream] | None = None

    def advance(self, seconds: float) -> None:
        """Write all sound up to a time of the clip."""
        while (packet := self._next()) is not None:
            if packet.pts is not None and packet.time_base and float(packet.pts * packet.time_base) > seconds:
                self._held = packet
                return
            with decoding(self._path, " (sound)"):
                ready = list(self._tracks[packet.stream.index].packets(packet))
            for item in ready:
                self._output.mux(item)

    def close(self) -> None:
        """Close the second reader of the source."""
        self._input.close()

    def _next(self) -> "Packet[AudioStream] | None":
        held, self._held = self._held, None
        if held is not None:
            return held
        with decoding(self._path, " (sound)"):
            return cast("Packet[AudioStream] | None", next(self._packets, None))
