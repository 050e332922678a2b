"""One palette for a whole clip, and pictures drawn with it."""

from fractions import Fraction
from typing import TYPE_CHECKING, cast

import av.error
import numpy as np
from av import VideoFormat
from av.filter import Graph
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from bgstream.frame import Plane, Planes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.filter.context import FilterContext

BITS = 7  # of each of red, green and blue that colours are counted by: finer is not seen in the palette
SIDE = 1024  # of the picture that stands for all colours of a clip; a power of two, so that one bin is many pixels
HUNDREDTH = Fraction(1, 100)  # seconds: the unit of time of a GIF
PACKED = "bgra"  # what the filters take
# Ordered dithering of the lowest contrast: it hides bands and stands still, where spread errors crawl. On two clips,
# root mean square change in the output that is none of the input: 1.6 and 2.5 without dithering, the same with this,
# 1.9 and 3.9 with Sierra's.
DITHER = "dither=bayer:bayer_scale=5:alpha_threshold=128:diff_mode=rectangle"


class Histogram:
    """Counts the colours of a clip, in 16 MB whatever its length."""

    def __init__(self) -> None:
        self._counts: NDArray[np.int64] = np.zeros(1 << 3 * BITS, np.int64)

    def add(self, planes: Planes, visible: Plane | None = None) -> None:
        """Count the pixels of one picture.

        Args:
            planes: G, B, R, (height, width) uint8.
            visible: (height, width) bool, which of them count; None: all.
        """
        shown = [plane.ravel() if visible is None else plane[visible] for plane in planes]
        green, blue, red = (plane.astype(np.int32) >> (8 - BITS) for plane in shown)
        self._counts += np.bincount((red << (2 * BITS)) | (green << BITS) | blue, minlength=self._counts.size)

    def palette(self, transparent: bool) -> VideoFrame:
        """The clip's palette, by FFmpeg's palettegen (median cut in a perceptual space).

        It is shown one picture that has each colour as often as the clip, in proportion.

        Args:
            transparent: one of the 256 entries is for what is not there.

        Returns:
            16×16 pixels, bgra.
        """
        bins = np.flatnonzero(self._counts)
        if not bins.size:  # nothing is ever visible
            bins = np.zeros(1, np.int64)
        until = np.cumsum(np.maximum(self._counts[bins], 1))
        nth = (np.arange(SIDE * SIDE) + 0.5) * (until[-1] / (SIDE * SIDE))
        drawn = bins[np.searchsorted(until, nth)]
        top = (1 << BITS) - 1
        channels = [np.rint(((drawn >> shift) & top) * (255 / top)) for shift in (2 * BITS, BITS, 0)]
        pixels = np.stack(channels, axis=-1).astype(np.uint8).reshape(SIDE, SIDE, 3)
        picture = VideoFrame.from_ndarray(pixels, "rgb24").reformat(format=PACKED)
        graph = Graph()
        colours = _buffer(graph, (SIDE, SIDE))
        chosen = graph.add("palettegen", f"max_colors=256:reserve_transparent={int(transparent)}")
        end = graph.add("buffersink")
        colours.link_to(chosen)
        chosen.link_to(end)
        graph.configure()
        colours.push(picture)
        colours.push(None)
        return cast(VideoFrame, end.pull())


class Painter:
    """Draws pictures with a palette (FFmpeg's paletteuse).

    Args:
        palette: as :meth:`Histogram.palette` gives it.
        size: (height, width) of the pictures.
    """

    def __init__(self, palette: VideoFrame, size: tuple[int, int]) -> None:
        self._graph = graph = Graph()  # its filters do not keep it alive
        self._pictures, colours = _buffer(graph, size), _buffer(graph, (palette.height, palette.width))
        painter = graph.add("paletteuse", DITHER)
        self._end = graph.add("buffersink")
        self._pictures.link_to(painter, 0, 0)
        colours.link_to(painter, 0, 1)
        painter.link_to(self._end)
        graph.configure()
        palette.pts, palette.time_base = 0, HUNDREDTH
        colours.push(palette)
        colours.push(None)

    def __call__(self, picture: VideoFrame | None) -> "Iterator[VideoFrame]":
        """What is ready, pal8, once a picture (bgra) has been given; None: it was the last."""
        self._pictures.push(picture)
        while True:
            try:
                yield cast(VideoFrame, self._end.pull())
            except (av.error.BlockingIOError, av.error.EOFError):
                return


def _buffer(graph: Graph, size: tuple[int, int]) -> "FilterContext":
    """Where pictures of a size go in."""
    height, width = size
    return graph.add_buffer(width=width, height=height, format=VideoFormat(PACKED, width, height), time_base=HUNDREDTH)
