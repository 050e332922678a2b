"""The one movement that most of a flow follows: affine, fitted robustly."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bgstream.matting.parts import Float

Double = NDArray[np.float64]
POINTS = 1000  # of the flow that are looked at; more change nothing
FEWEST = 24  # points with any weight; fewer say nothing
ROUNDS = 6  # of reweighting
FLOOR = 0.05  # pixels: flow is never more exact than that
STIFF = 0.3  # of a point's worth of belief that everything moves alike: small areas do not turn or scale by chance


@dataclass(frozen=True, slots=True, eq=False)
class Movement:
    """Where every pixel lay in the frame before.

    Attributes:
        matrix: (2, 3), the flow at pixel (x, y) is matrix @ (x, y, 1).
        noise: pixels; typical distance (1.48 × median) of the flow from it.
    """

    matrix: Double
    noise: float

    @property
    def step(self) -> Double:
        """(3, 3): the place in the frame before, from the place in this one, homogeneous."""
        return np.asarray(np.eye(3) + np.vstack([self.matrix, np.zeros(3)]), np.float64)

    def flow(self, shape: tuple[int, ...]) -> Float:
        """(height, width, 2) float32: the flow itself."""
        x, y = np.arange(shape[1], dtype=np.float32), np.arange(shape[0], dtype=np.float32)[:, None]
        a = self.matrix.astype(np.float32)
        return np.stack([a[k, 0] * x + a[k, 1] * y + a[k, 2] for k in (0, 1)], axis=-1)


def movement(flow: Float, weight: Float, stiff: float = STIFF) -> Movement | None:
    """Fit an affine movement by iteratively reweighted least squares (Geman–McClure's weights).

    (M. Black, P. Anandan, "The Robust Estimation of Multiple Motions", CVIU 1996.)

    Args:
        flow: (height, width, 2) float32.
        weight: (height, width) float32, 0 where the flow does not count.
        stiff: points' worth of belief that everything moves alike; very much: no turning, no scaling.

    Returns:
        None where too little counts.
    """
    every = max(1, int(np.sqrt(np.count_nonzero(weight) / POINTS)))
    rows, columns = np.nonzero(weight[::every, ::every])
    if rows.size < FEWEST:
        return None
    rows, columns = rows * every, columns * every
    found, own = flow[rows, columns].astype(np.float64), weight[rows, columns].astype(np.float64)
    middle, reach = np.array([columns.mean(), rows.mean()]), 0.5 * max(flow.shape[:2])
    terms = np.stack([(columns - middle[0]) / reach, (rows - middle[1]) / reach, np.ones(rows.size)], axis=1)
    fit, noise = _fitted(terms, found, own, stiff)
    linear = fit[:2].T / reach
    return Movement(np.column_stack([linear, fit[2] - linear @ middle]), noise)


def _fitted(terms: Double, found: Double, own: Double, stiff: float) -> tuple[Double, float]:
    """Begins with the median, so that a third that moves otherwise does not count."""
    fit: Double = np.zeros((3, 2))
    fit[2] = _median(found[:, 0]), _median(found[:, 1])
    stiffness, noise = np.diag([stiff, stiff, 1e-9]), FLOOR
    for _ in range(ROUNDS):
        away = found - terms @ fit
        squared = np.square(away[:, 0]) + np.square(away[:, 1])
        noise = max(FLOOR, 1.48 * float(np.sqrt(_median(squared))))
        weighted = terms * (own / np.square(1 + squared / (3 * noise) ** 2))[:, None]
        fit = np.asarray(np.linalg.solve(weighted.T @ terms + stiffness, weighted.T @ found), np.float64)
    return fit, noise


def _median(values: Double) -> float:
    """The upper median (np.median is slower and imports a masked-array package)."""
    half = values.size // 2
    return float(np.partition(values, half)[half])
