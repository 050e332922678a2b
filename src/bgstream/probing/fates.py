"""What would become of a file in each kind of output: read off the table of outputs, nothing is tried."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from bgstream.frame import LAYOUTS, Layout
from bgstream.media import native_layout
from bgstream.probing.facts import Audio, Facts, Subtitle
from bgstream.probing.picture import Picture
from bgstream.protocols import Wants
from bgstream.sinks.formats import ANY, Codec, Container, Variant, codecs, containers
from bgstream.sinks.subtitles import PLAIN
from bgstream.sources.adapt import DEEP

PALETTE = frozenset({"gif"})  # codecs of 256 colours, one of which may be none: alpha has one bit
MP4_TEXT = frozenset({"mov_text"})  # that only MP4 and MOV know


@dataclass(frozen=True, slots=True)
class Fate:
    """What one kind of output keeps.

    Attributes:
        suffix: of the output; ``%d.png`` numbered pictures, ``-`` a pipe.
        codec: what ``--codec`` takes; empty for single pictures, which have none.
        usual: it is what the suffix means without ``--codec``, with alpha or on a backdrop.
        alpha: ``yes``, ``one bit`` or ``no``: whether the cut-out's transparency fits in.
        depth: bits of a sample.
        depth_kept: no fewer than the file has.
        chroma: ``4:2:0``, ``4:2:2``, ``4:4:4``, ``RGB`` or ``palette`` (256 colours).
        chroma_kept: no coarser than the file's.
        lossless: what stays of the pictures is bit for bit the file's.
        hdr: ``kept``, ``tonemap`` (refused without ``--tonemap``), or empty: the file is not HDR.
        shape: of pixels that are not square: ``kept`` or ``squared``; empty: they are.
        padded: a side has to be made even.
        audio: for each track ``copied``, ``lost``, ``unreadable`` (refused without ``--no-audio``), or the
            codec that it becomes.
        subtitles: for each track ``kept``, ``lost``, or the format that it becomes.
        chapters: ``kept``, ``lost``, or empty: there are none.
    """

    suffix: str
    codec: str
    usual: bool
    alpha: str
    depth: int
    depth_kept: bool
    chroma: str
    chroma_kept: bool
    lossless: bool
    hdr: str = ""
    shape: str = ""
    padded: bool = False
    audio: tuple[str, ...] = ()
    subtitles: tuple[str, ...] = ()
    chapters: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def outputs_for(facts: Facts, every: bool = False) -> list[Fate]:
    """What each output would keep of a file.

    Args:
        facts: the file; without pictures there are no outputs.
        every: all codecs, not only the usual ones and those that keep a depth which the usual ones do not. Codecs that
            refuse pictures this small are left out.
    """
    picture = facts.picture
    if picture is None:
        return []
    fates, seen = [], set()
    for container in containers(facts.kind == "still").values():
        for codec, transparent, usual in _choices(container, _native(picture), every):
            key = (container.title, codec.name, transparent)  # .tif and .tiff are one
            if key not in seen and min(_sides(picture, container)) >= codec.smallest:
                seen.add(key)
                fates.append(_fate(facts, picture, container, codec, (transparent, usual)))
    return fates


def _native(picture: Picture) -> Layout:
    """The layout that the pictures are read in, upright: 4:2:2 on its side is no format."""
    layout = native_layout(picture.pixel_format)[0]
    if round(picture.rotation / 90) % 2 and layout.subsampling == (1, 2):
        return layout.whole
    return layout


def _choices(container: Container, native: Layout, every: bool) -> Iterator[tuple[Codec, bool, bool]]:
    """Codecs, whether with alpha, and whether usual; without alpha only where that makes a difference."""
    known = codecs()
    for transparent, names in ((True, container.alpha), (False, container.opaque)):
        kept = [name for name in names if _landing(known[name], transparent, native).depth >= native.depth]
        shown = [name for name in names if name in names[:1] + tuple(kept[:1]) or every]
        for name in shown:
            codec = known[name]
            again = not transparent and name in container.alpha and codec.alpha is not None
            if not again or (every and codec.alpha != codec.opaque):
                yield codec, transparent, name == names[0]


def _landing(codec: Codec, transparent: bool, native: Layout) -> Layout:
    """The layout that a codec is given."""
    variant = codec.alpha if transparent else codec.opaque
    return Wants((variant or Variant(frozenset(LAYOUTS))).layouts).nearest(native)


def _fate(facts: Facts, picture: Picture, container: Container, codec: Codec, kind: tuple[bool, bool]) -> Fate:
    transparent, usual = kind
    native = _native(picture)
    landing = _landing(codec, transparent, native)
    hdr = ("kept" if landing.depth >= DEEP else "tonemap") if picture.colour.hdr else ""
    shape = ("squared" if container.square else "kept") if picture.aspect != 1 else ""
    untouched = native_layout(picture.pixel_format)[0]
    whole = landing == untouched and shape != "squared" and hdr != "tonemap" and not picture.interlaced
    return Fate(
        container.suffix,
        "" if facts.kind == "still" else codec.name,
        usual,
        ("one bit" if codec.name in PALETTE else "yes") if transparent else "no",
        landing.depth,
        landing.depth >= picture.depth,
        _chroma(landing, codec),
        codec.name not in PALETTE and _fine(landing, native),
        codec.lossless and whole,
        hdr,
        shape,
        codec.even and any(side % 2 for side in _sides(picture, container)),
        tuple(_sound(track, container) for track in facts.audio),
        tuple(_words(track, container) for track in facts.subtitles),
        ("kept" if container.chapters else "lost") if facts.chapters else "",
    )


def _chroma(landing: Layout, codec: Codec) -> str:
    if codec.name in PALETTE:
        return "palette"
    return landing.chroma


def _fine(landing: Layout, native: Layout) -> bool:
    """Whether colour is stored at least as finely as it was."""
    return all(mine <= its for mine, its in zip(landing.subsampling, native.subsampling, strict=True))


def _sides(picture: Picture, container: Container) -> tuple[int, int]:
    """How high and wide it is written, or the other way round."""
    size = picture.shown if container.square else picture.stored
    return size.height, size.width


def _sound(track: Audio, container: Container) -> str:
    if not container.sound:
        return "lost"
    if track.codec == "unknown":
        return "unreadable"
    if container.copies(track.codec):
        return "copied"
    return container.audio_codec.removeprefix("lib")


def _words(track: Subtitle, container: Container) -> str:
    if not container.text or not (track.text or container.text == ANY):
        return "lost"
    if track.codec == container.text or (container.text == ANY and track.codec not in MP4_TEXT):
        return "kept"
    return PLAIN if container.text == ANY else container.text
