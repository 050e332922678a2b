"""The picture that is shown: of the output's shape and size, mirrored, following the head."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from bgstream.frame import Matted, Plane, Planes
from bgstream.live.following import Follower

STILL = 0.02  # pixels: a corner nearer than this to whole chroma samples is taken to be there
Change = Callable[[Plane, tuple[int, int], tuple[int, int]], Plane]  # plane, its new shape, luma that a sample covers
Window = tuple[float, float, float]  # left, top and pixels of the frame that a pixel of the output spans


class Framing:
    """Cuts frames with their mattes to an output's size.

    A chroma sample is taken to lie in the middle of the pixels that it covers, as it is where alpha is laid on planes:
    so planes of every subsampling are cut by one and the same window, mirrored by turning them over, and no colour
    shifts.

    Args:
        size: (height, width) of the output, both even.
    """

    def __init__(self, size: tuple[int, int]) -> None:
        self._size = size
        self._follower: Follower | None = None

    def __call__(self, matted: Matted, *, mirror: bool, follow: bool) -> Matted:
        """The same picture of the output's size: cut to its shape around the middle, or around the head.

        Args:
            matted: a frame of any size, 8 bits, and its matte.
            mirror: turn left and right.
            follow: keep the head in its place, by smooth and bounded moves. Switched off, the window opens as smoothly.

        Returns:
            The very same object where nothing is to be done.
        """
        window = self._window(matted, follow)
        if window is not None:
            matted = self._each(matted, lambda plane, shape, cover: _cut(plane, window, shape, cover))
        if mirror:
            matted = self._each(matted, lambda plane, _shape, _cover: _turned(plane))
        return matted

    def _window(self, matted: Matted, follow: bool) -> Window | None:
        """None for the whole frame as it is."""
        (height, width), (rows, columns) = matted.frame.size, self._size
        span = min(height / rows, width / columns)  # pixels of the frame in one of the output, without zoom
        left, top = _even((width - span * columns) / 2), _even((height - span * rows) / 2)
        if not follow and self._follower is None:
            return None if (height, width) == self._size else (left, top, span)
        if self._follower is None:
            self._follower = Follower(columns / rows, span * rows / 2)
        inner = matted.alpha[top : top + math.ceil(span * rows), left : left + math.ceil(span * columns)]
        x, y, size = self._follower.look(inner if follow else None, matted.frame.time)
        if self._follower.whole:
            self._follower = self._follower if follow else None
            return None if (height, width) == self._size else (left, top, span)
        unit = span * rows
        return _settled(left + unit * x), _settled(top + unit * y), span * size

    def _each(self, matted: Matted, change: Change) -> Matted:
        """Every plane changed: the frame's, the alphas', the foreground's."""
        frame, whole = matted.frame, (1, 1)
        layout, size = frame.layout, self._size

        def planes(old: Planes) -> Planes:
            covers = (whole, layout.subsampling, layout.subsampling)
            shapes = layout.shapes(*size)
            return tuple(map(change, old, shapes, covers))

        own = None if frame.alpha is None else change(frame.alpha, size, whole)
        return Matted(
            replace(frame, planes=planes(frame.planes), alpha=own, keeper=(frame.planes, frame.keeper)),
            change(matted.alpha, size, whole),
            None if matted.foreground is None else planes(matted.foreground),
        )


def _cut(plane: Plane, window: Window, shape: tuple[int, int], cover: tuple[int, int]) -> Plane:
    """The window's part of a plane at the output's size, bilinear; the mean where pixels are drawn together.

    In two steps, together three times quicker than one affine warp: a patch whose corner may lie between pixels, then
    its exact enlargement. At rest the corner lies on a pixel and the patch is a view.
    """
    import cv2

    left, top, span = window[0] / cover[1], window[1] / cover[0], window[2]
    rows, columns = (math.ceil(side * span) + 1 for side in shape)
    if left.is_integer() and top.is_integer():
        patch = plane[int(top) : int(top) + rows, int(left) : int(left) + columns]
    else:
        patch = cv2.getRectSubPix(plane, (columns, rows), (left + (columns - 1) / 2, top + (rows - 1) / 2))
    if span == 1:
        return patch[: shape[0], : shape[1]]
    if tuple(round(side / span) for side in patch.shape) == patch.shape:  # resize() would only copy
        return _warped(plane, (left, top, span), shape)
    way = cv2.INTER_AREA if span > 2 else cv2.INTER_LINEAR
    grown = cv2.resize(patch, None, fx=1 / span, fy=1 / span, interpolation=way)  # by this very factor, not by sizes
    return grown[: shape[0], : shape[1]]


def _warped(plane: Plane, window: Window, shape: tuple[int, int]) -> Plane:
    import cv2

    left, top, span = window
    first = left + span / 2 - 0.5, top + span / 2 - 0.5  # where the first pixel's middle lies
    way = np.array([[span, 0, first[0]], [0, span, first[1]]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(plane, way, shape[::-1], flags=flags, borderMode=cv2.BORDER_REPLICATE)


def _turned(plane: Plane) -> Plane:
    import cv2

    return cv2.flip(plane, 1)


def _even(place: float) -> int:
    return max(0, 2 * math.floor(place / 2))  # what should be 0 may be rounded to less


def _settled(place: float) -> float:
    """Whole chroma samples where it is as good as there: then nothing is blurred by cutting between pixels."""
    whole = 2.0 * round(place / 2)
    return whole if abs(place - whole) < STILL else place
