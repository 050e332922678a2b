"""How one output is written: the row of the table that its name, its content and ``--codec`` choose."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from bgstream.errors import ConfigError, NoAlphaChannel, nearest
from bgstream.frame import Layout
from bgstream.protocols import Wants
from bgstream.sinks.formats import Codec, Container, Options, codecs, containers

PIPE, SEQUENCE = "-", "%d.png"
NUMBERED = re.compile(r"%(0\d+)?d")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one output is written.

    Attributes:
        container: what the file holds, and who writes it.
        codec: how pictures are coded.
        layouts: names of the layouts that it takes; None for any (a matte does not care).
        alpha: it is written with alpha.
        matte: only alpha is written, as a grey picture.
        options: encoder options.
    """

    container: Container
    codec: Codec
    layouts: frozenset[str] | None
    alpha: bool = False
    matte: bool = False
    options: Options = field(default_factory=dict)

    @property
    def wants(self) -> Wants:
        """What a source has to deliver."""
        return Wants(self.layouts, self.container.square)

    def stored(self, layout: Layout) -> str:
        """The pixel format in which frames of a layout reach the encoder, before they are packed for it."""
        if self.matte:
            return self.codec.matte
        return layout.alpha_name if self.alpha else layout.name

    def packed(self, layout: Layout) -> str:
        """The pixel format that the encoder takes: the same samples, perhaps in another order."""
        stored = self.stored(layout)
        return self.codec.stored.get(stored, stored)


def kind_of(target: Path) -> str:
    """The suffix that a target stands for: its own, ``%d.png`` for numbered pictures or a folder, ``-`` for a pipe."""
    if str(target) == PIPE:
        return PIPE
    suffix = target.suffix.lower()
    if target.is_dir() or not suffix or (suffix == ".png" and NUMBERED.search(target.name)):
        return SEQUENCE
    return suffix


def recipe_for(
    target: Path, still: bool, transparent: bool, matte: bool, codec: str = "", quality: str = "fast"
) -> Recipe:
    """The recipe for a target.

    Args:
        target: the output; a suffix names the kind, ``name_%05d.png`` or a folder numbered pictures, ``-`` a pipe.
        still: the source is a picture.
        transparent: alpha is to be kept.
        matte: only alpha is to be written.
        codec: one of those that the suffix can hold; empty: its usual one.
        quality: the tier; it decides how much the encoder may spend.

    Raises:
        ConfigError: the suffix is unknown, or of the wrong kind for the source; or the codec does not go with it.
        NoAlphaChannel: transparency is asked of a container that cannot hold it.
    """
    container = _container(target, still)
    names = container.codecs(transparent, matte)
    if codec and (still or codec not in names):
        _refuse_codec(container, codec, transparent, matte)
    if not names:
        _refuse_content(target, container, matte)
    chosen = codecs()[codec or names[0]]
    variant = None if matte else chosen.alpha if transparent else chosen.opaque
    options = chosen.options | chosen.effort.get(quality, {}) | (variant.options if variant else {})
    return Recipe(container, chosen, variant.layouts if variant else None, transparent and not matte, matte, options)


def _container(target: Path, still: bool) -> Container:
    kind = target.suffix.lower() if still else kind_of(target)
    known = containers(still)
    if kind in known:
        return known[kind]
    if kind in containers(not still) or str(target) == PIPE:
        what = "a picture" if still else "a clip"
        stem = NUMBERED.sub("", target.stem).rstrip("_-. ") or "frame"
        better = "use .png" if still else f"use .webm, or number PNGs: {stem}_%05d.png"
        raise ConfigError(f"{what} cannot be written as {kind or PIPE}: {target}", better)
    suffixes = [known_kind for known_kind in known if known_kind.startswith(".")]
    raise ConfigError(
        f"unknown output kind '{kind}': {target}", f"{nearest(kind, suffixes)} (there is {', '.join(suffixes)})"
    )


def _refuse_content(target: Path, container: Container, matte: bool) -> None:
    """Raise what says which other suffix holds alpha, or a matte."""
    still = container.writer == "still"
    holding = [c.suffix for c in containers(still).values() if c.codecs(not matte, matte)]
    if matte:
        best = ".png" if still else ".mkv"
        raise ConfigError(
            f"{container.suffix} is not written as a matte: {target}", f"use {best} (of {', '.join(holding)})"
        )
    raise NoAlphaChannel(
        f"{container.suffix} cannot hold transparency: {target}",
        f"write {target.with_suffix(holding[0]).name} (with alpha: {', '.join(holding)}),"
        " or put a colour behind: -b green",
    )


def _refuse_codec(container: Container, codec: str, transparent: bool, matte: bool) -> None:
    """Raise what says where a codec goes, and what goes here."""
    if container.writer == "still":
        raise ConfigError(f"a picture has no codec: {container.suffix}", "leave out --codec")
    what = "a matte" if matte else "alpha" if transparent else "a backdrop"
    names = container.codecs(transparent, matte)
    takes = f"{container.suffix} with {what} takes {', '.join(names)}" if names else ""
    if codec not in codecs():
        raise ConfigError(f"unknown codec '{codec}'", takes or nearest(codec, codecs()))
    if transparent and not matte and codec in container.opaque:
        hint = "; ".join(filter(None, [takes, "or put a colour behind: -b green"]))
        raise NoAlphaChannel(f"codec '{codec}' cannot hold transparency", hint)
    others = [other.suffix for other in containers().values() if codec in other.codecs(transparent, matte)]
    hint = "; ".join(filter(None, [f"it goes into {', '.join(others)}" if others else "", takes]))
    raise ConfigError(f"{container.suffix} is not written with codec '{codec}'", hint)
