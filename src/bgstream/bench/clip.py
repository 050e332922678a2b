"""Clips to measure with: made from the synthetic source, or the beginning of a file, its packets copied."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import av
import av.error

from bgstream.errors import SourceError
from bgstream.frame import Frame
from bgstream.media import open_media
from bgstream.progress import Clock
from bgstream.protocols import SourceInfo
from bgstream.sinks import Delivery, open_sink, recipe_for
from bgstream.sources import is_still, open_source
from bgstream.sources.decode import video_stream
from bgstream.sources.synthetic import SyntheticSource

if TYPE_CHECKING:
    from av.packet import Packet

SILENT = Delivery(audio=False, subtitles=False)
CONTAINERS = frozenset({".mp4", ".mov", ".mkv", ".webm", ".avi", ".ts"})
STEPS = (8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)  # lengths that excerpts come in


def write_clip(frames: Iterable[Frame], info: SourceInfo, target: Path, clock: Clock | None = None) -> int:
    """Write frames as they are, as the product writes clips on a colour; returns how many.

    Args:
        frames: what to write.
        info: of their source.
        target: the file.
        clock: counts as stage "encode".
    """
    recipe, count = recipe_for(target, still=False, transparent=False, matte=False), 0
    clock = clock or Clock()
    with open_sink(target, recipe, info, SILENT) as sink:
        for count, frame in enumerate(frames, 1):  # noqa: B007 - the count is the answer
            with clock("encode"):
                out = sink.blank(frame)
                for plane, filled in zip(frame.planes, out.planes, strict=True):
                    filled[...] = plane
                sink.write(out)
    return count


def write_truth(source: SyntheticSource, target: Path, count: int) -> Path:
    """Write the known alpha of a synthetic source's first frames as a lossless grey clip (``.mkv``)."""
    recipe = recipe_for(target, still=False, transparent=True, matte=True)
    with open_sink(target, recipe, source.info, SILENT) as sink:
        for index, frame in enumerate(islice(source.frames(), count)):
            out = sink.blank(frame)
            out.planes[0][...] = source.truth(index)
            sink.write(out)
    return target


class Excerpts:
    """Beginnings of one clip, each made when it is first asked for.

    Args:
        whole: the clip.
        folder: where they are put.
        most: frames of the longest.

    Raises:
        SourceError: the clip cannot be read.
    """

    def __init__(self, whole: Path, folder: Path, most: int = STEPS[-1]) -> None:
        if is_still(whole):
            raise SourceError(f"{whole} is a picture", "give a clip: a picture has no frame rate")
        suffix = whole.suffix.lower()
        self._folder, self._suffix = folder, suffix if suffix in CONTAINERS else ".mkv"
        self._longest = whole
        self.count = _length(whole, most + 1)
        if self.count > most:
            self.count, self._longest = most, self._cut(whole, most)

    def of(self, frames: float) -> Path:
        """An excerpt of so many frames or somewhat more; fewer where there are no more."""
        wanted = next((step for step in STEPS if step >= frames), STEPS[-1])
        return self._longest if wanted >= self.count else self._cut(self._longest, wanted)

    def _cut(self, clip: Path, frames: int) -> Path:
        target = self._folder / f"excerpt-{frames}{self._suffix}"
        if not target.exists():
            with suppress(av.error.FFmpegError, ValueError):  # a container that does not take this codec
                _copy(clip, target, frames)
                return target
            target = target.with_suffix(".mp4")
            wants = recipe_for(target, still=False, transparent=False, matte=False).wants
            source = open_source(clip, replace(wants, tonemap=True))
            write_clip(islice(source.frames(), frames), source.info, target)
        return target


def _length(clip: Path, most: int) -> int:
    """Packets with a picture, counted up to ``most``."""
    with open_media(clip) as container:
        packets = container.demux(video_stream(container, clip))
        return sum(1 for _ in islice(filter(_filled, packets), most))


def _filled(packet: "Packet") -> bool:  # type: ignore[type-arg]
    return packet.size > 0


def _copy(clip: Path, target: Path, frames: int) -> None:
    with open_media(clip) as container, av.open(str(target), "w") as output:
        video = video_stream(container, clip)
        stream = output.add_stream_from_template(video)
        for packet in islice(filter(_filled, container.demux(video)), frames):
            packet.stream = stream
            output.mux(packet)
