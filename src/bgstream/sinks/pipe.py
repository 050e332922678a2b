"""Pictures into a pipe: raw R, G, B, A, grey, or YUV4MPEG2, for other programs to go on with."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from bgstream.errors import SinkError
from bgstream.frame import HDR_TRANSFERS, LUMA_WEIGHTS, Colour, Frame
from bgstream.protocols import SourceInfo
from bgstream.sinks.blanks import Blanks
from bgstream.sinks.delivery import Delivery
from bgstream.sinks.recipes import Recipe

OUTPUT, ERRORS = 1, 2  # what every process has
JITTER = 1.5  # units of the source's clock by which a picture of a constant rate may be off
# YUV4MPEG2's names, as FFmpeg writes them: with the place of chroma samples, which MPEG puts beside the left ones.
TAGS = {"yuv420p": "420mpeg2 XYSCSS=420MPEG2", "yuv422p": "422 XYSCSS=422", "yuv444p": "444 XYSCSS=444"}
TAGS |= {f"{name}10le": f"{name[3:6]}p10 XYSCSS={name[3:6]}P10" for name in tuple(TAGS)}


def check_output() -> None:
    """Refuse to pour raw pictures onto a screen, or into nothing.

    Raises:
        SinkError: standard output is a terminal, or is closed.
    """
    if sys.stdout is None:
        raise SinkError("standard output is closed", "pipe it on, or name a file with -o")
    if os.isatty(OUTPUT):
        raise SinkError("raw pictures are not written to a terminal", "pipe them on: ... | ffplay -, or name a file")


class PipeSink:
    """Writes pictures to standard output. Until it is left, whatever else is printed there goes to standard error.

    Args:
        target: ``-``.
        recipe: rgba, grey or y4m.
        info: the source's size, rate and colour.
        delivery: nothing but pictures goes in.

    Raises:
        SinkError: standard output is a terminal, or is closed.
    """

    def __init__(self, target: Path, recipe: Recipe, info: SourceInfo, delivery: Delivery) -> None:  # noqa: ARG002
        check_output()
        self._recipe, self._info = recipe, info
        self._blanks = Blanks(recipe, info)
        self._stored = recipe.packed(info.layout)
        self._framed = recipe.codec.name == "y4m"
        self._begin: float | None = None
        self._count, self._uneven = 0, False
        with _piping():
            sys.stdout.flush()
            self._pipe = os.fdopen(os.dup(OUTPUT), "wb")  # it is closed when the sink is left
            self._aside = os.dup(OUTPUT)
            os.dup2(ERRORS, OUTPUT)
        if sys.platform == "win32":
            import msvcrt

            msvcrt.setmode(self._pipe.fileno(), os.O_BINARY)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader of the pipe cannot know."""
        found, info = [], self._info
        if not self._framed:
            height, width = info.size
            words = f"-pixel_format {self._stored} -video_size {width}x{height} -framerate {info.rate}"
            found.append(f"raw pictures say nothing of themselves; for ffmpeg: -f rawvideo {words} -i -")
        if self._uneven:
            found.append(f"pictures come at uneven times, which a pipe cannot say: readers take {info.rate} a second")
        if self._framed and _unexpected(info.colour, info.size[0]):
            tags = f"matrix {info.colour.matrix}, transfer {info.colour.transfer} (ITU-T H.273)"
            found.append(f"YUV4MPEG2 cannot say what its colours mean, and readers would guess wrong: {tags}")
        return tuple(found)

    def blank(self, like: Frame) -> Frame:
        """Planes (and alpha) to be filled."""
        return self._blanks.blank(like)

    def write(self, frame: Frame) -> None:
        """Write one picture."""
        self._look_at_time(frame)
        picture: VideoFrame = frame.keeper
        packed = picture.reformat(format=self._stored)
        with _piping():
            if self._framed:
                self._pipe.write(b"FRAME\n" if self._count else header(self._info) + b"FRAME\n")
            for samples in _samples(packed):
                self._pipe.write(samples.data)
        self._count += 1
        self._blanks.take_back(picture)

    def _look_at_time(self, frame: Frame) -> None:
        begin = self._begin = frame.time if self._begin is None else self._begin
        even = begin + self._count / float(self._info.rate)
        self._uneven |= abs(frame.time - even) > max(JITTER * float(frame.time_base), 1e-3)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                with _piping():
                    self._pipe.close()
        finally:
            with suppress(OSError):  # closing flushes: where the reader has gone it fails again
                self._pipe.close()
            sys.stdout.flush()
            os.dup2(self._aside, OUTPUT)
            os.close(self._aside)


def header(info: SourceInfo) -> bytes:
    """The line that a YUV4MPEG2 stream begins with."""
    height, width = info.size
    rate, span = info.rate, "FULL" if info.colour.full else "LIMITED"
    words = f"W{width} H{height} F{rate.numerator}:{rate.denominator} Ip A1:1 C{TAGS[info.layout.name]}"
    return f"YUV4MPEG2 {words} XCOLORRANGE={span}\n".encode()


def _unexpected(colour: Colour, height: int) -> bool:
    """Whether untagged pictures of this size are customarily taken for something else."""
    usual = Colour().known(height).matrix
    mine = colour.known(height).matrix
    return colour.transfer in HDR_TRANSFERS or LUMA_WEIGHTS.get(mine) != LUMA_WEIGHTS[usual]


def _samples(picture: VideoFrame) -> Iterator[NDArray[np.uint8]]:
    """Each plane's rows without what pads them."""
    kind = picture.format
    wide = kind.bits_per_pixel if len(picture.planes) == 1 else kind.components[0].bits
    for plane in picture.planes:
        whole = np.frombuffer(cast(Any, plane), np.uint8)[: plane.height * plane.line_size]
        rows = whole.reshape(plane.height, plane.line_size)[:, : plane.width * -(-wide // 8)]
        yield np.ascontiguousarray(rows)


@contextmanager
def _piping() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise SinkError("who read the pictures has gone", "look at what the program behind the pipe says") from None
    except OSError as error:
        raise SinkError(f"cannot write to the pipe: {error.strerror}", "is standard output open?") from None
