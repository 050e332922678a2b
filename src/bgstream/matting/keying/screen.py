"""The screen's colour over the picture: a smooth surface through what is surely screen, following the clip."""

import numpy as np
from bgstream_kernels import filled, on_the_ray

from bgstream.matting.keying.grid import Blocks, Float, spread_over
from bgstream.matting.keying.picture import Picture

STEP = 8  # cells (16 pixels) in a block: light changes over more than that, and a block averages out the noise
LOOSE = (0.3, 1.9, 0.35, 0.6)  # what is screen under any light, against one colour for the whole picture
TIGHT = (0.4, 1.5, 0.2, 0.3)  # against the surface
STEADY = (0.85, 1.15, 0.1, 0.15)  # against the surface through this very frame: without shadows' rims and wisps
KEEP = 0.7  # share of what a block knew that is left after a frame
QUIET = np.array([0.3, 0.2, 0.2], np.float32)  # levels; noise is never taken for less (rounding to 8 bits gives .29)


class Screen:
    """The surface of one clip.

    Args:
        colour: (3,) levels, the screen's colour.
        cells: (rows, columns) of cells in a picture.
    """

    def __init__(self, colour: Float, cells: tuple[int, int]) -> None:
        self._colour = colour
        self._blocks = Blocks.of(cells, STEP)
        self._cells = cells
        self._flags = np.empty(cells, np.uint8)
        self.reset()

    def reset(self) -> None:
        """Forget everything but the colour: another shot."""
        self._sums = np.zeros((3, *self._blocks.shape), np.float32)
        self._weight = np.zeros(self._blocks.shape, np.float32)
        self._variance: Float | None = None
        self._surface: Float | None = None

    @property
    def noise(self) -> Float:
        """(3,) variances of the cells that are screen, in levels."""
        return QUIET**2 if self._variance is None else self._variance

    @property
    def grid(self) -> Float:
        """(3, rows, columns) the surface by block, in levels."""
        return self._surface if self._surface is not None else self._flat()

    def follow(self, cells: Float) -> Float:
        """Update with one frame's cells; gives the surface at the size of cells, (3, rows, columns) levels."""
        if self._surface is None:
            self._surface = self._mixed(self._seen(cells, self._flat(), LOOSE))
        fresh = self._mixed(self._seen(cells, self._surface, TIGHT))
        steady = self._seen(cells, fresh, STEADY)
        self._surface = self._mixed(steady)
        self._sums = self._sums * KEEP + steady[1:4]
        self._weight = self._weight * KEEP + steady[0]
        self._measure(steady)
        return spread_over(self._surface, self._cells)

    def _flat(self) -> Float:
        flat: Float = np.broadcast_to(self._colour[:, None, None], self._sums.shape).astype(np.float32)
        return flat

    def _seen(self, cells: Float, grid: Float, limits: tuple[float, float, float, float]) -> Float:
        """Sums by block of the cells on the ray whose neighbours are too: no edge of the subject mixes in."""
        import cv2

        on_the_ray(cells, (grid, *self._blocks.edges), limits, self._flags)
        return self._blocks.sums(cells, np.asarray(cv2.erode(self._flags, np.ones((5, 5), np.uint8)), np.uint8))

    def _mixed(self, here: Float) -> Float:
        """What blocks show now, with what they showed before; hidden ones as they were, or from around."""
        weight = self._weight * KEEP + here[0]
        sums = self._sums * KEEP + here[1:4]
        if not weight.any():
            return self._flat()
        return filled(sums, weight, 0.25 * STEP * STEP)

    def _measure(self, sums: Float) -> None:
        """The noise: the median over blocks of the variance within a block."""
        full = sums[0] > 0.5 * STEP * STEP
        if not full.any():
            return
        count, mean = sums[0][full], sums[1:4, full] / sums[0][full]
        within = np.median(np.maximum(sums[4:7, full] / count - mean**2, 0), axis=1).astype(np.float32)
        fresh = np.maximum(within, QUIET**2)
        self._variance = fresh if self._variance is None else 0.9 * self._variance + 0.1 * fresh


def brightest(colour: Float, pictures: list[Picture]) -> Float:
    """(rows, columns) the luma by block of the screen without moving shadows: the brightest tenth of the samples.

    A shadow that never moves is part of the screen.
    """
    seen = []
    for picture in pictures:
        screen = Screen(colour, (picture.cells.shape[1], picture.cells.shape[2]))
        screen.follow(picture.cells)
        seen.append(screen.grid[0])
    return np.asarray(np.quantile(np.stack(seen), 0.9, axis=0), np.float32)
