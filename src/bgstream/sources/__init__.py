"""Where frames come from."""

from pathlib import Path

from bgstream.errors import SourceError
from bgstream.protocols import Source, Wants
from bgstream.sources.still import PICTURE_SUFFIXES, StillSource
from bgstream.sources.video import VideoSource

__all__ = ["PICTURE_SUFFIXES", "StillSource", "VideoSource", "open_source"]


def open_source(path: Path, wants: Wants, device: str = "cpu") -> Source:
    """Open a clip or a picture.

    Args:
        path: a local file; pictures are told by suffix.
        wants: what the sink can take; frames are converted once, here, where they cannot pass as they are.
        device: where networks run: hardware of its kind decodes, where it can.

    Raises:
        SourceError: it cannot be read.
    """
    if path.suffix.lower() in PICTURE_SUFFIXES:
        return StillSource(path)
    try:
        return VideoSource(path, wants, device)
    except SourceError as error:
        if "playlist" in error.hint and path.suffix.lower() in (".m3u8", ".mpd", ".txt", ".ffconcat"):
            raise SourceError(f"{path} is a playlist", "give the media file itself") from None
        raise
