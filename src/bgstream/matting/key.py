"""The chroma key: mattes in front of a screen of one saturated colour."""

from collections.abc import Iterator

import numpy as np
from bgstream_kernels import chroma_cover, label_cells

from bgstream.frame import Frame, Matted, Plane
from bgstream.matting.cuts import CutDetector
from bgstream.matting.keying.grid import Flags, Float, spread_over
from bgstream.matting.keying.hue import find_colour, pick_colour
from bgstream.matting.keying.picture import Picture, see
from bgstream.matting.keying.screen import Screen, brightest
from bgstream.matting.keying.shade import light_left, with_shadow
from bgstream.matting.keying.solve import (
    BACKDROP,
    SHADOW,
    SUBJECT,
    UNKNOWN,
    Known,
    finished,
    front_colours,
    solved,
    unmixed,
)
from bgstream.matting.keying.spill import Spill
from bgstream.progress import Clock

WITHIN = 3.0  # deviations of the screen's noise that are still screen
DARKEST = 0.35  # light that is left in the deepest shadow that is still taken for one
RIM = 0.95  # light below which screen is called shadow
SOLID, EVEN, LEVEL = 0.25, 0.45, 0.15  # share of screen below which a cell may be all subject (keyers' "white clip");
# the same where the share is level, within so much: clothes of a dull kindred colour, not an edge out of focus
SLOPE = 0.5  # of the colour difference
SPECK = 2  # cells of 3×3 that are noise where nothing else is not screen; a strand has three
MARGIN = 2  # cells around all that is not subject in which alpha is solved
DOUBT = 0.05  # share of its luma by which the screen may be off beside the subject: contact shadows


class ChromaKey:
    """Mattes frames by the colour of what is behind the subject.

    The screen's colour is a smooth surface over the picture that follows the clip, so uneven light and soft
    shadows are part of it. Cells that show it are backdrop, cells without any of it are subject; between them
    alpha is solved from both colours (:func:`bgstream_kernels.solve_alpha`).

    Args:
        colour: R, G, B of the screen; None: found in ``samples``.
        samples: frames spread over the clip.
        clock: counts the stages "model" and "refine".
        spill: take the screen's light off the subject.
        shadow: keep the subject's shadow on the screen, as black.

    Raises:
        ConfigError: no saturated colour dominates the samples, or the colour given is grey.
    """

    def __init__(
        self,
        colour: tuple[int, int, int] | None,
        samples: list[Frame],
        clock: Clock,
        *,
        spill: bool = True,
        shadow: bool = False,
    ) -> None:
        pictures = [see(frame) for frame in samples]
        self._colour = pick_colour(pictures) if colour is None else find_colour(colour, pictures)
        self._clock, self._lit = clock, brightest(self._colour, pictures) if shadow else None
        self._spill = Spill() if spill else None
        self._cuts = CutDetector()
        self._screen: Screen | None = None

    def __call__(self, frames: Iterator[Frame]) -> Iterator[Matted]:
        """Matte frames in order, one for one."""
        for frame in frames:
            yield self.matte(frame)

    def matte(self, frame: Frame) -> Matted:
        """Matte the next frame of the clip."""
        with self._clock("model"):
            picture = see(frame)
            screen = self._followed(picture)
            wide = screen.follow(picture.cells)
            labels = self._labels(picture.cells, wide, screen.noise)
        with self._clock("refine"):
            return self._solved(picture, screen, wide, labels)

    def _followed(self, picture: Picture) -> Screen:
        cells = (picture.cells.shape[1], picture.cells.shape[2])
        if self._screen is None:
            self._screen = Screen(self._colour, cells)
        if self._cuts(picture.cells[0] / np.float32(255)):
            self._screen.reset()
            if self._spill:
                self._spill.reset()
        return self._screen

    def _labels(self, cells: Float, wide: Float, noise: Float) -> Flags:
        """Labels of cells; beside the subject nothing is sure."""
        import cv2

        labels = np.empty(cells.shape[1:], np.uint8)
        shares = np.empty(cells.shape[1:], np.uint8)
        label_cells(cells, wide, noise, (WITHIN, DARKEST, RIM, SOLID, SLOPE), (labels, shares))
        near = np.ones((3, 3), np.uint8)
        level = cv2.morphologyEx(shares, cv2.MORPH_GRADIENT, near) <= 255 * LEVEL
        labels[(labels == UNKNOWN) & (shares <= 255 * EVEN) & level] = SUBJECT
        crowd = cv2.boxFilter((labels != BACKDROP).view(np.uint8), -1, (3, 3), normalize=False)
        labels[crowd <= SPECK] = BACKDROP
        square = np.ones((2 * MARGIN + 1, 2 * MARGIN + 1), np.uint8)
        solid = cv2.erode((labels == SUBJECT).view(np.uint8), square)
        beside = cv2.dilate(solid, np.ones((4 * MARGIN + 3, 4 * MARGIN + 3), np.uint8))
        labels[(labels == SUBJECT) & (solid == 0)] = UNKNOWN
        labels[(labels == SHADOW) & (beside == 0)] = BACKDROP
        labels[labels == SHADOW] = UNKNOWN
        return labels

    def _solved(self, picture: Picture, screen: Screen, wide: Float, labels: Flags) -> Matted:
        size = picture.frame.size
        grid = screen.grid
        blue, red = spread_over(grid[1:], picture.chroma)
        known = Known((spread_over(grid[:1], size)[0], blue, red), screen.noise, DOUBT)
        alpha = solved(picture, known, labels, front_colours(picture.cells, labels))
        spill, tint = self._spilled(picture, grid, wide, alpha)
        matted = finished(picture, alpha, unmixed(picture, known.behind, alpha, spill, tint))
        if self._lit is None:
            return matted
        lit = spread_over(np.maximum(self._lit, 1)[None], (labels.shape[0], labels.shape[1]))[0]
        return with_shadow(matted, light_left(labels, picture.cells[0] / lit))

    def _spilled(self, picture: Picture, grid: Float, wide: Float, alpha: Plane) -> tuple[Float, Float]:
        tint = np.array([0, self._colour[1], self._colour[2]], np.float32)
        if self._spill is None:
            return np.zeros((1, 1), np.float32), tint
        spill = self._spill(picture.cells, wide, chroma_cover(alpha, (2, 2)))
        power = np.hypot(grid[1], grid[2]) / np.float32(np.hypot(tint[1], tint[2]))
        local = spread_over(power[None], (wide.shape[1], wide.shape[2]))[0]
        return spill * local, tint
