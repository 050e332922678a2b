"""A clean plate out of the clip itself."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bgstream.errors import ConfigError
from bgstream.frame import Frame, Plane

BAND = 64  # rows worked on at a time
WIDE = 8  # levels; half of the values lie closer together where most of them are the scene's
LEAST = 5  # frames; with fewer, what covers a place in three of them is taken for the plate
Whole = NDArray[np.int32]
HINT = "give a picture of the empty scene with the plate"


def estimated_plate(samples: list[Frame]) -> Frame:
    """What each pixel shows most of the time: right where the subject covers it in less than half of the frames.

    The densest half of the values in time is averaged (the shorth; Andrews et al., 1972): as robust as the
    median, less noisy, and not drawn towards the subject by what lies between the two. Where the subject covers
    more, the scene is still what shows the same value again and again, while a moving subject shows many. The
    subject must move: where it always stands, it becomes part of the plate.

    Raises:
        ConfigError: too few samples, or samples of several sizes.
    """
    if len(samples) < LEAST:
        raise ConfigError(f"a plate cannot be estimated from {len(samples)} frames (at least {LEAST})", HINT)
    first = samples[0]
    if any((frame.size, frame.layout) != (first.size, first.layout) for frame in samples):
        raise ConfigError("a plate cannot be estimated from frames of several sizes", HINT)
    unit = 1 << (first.layout.depth - 8)
    planes = tuple(_settled([frame.planes[k] for frame in samples], unit) for k in range(len(first.planes)))
    return replace(first, planes=planes, alpha=None, keeper=None)


def _settled(planes: list[Plane], unit: int) -> Plane:
    """The densest half of the values at each pixel; where even that is spread wide, the densest third.

    ``unit``: code values in a level. In bands of rows, to spare memory.
    """
    out = np.empty_like(planes[0])
    half, third = len(planes) // 2 + 1, max(3, len(planes) // 3)
    for top in range(0, len(out), BAND):
        values = np.sort(np.stack([plane[top : top + BAND] for plane in planes]), axis=0).astype(np.int32)
        mean, spread = _densest(values, half)
        small, tight = _densest(values, third)
        out[top : top + BAND] = np.where((spread > WIDE * unit) & (3 * tight < spread), small, mean)
    return out


def _densest(values: Whole, count: int) -> tuple[Whole, Whole]:
    """Mean and width of the shortest run of ``count`` of the sorted values, (rows, columns) each."""
    widths = values[count - 1 :] - values[: len(values) - count + 1]
    start = np.argmin(widths, axis=0)[None]
    total = sum(np.take_along_axis(values, start + k, axis=0)[0] for k in range(count))
    return np.asarray((total + count // 2) // count), np.take_along_axis(widths, start, axis=0)[0]
