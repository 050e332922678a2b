"""A key that acts only where a network sees the subject."""

from collections.abc import Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bgstream.frame import Frame, Matted, Plane, Planes
from bgstream.matting.discs import disc
from bgstream.matting.keying.grid import Flags, Float, shrunk, spread_over
from bgstream.progress import Clock
from bgstream.protocols import Matter

STEP = 4  # pixels of a node, on which bounds are drawn
SURE = 0.95  # network's alpha from which it is sure
REACH, DEPTH = 0.12, 0.04  # of the subject's size: how far outside the key may act, how far inside it may not
LIMB = 0.35  # of the subject's area: so much of the key's own may hang on to it outside of the reach
MASK = NDArray[np.bool_]


class Keyer(Protocol):
    """What mattes one frame after the other by itself: :class:`ChromaKey`, :class:`CleanPlate`."""

    def matte(self, frame: Frame) -> Matted:
        """Matte the next frame."""


class Bounded:
    """The key's edges within the network's bounds.

    Beyond the network's mask, dilated by a share of the subject's size, alpha is 0: what stands on the screen's
    border, markers and the studio behind it vanish. What the key sees as one piece with the subject stays, if it
    is small beside it: an arm that the network missed. Deep inside what the network is sure of, alpha is at least
    the network's: clothes of the screen's colour stay. Between, the key decides.

    Args:
        keyer: the key.
        network: the matter that bounds it; may look ahead, gives frames in order.
        clock: counts the stage "refine".
    """

    def __init__(self, keyer: Keyer, network: Matter, clock: Clock) -> None:
        self._keyer, self._network, self._clock = keyer, network, clock

    def __call__(self, frames: Iterator[Frame]) -> Iterator[Matted]:
        """Matte frames in order, one for one."""
        for seen in self._network(frames):
            keyed = self._keyer.matte(seen.frame)
            with self._clock("refine"):
                yield _bounded(keyed, seen.alpha)


def _bounded(keyed: Matted, seen: Plane) -> Matted:
    high, wide = seen.shape
    nodes = (-(-high // STEP), -(-wide // STEP))
    network = shrunk(_unit(seen), nodes)[0]
    key = shrunk(_unit(keyed.alpha), nodes)[0]
    allowed, core = _bounds(network >= 0.5, network >= SURE, key >= 0.5)
    room = spread_over(np.stack([allowed, core]).astype(np.float32), (high, wide))
    limited = np.rint(keyed.alpha * room[0]).astype(np.uint8)
    held = np.rint(seen * room[1]).astype(np.uint8)
    alpha = np.maximum(limited, held)
    if keyed.foreground is None:
        return Matted(keyed.frame, alpha)
    return Matted(keyed.frame, alpha, _restored(keyed, alpha > keyed.alpha))


def _unit(alpha: Plane) -> Float:
    return np.asarray(alpha[None] / np.float32(255), np.float32)


def _bounds(mask: MASK, sure: MASK, key: MASK) -> tuple[Float, MASK]:
    """Where the key may act (0..1, with a soft rim), and where alpha is the network's at least."""
    import cv2

    size = float(np.sqrt(mask.sum()))
    near = _grown(mask, max(3, round(REACH * size)))
    parts, labels, stats, _ = cv2.connectedComponentsWithStats((key & ~near).view(np.uint8), connectivity=8)
    touching = np.zeros(parts, np.bool_)
    touching[np.unique(labels[_grown(near & key, 1) & key & ~near])] = True
    touching &= stats[:, cv2.CC_STAT_AREA] <= LIMB * mask.sum()
    touching[0] = False
    allowed = near | _grown(touching[labels], 3)
    core = ~_grown(~sure, max(2, round(DEPTH * size)))
    return np.asarray(cv2.blur(allowed.astype(np.float32), (3, 3)), np.float32), core


def _grown(mask: MASK, radius: int) -> MASK:
    import cv2

    grown: Flags = np.asarray(cv2.dilate(mask.view(np.uint8), disc(radius)), np.uint8)
    return grown.view(np.bool_)


def _restored(keyed: Matted, raised: MASK) -> Planes:
    """The frame's own colours where the key had taken the subject for screen."""
    frame, layout = keyed.frame, keyed.frame.layout
    rows, columns = layout.subsampling
    planes = []
    for k, (own, plane) in enumerate(zip(keyed.colours, frame.planes, strict=True)):
        where = raised if not k or layout.rgb else raised[::rows, ::columns]
        planes.append(np.where(where, plane, own))
    return tuple(planes)
