"""A clean plate brought in line with each frame: exposure and white balance, and a shift of the camera."""

import numpy as np
from bgstream_kernels import fit_sums
from numpy.typing import NDArray

from bgstream.frame import Plane
from bgstream.matting.keying.grid import Float
from bgstream.matting.keying.picture import Picture

Double = NDArray[np.float64]
QUIET = np.array(
    [0.8, 0.6, 0.6], np.float32
)  # levels; noise is never taken for less: codecs copy still blocks, until they do not
WITHIN = 4.5  # deviations from which on a cell is not the plate's
ROUNDS, FIRST = 1, 12  # of fitting for a frame; for the first of a shot
STILL = 0.04  # cells: a camera that moves less stands still
SMALLEST = 16  # cells; a smaller picture has no details to go by
LARGEST = 0.05  # of the picture's width; a larger shift is no shake
START = 30.0  # levels: the noise that the first fit starts from, so that exposures apart find each other


class Registered:
    """The plate as it would look in the frame at hand.

    Args:
        plate: the plate's picture.
    """

    def __init__(self, plate: Picture) -> None:
        self._plate = plate
        scale, black, grey = plate.levels
        starts = (black, grey, grey)
        self._levels = [
            np.asarray(p, np.float32) * scale - start for p, start in zip(plate.planes, starts, strict=True)
        ]
        self._moved, self._cells = self._levels, plate.cells
        self._lit = [np.empty_like(plane) for plane in self._levels]
        self.reset()

    def reset(self) -> None:
        """Another shot: exposure and camera may be different."""
        self.gains = np.array([[1, 1, 1], [0, 0, 0]], np.float32)
        self.noise = np.array([START**2, START**2 / 4, START**2 / 4, 0], np.float32)
        self._shift: Double = np.zeros(2)
        self._first = True

    def fit(self, cells: Float) -> Float:
        """Bring the plate in line with a frame's cells; gives the plate's cells, (3, rows, columns) levels."""
        if self._first:
            self._shift = self._coarse(cells)
            self._move()
        for _ in range(FIRST if self._first else ROUNDS):
            self._round(cells)
        self._first = False
        lit: Float = self._cells * self.gains[0][:, None, None] + self.gains[1][:, None, None]
        return lit

    def planes(self) -> tuple[Float, Float, Float]:
        """The plate's levels, each plane at its size; valid until the next call, and free to be changed."""
        for plane, gain, offset, out in zip(self._moved, *self.gains, self._lit, strict=True):
            np.multiply(plane, gain, out=out)
            out += offset
        luma, blue, red = self._lit
        return luma, blue, red

    def _round(self, cells: Float) -> None:
        sums = np.empty(28)
        fit_sums(cells, self._cells, (self.gains, self.noise), WITHIN, sums)
        weight = sums[0]
        if weight < 50:  # nothing of the plate is seen
            return
        for k in range(3):
            self.gains[:, k] = _line(sums[5 * k : 5 * k + 5])
        self._measure(sums, weight)
        xx, xy, yy, xr, yr = sums[15:20]
        step = -np.linalg.solve([[xx + 1, xy], [xy, yy + 1]], [xr, yr]) / max(float(self.gains[0, 0]), 0.1)
        if np.abs(step).max() > STILL:
            self._shift = self._shift + np.clip(step, -1.5, 1.5)
            self._move()

    def _measure(self, sums: Double, weight: float) -> None:
        """Noise of flat cells, and what slopes add to it (the shift that is left, compression)."""
        flat = sums[27] / sums[26] if sums[26] > 0.05 * weight else sums[20] / weight
        fresh = np.maximum(1.3 * np.array([flat, sums[21] / weight, sums[22] / weight]), QUIET**2)
        added = (sums[25] - flat * sums[23]) / max(sums[24], 1e-3)
        now = np.append(fresh, np.clip(added, 0.0, 1.0)).astype(np.float32)
        self.noise = now if self._first else np.asarray(0.8 * self.noise + 0.2 * now, np.float32)

    def _coarse(self, cells: Float) -> Double:
        """Shift in cells by phase correlation of the luma's details (Kuglin & Hines 1975), where it is believable."""
        import cv2

        if min(cells.shape[1:]) < SMALLEST:
            return np.zeros(2)

        def details(luma: Float) -> Float:
            return np.asarray(luma - cv2.GaussianBlur(luma, (0, 0), 4), np.float32)

        here, plate = details(cells[0]), details(self._plate.cells[0])
        window = cv2.createHanningWindow((here.shape[1], here.shape[0]), cv2.CV_32F)
        (x, y), response = cv2.phaseCorrelate(plate, here, window)
        if response < 0.1 or max(abs(x), abs(y)) > LARGEST * here.shape[1] or max(abs(x), abs(y)) < 0.5:
            return np.zeros(2)
        return np.array([x, y])

    def _move(self) -> None:
        self._moved = [self._shifted(plane) for plane in self._levels]
        self._cells = np.stack([self._shifted(plane) for plane in self._plate.cells])

    def _shifted(self, plane: Plane) -> Float:
        import cv2

        unit = plane.shape[1] / self._plate.cells.shape[2]
        x, y = self._shift * (2.0 if unit > 1.5 else 1.0)
        matrix = np.array([[1, 0, x], [0, 1, y]])
        size = (plane.shape[1], plane.shape[0])
        moved = cv2.warpAffine(plane, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(moved, np.float32)


def _line(sums: Double) -> tuple[float, float]:
    """Gain and offset; a plane without contrast keeps its gain."""
    n, p, i, pp, pi = sums
    spread = pp / n - (p / n) ** 2
    slope = (pi / n - p * i / n**2 + 4.0) / (spread + 4.0)  # a gain of 1 has the weight of 2 levels of contrast
    slope = min(max(slope, 0.4), 2.5)
    return slope, i / n - slope * p / n
