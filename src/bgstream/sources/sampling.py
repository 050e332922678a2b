"""A few pictures spread over a clip, without decoding all of it."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from bgstream.errors import SourceError
from bgstream.media import decoding, open_media
from bgstream.sources.decode import decode, video_stream

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

AHEAD = 60  # frames decoded at most behind a key frame to reach a place


def pictures_at(path: Path, goals: Sequence[int], near: int, begin: int | None = None) -> "Iterator[VideoFrame]":
    """The pictures at some places of a clip, in order, or the nearest that can be had cheaply.

    What lies near is decoded up to, as is what follows a key frame; what lies far is sought.

    Args:
        path: the file.
        goals: pts, rising.
        near: pts units that are rather decoded than sought.
        begin: pts before which no picture is of use: up to there the way may be longer.

    Raises:
        SourceError: the file cannot be opened; damage is reported when the frames themselves are read.
    """
    with open_media(path) as container:
        stream = video_stream(container, path)
        start = stream.start_time or 0
        decoded, picture = decode(container, stream, path, whole=begin is None), None
        for goal in goals:
            here = -near if picture is None or picture.pts is None else picture.pts
            if goal > start and goal - here > near:
                with decoding(path):
                    container.seek(goal, stream=stream)
                decoded, picture = decode(container, stream, path, sought=True), None
            count = 0
            with suppress(SourceError):
                for picture in decoded:
                    shown = picture.pts
                    count += begin is None or shown is None or shown >= begin
                    if count >= AHEAD or (shown is not None and shown >= goal):
                        break
            if picture is not None:
                yield picture
