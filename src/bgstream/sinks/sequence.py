"""Numbered PNGs: every picture whole or absent, their times beside them, and a run that was stopped can go on."""

import json
from collections import deque
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO, cast

from av.codec.context import CodecContext

from bgstream import __version__
from bgstream.frame import HDR_TRANSFERS, RGB, Frame
from bgstream.partial import write_whole
from bgstream.protocols import SourceInfo
from bgstream.sinks.blanks import Blanks
from bgstream.sinks.delivery import Delivery
from bgstream.sinks.numbered import Numbered
from bgstream.sinks.recipes import Recipe
from bgstream.sinks.record import Record, read_record
from bgstream.sinks.writing import writing

if TYPE_CHECKING:
    from av.video.codeccontext import VideoCodecContext
    from av.video.frame import VideoFrame

PROGRAM = f"bgstream {__version__}"


class SequenceSink:
    """Writes numbered pictures. Leaving by an exception keeps those that are whole: the same job can go on.

    Args:
        target: see :class:`bgstream.sinks.numbered.Numbered`; the folder is made, the one that it lies in is not.
        recipe: with alpha, without, or the matte alone.
        info: the source's size, rate and tags.
        delivery: ``job`` says whose pictures they are, ``done`` how many lie there already.

    Raises:
        SinkError: a file cannot be written.
    """

    def __init__(self, target: Path, recipe: Recipe, info: SourceInfo, delivery: Delivery) -> None:
        self._names, self._recipe, self._info, self._job = Numbered(target), recipe, info, delivery.job
        self._blanks = Blanks(recipe, info)
        self._coming: deque[tuple[int, int]] = deque()  # pts and duration of the pictures that the encoder still holds
        before = read_record(self._names) or Record(self._job)
        self._older = max(len(before.times), before.older)  # pictures of whatever run was here before
        self._times = list(before.times[: delivery.done])
        self._part: TextIO | None = None
        self._made_folder = not self._names.folder.is_dir()
        with writing(target):
            self._encoder = self._opened()
            if self._made_folder:
                self._names.folder.mkdir()

    def _opened(self) -> "VideoCodecContext":
        """A PNG encoder that works on several pictures at once."""
        context = cast("VideoCodecContext", CodecContext.create(self._recipe.codec.encoder, "w"))
        context.height, context.width = self._info.size
        context.pix_fmt = self._recipe.packed(self._info.layout)
        context.time_base, context.framerate = self._info.time_base, self._info.rate
        context.options = dict(self._recipe.options)
        context.thread_count, context.thread_type = 0, "FRAME"
        context.open()
        return context

    def blank(self, like: Frame) -> Frame:
        """Planes (and alpha) to be filled."""
        return self._blanks.blank(like)

    def write(self, frame: Frame) -> None:
        """Encode one picture, and put in place those that are ready."""
        picture: VideoFrame = frame.keeper
        packed = picture.reformat(format=self._encoder.pix_fmt)
        packed.pts, packed.time_base = frame.pts, frame.time_base
        if frame.colour.transfer in HDR_TRANSFERS and not frame.layout.grey:
            # Only where it is not what every reader takes for granted: a tag for BT.709 would make viewers brighten.
            packed.colorspace, packed.color_range = RGB, 2
            packed.color_primaries, packed.color_trc = frame.colour.primaries, frame.colour.transfer
        self._coming.append((frame.pts, frame.duration))
        self._put(packed)
        self._blanks.take_back(picture)

    def _put(self, picture: "VideoFrame | None") -> None:
        with writing(self._names.folder, "; the same command then goes on"):
            for packet in self._encoder.encode(picture):
                self._record_begun()
                number = len(self._times) + 1
                write_whole(self._names.path(number), bytes(packet))
                self._times.append(self._coming.popleft())
                print(*self._times[-1], file=self._part, flush=True)

    def _record_begun(self) -> None:
        """Just before the first picture is put in place: from here on what lies there is this job's."""
        if self._part is not None:
            return
        head = {"program": PROGRAM, "source": self._info.path.name, "job": self._job, "older": self._older}
        lines = [json.dumps(head), *(f"{pts} {duration}" for pts, duration in self._times)]
        write_whole(self._names.part, "".join(f"{line}\n" for line in lines).encode())
        self._part = self._names.part.open("a", encoding="utf-8")
        self._names.whole.unlink(missing_ok=True)
        for path in self._names.unfinished():
            path.unlink()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._put(None)
                with writing(self._names.whole):
                    self._finish()
        finally:
            if self._part is not None:
                self._part.close()
            if self._made_folder and not any(self._names.folder.iterdir()):
                self._names.folder.rmdir()

    def _finish(self) -> None:
        """Tell about all pictures, and take away what an earlier run made beyond them."""
        colour, (height, width) = self._info.colour, self._info.size
        told = {
            "program": PROGRAM,
            "job": self._job,
            "source": self._info.path.name,
            "names": self._names.pattern,
            "first": 1,
            "count": len(self._times),
            "width": width,
            "height": height,
            "pixels": self._encoder.pix_fmt,
            "alpha": "straight" if self._recipe.alpha else "none",
            "primaries": colour.primaries,
            "transfer": colour.transfer,
            "rate": str(Fraction(self._info.rate)),
            "time_base": str(self._info.time_base),
            "pts": [pts for pts, _ in self._times],
            "last_duration": self._times[-1][1] if self._times else 0,
        }
        write_whole(self._names.whole, (json.dumps(told, indent=1) + "\n").encode())
        for number in range(len(self._times) + 1, self._older + 1):
            self._names.path(number).unlink(missing_ok=True)
        self._names.part.unlink(missing_ok=True)
