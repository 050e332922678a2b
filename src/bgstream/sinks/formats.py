"""The table of what can be written, ``formats.toml``, as typed rows."""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from bgstream.frame import LAYOUTS

Options = dict[str, str]
ANY = "*"  # what a container holds that is not choosy


@dataclass(frozen=True, slots=True)
class Variant:
    """A codec with alpha, or without.

    Attributes:
        layouts: names of the layouts that it takes.
        options: encoder options of this variant.
    """

    layouts: frozenset[str]
    options: Options = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Codec:
    """How pictures are coded; see ``formats.toml``.

    Attributes:
        name: what ``--codec`` takes.
        encoder: FFmpeg's name; empty for single pictures.
        alpha, opaque: with alpha and without; None: it cannot.
        matte: the pixel format of a grey picture; empty: it takes none.
        stored: what layouts are packed as for the encoder, the same samples in another order.
        options: encoder options.
        effort: more options, by quality tier.
        even: width and height must be even.
        smallest: width and height must be at least this.
        lossless: samples come back as they went in.
        tag: four letters that players know the codec by; empty: the container's own.
        hardware: what the encoder needs, in words; empty: nothing.
    """

    name: str
    encoder: str = ""
    alpha: Variant | None = None
    opaque: Variant | None = None
    matte: str = ""
    stored: dict[str, str] = field(default_factory=dict)
    options: Options = field(default_factory=dict)
    effort: dict[str, Options] = field(default_factory=dict)
    even: bool = False
    smallest: int = 1
    lossless: bool = False
    tag: str = ""
    hardware: str = ""


@dataclass(frozen=True, slots=True)
class Container:
    """What a suffix stands for; see ``formats.toml``.

    Attributes:
        suffix: with its dot; ``%d.png`` numbered pictures, ``-`` a pipe.
        title: one line for people.
        writer: which sink.
        alpha, opaque, matte: names of the codecs that go in, the usual one first.
        square: it cannot say that pixels are not square.
        audio: audio codecs that go in as they are; ``*``: any.
        audio_codec: what other audio becomes; empty with an empty ``audio``: it holds no sound.
        text: what subtitles become; ``*``: text as it is; empty: it holds none.
        chapters: it holds chapters.
        muxer: options.
    """

    suffix: str
    title: str
    writer: str
    alpha: tuple[str, ...] = ()
    opaque: tuple[str, ...] = ()
    matte: tuple[str, ...] = ()
    square: bool = False
    audio: frozenset[str] = frozenset()
    audio_codec: str = ""
    text: str = ""
    chapters: bool = False
    muxer: Options = field(default_factory=dict)

    @property
    def sound(self) -> bool:
        """Whether it holds sound."""
        return bool(self.audio)

    def copies(self, codec: str) -> bool:
        """Whether sound of this codec goes in as it is."""
        return codec in self.audio or ANY in self.audio

    def codecs(self, transparent: bool, matte: bool) -> tuple[str, ...]:
        """Names of the codecs for one kind of content."""
        if matte:
            return self.matte
        return self.alpha if transparent else self.opaque


@cache
def containers(still: bool = False) -> dict[str, Container]:
    """All containers of clips, or of single pictures, by suffix."""
    sets = {"audio": frozenset, "alpha": tuple, "opaque": tuple, "matte": tuple}
    rows = _table()["stills" if still else "containers"]
    return {suffix: Container(suffix, **_typed(row, sets)) for suffix, row in rows.items()}


@cache
def codecs() -> dict[str, Codec]:
    """All codecs by name."""
    kinds = {"alpha": _variant, "opaque": _variant}
    return {name: Codec(name, **_typed(row, kinds)) for name, row in _table()["codecs"].items()}


@cache
def _table() -> dict[str, dict[str, Any]]:
    return tomllib.loads(resources.files("bgstream.sinks").joinpath("formats.toml").read_text(encoding="utf-8"))


def _typed(row: dict[str, Any], kinds: dict[str, Any]) -> dict[str, Any]:
    return {key: kinds.get(key, lambda value: value)(value) for key, value in row.items()}


def _variant(row: dict[str, Any]) -> Variant:
    named = row["layouts"]
    every = frozenset(LAYOUTS) if "*" in named else frozenset()
    without = {name[1:] for name in named if name.startswith("-")}
    return Variant((every | {name for name in named if name in LAYOUTS}) - without, row.get("options", {}))
