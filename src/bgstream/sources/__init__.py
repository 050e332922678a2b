"""Where frames come from."""

from pathlib import Path

from bgstream.errors import ConfigError, SourceError
from bgstream.protocols import Source, Wants
from bgstream.sources.animation import AnimationSource
from bgstream.sources.peek import animation
from bgstream.sources.span import WHOLE, Span, parse_span
from bgstream.sources.still import PICTURE_SUFFIXES, StillSource, is_still
from bgstream.sources.video import VideoSource

__all__ = ["PICTURE_SUFFIXES", "AnimationSource", "StillSource", "VideoSource", "is_still", "open_source", "parse_span"]


def open_source(path: Path, wants: Wants, device: str = "cpu", span: Span = WHOLE) -> Source:
    """Open a clip or a picture.

    Args:
        path: a local file; pictures are told by suffix, animations under such a one by a look at the file.
        wants: what the sink can take; frames are converted once, here, where they cannot pass as they are.
        device: where networks run: hardware of its kind decodes, where it can.
        span: the part of a clip that is used; see :func:`parse_span`.

    Raises:
        SourceError: it cannot be read.
        ConfigError: nothing of it lies in ``span``, or it is a picture and has no parts.
    """
    if is_still(path):
        if span:
            raise ConfigError(f"{path} is a picture: nothing of it lies {span}", "leave out --start and --end")
        return StillSource(path, wants)
    moving = animation(path)
    if moving is not None and moving.kind != "png":  # FFmpeg reads animated PNG
        return AnimationSource(path, wants, span)
    try:
        return VideoSource(path, wants, device, span)
    except SourceError as error:
        if "playlist" in error.hint and path.suffix.lower() in (".m3u8", ".mpd", ".txt", ".ffconcat"):
            raise SourceError(f"{path} is a playlist", "give the media file itself") from None
        raise
