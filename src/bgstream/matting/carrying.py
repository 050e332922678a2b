"""Alpha carried from key frames to the looks between them, and how far that goes astray."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np
from bgstream_kernels import between, carried, chained, contrast

from bgstream.matting.flow import REST
from bgstream.matting.look import Float, Link, Look, resized

EXPLAINED = (0.05, 0.2)  # shares of the frame's contrast: differences of luma that confirm and refute what is carried
EDGE = (0.05, 0.95)  # alpha between which a pixel belongs to an edge
FLIPPED = 0.3  # difference of alpha that counts wherever it is
LEAST = 6e-4  # of the frame: an edge counts as no smaller


@dataclass(frozen=True, slots=True, eq=False)
class Key:
    """A frame that was asked about: its luma, the same at half the size, and the answer."""

    luma: Float
    half: Float
    raw: Float

    def carried(self, luma: Float, half: Float, flow: Float) -> Float:
        """Raw alpha where it is in another frame, of such luma; ``flow`` leads here, and is made exact in place."""
        out = np.empty_like(self.raw)
        carried((luma, half), (self.luma, self.half, self.raw), flow, REST * contrast(luma), out)
        return out


@dataclass(frozen=True, eq=False)
class Part:
    """Looks between two key frames.

    Attributes:
        span: looks, linked; place n is the n-th of them, 0 the look before.
        first, last: places of the key frames.
        before, after: the key frames.
    """

    span: Sequence[Look]
    first: int
    last: int
    before: Key
    after: Key

    @cached_property
    def back(self) -> list[Float]:
        """Flow to the first place, from each after it in order."""
        return _chained([link.back for link in self._links])

    @cached_property
    def on(self) -> list[Float]:
        """Flow to the last place, from each before it but the first, backwards."""
        return _chained([link.on for link in self._links[:0:-1]])

    @property
    def _links(self) -> list[Link]:
        links = [look.link for look in self.span[self.first : self.last] if look.link is not None]
        assert len(links) == self.last - self.first
        return links


def drift(said: Float, answer: Float, levels: tuple[float, float]) -> float:
    """How far carried alpha went astray: its mean difference from the network's answer along both their edges.

    Args:
        said: raw alpha (height, width) float32, carried.
        answer: raw alpha of the same frame, the network's.
        levels: raw alpha that counts as nothing and as all.

    Returns:
        0 for the same, 1 where nothing along the edges agrees.
    """
    low, high = np.float32(levels[0]), np.float32(levels[1])
    one, other = (np.clip((raw - low) / (high - low), np.float32(0), np.float32(1)) for raw in (said, answer))
    apart = np.abs(one - other)
    edge = apart > FLIPPED
    for alpha in (one, other):
        edge |= (alpha > EDGE[0]) & (alpha < EDGE[1])
    return float(apart.sum()) / max(LEAST * answer.size, float(np.count_nonzero(edge)))


def key_of(look: Look, raw: Float) -> Key:
    """A key frame and the network's answer."""
    return Key(look.luma, halved(look.luma), raw)


def halved(luma: Float) -> Float:
    """Luma at half the size each way, rounded down: what carried alpha is made exact in first."""
    return np.ascontiguousarray(resized(luma, (luma.shape[0] // 2, luma.shape[1] // 2), "INTER_AREA"))


def longer(link: Float, flow: Float) -> Float:
    """A flow with one more frame's in front of it."""
    out = np.empty_like(flow)
    chained(link, flow, out)
    return out


def _chained(links: Sequence[Float]) -> list[Float]:
    """Flow over one of them, over two, and so on."""
    return list(accumulate(links, lambda flow, link: longer(link, flow), initial=np.zeros_like(links[0])))[1:]


def arrived(part: Part) -> Float:
    """Raw alpha of a part's first key frame, carried to where the last one is."""
    return part.before.carried(part.after.luma, part.after.half, part.back[-1])


def filled(part: Part) -> dict[int, Float]:
    """Raw alpha between a part's key frames, by place."""
    keys = tuple((key.luma, key.half, key.raw) for key in (part.before, part.after))
    found = {}
    for place in range(part.first + 1, part.last):
        luma = part.span[place - 1].luma
        unit, raw = contrast(luma), np.empty_like(part.before.raw)
        share = (place - part.first) / (part.last - part.first)
        rules = (share, REST * unit, EXPLAINED[0] * unit, EXPLAINED[1] * unit)
        flows = part.back[place - part.first - 1], part.on[part.last - place - 1]
        between((luma, halved(luma)), keys, flows, rules, raw)
        found[place] = raw
    return found


def exercise(looks: Sequence[Look]) -> None:
    """Run every kernel of this module once, so that it is compiled: between the first and the last of some looks."""
    first, last = (key_of(look, look.raw) for look in (looks[0], looks[-1]))
    part = Part(looks[1:], 0, len(looks) - 1, first, last)
    arrived(part)
    filled(part)
