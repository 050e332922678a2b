"""What a file is: plain values, for people (``table``), programs (``as_dict``) and for :mod:`fates`."""

from dataclasses import asdict, dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from bgstream.probing.picture import Picture, Still


@dataclass(frozen=True, slots=True)
class Audio:
    """A sound track.

    Attributes:
        codec, layout, language, title: names; empty where the file does not say.
        rate: samples a second.
        channels: how many.
        seconds: how long; None where the file does not say.
        offset: seconds by which it begins after the first picture, a coder's run-in (some 20 ms) included; None where
            the file does not say.
    """

    codec: str
    rate: int
    channels: int
    layout: str
    language: str = ""
    title: str = ""
    seconds: float | None = None
    offset: float | None = None


@dataclass(frozen=True, slots=True)
class Subtitle:
    """A subtitle track; ``text`` is False for pictures of words."""

    codec: str
    language: str = ""
    title: str = ""
    text: bool = True


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter, in seconds of the file's own clock."""

    begin: float
    end: float
    title: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a file is.

    Attributes:
        path: the file.
        kind: ``clip``, ``still`` or ``sound`` (no pictures).
        container: its format's short name, as FFmpeg or Pillow says it.
        title: the same for people.
        bytes: the file's size.
        picture: None where there are no pictures.
        still: only for single pictures.
        audio, subtitles, chapters: in the file's order.
        metadata: title, date and the like, as the file says them.
        cover: codec of the cover picture; empty: none.
        notes: traps that a user should know.
        problems: damage; what else is told here is true of the rest.
    """

    path: Path
    kind: str
    container: str
    title: str
    bytes: int
    picture: Picture | None = None
    still: Still | None = None
    audio: tuple[Audio, ...] = ()
    subtitles: tuple[Subtitle, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    metadata: dict[str, str] = field(default_factory=dict)
    cover: str = ""
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON: names as above, fractions as ``"4/3"``."""
        plain: dict[str, Any] = _plain(asdict(self))
        return plain


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return round(value, 6)
    return str(value) if isinstance(value, (Path, Fraction)) else value
