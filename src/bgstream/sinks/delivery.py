"""What goes into an output besides the pictures, and beside it."""

from dataclasses import dataclass
from pathlib import Path

WHITE = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a sink is asked for.

    Attributes:
        audio: the source's sound is kept.
        subtitles: its subtitles are kept.
        key: where alpha goes as a grey clip of its own, beside the fill; None: nowhere.
        effort: the quality tier, which decides how much the key's encoder may spend.
        matte_colour: red, green, blue, 0..255: what soft edges are mixed with where alpha has one bit (GIF).
        job: which source and settings numbered pictures are made of, as a digest; see ``sinks/record.py``.
        done: numbered pictures that lie there already, from an earlier run of the same job that was stopped.
    """

    audio: bool = True
    subtitles: bool = True
    key: Path | None = None
    effort: str = "fast"
    matte_colour: tuple[int, int, int] = WHITE
    job: str = ""
    done: int = 0
