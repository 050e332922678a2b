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
        matte_colour: red, green, blue, 0..255: what soft edges are mixed with where alpha has one bit (GIF).
        done: numbered pictures that lie there already, from an earlier run that was stopped.
    """

    audio: bool = True
    subtitles: bool = True
    key: Path | None = None
    matte_colour: tuple[int, int, int] = WHITE
    done: int = 0
