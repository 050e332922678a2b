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

from bgstream.errors import SinkError
from bgstream.frame import BT601, BT709, GREY, HDR_TRANSFERS, RGB, Colour, Frame, Layout, Plane
from bgstream.media import colour_of, native_layout, plane_view
from bgstream.protocols import Wants
from bgstream.sources.convert import SCALING, Converter, Kind, swscale_matrix
from bgstream.sources.tonemap import LAYOUT as TONES
from bgstream.sources.tonemap import ToneMap

if TYPE_CHECKING:
    from av.video.stream import VideoStream

DEEP = 10  # bits that HDR needs
RGB709 = Colour(RGB, True, BT709, BT709)


class Adapter:
    """Turns one stream's decoded pictures into frames; a picture that fits is passed on without a copy.

    Args:
        first: the first picture; later ones of another size or format are converted to match it.
        aspect: shape of a pixel, width / height.
        wants: what the sink can take.
        size: (height, width) to come out with; by default what follows from ``first``.

    Raises:
        SinkError: the clip is HDR, and the sink cannot hold it.
    """

    def __init__(self, first: VideoFrame, aspect: Fraction, wants: Wants, size: tuple[int, int] | None = None) -> None:
        native, _, _ = native_layout(first.format.name)
        self._turns = round(first.rotation / 90) % 4
        self.layout = wants.nearest(native)
        if self._turns % 2 and self.layout.subsampling == (1, 2):  # 4:2:2 on its side is no format
            self.layout = wants.nearest(self.layout.whole)
        # Where nothing else is taken it is turned in 4:4:4.
        on_its_side = self._turns % 2 and self.layout.subsampling == (1, 2)
        self._fits = self.layout.whole if on_its_side else self.layout
        stored = first.height, first.width
        self._stored = squared(stored, aspect) if wants.square else stored
        if self._turns % 2:
            aspect = 1 / aspect
        self.aspect = Fraction(1) if wants.square else aspect
        self.size = self._stored[::-1] if self._turns % 2 else self._stored
        if size is not None and size != self.size:
            self.size = size
            self._stored = size[::-1] if self._turns % 2 else size
        tags = colour_of(first).known(first.height)
        self._tone = _tone_map(tags.transfer, native, self.layout, wants)
        self.colour = self._colour(tags, native)
        self.notes = self._notes(tags, aspect, wants)
        self._reformatter = VideoReformatter()
        self._deep = Converter(Kind(TONES, RGB709))
        self._convert = Converter(Kind(self._fits, self.colour))

    def _colour(self, tags: Colour, native: Layout) -> Colour:
        """The tags after conversion: luma from R, G, B is of studio range, of BT.709 or BT.601."""
        if self._tone is not None:
            return RGB709 if self.layout.rgb else Colour(BT709, False, BT709, BT709)
        if native.rgb and not self.layout.rgb:
            matrix = BT709 if self.size[0] >= 720 else BT601
            return Colour(matrix, False, tags.primaries, tags.transfer)
        if self.layout.rgb:
            return replace(tags, matrix=0, full=True)
        return tags

    def _notes(self, tags: Colour, aspect: Fraction, wants: Wants) -> tuple[str, ...]:
        notes = []
        if self._tone is not None:
            notes.append(f"HDR ({HDR_TRANSFERS[tags.transfer]}) mapped to BT.709")
        if wants.square and aspect != 1:
            notes.append(f"pixels of shape {aspect} made square: this container cannot say their shape")
        return tuple(notes)

    def __call__(self, picture: VideoFrame, pts: int, time_base: Fraction) -> Frame:
        """One frame, shown at ``pts`` in units of ``time_base``: a decoder's last pictures know neither well."""
        duration = int(picture.duration or 0)
        fitted, alpha = self._fitted(picture)
        planes = tuple(plane_view(fitted, i, self._fits) for i in range(3))
        if self._turns:
            planes = tuple(np.ascontiguousarray(np.rot90(plane, self._turns)) for plane in planes)
            alpha = None if alpha is None else np.ascontiguousarray(np.rot90(alpha, self._turns))
        if self._fits != self.layout:
            planes = (planes[0], _every_other(planes[1]), _every_other(planes[2]))
        return Frame(planes, self.layout, self.colour, pts, time_base, duration, alpha, fitted)

    def _fitted(self, picture: VideoFrame) -> tuple[VideoFrame, Plane | None]:
        """The picture in the wanted layout and size, and its own alpha."""
        native, has_alpha, as_is = native_layout(picture.format.name)
        kind = Kind(native, _tags(picture, native))
        if not as_is:
            name = native.alpha_name if has_alpha else native.name
            picture = self._unpacked(picture, name, kind)
        alpha = self._alpha(picture, native) if has_alpha else None
        if self._tone is not None:
            picture, kind = self._tone(self._deep(picture, kind, self._stored)), Kind(TONES, RGB709)
        return self._convert(picture, kind, self._stored), alpha

    def _unpacked(self, picture: VideoFrame, name: str, kind: Kind) -> VideoFrame:
        """The same samples, one plane for each channel."""
        arguments: dict[str, Any] = {"interpolation": SCALING}
        if not kind.layout.rgb:
            matrix, range_ = swscale_matrix(kind.colour), 2 if kind.colour.full else 1
            arguments |= {"src_colorspace": matrix, "src_color_range": range_}
            arguments |= {"dst_colorspace": matrix, "dst_color_range": range_}
        return self._reformatter.reformat(picture, format=name, **arguments)

    def _alpha(self, picture: VideoFrame, native: Layout) -> Plane:
        """The fourth plane, 0..255: swscale would shift it to other depths, and 255 would not stay all there is."""
        alpha = _eight_bits(plane_view(picture, 3, native), native)
        if alpha.shape == self._stored:
            return alpha
        whole = VideoFrame(picture.width, picture.height, GREY.name)
        plane_view(whole, 0, GREY, alpha.shape)[...] = alpha
        return plane_view(whole.reformat(*self._stored[::-1], interpolation=SCALING), 0, GREY)


def squared(size: tuple[int, int], aspect: Fraction) -> tuple[int, int]:
    """(height, width) with square pixels, none of them given away: one side gets longer, none shorter."""
    height, width = size
    return (height, max(1, round(width * aspect))) if aspect > 1 else (max(1, round(height / aspect)), width)


def _tags(picture: VideoFrame, native: Layout) -> Colour:
    """The true ones."""
    return Colour(RGB, True) if native.rgb else colour_of(picture).known(picture.height)


def _tone_map(transfer: int, native: Layout, layout: Layout, wants: Wants) -> ToneMap | None:
    """What maps a clip's light, or None where it stays as it is."""
    if transfer not in HDR_TRANSFERS:
        return None
    if wants.tonemap:
        return ToneMap(transfer)
    if layout != native and layout.depth < DEEP:
        raise SinkError(
            f"the clip is HDR ({HDR_TRANSFERS[transfer]}), and this output holds {layout.depth} bits",
            "map it to BT.709: --tonemap; or keep it: .mkv, .mov, or .mp4 with --codec hevc or av1",
        )
    return None


def _every_other(plane: Plane) -> Plane:
    """Chroma of 4:2:2 from that of 4:4:4: sited at every other column, the filter (1, 2, 1) / 4 before."""
    wide = np.pad(plane.astype(np.uint32), ((0, 0), (1, 1)), "edge")
    return ((wide[:, :-2:2] + 2 * wide[:, 1:-1:2] + wide[:, 2::2] + 2) // 4).astype(plane.dtype)


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
                picture.duration = round((picture.duration or 0) * picture.time_base / unit)
            yield picture
