"""Pictures from one layout, matrix and range into another: swscale, and what it gets wrong put right."""

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter
from numpy.typing import NDArray

from bgstream.frame import BT601, LAYOUTS, Colour, Layout
from bgstream.media import plane_view

SWSCALE = {1: 1, 4: 4, 5: 5, 6: 5, 7: 7, 9: 9, 10: 9}  # matrix coefficients → swscale's own numbers
SCALING = Interpolation.BICUBIC
# Between R, G, B and luma: without these, chroma is that of the nearest sample and sums are rounded early (46 dB).
EXACT = SCALING | Interpolation.FULL_CHR_H_INT | Interpolation.FULL_CHR_H_INP | Interpolation.ACCURATE_RND
ALIKE = {layout.depth: layout for layout in LAYOUTS.values() if layout.subsampling == (1, 1) and not layout.rgb}
Size = tuple[int, int]
Curve = NDArray[Any]  # of all samples: what becomes of each


class Kind(NamedTuple):
    """How a picture's planes are to be read."""

    layout: Layout
    colour: Colour


class Converter:
    """Makes pictures of one kind.

    Args:
        wanted: layout, matrix and range to come out with.
    """

    def __init__(self, wanted: Kind) -> None:
        self._wanted = wanted
        self._reformatter = VideoReformatter()  # setting up a conversion costs as much as one

    def __call__(self, picture: VideoFrame, kind: Kind, size: Size) -> VideoFrame:
        """A picture's first three planes as wanted, under any format's name; the picture where nothing is to be done.

        Args:
            picture: its planes are those of its kind's layout; a fourth is left out.
            kind: what it is now.
            size: (height, width) to come out with.
        """
        mine, layout = kind.layout, self._wanted.layout
        if mine.rgb and layout.rgb:
            return self._rgb(picture, mine, size)
        same = mine == layout and swscale_matrix(kind.colour) == swscale_matrix(self._wanted.colour)
        if same and kind.colour.full == self._wanted.colour.full and (picture.height, picture.width) == size:
            return picture
        if mine.rgb and mine.depth > 8:
            picture = _through(picture, mine, mine, (_line(mine, mine, 255 << (mine.depth - 8), mine.top),) * 3)
        made = _swscaled(self._reformatter, picture, (kind, self._wanted), size)
        curves = _corrections(kind, self._wanted)
        return made if curves is None else _through(made, layout, layout, curves)

    def _rgb(self, picture: VideoFrame, mine: Layout, size: Size) -> VideoFrame:
        """Another size or depth. Swscale would go by way of luma: it is given the planes as if they were luma's."""
        layout = self._wanted.layout
        if (picture.height, picture.width) != size:
            alike = Kind(ALIKE[mine.depth], Colour(1, True))
            picture = _swscaled(self._reformatter, _as(picture, alike.layout), (alike, alike), size)
        if mine.depth == layout.depth:
            return picture
        return _through(picture, mine, layout, (_line(mine, layout, layout.top, mine.top),) * 3)


def swscale_matrix(colour: Colour) -> int:
    """Swscale's own number of a matrix."""
    return SWSCALE.get(colour.matrix, SWSCALE[BT601])


def _swscaled(reformatter: VideoReformatter, picture: VideoFrame, kinds: tuple[Kind, Kind], size: Size) -> VideoFrame:
    arguments: dict[str, Any] = {"interpolation": EXACT if kinds[0].layout.rgb != kinds[1].layout.rgb else SCALING}
    for end, (layout, colour) in zip(("src", "dst"), kinds, strict=True):
        if not layout.rgb:
            arguments |= {f"{end}_colorspace": swscale_matrix(colour), f"{end}_color_range": 2 if colour.full else 1}
    return reformatter.reformat(picture, size[1], size[0], kinds[1].layout.name, **arguments)


@cache
def _corrections(kind: Kind, wanted: Kind) -> tuple[Curve, Curve, Curve] | None:
    """What puts swscale's white right: it shifts samples to more bits (255 becomes 1020) instead of scaling them."""
    layout = wanted.layout
    if layout.depth == 8:
        return None
    white = VideoFrame(32, 32, kind.layout.name)
    top = 255 << (kind.layout.depth - 8) if kind.layout.rgb else _white(kind)
    middle = top if kind.layout.rgb else 128 << (kind.layout.depth - 8)
    for index, value in enumerate((top, middle, middle)):
        plane_view(white, index, kind.layout, kind.layout.shapes(32, 32)[min(index, 1)])[...] = value
    made = _swscaled(VideoReformatter(), white, (kind, wanted), (32, 32))
    found, right = int(plane_view(made, 0, layout)[16, 16]), _white(wanted)
    if found == right:
        return None
    black = 0 if layout.rgb or wanted.colour.full else 16 << (layout.depth - 8)
    luma = _line(layout, layout, right - black, found - black, black)
    chroma = _line(layout, layout, right - black, found - black, 128 << (layout.depth - 8))
    return (luma,) * 3 if layout.rgb else (luma, chroma, chroma)


def _white(kind: Kind) -> int:
    """The sample of white."""
    return kind.layout.top if kind.layout.rgb or kind.colour.full else 235 << (kind.layout.depth - 8)


@cache
def _line(mine: Layout, layout: Layout, up: int, down: int, zero: int = 0) -> Curve:
    """Every sample's distance from ``zero`` times ``up`` / ``down``, rounded to nearest."""
    samples = np.arange(mine.top + 1, dtype=np.float64)
    return np.clip(np.rint((samples - zero) * (up / down) + zero), 0, layout.top).astype(layout.dtype)


def _through(picture: VideoFrame, mine: Layout, layout: Layout, curves: tuple[Curve, ...]) -> VideoFrame:
    made = VideoFrame(picture.width, picture.height, layout.name)
    for index, curve in enumerate(curves):
        plane = plane_view(picture, index, mine)
        plane_view(made, index, layout, plane.shape)[...] = np.take(curve, plane, mode="clip")
    return made


def _as(picture: VideoFrame, layout: Layout) -> VideoFrame:
    """The same three planes under the name of another layout."""
    made = VideoFrame(picture.width, picture.height, layout.name)
    for index in range(3):
        plane = plane_view(picture, index, layout)
        plane_view(made, index, layout, plane.shape)[...] = plane
    return made
