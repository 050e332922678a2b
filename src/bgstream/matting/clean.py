"""Clean-up: islands and holes over time, and the edge adjustments that a user asks for."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from bgstream.frame import Plane
from bgstream.matting.discs import disc
from bgstream.matting.islands import Islands
from bgstream.matting.look import Look, with_next
from bgstream.progress import Clock


def cleaned(looks: Iterable[Look], clock: Clock, ahead: int) -> Iterator[Look]:
    """The same looks without small short-lived islands and holes; ``ahead`` frames later."""
    islands = Islands(ahead)
    for look, following in with_next(looks, ahead):
        with clock("model"):
            if look.first:
                islands.reset()
            raw = islands([look.raw, *(after.raw for after in following)], 0)
        yield replace(look, raw=raw)


def adjust(alpha: Plane, choke: float, feather: float) -> Plane:
    """Move alpha's edge inwards by ``choke`` pixels (outwards if negative), then soften it over ``feather``.

    Args:
        alpha: (height, width) uint8.
        choke: pixels; fractions count.
        feather: standard deviation in pixels of the Gaussian.

    Returns:
        A new array, or ``alpha`` itself where both are 0.
    """
    if choke:
        alpha = _moved(alpha, choke)
    if feather:
        import cv2

        alpha = np.asarray(cv2.GaussianBlur(alpha, (0, 0), feather, borderType=cv2.BORDER_REPLICATE), np.uint8)
    return alpha


def _moved(alpha: Plane, choke: float) -> Plane:
    """Grey-level erosion (or dilation) by a disc; a fraction of a pixel mixes two whole steps."""
    import cv2

    act = cv2.erode if choke > 0 else cv2.dilate
    whole, part = divmod(abs(choke), 1.0)

    def step(radius: int) -> Plane:
        if radius == 0:
            return alpha
        return np.asarray(act(alpha, disc(radius), borderType=cv2.BORDER_REPLICATE), np.uint8)

    near = step(int(whole))
    if not part:
        return near
    far = step(int(whole) + 1)
    return np.asarray(cv2.addWeighted(near, 1 - part, far, part, 0), np.uint8)
