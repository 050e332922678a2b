"""What tracks and chapters are called, as the output can say it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bgstream.media import fraction
from bgstream.protocols import Cut
from bgstream.sinks.cues import MILLI
from bgstream.sinks.formats import Container

if TYPE_CHECKING:
    from av.container.core import Chapter

MOVING = "mov_text"  # subtitles of the containers that Apple began
# Languages as the muxer of MOV wants them, where that is not how ISO 639-2/T has them.
MACINTOSH = {"deu": "ger", "nld": "dut", "swe": "sve", "ell": "gre", "isl": "ice", "zho": "chi", "sqi": "alb"}
NAMELESS = ("handler", "media", "gpac", "bento")  # names of programs, where a track's own name should be


def named(said: dict[str, str], container: Container) -> dict[str, str]:
    """A track's language and title as a container takes them: MP4 and MOV keep the title as their handler's name."""
    tags = {key.lower(): value for key, value in said.items()}
    title, handler = tags.get("title", ""), tags.get("handler_name", "")
    if not title and not any(word in handler.lower() for word in NAMELESS):
        title = handler
    language, handled = tags.get("language", ""), container.text == MOVING
    if container.suffix == ".mov":
        language = MACINTOSH.get(language, language)
    kept = {"language": language, "title": title, "handler_name": title if handled else ""}
    return {key: value for key, value in kept.items() if value}


def chapters_in(chapters: "list[Chapter]", cut: Cut | None) -> "Iterator[Chapter]":
    """The chapters of a part, times counted from where it begins."""
    for chapter in chapters:
        tick = fraction(chapter["time_base"], MILLI)
        shift = round(cut.begin / tick) if cut else 0
        start = max(0, chapter["start"] - shift) if cut else chapter["start"]
        end = chapter["end"] - shift
        if cut is not None and cut.end is not None:
            end = min(end, round((cut.end - cut.begin) / tick))
        if cut is None or end > start:
            yield {**chapter, "start": start, "end": end}
