"""Animated WebP and AVIF, read by Pillow picture by picture: FFmpeg cannot read the one and drops the other's alpha."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray
from PIL import Image

from bgstream.errors import ConfigError, SourceError
from bgstream.frame import Frame
from bgstream.media import check_file
from bgstream.protocols import Cut, SourceInfo, Wants
from bgstream.sources.adapt import Adapter
from bgstream.sources.peek import animation
from bgstream.sources.photo import PIXELS, UNREADABLE
from bgstream.sources.span import WHOLE, Span
from bgstream.sources.still import TAGS

TICK = Fraction(1, 1000)  # seconds: durations are whole milliseconds
USUAL = 100  # ticks for which browsers show a picture whose duration is 0
SQUARE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture with its alpha, if any, (height, width, 3 or 4); from when on and how long, in ticks."""

    pixels: NDArray[np.uint8]
    pts: int
    duration: int


class AnimationSource:
    """An animated picture as a clip.

    Args:
        path: a local file, animated WebP or AVIF.
        wants: what the sink can take.
        span: the part of it that is used.

    Raises:
        ConfigError: nothing lies in the span.
        SourceError: the file is missing, damaged or too large.
    """

    def __init__(self, path: Path, wants: Wants, span: Span = WHOLE) -> None:
        self._path, self._span = path, span
        check_file(path)
        said = animation(path)
        first = next(self._part(), None)
        if first is None:
            raise ConfigError(f"no frame of {path} lies {span}", "start is included, end is not")
        self._begin = first.pts if span else 0
        self._adapter = Adapter(_picture(first), SQUARE, wants)
        self.info = SourceInfo(
            path,
            self._adapter.size,
            self._adapter.layout,
            self._adapter.colour,
            rate=1 / (first.duration * TICK),
            time_base=TICK,
            duration=max(0.0, (said.seconds if said else 0.0) - float(self._begin * TICK)),
            cut=Cut(self._begin * TICK, skipped=self._begin * TICK) if span else None,
            notes=self._adapter.notes,
        )

    def frames(self) -> Iterator[Frame]:
        """All frames in order, with strictly rising pts.

        Raises:
            SourceError: the data is damaged; the message says from where on.
        """
        for shown in self._part():
            yield self._adapted(shown)

    def sample(self, count: int) -> list[Frame]:
        """At most ``count`` frames, spread evenly over the animation; the part before the last is decoded for it."""
        length = self._length()
        wanted = {int(length * (k + 0.5) / count) for k in range(count)}
        last = max(wanted, default=-1)
        found = []
        for number, shown in enumerate(self._part()):
            if number in wanted:
                found.append(self._adapted(shown))
            if number >= last:
                break
        return found

    def _length(self) -> int:
        """Pictures of the part that is used; only a part has to be counted."""
        if self._span:
            return sum(1 for _ in self._part())
        with _opened(self._path, 0) as picture:
            return int(getattr(picture, "n_frames", 1))

    def _adapted(self, shown: Shown) -> Frame:
        return self._adapter(_picture(shown), shown.pts - self._begin, TICK)

    def _part(self) -> Iterator[Shown]:
        """The pictures of the span."""
        start, end = self._span.start, self._span.end
        for number, shown in enumerate(self._all()):
            if end is not None and end.reached(number, shown.pts * TICK):
                return
            if start is None or start.reached(number, shown.pts * TICK):
                yield shown

    def _all(self) -> Iterator[Shown]:
        number, pts = 0, 0
        with _opened(self._path, number) as opened:
            count = getattr(opened, "n_frames", 1)
            while number < count:
                with _reading(self._path, number):
                    opened.seek(number)
                    opened.load()
                    pixels = np.asarray(opened.convert("RGBA" if opened.has_transparency_data else "RGB"))
                duration = int(opened.info.get("duration") or USUAL)
                yield Shown(pixels, pts, duration)
                number, pts = number + 1, pts + duration


def _picture(shown: Shown) -> VideoFrame:
    picture = VideoFrame.from_ndarray(
        np.ascontiguousarray(shown.pixels), "rgba" if shown.pixels.shape[2] == 4 else "rgb24"
    )
    picture.color_primaries, picture.color_trc, picture.color_range = TAGS.primaries, TAGS.transfer, 2
    picture.duration = shown.duration
    return picture


@contextmanager
def _opened(path: Path, number: int) -> Iterator[Image.Image]:
    with _reading(path, number):
        picture = Image.open(path)
    with picture:
        if picture.width * picture.height > PIXELS:
            raise SourceError(f"{path} has {picture.width}×{picture.height} pixels", "make it smaller first")
        yield picture


@contextmanager
def _reading(path: Path, number: int) -> Iterator[None]:
    """Turn Pillow's errors into :class:`SourceError`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # libraries would print what we say in an error
            yield
    except (*UNREADABLE, Image.DecompressionBombError):
        where = f" after frame {number}" if number else ""
        raise SourceError(f"{path} is damaged{where}", "copy or download the file again") from None
