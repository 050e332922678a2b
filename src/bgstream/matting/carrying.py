"""Alpha carried from key frames to the looks between them, and how far that goes astray."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from bgstream_kernels import between, carried, chained, contrast

from bgstream.matting.flow import REST
from bgstream.matting.look import Float, Look, resized

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


def _chain_back(span: Sequence[Look], first: int, last: int) -> dict[int, Float]:
    """Flow from each place of a part to its first."""
    flow = np.zeros((*span[0].luma.shape, 2), np.float32)
    flows = {}
    for place in range(first + 1, last + 1):
        link, longer = span[place - 1].link, np.empty_like(flow)
        assert link is not None
        chained(link.back, flow, longer)
        flows[place] = flow = longer
    return flows


def _chain_on(span: Sequence[Look], first: int, last: int) -> dict[int, Float]:
    """Flow from each place of a part to its last."""
    flow = np.zeros((*span[0].luma.shape, 2), np.float32)
    flows = {}
    for place in range(last - 1, first, -1):
        link, longer = span[place].link, np.empty_like(flow)
        assert link is not None
        chained(link.on, flow, longer)
        flows[place] = flow = longer
    return flows


def arrived(span: Sequence[Look], start: tuple[int, Key], end: tuple[int, Key]) -> Float:
    """Raw alpha of one key frame, carried to where another one is.

    Args:
        span: looks, linked; place n is the n-th of them, 0 the look before.
        start: place and key frame that it is carried from.
        end: place and key frame that it arrives at.
    """
    (first, before), (last, here) = start, end
    out = np.empty_like(here.raw)
    flow, noise = _chain_back(span, first, last)[last], REST * contrast(here.luma)
    carried((here.luma, here.half), (before.luma, before.half, before.raw), flow, noise, out)
    return out


def filled(span: Sequence[Look], start: tuple[int, Key], end: tuple[int, Key]) -> dict[int, Float]:
    """Raw alpha between two key frames, by place; arguments as for :func:`arrived`."""
    (first, before), (last, after) = start, end
    if last - first < 2:
        return {}
    back, on = _chain_back(span, first, last - 1), _chain_on(span, first, last)
    keys = tuple((key.luma, key.half, key.raw) for key in (before, after))
    found = {}
    for place in range(first + 1, last):
        luma = span[place - 1].luma
        unit, raw = contrast(luma), np.empty_like(before.raw)
        rules = ((place - first) / (last - first), REST * unit, EXPLAINED[0] * unit, EXPLAINED[1] * unit)
        between((luma, halved(luma)), keys, (back[place], on[place]), rules, raw)
        found[place] = raw
    return found


def exercise(looks: Sequence[Look]) -> None:
    """Run every kernel of this module once, so that it is compiled: between the first and the last of some looks."""
    first, last = (key_of(look, look.raw) for look in (looks[0], looks[-1]))
    arrived(looks[1:], (0, first), (len(looks) - 1, last))
    filled(looks[1:], (0, first), (len(looks) - 1, last))
