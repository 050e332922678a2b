"""The general network's alpha, bounded by the person networks': their regions, its edges; nobody there, nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bgstream.matting.discs import disc
from bgstream.matting.look import Link, Look, with_next
from bgstream.matting.parts import carried
from bgstream.matting.person import DECIDED, LEAST, undecided
from bgstream.progress import Clock

Float = NDArray[np.float32]
THICK = 0.019  # of the picture's shorter side: where networks differ over more than that, it is a region, not an edge
VAGUE = 0.25  # from one half: closer to it, the witnesses do not know, or do not agree
REACH = 0.1  # of the shorter side: how far from where somebody was they are looked for in the next frame


def bounded(looks: Iterable[Look], clock: Clock, ahead: int, certain: bool = False) -> Iterator[Look]:
    """The same looks, ``raw`` bounded by ``person``; ``ahead`` frames later.

    Unless it is ``certain`` that somebody is in every frame, presence is judged: somebody who is perhaps there is
    there if the frame before, or some of the next ``ahead``, lead to somebody who is surely there; and only near to
    where that leads.
    """
    before: Float | None = None
    for look, following in with_next(looks, ahead):
        with clock("model"):
            before = look.person if certain else _somebody(look, following, None if look.first else before)
            raw = np.zeros_like(look.raw) if before is None else by_regions(look.raw, before)
        yield replace(look, raw=raw)


def _somebody(look: Look, following: Sequence[Look], before: Float | None) -> Float | None:
    """Raw alpha of who is there, or None."""
    if look.person is None or look.presence == 0:
        return None
    if look.presence == 2:
        return look.person
    near = _near(before, look.link, ahead=False) if before is not None else _led_to(following)
    if near is None:
        return None
    person = look.person * near
    enough = (person > 0.5).mean() >= LEAST and undecided(person) < DECIDED
    return person if enough else None


def _led_to(following: Sequence[Look]) -> Float | None:
    """Where somebody who is surely there some frames ahead comes from; None if the frames between do not lead there."""
    for index, look in enumerate(following):
        if look.presence == 0 or look.person is None:
            return None
        if look.presence == 2:
            near: Float = look.person
            for step in reversed(following[: index + 1]):
                near = _near(near, step.link, ahead=True)
            return near
    return None


def _near(person: Float, link: Link | None, ahead: bool) -> Float:
    """1 within reach of where a person of the frame before (or ahead) is to be expected, else 0."""
    import cv2

    if link is not None:
        person = carried(person, link.on if ahead else link.back, repeat=True)
    marked = (person > 0.5).astype(np.float32)
    return np.asarray(cv2.dilate(marked, disc(max(2, round(REACH * min(person.shape))))), np.float32)


def by_regions(edges: Float, regions: Float) -> Float:
    """``edges``, except where it differs from ``regions`` over a whole region: there ``regions``.

    What differs by more than a half and survives a morphological opening is a region; what does not is an edge
    that one of the two draws better. Where ``regions`` is itself vague over a whole region it says nothing.

    Args:
        edges: raw alpha (height, width) float32 whose edges are to be kept.
        regions: raw alpha of the same size.
    """
    import cv2

    radius = max(2, round(THICK * min(edges.shape)))
    vague = np.abs(regions - np.float32(0.5)) < VAGUE
    thick = _regions((np.abs(edges - regions) > np.float32(0.5)) & ~vague, radius)
    if not thick.any():
        return edges
    soft = radius / 2
    reach = cv2.dilate(thick, disc(radius + round(soft)))
    reach[cv2.dilate(_regions(vague, radius), disc(radius)) > 0] = 0
    say = np.asarray(cv2.GaussianBlur(reach.astype(np.float32), (0, 0), soft), np.float32)
    return edges + (regions - edges) * say


def _regions(mask: NDArray[np.bool_], radius: int) -> NDArray[np.uint8]:
    """What of a mask is thicker than twice ``radius``."""
    import cv2

    return np.asarray(cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, disc(radius)), np.uint8)
