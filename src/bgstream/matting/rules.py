"""Which of the parts that a network marks are meant: by place, by size, by what the user points at."""

import numpy as np
from numpy.typing import NDArray

from bgstream.matting.parts import LEVEL, Flags, Float, Parts, find_parts, nearest_value
from bgstream.matting.say import Box, Point

FAINT = 0.05  # raw alpha that counts in a box in which the network marks nothing clearly
CORES = (0.5, 0.7, 0.9)  # raw alpha at which neighbours that have grown together may show apart
SIZEABLE = 0.005  # of the frame: a core of a subject's own
WHOLLY = 0.85  # of a part in a mask: the whole part is meant
MARGIN = 0.03  # of the frame's longer side: by so much a part may reach beyond
SPREAD = 0.25  # of the frame's sides: standard deviation of what counts as its middle


def in_mask(parts: Parts, raw: Float, mask: Float) -> Flags:
    """What a mask (height, width; 0..1) means: (height, width) flags.

    The parts mostly in it, cut where they reach far beyond: a thing and its neighbour have grown together there.
    Where these are less than half of what is marked in it, all that is marked in it belongs to it too; where nothing
    is marked, what raw alpha there is, however faint.
    """
    shares = parts.shares(mask)
    chosen: Flags = (shares > WHOLLY)[parts.labels]
    for number in np.nonzero((shares > 0.5) & (shares <= WHOLLY))[0]:
        chosen |= _cut_out(parts.labels == number, raw, mask)
    clear: Flags = (mask > 0.5) & (raw > LEVEL)
    if 2 * np.count_nonzero(chosen & clear) < np.count_nonzero(clear):
        return chosen | clear
    return chosen if chosen.any() else np.asarray((mask > 0.5) & (raw > FAINT), np.bool_)


def _cut_out(part: Flags, raw: Float, mask: Float) -> Flags:
    """What is meant of a part that reaches far beyond a mask: the cores in the mask, with what is nearest to them.

    Cores are what higher raw alpha shows apart. Where none of them lies in the mask, the mask's border cuts.
    """
    import cv2

    inside = np.count_nonzero(part & (mask > 0.5))
    for level in CORES:
        cores = find_parts(part & (raw > level))
        meant = cores.shares(mask) > WHOLLY
        if 2 * cores.area[meant].sum() > inside:
            return part & (nearest_value(cores.labels > 0, meant[cores.labels].astype(np.float32)) > 0.5)
    reach = 2 * round(MARGIN * max(raw.shape)) + 1
    wider = cv2.dilate((mask > 0.5).view(np.uint8), np.ones((reach, reach), np.uint8)) > 0
    return np.asarray(part & wider, np.bool_)


def at_point(parts: Parts, raw: Float, x: float, y: float) -> Flags:
    """The part under a point (shares of the frame), or the one nearest to it.

    Of neighbours that have grown together by faint alpha only, the one nearest to the point.
    """
    whole = _nearest_part(parts, x, y)
    cores = find_parts(whole & (raw > CORES[0]))
    large = cores.area >= SIZEABLE * raw.size
    if np.count_nonzero(large) < 2:
        return whole
    cores = Parts(np.where(large[cores.labels], cores.labels, 0).astype(np.int32), cores.area * large)
    return whole & (nearest_value(cores.labels > 0, _nearest_part(cores, x, y).astype(np.float32)) > 0.5)


def _nearest_part(parts: Parts, x: float, y: float) -> Flags:
    height, width = parts.labels.shape
    rows, columns = np.nonzero(parts.labels)
    if rows.size == 0:
        return np.zeros((height, width), np.bool_)
    away = np.square(columns + 0.5 - x * width) + np.square(rows + 0.5 - y * height)
    nearest = int(np.argmin(away))
    return np.asarray(parts.labels == parts.labels[rows[nearest], columns[nearest]], np.bool_)


def at_place(parts: Parts, raw: Float, place: Box | Point, size: tuple[int, int]) -> Flags:
    """What a box or a point means; ``size``: (height, width) of the frame that it was said of."""
    if isinstance(place, Point):
        return at_point(parts, raw, *place.shares(size))
    return in_mask(parts, raw, box_mask(raw.shape, place.shares(size)))


def box_mask(shape: tuple[int, ...], shares: tuple[float, float, float, float]) -> Float:
    """1 in a box (left, top, right, bottom as shares of the sides), 0 elsewhere; at least one pixel is 1."""
    mask = np.zeros(shape, np.float32)
    left, top, right, bottom = (round(share * side) for share, side in zip(shares, shape[::-1] * 2, strict=True))
    top, left = min(top, shape[0] - 1), min(left, shape[1] - 1)
    mask[top : max(bottom, top + 1), left : max(right, left + 1)] = 1
    return mask


def weightiest(parts: Parts, raw: Float, *, central: bool) -> Flags:
    """The part with the largest sum of raw alpha; ``central``: with the largest √sum × mean nearness to the middle."""
    sums = parts.sums(raw)
    if central:
        sums = parts.sums(raw * middle(raw.shape)) / np.sqrt(np.maximum(sums, 1))
    return np.asarray((parts.labels == np.argmax(sums)) & (parts.labels > 0), np.bool_)


def middle(shape: tuple[int, ...]) -> NDArray[np.float32]:
    """How much each pixel counts as the frame's middle: a Gaussian, 1 in the centre."""
    ramps = (np.exp(-0.5 * np.square(((np.arange(side) + 0.5) / side - 0.5) / SPREAD)) for side in shape)
    return np.outer(*ramps).astype(np.float32)
