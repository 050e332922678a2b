"""A picture of any size, layout and colour, made to fit behind a frame."""

from dataclasses import dataclass

import numpy as np
from av.video.frame import VideoFrame
from bgstream_kernels import blend_planes

from bgstream.backdrops.plain import rows_of
from bgstream.frame import HDR_TRANSFERS, RGB, Colour, Frame, Layout, Planes
from bgstream.media import plane_view
from bgstream.sources.convert import Converter, Kind
from bgstream.sources.like import refuse_other_shape
from bgstream.sources.tonemap import LAYOUT as TONES
from bgstream.sources.tonemap import ToneMap

FITS = ("cover", "contain", "stretch")
UNFITTED = "unfitted"  # the same camera's: pixel for pixel, or refused
BLACK = (0, 0, 0)
Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a frame asks of what is put behind it."""

    size: Size
    layout: Layout
    colour: Colour


def shape_of(frame: Frame) -> Shape:
    """A frame's, its matrix known."""
    return Shape(frame.size, frame.layout, frame.colour.known(frame.size[0]))


class Fitter:
    """Makes pictures fit; where they are transparent, on black.

    Args:
        shape: what is wanted.
        fit: ``cover`` (fills it, cut at two sides), ``contain`` (whole, on black), ``stretch``, or ``UNFITTED``.
    """

    def __init__(self, shape: Shape, fit: str) -> None:
        self._shape, self._fit = shape, fit
        self._convert = Converter(Kind(shape.layout, shape.colour))
        self._deep, self._lift = Converter(Kind(TONES, Colour(RGB, True))), ToneMap(shape.colour.transfer, back=True)

    def __call__(self, picture: Frame) -> Planes:
        """A picture's three planes, read-only; those of the picture itself where they fit.

        Raises:
            ConfigError: it is to be left as it is, and its shape is not that of the frame.
        """
        shape, layout = self._shape, picture.layout
        whole = _on_black(picture)
        inner = shape.size
        if self._fit == UNFITTED:
            refuse_other_shape(picture.size, shape.size)
        if self._fit == "cover":
            whole = _cut(whole, layout, shape.size)
        elif self._fit == "contain":
            inner = _inside(picture.size, shape)
        planes = self._converted(whole, layout, picture.colour.known(picture.size[0]), inner)
        return planes if inner == shape.size else _framed(planes, shape)

    def _converted(self, planes: Planes, layout: Layout, colour: Colour, size: Size) -> Planes:
        shape = self._shape
        same_colour = layout.rgb or (colour.matrix, colour.full) == (shape.colour.matrix, shape.colour.full)
        lifted = shape.colour.transfer in HDR_TRANSFERS and colour.transfer not in HDR_TRANSFERS
        if layout == shape.layout and same_colour and not lifted and planes[0].shape == size:
            return planes
        height, width = planes[0].shape
        picture, kind = VideoFrame(width, height, layout.name), Kind(layout, colour)
        for index, plane in enumerate(planes):
            plane_view(picture, index, layout, plane.shape)[...] = plane
        if lifted:
            picture, kind = self._lift(self._deep(picture, kind, size)), Kind(TONES, Colour(RGB, True))
        made = self._convert(picture, kind, size)
        return tuple(plane_view(made, index, shape.layout) for index in range(3))


def _on_black(picture: Frame) -> Planes:
    if picture.alpha is None:
        return picture.planes
    black = rows_of(BLACK, picture.layout, picture.colour.known(picture.size[0]), picture.size[1])
    outs = tuple(np.empty(plane.shape, plane.dtype) for plane in picture.planes)
    blend_planes(picture.planes, black, picture.alpha, picture.layout.subsampling, outs)
    return outs


def _cut(planes: Planes, layout: Layout, size: Size) -> Planes:
    """The middle of a picture in the shape of ``size``, from a whole chroma sample on."""
    own = planes[0].shape
    high = min(own[0], max(1, round(own[1] * size[0] / size[1])))
    wide = min(own[1], max(1, round(own[0] * size[1] / size[0])))
    top, left = ((total - part) // 2 for total, part in zip(own, (high, wide), strict=True))
    down, across = layout.subsampling
    top, left = top - top % down, left - left % across
    small = layout.shapes(high, wide)[1]
    chroma = (slice(top // down, top // down + small[0]), slice(left // across, left // across + small[1]))
    return planes[0][top : top + high, left : left + wide], planes[1][chroma], planes[2][chroma]


def _inside(own: Size, shape: Shape) -> Size:
    """The largest size of the picture's own shape that goes in, of whole chroma samples."""
    scale = min(shape.size[0] / own[0], shape.size[1] / own[1])
    wanted = []
    for length, limit, step in zip(own, shape.size, shape.layout.subsampling, strict=True):
        rounded = max(step, step * round(length * scale / step))
        wanted.append(limit if rounded >= limit else rounded)
    return wanted[0], wanted[1]


def _framed(planes: Planes, shape: Shape) -> Planes:
    """In the middle of black."""
    height, width = shape.size
    black = rows_of(BLACK, shape.layout, shape.colour, width)
    down, across = shape.layout.subsampling
    inner = planes[0].shape
    top, left = (height - inner[0]) // 2 // down * down, (width - inner[1]) // 2 // across * across
    outs = []
    for index, (plane, size) in enumerate(zip(planes, shape.layout.shapes(height, width), strict=True)):
        out = np.repeat(black[index], size[0], axis=0)
        y, x = (top // down, left // across) if index else (top, left)
        out[y : y + plane.shape[0], x : x + plane.shape[1]] = plane
        outs.append(out)
    return tuple(outs)
