"""The seams: what frames come from, pass through and go to. ``Source → Matter → Backdrop → Sink``."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from bgstream.frame import LAYOUTS, Colour, Frame, Layout, Matted, Planes


@dataclass(frozen=True, slots=True)
class Cut:
    """The part of a file that is used, by the file's own clock.

    Attributes:
        begin: seconds at which the first frame is shown; frames are moved so that it is their zero.
        end: seconds from which on nothing is used; None: the file's end.
        skipped: seconds between the file's own first picture and ``begin``.
    """

    begin: Fraction
    end: Fraction | None = None
    skipped: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class PictureTags:
    """What a picture file says besides its pixels.

    Attributes:
        icc: its colour profile, empty where there is none.
        exif: its EXIF block without orientation (it is applied) and thumbnail; empty where there is none.
        dpi: pixels an inch, horizontally and vertically; None where it does not say.
    """

    icc: bytes = b""
    exif: bytes = b""
    dpi: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What is known of a source before its first frame.

    Attributes:
        path: the file.
        size: (height, width) of the frames that come out: upright, square pixels unless ``aspect`` says so.
        layout: of the frames that come out.
        native: the layout that the file itself has; None where it is not known.
        colour: of the frames that come out.
        rate: frames a second, nominal; timing follows each frame's pts, never this.
        time_base: seconds of one pts unit.
        aspect: shape of a pixel, width / height.
        duration: seconds, 0 where the file does not say.
        still: a single picture, not a clip.
        audio: number of audio tracks.
        subtitles: number of subtitle tracks.
        bitmaps: how many of them are pictures, not text (DVD, Blu-ray): only Matroska takes them.
        chapters: number of chapters.
        cut: the part that is used; None: all of it.
        picture: what a still picture says of itself.
        metadata: title, date and the like, carried to the output.
        notes: things a user should know (made progressive, tone-mapped, subtitles left out).
    """

    path: Path
    size: tuple[int, int]
    layout: Layout
    colour: Colour
    rate: Fraction = Fraction(25)
    time_base: Fraction = Fraction(1, 1000)
    aspect: Fraction = Fraction(1)
    duration: float = 0.0
    still: bool = False
    audio: int = 0
    subtitles: int = 0
    bitmaps: int = 0
    chapters: int = 0
    cut: Cut | None = None
    picture: PictureTags = PictureTags()
    metadata: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    native: Layout | None = None


@dataclass(frozen=True, slots=True)
class Wants:
    """What a sink can take, so that a source converts once, at the start, or not at all.

    Attributes:
        layouts: names of the layouts it takes; None for any.
        square: it cannot say that pixels are not square.
        tonemap: HDR is to be mapped to BT.709.
    """

    layouts: frozenset[str] | None = None
    square: bool = True
    tonemap: bool = False

    def nearest(self, native: Layout) -> Layout:
        """The wanted layout that loses least: same kind, then depth, then colour resolution."""
        if self.layouts is None or native.name in self.layouts:
            return native

        def loss(layout: Layout) -> tuple[bool, int, int, int, int]:
            area, mine = layout.subsampling, native.subsampling
            coarser = area[0] * area[1] - mine[0] * mine[1]
            shallower = max(0, native.depth - layout.depth)
            return layout.rgb != native.rgb, shallower, max(0, coarser), abs(coarser), layout.depth

        return min((LAYOUTS[name] for name in sorted(self.layouts)), key=loss)


class Source(Protocol):
    """Where frames come from."""

    @property
    def info(self) -> SourceInfo:
        """What is known before the first frame."""

    def frames(self) -> Iterator[Frame]:
        """All frames in presentation order."""

    def sample(self, count: int) -> list[Frame]:
        """At most ``count`` frames spread over the whole, independent of :meth:`frames`."""


class Matter(Protocol):
    """Whatever turns frames into mattes, in order, one for one."""

    def __call__(self, frames: Iterator[Frame]) -> Iterator[Matted]:
        """Matte every frame."""


class Backdrop(Protocol):
    """What is put behind the subject."""

    def behind(self, matted: Matted) -> Planes | None:
        """Three planes like the frame's (a single row serves for all rows), or None for transparency.

        They are the backdrop's own: not to be written to, and valid until the next call.
        """

    def close(self) -> None:
        """End whatever runs; may be called twice, and from another thread."""


class Sink(Protocol):
    """Where frames go to. Leaving the ``with`` block by an exception leaves nothing behind."""

    def blank(self, like: Frame) -> Frame:
        """A frame with ``like``'s time and tags whose planes (and alpha, if any) are to be filled, then written.

        May be called from another thread than :meth:`write`, some frames ahead of it.
        """

    def write(self, frame: Frame) -> None:
        """Write one frame; frames come in order of time."""

    def __enter__(self) -> Self:
        """Begin."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish and put the result in place, or remove every trace after an exception."""
