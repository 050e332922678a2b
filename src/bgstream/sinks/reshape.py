"""Decoded sound into what an encoder takes: its rate, its samples, its channels, and only the part that is used."""

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

import av.error
from av.audio.frame import AudioFrame
from av.codec.codec import Codec
from av.filter import Graph

from bgstream.protocols import Cut

if TYPE_CHECKING:
    from av.audio.layout import AudioLayout

# By number of channels: what encoders take, and what has its own place for each. Opus: RFC 7845, 5.1.1.2.
LAYOUTS = {1: "mono", 2: "stereo", 3: "3.0", 4: "4.0", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}
QUADS = {"libopus": "quad"}  # four channels, where the encoder does not take those above
PLACELESS = re.compile(r"\d+ channels")  # so many, and the file does not say which is which
FORMATS = {"libopus": "flt"}  # the encoder's own first choice rounds to 16 bits
USUAL_RATE = 48_000


def layout_for(layout: "AudioLayout", codec: str) -> str:
    """The layout that a track of such channels is encoded in; more than eight are mixed down."""
    count = layout.nb_channels
    if count not in LAYOUTS:
        return "mono" if PLACELESS.fullmatch(layout.name) else LAYOUTS[8]
    return QUADS.get(codec, LAYOUTS[count]) if count == 4 else LAYOUTS[count]


def rate_for(rate: int, codec: str) -> int:
    """Samples a second that a codec takes: the track's own where it can, but Opus always its best."""
    rates = Codec(codec, "w").audio_rates
    return rate if codec != "libopus" and (rates is None or rate in rates) else USUAL_RATE


class Reshaped:
    """A filter graph for one track, made anew when its sound changes in kind.

    Args:
        samples: format of a sample.
        layout: channels.
        rate: samples a second.
        cut: the part that is used; its begin becomes 0.
    """

    def __init__(self, samples: str, layout: str, rate: int, cut: Cut | None) -> None:
        self._samples, self._layout, self._rate = samples, layout, rate
        self._shift = 0 if cut is None else round(cut.begin * rate)
        self._end = None if cut is None or cut.end is None else round(cut.end * rate)
        self._cut = cut is not None
        self._graph: Graph | None = None
        self._kind: tuple[object, ...] = ()

    def __call__(self, frame: AudioFrame | None) -> Iterator[AudioFrame]:
        """What comes out after one frame more; None: the rest."""
        kind = () if frame is None else (frame.format.name, frame.layout.name, frame.sample_rate, frame.time_base)
        if kind != self._kind:
            yield from self._pushed(None)
            self._graph, self._kind = None if frame is None else self._made(frame), kind
        if frame is not None:
            yield from self._pushed(frame)

    def _pushed(self, frame: AudioFrame | None) -> Iterator[AudioFrame]:
        if self._graph is None:
            return
        self._graph.push(frame)
        while True:
            try:
                ready = self._graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):  # it wants more, or is through
                return
            if isinstance(ready, AudioFrame):
                if ready.pts is not None:
                    ready.pts -= self._shift
                yield ready

    def _made(self, first: AudioFrame) -> Graph:
        steps = []
        count = first.layout.nb_channels
        if count not in LAYOUTS and PLACELESS.fullmatch(first.layout.name):
            steps.append(("pan", "mono|c0<" + "+".join(f"c{number}" for number in range(count))))
        # rmvol: channels that are mixed into one get quieter instead of clipping
        steps.append(("aresample", f"osr={self._rate}:osf={self._samples}:ochl={self._layout}:rmvol=1"))
        if self._cut:
            until = "" if self._end is None else f":end_pts={self._end}"
            steps.append(("atrim", f"start_pts={self._shift}{until}"))
        graph = Graph()
        last = graph.add_abuffer(
            sample_rate=first.sample_rate,
            format=first.format.name,
            layout=first.layout.name,
            time_base=first.time_base or Fraction(1, first.sample_rate),
        )
        for name, words in steps:
            step = graph.add(name, words)
            last.link_to(step)
            last = step
        last.link_to(graph.add("abuffersink"))
        graph.configure()
        return graph
