"""What passes from step to step of the matting: a frame, and what is known of it so far."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bgstream.frame import Frame

Float = NDArray[np.float32]
UNASKED: Float = np.zeros((0, 0), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """How a frame lies to the one before it; all at raw alpha's size.

    Attributes:
        back: (height, width, 2) float32, flow from this frame to the one before, pixels right and down.
        on: flow from the one before to this.
        trust_back: (height, width) float32 0..1, how far this frame may take over what stood in the one before.
        trust_on: how far the one before may take over what stands in this.
    """

    back: Float
    on: Float
    trust_back: Float
    trust_on: Float


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """A frame and the matte in the making.

    Attributes:
        frame: the frame.
        raw: raw alpha (height, width) float32 0..1: the network's answer, then what each step made of it; ``UNASKED``
            until there is one.
        luma: the frame's luma at the same size, 0..1, brightened as the network saw it.
        first: a shot begins with it.
        gain: by which the networks saw it brightened.
        person: raw alpha of the person networks at raw's size, where they were asked.
        presence: how surely they see somebody: 0 nobody, 1 perhaps, 2 surely.
        link: to the frame before; None where a shot begins or nobody needs it.
    """

    frame: Frame
    raw: Float
    luma: Float
    first: bool
    gain: float = 1.0
    person: Float | None = None
    presence: int = 2
    link: Link | None = None


def with_next(looks: Iterable[Look], ahead: int) -> Iterator[tuple[Look, Sequence[Look]]]:
    """Each look with at most ``ahead`` looks that follow it in the same shot."""
    waiting: deque[Look] = deque()
    for look in looks:
        if look.first:
            yield from _emptied(waiting)
        waiting.append(look)
        if len(waiting) > ahead:
            here = waiting.popleft()
            yield here, list(waiting)
    yield from _emptied(waiting)


def _emptied(waiting: deque[Look]) -> Iterator[tuple[Look, Sequence[Look]]]:
    while waiting:
        here = waiting.popleft()
        yield here, list(waiting)


def resized(values: Float, shape: tuple[int, ...], how: str = "INTER_LINEAR") -> Float:
    """Values (height, width) or (height, width, n) at another (height, width); the same array where it is that.

    Args:
        values: float32.
        shape: (height, width), and whatever may follow.
        how: OpenCV's name of the interpolation.
    """
    import cv2

    if values.shape[:2] == tuple(shape[:2]):
        return values
    return np.asarray(cv2.resize(values, (shape[1], shape[0]), interpolation=getattr(cv2, how)), np.float32)
