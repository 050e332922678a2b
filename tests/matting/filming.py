"""Short films of looks whose masks and movements are known exactly."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from bgstream.frame import GREY, Colour, Frame
from bgstream.matting.look import Link, Look

Float = NDArray[np.float32]
SIZE = (96, 128)
FRAME = (192, 256)  # of the frames that the looks belong to


def disc(row: float, column: float, radius: float, top: float = 1.0) -> Float:
    """With a skirt 3 pixels wide."""
    y, x = np.mgrid[: SIZE[0], : SIZE[1]]
    alpha: Float = (top * np.clip((radius - np.hypot(y - row, x - column)) / 3 + 0.5, 0, 1)).astype(np.float32)
    return alpha


def over(*layers: Float) -> Float:
    return np.asarray(np.maximum.reduce(layers), np.float32)


def moves(*layers: tuple[Float, float, float], behind: tuple[float, float] = (0, 0)) -> Float:
    """Flow to the frame before: each layer (a mask, pixels right, pixels down) covers those named earlier."""
    flow = np.empty((*SIZE, 2), np.float32)
    flow[:] = behind
    for mask, right, down in layers:
        flow[mask > 0.01] = right, down
    return flow


def link(back: Float, trusted: Float | None = None) -> Link:
    """A link whose flow back is exact; the way on is its opposite."""
    full = np.ones(SIZE, np.float32) if trusted is None else trusted
    return Link(back, -back, full, full)


def look(raw: Float, number: int, linked: Link | None = None, *, first: bool | None = None) -> Look:
    """The look at frame ``number`` of a film of 25 frames a second."""
    frame = Frame((np.zeros(FRAME, np.uint8),), GREY, Colour(), pts=number, time_base=Fraction(1, 25))
    return Look(frame, raw, np.zeros(SIZE, np.float32), number == 0 if first is None else first, link=linked)


def film(raws: Sequence[Float], links: Sequence[Link] | None = None, cuts: Sequence[int] = ()) -> list[Look]:
    """Looks at all of them; without links nothing is known to move. Shots begin at 0 and at ``cuts``."""
    still = link(np.zeros((*SIZE, 2), np.float32))
    made = []
    for number, raw in enumerate(raws):
        first = number == 0 or number in cuts
        made.append(look(raw, number, None if first else links[number] if links else still, first=first))
    return made


def passing(layers: Sequence[Float], right: float) -> list[Link]:
    """Links where a layer moves right by so many pixels a frame; what it uncovers of others cannot be trusted."""
    made = []
    for number, layer in enumerate(layers):
        before = layers[max(0, number - 1)]
        trusted = ((layer > 0.01) | (before < 0.01)).astype(np.float32)
        made.append(link(moves((layer, -right, 0)), trusted))
    return made
