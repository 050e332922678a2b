"""Decoded pictures into frames that the rest can use: upright, in a native layout, with the tags that are true."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av.error
import numpy as np
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from bgstream.frame import BT601, BT709, HDR_TRANSFERS, LAYOUTS, Colour, Frame, Layout, Plane
from bgstream.media import colour_of, native_layout, plane_view
from bgstream.protocols import Wants

if TYPE_CHECKING:
    from av.video.stream import VideoStream

SWSCALE = {1: 1, 4: 4, 5: 5, 6: 5, 7: 7, 9: 9, 10: 9}  # matrix coefficients → swscale's own numbers
SCALING = "BICUBIC"


class Adapter:
    """Turns one stream's decoded pictures into frames; a picture that fits is passed on without a copy.

    Args:
        first: the first picture; later ones of another size or format are converted to match it.
        aspect: shape of a pixel, width / height.
        wants: what the sink can take.
        size: (height, width) to come out with; by default what follows from ``first``.
    """

    def __init__(self, first: VideoFrame, aspect: Fraction, wants: Wants, size: tuple[int, int] | None = None) -> None:
        native, _, _ = native_layout(first.format.name)
        self._turns = round(first.rotation / 90) % 4
        self.layout = wants.nearest(native)
        if self._turns % 2 and self.layout.subsampling == (1, 2):  # 4:2:2 on its side is no format
            self.layout = wants.nearest(LAYOUTS[self.layout.name.replace("422", "444")])
        self._stored = self._stored_size(first, aspect, wants)
        if self._turns % 2:
            aspect = 1 / aspect
        self.aspect = Fraction(1) if wants.square else aspect
        self.size = self._stored[::-1] if self._turns % 2 else self._stored
        if size is not None and size != self.size:
            self.size = size
            self._stored = size[::-1] if self._turns % 2 else size
        tags = colour_of(first).known(first.height)
        self._tone_map = tags.transfer in HDR_TRANSFERS and self.layout.depth == 8
        self.colour = self._colour(tags, native)
        self.notes = self._notes(tags, aspect, wants)
        self._reformatter = VideoReformatter()

    def _stored_size(self, first: VideoFrame, aspect: Fraction, wants: Wants) -> tuple[int, int]:
        if not wants.square or aspect == 1:
            return first.height, first.width
        return (
            (first.height, max(1, round(first.width * aspect)))
            if aspect > 1
            else (max(1, round(first.height / aspect)), first.width)
        )

    def _colour(self, tags: Colour, native: Layout) -> Colour:
        """The tags after conversion: swscale writes studio-range BT.709 or BT.601 when it changes the kind."""
        if self._tone_map:
            return Colour(BT709, False, BT709, BT709)
        if native.rgb and not self.layout.rgb:
            matrix = BT709 if self.size[0] >= 720 else BT601
            return Colour(matrix, False, tags.primaries, tags.transfer)
        if self.layout.rgb:
            return replace(tags, matrix=0, full=True)
        return tags

    def _notes(self, tags: Colour, aspect: Fraction, wants: Wants) -> tuple[str, ...]:
        notes = []
        if self._tone_map:
            notes.append(
                f"HDR ({HDR_TRANSFERS[tags.transfer]}) mapped to BT.709: this output holds 8 bits; .mkv keeps it"
            )
        if wants.square and aspect != 1:
            notes.append(f"pixels of shape {aspect} made square: this container cannot say their shape")
        return tuple(notes)

    def __call__(self, picture: VideoFrame, pts: int, time_base: Fraction) -> Frame:
        """One frame, shown at ``pts`` in units of ``time_base``: a decoder's last pictures know neither well."""
        duration = int(picture.duration or 0)
        alpha = None
        fitted, has_alpha = self._fitted(picture)
        planes = tuple(plane_view(fitted, i, self.layout) for i in range(3))
        if has_alpha:
            alpha = _eight_bits(plane_view(fitted, 3, self.layout), self.layout)
        if self._turns:
            planes = tuple(np.ascontiguousarray(np.rot90(plane, self._turns)) for plane in planes)
            alpha = None if alpha is None else np.ascontiguousarray(np.rot90(alpha, self._turns))
        return Frame(planes, self.layout, self.colour, pts, time_base, duration, alpha, fitted)

    def _fitted(self, picture: VideoFrame) -> tuple[VideoFrame, bool]:
        """The picture in the wanted layout and size, and whether it brings a fourth plane, its alpha."""
        native, has_alpha, as_is = native_layout(picture.format.name)
        same_size = (picture.height, picture.width) == self._stored
        if as_is and same_size and native == self.layout and not self._tone_map:
            return picture, has_alpha
        name = self.layout.alpha_name if has_alpha else self.layout.name
        arguments: dict[str, Any] = {"interpolation": SCALING}
        if not native.rgb:
            tags = colour_of(picture).known(picture.height)
            arguments |= {"src_colorspace": swscale_matrix(tags), "src_color_range": 2 if tags.full else 1}
        if not self.layout.rgb:
            arguments |= {
                "dst_colorspace": swscale_matrix(self.colour),
                "dst_color_range": 2 if self.colour.full else 1,
            }
        if self._tone_map:
            arguments |= {"dst_color_trc": BT709, "dst_color_primaries": BT709}
        height, width = self._stored
        return self._reformatter.reformat(picture, width, height, name, **arguments), has_alpha


def swscale_matrix(colour: Colour) -> int:
    """Swscale's own number of a matrix."""
    return SWSCALE.get(colour.matrix, SWSCALE[BT601])


def _eight_bits(alpha: Plane, layout: Layout) -> Plane:
    if layout.depth == 8:
        return alpha
    return ((alpha.astype(np.uint32) * 255 + layout.top // 2) // layout.top).astype(np.uint8)


def deinterlaced(pictures: Iterator[VideoFrame], stream: "VideoStream") -> Iterator[VideoFrame]:
    """One progressive picture for each interlaced one, pts kept (FFmpeg's bwdif, ``send_frame``)."""
    graph = Graph()
    source = graph.add_buffer(template=stream, time_base=stream.time_base)
    chain = graph.add("bwdif", "mode=send_frame:deint=interlaced")
    sink = graph.add("buffersink")
    source.link_to(chain)
    chain.link_to(sink)
    graph.configure()
    unit = stream.time_base or Fraction(1, 1000)
    for picture in pictures:
        graph.push(picture)
        yield from _pulled(graph, unit)
    graph.push(None)
    yield from _pulled(graph, unit)


def _pulled(graph: Graph, unit: Fraction) -> Iterator[VideoFrame]:
    """What the graph has ready, its times back in the stream's unit (bwdif counts in halves of it)."""
    while True:
        try:
            picture = graph.pull()
        except (av.error.BlockingIOError, av.error.EOFError):  # it wants more, or is through
            return
        if isinstance(picture, VideoFrame):
            if picture.pts is not None and picture.time_base is not None:
                picture.pts = round(picture.pts * picture.time_base / unit)
            yield picture
