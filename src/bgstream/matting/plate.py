"""The clean plate: mattes against a picture of the scene without the subject."""

from collections.abc import Iterator

import numpy as np
from bgstream_kernels import believe, plate_odds
from numpy.typing import NDArray

from bgstream.errors import ConfigError
from bgstream.frame import Frame, Matted
from bgstream.matting.cuts import CutDetector
from bgstream.matting.keying.grid import Flags, Float, shrunk, spread_over
from bgstream.matting.keying.median import estimated_plate
from bgstream.matting.keying.picture import Picture, see
from bgstream.matting.keying.registered import Registered
from bgstream.matting.keying.shade import LIT, light_left, with_shadow
from bgstream.matting.keying.solve import BACKDROP, SUBJECT, UNKNOWN, Known, finished, front_colours, solved, unmixed
from bgstream.progress import Clock

EVEN = 14.0  # squared deviations (three planes) at which plate and subject are equally likely: 0.3 % of the noise
LEAST, MOST = -3.0, 6.0  # log odds: that a cell looks like the plate says less than that it does not
DARKEST, COST = 0.4, 12.0  # least light of a shadow; and what a shadow costs
PULL = 0.4  # weight of a unit of log odds against the link to a like neighbour
SWEEPS, FIRST = 4, 40  # over the nodes; for the first frame of a shot
CONTRAST = 30.0  # variances of the noise that part two neighbours
MARGIN = 2  # cells to each side of the border in which alpha is solved
WIDER = 8  # the same where cells say otherwise than their surroundings: strands, gaps
HOLE, ISLAND = 0.01, 0.003  # of the subject's area: smaller holes are filled, smaller islands dropped
GAP_WIDTH = 5  # cells; a narrower gap is a dark strand that happens to look like the plate
GAP, STRAND = -1.0, 2.0  # log odds below (above) which they do
TRUST = 0.2  # weight of belief in alpha: where subject and plate look the same it is all there is


class CleanPlate:
    """Mattes frames by their difference from a clean plate.

    The plate follows the frame's exposure, white balance and small shifts of the camera; what differs by more
    than the noise measured is subject, unless it is the plate in a shadow. Beliefs are spread over neighbours
    that look alike, which fills holes where the subject resembles the plate. At the border, alpha is solved from
    both colours.

    Args:
        plate: the empty scene, in the clip's size and layout; None: estimated from ``samples``, which needs a
            subject that moves (see :func:`bgstream.matting.keying.median.estimated_plate`).
        samples: frames spread over the clip.
        clock: counts the stages "model" and "refine".
        shadow: keep the subject's shadow, as black.

    Raises:
        ConfigError: the plate is not like the clip's frames, or cannot be estimated.
    """

    def __init__(self, plate: Frame | None, samples: list[Frame], clock: Clock, *, shadow: bool = False) -> None:
        if plate is not None and samples:
            _alike(plate, samples[0])
        self._plate = Registered(see(plate if plate is not None else estimated_plate(samples)))
        self._like = plate if plate is not None else samples[0]
        self._clock, self._shadow = clock, shadow
        self._cuts = CutDetector()
        self._belief: Float | None = None

    def __call__(self, frames: Iterator[Frame]) -> Iterator[Matted]:
        """Matte frames in order, one for one."""
        for frame in frames:
            yield self.matte(frame)

    def matte(self, frame: Frame) -> Matted:
        """Matte the next frame of the clip."""
        _alike(self._like, frame)
        with self._clock("model"):
            picture = see(frame)
            if self._cuts(picture.cells[0] / np.float32(255)):
                self._belief = None
                self._plate.reset()
            labels, light = self._labels(picture)
        with self._clock("refine"):
            return self._solved(picture, labels, light)

    def _labels(self, picture: Picture) -> tuple[Flags, Float]:
        """Labels of cells and the light that is left on the plate, (rows, columns)."""
        cells = picture.cells
        plate = self._plate.fit(cells)
        odds, light = np.empty(cells.shape[1:], np.float32), np.empty(cells.shape[1:], np.float32)
        plate_odds(cells, plate, self._plate.noise, (EVEN, LEAST, MOST, DARKEST, COST), (odds, light))
        return _banded(self._believed(cells, plate, odds), odds), light

    def _believed(self, cells: Float, plate: Float, odds: Float) -> Float:
        """Belief at the size of cells, worked out on nodes of 2×2 of them."""
        nodes = (-(-odds.shape[0] // 2), -(-odds.shape[1] // 2))
        sweeps = SWEEPS
        if self._belief is None or self._belief.shape != nodes:
            self._belief, sweeps = np.full(nodes, 0.5, np.float32), FIRST
        beta = np.asarray(1 / (CONTRAST * np.maximum(self._plate.noise[:3], 1)), np.float32)
        pair = (shrunk(cells, nodes), shrunk(plate, nodes))
        believe(pair, shrunk(odds[None], nodes)[0], beta, PULL, self._belief, sweeps)
        wide: Float = spread_over(_tidied(self._belief)[None], (odds.shape[0], odds.shape[1]))[0]
        return wide

    def _solved(self, picture: Picture, labels: Flags, light: Float) -> Matted:
        assert self._belief is not None
        left = light_left(labels, light)
        behind = self._plate.planes()
        if left.min() < LIT:
            for plane in behind:
                plane *= spread_over(left[None], (plane.shape[0], plane.shape[1]))[0]
        known = Known(behind, self._plate.noise[:3], belief=self._belief, trust=TRUST)
        alpha = solved(picture, known, labels, front_colours(picture.cells, labels))
        none, dull = np.zeros((1, 1), np.float32), np.zeros(3, np.float32)
        matted = finished(picture, alpha, unmixed(picture, behind, alpha, none, dull))
        return with_shadow(matted, left) if self._shadow else matted


def _tidied(belief: Float) -> Float:
    """Belief without small holes, and without islands that are small beside the whole."""
    import cv2

    tidy = belief.copy()
    for inside, least in ((False, HOLE), (True, ISLAND)):
        side = tidy > 0.5
        _, parts, stats, _ = cv2.connectedComponentsWithStats((side == inside).view(np.uint8), connectivity=4)
        small = stats[:, cv2.CC_STAT_AREA] < least * side.sum()
        small[0] = False
        tidy[small[parts]] = 0.0 if inside else 1.0
    return tidy


def _banded(belief: Float, odds: Float) -> Flags:
    """Labels of cells: the belief, and unknown beside the border that it draws."""
    import cv2

    near = cv2.blur(odds, (3, 3), borderType=cv2.BORDER_REPLICATE)
    side = (belief > 0.5).view(np.uint8)
    solid = _closed(side & (near > GAP).view(np.uint8), side)
    labels = np.full(belief.shape, UNKNOWN, np.uint8)
    labels[((solid == 1) & _inside(side, MARGIN)) | _inside(side, WIDER)] = SUBJECT
    labels[((near < STRAND) & _inside(1 - side, MARGIN)) | _inside(1 - side, WIDER)] = BACKDROP
    return labels


def _closed(solid: Flags, side: Flags) -> Flags:
    """``solid``, with those holes filled that do not open to what is outside of ``side``."""
    import cv2

    open_ = cv2.morphologyEx(1 - solid, cv2.MORPH_OPEN, np.ones((GAP_WIDTH, GAP_WIDTH), np.uint8))
    _, parts = cv2.connectedComponents(open_, connectivity=4, ltype=cv2.CV_16U)
    outside = np.zeros(int(parts.max()) + 1, np.bool_)
    outside[parts[side == 0]] = True
    outside[0] = False
    return np.asarray(~outside[parts]).view(np.uint8)


def _inside(side: Flags, margin: int) -> NDArray[np.bool_]:
    """Where the flags are 1 all around, ``margin`` cells far."""
    import cv2

    square = np.ones((2 * margin + 1, 2 * margin + 1), np.uint8)
    return np.asarray(cv2.erode(side, square), np.uint8).view(np.bool_)


def _alike(plate: Frame, frame: Frame) -> None:
    if plate.size != frame.size or plate.layout != frame.layout:
        (high, wide), (rows, columns) = plate.size, frame.size
        raise ConfigError(
            f"the plate is {wide}×{high} {plate.layout.name}, the clip {columns}×{rows} {frame.layout.name}",
            "give a picture taken with the same camera and settings",
        )
