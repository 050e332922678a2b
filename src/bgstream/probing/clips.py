"""Clips: the header as FFmpeg reads it, and one pass over all pictures."""

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from av.stream import Disposition

from bgstream.errors import SourceError
from bgstream.media import open_media
from bgstream.probing.census import traps
from bgstream.probing.facts import Audio, Chapter, Facts, Subtitle
from bgstream.probing.film import Film
from bgstream.progress import Progress
from bgstream.sources.decode import said_end, video_stream

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.stream import Stream
    from av.video.stream import VideoStream

# Said of containers by their writers, and of no use to people.
DULL = frozenset({"major_brand", "minor_version", "compatible_brands", "encoder", "software"})
LOST_IN_MP4 = "{codec} in {container} has no alpha, whatever it was made with: only .webm and .mkv hold it"


def read_clip(path: Path, progress: Progress) -> Facts:
    """All that a clip says, and all that decoding it shows.

    Damage is told in ``problems``; what was read before it counts.

    Raises:
        SourceError: nothing can be read.
    """
    with open_media(path) as container:
        film = Film(path, container)
        problems: tuple[str, ...] = ()
        try:
            film.read(video_stream(container, path), progress)
        except SourceError as error:
            if film.picture() is None and not container.streams.audio:
                raise
            problems = (str(error),)
        picture = film.picture()
        begin = picture.timing.first if picture and picture.timing else None
        return Facts(
            path,
            "sound" if picture is None else "clip",
            container.format.name,
            container.format.long_name,
            path.stat().st_size,
            picture,
            audio=tuple(_audio(track, begin) for track in container.streams.audio),
            subtitles=tuple(_subtitle(track) for track in container.streams.subtitles),
            chapters=tuple(_chapter(row) for row in container.chapters()),
            metadata={key: text for key, text in container.metadata.items() if key.lower() not in DULL},
            cover=next((name_of(track) for track in container.streams.video if _is_cover(track)), ""),
            notes=(*film.notes, *(traps(picture.alpha) if picture else ()), *_notes(container)),
            problems=problems,
        )


def name_of(track: "Stream") -> str:
    """The codec's name, not its decoder's."""
    context = track.codec_context
    return context.codec.canonical_name if context is not None else "unknown"


def _audio(track: "AudioStream", begin: float | None) -> Audio:
    unit = track.time_base or Fraction(1)
    start = None if track.start_time is None else float(track.start_time * unit)
    context = track.codec_context
    return Audio(
        name_of(track),
        context.sample_rate if context is not None else 0,
        context.channels if context is not None else 0,
        context.layout.name if context is not None else "",
        *_said(track),
        seconds=_seconds(track),
        offset=None if start is None or begin is None else start - begin,
    )


def _seconds(track: "AudioStream") -> float | None:
    """How long it says to be; Matroska says when each track ends, where the writer was kind."""
    unit, start = track.time_base or Fraction(1), track.start_time or 0
    if track.duration:
        return float(track.duration * unit)
    end = said_end(track)
    return None if end is None else end - float(start * unit)


def _subtitle(track: "Stream") -> Subtitle:
    context = track.codec_context
    return Subtitle(name_of(track), *_said(track), text=context is None or not context.codec.bitmap_sub)


def _said(track: "Stream") -> tuple[str, str]:
    """Language and title."""
    language = track.metadata.get("language", "")
    return "" if language == "und" else language, track.metadata.get("title", "")


def _chapter(row: Any) -> Chapter:
    unit = row["time_base"] or Fraction(1)
    return Chapter(float(row["start"] * unit), float(row["end"] * unit), row["metadata"].get("title", ""))


def _is_cover(track: "VideoStream") -> bool:
    return bool(track.disposition & Disposition.attached_pic)


def _notes(container: "InputContainer") -> tuple[str, ...]:
    films = [track for track in container.streams.video if not _is_cover(track)]
    notes = [f"{len(films)} video tracks: the first is used"] if len(films) > 1 else []
    if films and name_of(films[0]) in ("vp8", "vp9") and "matroska" not in container.format.name:
        notes.append(LOST_IN_MP4.format(codec=name_of(films[0]).upper(), container=container.format.long_name))
    data, fonts = len(container.streams.data), len(container.streams.attachments)
    if data:
        notes.append(f"{data} track{'s' * (data != 1)} of other data: left out")
    if fonts:
        notes.append(f"{fonts} attached file{'s' * (fonts != 1)} (fonts): only .mkv keeps them")
    return tuple(notes)
