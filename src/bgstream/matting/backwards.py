"""What is said of a later frame, carried back to where its shot begins (file mode): a first pass at low resolution.

Only small grey pictures of one shot are kept.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bgstream.errors import ConfigError
from bgstream.frame import Frame
from bgstream.matting.cuts import CutDetector
from bgstream.matting.flow import Flow, Linker
from bgstream.matting.look import Look
from bgstream.matting.parts import Float
from bgstream.matting.riding import Rider
from bgstream.matting.tracking import CLOSE, Start
from bgstream.progress import Clock
from bgstream.protocols import Source

GONE = 0.25  # of a mask's area; with less it has left the frame
LONG, SHORTEST = 256, 32  # pixels: the longer side of the small pictures; and no side is shorter (DIS needs that)
MOST = 3000  # frames looked back at, at most: about 110 MB of small pictures

Grey = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """A shot up to a frame.

    Attributes:
        times: of its frames, seconds from the clip's first frame.
        greys: small pictures of them.
        last: the frame itself.
        whole: it reaches back to the shot's beginning.
    """

    times: list[float]
    greys: list[Grey]
    last: Frame
    whole: bool


def shot_until(clip: Source, time: float, most: int = MOST) -> Shot:
    """Decode up to the frame at ``time`` (seconds from the first frame), keeping at most ``most`` frames of its shot.

    Raises:
        ConfigError: the clip ends before.
        SourceError: the data is damaged.
    """
    seen: deque[tuple[float, Grey]] = deque(maxlen=most)
    cuts, count, zero = CutDetector(), 0, None
    for frame in clip.frames():
        zero = frame.time if zero is None else zero
        small = small_grey(frame)
        if cuts(small.astype(np.float32) / np.float32(255)):
            seen.clear()
            count = 0
        seen.append((frame.time - zero, small))
        count += 1
        if frame.time - zero >= time - CLOSE:
            times, greys = zip(*seen, strict=True)
            return Shot(list(times), list(greys), frame, count <= most)
    raise ConfigError(f"nothing is left to see at {time:g} s", "the clip ends before")


def small_grey(frame: Frame) -> Grey:
    """The first plane (luma, or green) in 8 bits, small."""
    import cv2

    height, width = frame.size
    scale = min(1.0, LONG / max(height, width))
    size = (max(SHORTEST, round(width * scale)), max(SHORTEST, round(height * scale)))
    plane = frame.planes[0] if frame.layout.depth == 8 else frame.planes[0].astype(np.float32)
    small = cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
    return np.asarray(small / (1 << (frame.layout.depth - 8)), np.uint8)


def carried_back(
    clip: Source, time: float, mask_at: Callable[[Frame], Float], most: int = MOST
) -> tuple[list[Start], tuple[str, ...]]:
    """A mask said of the frame at ``time``, where its shot begins.

    Args:
        clip: the clip; its frames are decoded once up to ``time``.
        time: seconds from the clip's first frame.
        mask_at: the mask (height, width) float32 0..1, any size, of the frame that was spoken of: a box, a region
            that was drawn, or better what a network marks there.
        most: frames that are looked back at.

    Returns:
        Where the shot begins, the mask there. If what is meant comes into the frame later: nothing there, and the mask
        where it has come in; if it is lost from sight on the way back, the mask where it is seen first. And what the
        user should know.

    Raises:
        ConfigError: the clip ends before.
        SourceError: the data is damaged.
    """
    shot = shot_until(clip, time, most)
    first, mask, lost = _back_along(shot, mask_at(shot.last))
    starts = [Start(shot.times[first], mask)]
    if first and not lost:
        starts.insert(0, Start(shot.times[0], np.zeros_like(mask)))
    note = f"the mask said at {time:g} s is carried back to {shot.times[0]:.2f} s only, not to the shot's beginning"
    return starts, () if shot.whole else (note,)


def _back_along(shot: Shot, mask: Float) -> tuple[int, Float, bool]:
    """The first picture in which a mask of the last one is seen, the mask there, and whether it is lost before that."""
    rider = Rider(mask, shot.greys[-1].shape)
    number, moved = len(shot.greys), rider.mask()
    least = GONE * float(moved.sum())
    for look in Linker(Flow.FINE, Clock())(_looks_back(shot)):
        if look.link is not None:
            rider.follow(look.link.back, look.link.trust_back)
        here = rider.mask()
        if float(here.sum()) < least:
            return number, moved, rider.fading
        number, moved = number - 1, here
    return number, moved, False


def _looks_back(shot: Shot) -> Iterator[Look]:
    """A shot played backwards: each link leads to the frame after."""
    for number, grey in enumerate(reversed(shot.greys)):
        luma = grey.astype(np.float32) / np.float32(255)
        yield Look(shot.last, luma, luma, first=number == 0)
