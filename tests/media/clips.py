"""Fixture clips, made at test time with PyAV and NumPy: nothing binary is kept in the repository.

Every picture shows a bright block in its top left corner (which way is up?) and a disc in the middle that
moves; where there is alpha, its left third is 0, the middle 128 and the right third 255.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.stream import Disposition
from av.subtitles.subtitle import SubtitleSet
from av.video.frame import VideoFrame
from numpy.typing import NDArray

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import OutputContainer
    from av.subtitles.stream import SubtitleStream
    from av.video.stream import VideoStream

# Samples of one encoded audio frame.
SAMPLES = {"aac": 1024, "libmp3lame": 1152, "libopus": 960, "flac": 1024, "pcm_s16le": 1024}
SOUND_RATE = 48_000
MILLI = Fraction(1, 1000)
ASS_HEADER = b"""[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""
WIDTHS: dict[str, tuple[type[Any], float]] = {"flt": (np.float32, 0.3), "s16": (np.int16, 9e3), "s32": (np.int32, 6e8)}


@dataclass(frozen=True)
class Sound:
    """One audio track: a tone, after ``silent`` seconds of silence, alike in all channels; ``held``: disposition."""

    codec: str = "aac"
    seconds: float = 0.48
    start: float = 0.0
    channels: int = 1
    silent: float = 0.0
    layout: str = ""
    held: int = 0
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Words:
    """One subtitle track: (seconds from, seconds to, line in the body of an ASS dialogue); ``held``: disposition."""

    codec: str = "subrip"
    cues: tuple[tuple[float, float, str], ...] = ((0.08, 0.2, "one"), (0.24, 0.4, "two"))
    tags: dict[str, str] = field(default_factory=dict)
    held: int = 0


@dataclass(frozen=True)
class Clip:
    """How one clip is made. Sizes are (height, width); ``tags``: matrix, range, primaries, transfer."""

    codec: str = "libx264"
    pixels: str = "yuv420p"
    size: tuple[int, int] = (64, 96)
    count: int = 12
    rate: int = 25
    unit: Fraction = Fraction(1, 12800)
    start: float = 0.0
    times: tuple[int, ...] = ()
    tags: tuple[int, int, int, int] = (1, 1, 1, 1)
    aspect: Fraction = Fraction(1)
    rotation: int = 0
    sound: tuple[Sound, ...] = ()
    words: tuple[Words, ...] = ()
    chapters: tuple[tuple[float, float, str], ...] = ()
    options: dict[str, str] = field(default_factory=lambda: {"g": "6"})
    muxer: dict[str, str] = field(default_factory=dict)

    def pts(self) -> list[int]:
        """Presentation times in units of ``unit``."""
        step = 1 / (self.rate * self.unit)
        first = self.start / self.unit
        return list(self.times) or [round(first + k * step) for k in range(self.count)]


def make_clip(path: Path, clip: Clip) -> None:
    """Write one clip."""
    with av.open(str(path), "w", container_options=clip.muxer) as output:
        video = _video_stream(output, clip) if clip.codec else None
        tracks = [_audio_stream(output, sound) for sound in clip.sound]
        lines = [_subtitle_stream(output, words) for words in clip.words]
        if clip.chapters:
            output.set_chapters([_chapter(number, *said) for number, said in enumerate(clip.chapters, 1)])
        for line, words in zip(lines, clip.words, strict=True):
            output.mux(_spoken(line, words))
        if video is not None:
            for index, pts in enumerate(clip.pts()):
                picture = paint(clip.pixels, clip.size, index)
                picture.pts, picture.time_base = pts, clip.unit
                output.mux(video.encode(picture))
            output.mux(video.encode(None))
        for track, sound in zip(tracks, clip.sound, strict=True):
            for frame in _tone(track, sound):
                output.mux(track.encode(frame))
            output.mux(track.encode(None))


def _video_stream(output: "OutputContainer", clip: Clip) -> "VideoStream":
    stream = cast("VideoStream", output.add_stream(clip.codec, rate=clip.rate, options=dict(clip.options)))
    stream.codec_context.thread_count = 1  # the same picture gives the same bits, however busy the machine is
    stream.height, stream.width = clip.size
    stream.pix_fmt = clip.pixels
    context = stream.codec_context
    context.time_base = stream.time_base = clip.unit
    context.sample_aspect_ratio = clip.aspect
    context.colorspace, context.color_range, context.color_primaries, context.color_trc = clip.tags
    if clip.rotation:
        stream.set_display_rotation(clip.rotation)
    return stream


def _audio_stream(output: "OutputContainer", sound: Sound) -> "AudioStream":
    layout = sound.layout or ("stereo" if sound.channels == 2 else "mono")
    stream = cast("AudioStream", output.add_stream(sound.codec, rate=SOUND_RATE, layout=layout))
    stream.metadata.update(sound.tags)
    stream.disposition = Disposition(sound.held)
    return stream


def _subtitle_stream(output: "OutputContainer", words: Words) -> "SubtitleStream":
    stream = cast("SubtitleStream", output.add_stream(words.codec))
    stream.codec_context.time_base = stream.time_base = MILLI
    stream.codec_context.subtitle_header = ASS_HEADER
    stream.metadata.update(words.tags)
    stream.disposition = Disposition(words.held)
    return stream


def _spoken(stream: "SubtitleStream", words: Words) -> list[Any]:
    packets = []
    for number, (begin, end, line) in enumerate(words.cues):
        body = f"{number},0,Default,,0,0,0,,{line}".encode()
        packet = cast(Any, stream.codec_context.encode_subtitle(SubtitleSet.create(body, 0, 1)))
        packet.pts = packet.dts = round(begin / MILLI)
        packet.duration, packet.time_base, packet.stream = round((end - begin) / MILLI), MILLI, stream
        packets.append(packet)
    return packets


def _chapter(number: int, begin: float, end: float, title: str) -> Any:
    times = {"start": round(begin / MILLI), "end": round(end / MILLI), "time_base": MILLI}
    return {"id": number, "metadata": {"title": title}, **times}


def _tone(stream: "AudioStream", sound: Sound) -> list[AudioFrame]:
    context, step = stream.codec_context, SAMPLES[sound.codec]
    kind, loudest = WIDTHS[context.format.name.rstrip("p")]
    begin, end = round(sound.start * SOUND_RATE), round(sound.seconds * SOUND_RATE)
    frames = []
    for first in range(0, end, step):
        heard = np.arange(first, first + step) >= sound.silent * SOUND_RATE
        wave = loudest * heard * np.sin(2 * np.pi * 440 * (np.arange(first, first + step) / SOUND_RATE))
        planar = np.tile(wave, (context.layout.nb_channels, 1))
        shaped = planar if context.format.is_planar else planar.T.reshape(1, -1)
        samples = np.ascontiguousarray(shaped, kind)
        frame = AudioFrame.from_ndarray(samples, context.format.name, context.layout.name)
        frame.sample_rate, frame.pts, frame.time_base = SOUND_RATE, begin + first, Fraction(1, SOUND_RATE)
        frames.append(frame)
    return frames


def paint(pixels: str, size: tuple[int, int], index: int) -> VideoFrame:
    """One picture in a planar pixel format."""
    picture = VideoFrame(size[1], size[0], pixels)
    depth = picture.format.components[0].bits
    for number, plane in enumerate(picture.planes):
        kind = np.uint8 if depth == 8 else np.uint16
        whole: NDArray[Any] = np.frombuffer(cast(Any, plane), kind)
        rows = whole[: plane.height * (plane.line_size // whole.itemsize)].reshape(plane.height, -1)
        drawn = _thirds(plane.height, plane.width) if number == 3 else _scene(plane.height, plane.width, number, index)
        top = (1 << depth) - 1
        rows[:, : plane.width] = np.rint(drawn * (top / 255)) if number == 3 else drawn << (depth - 8)
    return picture


def _thirds(height: int, width: int) -> NDArray[np.int64]:
    return np.tile(np.array([0, 128, 255])[np.arange(width) * 3 // width], (height, 1))


def _scene(height: int, width: int, plane: int, index: int) -> NDArray[np.int64]:
    y, x = np.mgrid[:height, :width]
    back = (60 + 60 * x // width + 20 * y // height, 110 + 20 * x // width, 130 + 0 * x)[plane]
    middle = width * (0.4 + 0.02 * (index % 10))
    disc = (x - middle) ** 2 / width**2 + (y - height / 2) ** 2 / height**2 < 0.05
    picture = np.where(disc, (180, 90, 170)[plane], back)
    picture[: height // 4, : width // 4] = (230, 128, 128)[plane]
    return np.asarray(picture, np.int64)
