"""Facts for people: a name and a few words a line."""

from collections.abc import Iterator

from bgstream.probing.facts import Audio, Facts, Subtitle
from bgstream.probing.picture import Alpha, Picture, Size, Tags, Timing

METADATA = 6  # lines of it at most: some cameras write hundreds
UNITS = ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"))


def lines_of(facts: Facts) -> Iterator[tuple[str, str]]:
    """All that is known, a name and words for each line: ``("alpha", "none")``."""
    picture = facts.picture
    if picture is not None:
        yield "pictures", _pictures(picture)
        if picture.timing is not None:
            yield "frames", _frames(picture.timing)
            if picture.timing.frames > 1:
                yield "rate", _rate(picture.timing)
        if facts.still is None:
            yield "colour", _colour(picture.colour)
        yield "alpha", _alpha(picture.alpha)
    if facts.still is not None:
        dpi = f", {facts.still.dpi[0]:g}×{facts.still.dpi[1]:g} dpi" if facts.still.dpi else ""
        profile = f"profile {facts.still.icc}" if facts.still.icc else "no profile (taken as sRGB)"
        yield "tags", f"{profile}{dpi}, {'EXIF' if facts.still.exif else 'no EXIF'}"
    yield from (("sound", _sound(track)) for track in facts.audio)
    yield from (("subtitles", _subtitles(track)) for track in facts.subtitles)
    if facts.chapters:
        yield "chapters", f"{len(facts.chapters)}: {', '.join(filter(None, (c.title for c in facts.chapters[:5])))}"
    if facts.cover:
        yield "cover", facts.cover
    yield from (("metadata", f"{key}: {text}") for key, text in list(facts.metadata.items())[:METADATA])
    yield from (("note", note) for note in facts.notes)
    yield from (("problem", problem) for problem in facts.problems)


def _pictures(picture: Picture) -> str:
    profile = f" ({picture.profile})" if picture.profile else ""
    parts = [f"{picture.codec}{profile}", f"{_size(picture.stored)}", f"{picture.chroma}, {picture.depth} bits"]
    parts.append(picture.pixel_format)
    if picture.rotation or picture.mirrored:
        parts.append(f"turned by {picture.rotation}°{' and mirrored' * picture.mirrored}")
    if picture.aspect != 1:
        parts.append(f"pixels {picture.aspect.numerator}:{picture.aspect.denominator}")
    if picture.interlaced:
        parts.append("interlaced")
    if picture.shown != picture.stored:
        parts.append(f"shown as {_size(picture.shown)}")
    return ", ".join(parts)


def _frames(timing: Timing) -> str:
    declared = f" (the header says {timing.declared})" if timing.declared not in (0, timing.frames) else ""
    astray = f", {timing.astray} without a time of their own" if timing.astray else ""
    begin = f" from {timing.first:.3f} s on" if timing.first else ""
    return f"{timing.frames}{declared}, {timing.seconds:.3f} s{begin}{astray}"


def _rate(timing: Timing) -> str:
    if timing.constant:
        return f"{timing.rate:.6g} a second, constant"
    gaps = timing.gaps
    spread = f"{1000 * gaps.shortest:.4g} to {1000 * gaps.longest:.4g} ms apart, median {1000 * gaps.median:.4g} ms"
    return f"variable: {spread}; {timing.rate:.4g} a second on average"


def _colour(tags: Tags) -> str:
    said = {"matrix": tags.matrix, "range": tags.range, "primaries": tags.primaries, "transfer": tags.transfer}
    words = [f"{name} {word}" for name, word in said.items() if word != "unknown"]
    words += ["untagged"] if not words else []
    words += [f"{name} taken as {word}" for name, word in tags.assumed.items()]
    return ", ".join(([f"HDR ({tags.hdr})"] if tags.hdr else []) + words)


def _alpha(alpha: Alpha) -> str:
    if alpha.state in ("none", "missing"):
        return alpha.state
    if alpha.state == "opaque":
        return "there, but it hides nothing: all is opaque"
    shares = (("transparent", alpha.transparent), ("soft", alpha.partial), ("opaque", alpha.opaque))
    parts = ", ".join(f"{100 * share:.1f} % {name}" for name, share in shares)
    return f"working: {parts}{f'; {alpha.form}' * bool(alpha.form)}"


def _sound(track: Audio) -> str:
    parts = [track.codec, f"{track.rate} Hz", track.layout, track.language, track.title]
    parts.append("" if track.seconds is None else f"{track.seconds:.3f} s")
    late = track.offset or 0.0
    if abs(late) >= 0.0005:
        parts.append(f"begins {abs(late):.3f} s {'after' if late > 0 else 'before'} the pictures")
    return ", ".join(filter(None, parts))


def _subtitles(track: Subtitle) -> str:
    return ", ".join(filter(None, [track.codec, track.language, track.title, "" if track.text else "pictures"]))


def _size(size: Size) -> str:
    return f"{size.width}×{size.height}"


def bytes_of(count: int) -> str:
    """A file's size."""
    for unit, name in UNITS:
        if count >= unit:
            return f"{count / unit:.1f} {name}"
    return f"{count} bytes"
