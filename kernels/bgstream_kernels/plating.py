"""A picture against a clean plate of its scene: how they fit each other, and what does not."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bgstream_kernels.planes import jit

Float = NDArray[np.float32]
Double = NDArray[np.float64]
Flags = NDArray[np.uint8]
FIT, SHIFT, NOISE = 0, 15, 20  # where the sums of :func:`fit_sums` begin; 28 in all


@jit
def _slopes(row: Float, above: Float, below: Float, x: int) -> tuple[np.float32, np.float32]:
    half = np.float32(0.5)
    return half * (row[x + 1] - row[x - 1]), half * (below[x] - above[x])


@jit
def fit_sums(cells: Float, plate: Float, state: tuple[Float, Float], within: float, out: Double) -> None:
    """Sums for the plate's gain and offset, its shift and the noise, over what agrees with it (Tukey's weights).

    Args:
        cells: (3, rows, columns) float32 levels.
        plate: like ``cells``.
        state: (2, 3) gain and offset now; (4,) variances of the noise and what a unit of slope² adds to luma's.
        within: deviations from which on a cell has no say.
        out: (28,) float64: for each plane Σw, ΣwP, ΣwI, ΣwPP, ΣwPI; Σw·(xx, xy, yy, xr, yr) with the slopes x, y of
            the plate's luma and the residual r; Σw·rr for each plane; Σw·ss, Σw·ssss, Σw·ss·rr with s² = x² + y².
    """
    (gains, noise), rows, columns = state, cells.shape[1], cells.shape[2]
    out[:] = 0
    limit = np.float32(within * within)
    sums = np.zeros(28, np.float32)
    for y in range(1, rows - 1, 2):
        sums[:] = 0
        row, above, below = plate[0, y], plate[0, y - 1], plate[0, y + 1]
        for x in range(1, columns - 1):
            across, down = _slopes(row, above, below, x)
            steep = across * across + down * down
            r0 = cells[0, y, x] - gains[0, 0] * row[x] - gains[1, 0]
            r1 = cells[1, y, x] - gains[0, 1] * plate[1, y, x] - gains[1, 1]
            r2 = cells[2, y, x] - gains[0, 2] * plate[2, y, x] - gains[1, 2]
            far = r0 * r0 / (noise[0] + noise[3] * steep) + r1 * r1 / noise[1] + r2 * r2 / noise[2]
            if far >= limit:
                continue
            w = (np.float32(1) - far / limit) ** 2
            for k in range(3):
                p, i = plate[k, y, x], cells[k, y, x]
                sums[5 * k] += w
                sums[5 * k + 1] += w * p
                sums[5 * k + 2] += w * i
                sums[5 * k + 3] += w * p * p
                sums[5 * k + 4] += w * p * i
            sums[15] += w * across * across
            sums[16] += w * across * down
            sums[17] += w * down * down
            sums[18] += w * across * r0
            sums[19] += w * down * r0
            sums[20] += w * r0 * r0
            sums[21] += w * r1 * r1
            sums[22] += w * r2 * r2
            sums[23] += w * steep
            sums[24] += w * steep * steep
            sums[25] += w * steep * r0 * r0
            sums[26] += w * (np.float32(1) if steep < 1 else np.float32(0))
            sums[27] += w * (r0 * r0 if steep < 1 else np.float32(0))
        for k in range(28):
            out[k] += sums[k]


@jit
def _plate_odds(cells: Float, plate: Float, noise: Float, limits: Any, out: tuple[Float, Float]) -> None:
    odds, lights = out
    middle, least, most, dark, cost = limits
    one = np.float32(1)
    v1, v2 = one / noise[1], one / noise[2]
    rows, columns = odds.shape
    for y in range(rows):
        row, above, below = plate[0, y], plate[0, max(y - 1, 0)], plate[0, min(y + 1, rows - 1)]
        line, light = odds[y], lights[y]
        for x in range(columns):
            across = np.float32(0.5) * (row[min(x + 1, columns - 1)] - row[max(x - 1, 0)])
            down = np.float32(0.5) * (below[x] - above[x])
            v0 = one / (noise[0] + noise[3] * (across * across + down * down))
            i0, i1, i2 = cells[0, y, x], cells[1, y, x], cells[2, y, x]
            p0, p1, p2 = row[x], plate[1, y, x], plate[2, y, x]
            far = (i0 - p0) ** 2 * v0 + (i1 - p1) ** 2 * v1 + (i2 - p2) ** 2 * v2
            best = (i0 * p0 * v0 + i1 * p1 * v1 + i2 * p2 * v2) / (p0 * p0 * v0 + p1 * p1 * v1 + p2 * p2 * v2 + one)
            lit = min(max(best, dark), one)
            shaded = (i0 - lit * p0) ** 2 * v0 + (i1 - lit * p1) ** 2 * v1 + (i2 - lit * p2) ** 2 * v2
            shaded += cost * (one - lit)
            light[x] = lit
            line[x] = min(max(np.float32(0.5) * (min(far, shaded) - middle), least), most)


def plate_odds(cells: Float, plate: Float, noise: Float, limits: tuple[float, ...], out: tuple[Float, Float]) -> None:
    """Log odds that a cell is not the plate, nor the plate in a shadow; and the light that is left there.

    Args:
        cells: (3, rows, columns) float32 levels.
        plate: like ``cells``, gain and offset made good.
        noise: (4,) float32, as for :func:`fit_sums`.
        limits: squared deviations at even odds; least and most log odds; least light of a shadow, and what a
            shadow costs, in squared deviations for all the light.
        out: log odds and light, both (rows, columns) float32.
    """
    _plate_odds(cells, plate, noise, tuple(map(np.float32, limits)), out)


@jit
def _node_links(cells: Float, plate: Float, beta: Float, out: tuple[Float, Float]) -> None:
    """Links of each node to its right and its lower neighbour: weak where the picture has an edge of its own."""
    right, lower = out
    rows, columns = right.shape
    for y in range(rows):
        for x in range(columns):
            for way in range(2):
                i, j = min(y + way, rows - 1), min(x + 1 - way, columns - 1)
                new, old = np.float32(0), np.float32(0)
                for k in range(3):
                    step = cells[k, i, j] - cells[k, y, x]
                    was = plate[k, i, j] - plate[k, y, x]
                    new += beta[k] * step * step
                    old += beta[k] * was * was
                own = new / (np.float32(1) + old * old)
                link = np.exp(-min(own, np.float32(30))) + np.float32(0.02)
                if way:
                    lower[y, x] = link
                else:
                    right[y, x] = link


@jit
def _relax(belief: Float, odds: Float, links: tuple[Float, Float], pull: Any, sweeps: int) -> None:
    """Gauss-Seidel sweeps, forwards and backwards by turns."""
    right, lower = links
    rows, columns = belief.shape
    one = np.float32(1)
    for sweep in range(sweeps):
        for a in range(rows):
            y = a if sweep % 2 == 0 else rows - 1 - a
            for b in range(columns):
                x = b if sweep % 2 == 0 else columns - 1 - b
                score = odds[y, x]
                weight = pull * abs(score)
                total = weight if score > 0 else np.float32(0)
                if x > 0:
                    total += right[y, x - 1] * belief[y, x - 1]
                    weight += right[y, x - 1]
                if x < columns - 1:
                    total += right[y, x] * belief[y, x + 1]
                    weight += right[y, x]
                if y > 0:
                    total += lower[y - 1, x] * belief[y - 1, x]
                    weight += lower[y - 1, x]
                if y < rows - 1:
                    total += lower[y, x] * belief[y + 1, x]
                    weight += lower[y, x]
                belief[y, x] = min(max(total / max(weight, np.float32(1e-6)), np.float32(0)), one)


def believe(picture: tuple[Float, Float], odds: Float, beta: Float, pull: float, belief: Float, sweeps: int) -> None:
    """Spread log odds over neighbours that belong together: belief in the subject, 0..1, updated in place.

    Random walks with priors (Grady, "Multilabel random walker image segmentation using prior models", CVPR
    2005); contrast that the plate has too does not part neighbours (Sun et al., "Background Cut", ECCV 2006).

    Args:
        picture: the nodes' levels and the plate's, both (3, rows, columns) float32.
        odds: (rows, columns) float32 log odds.
        beta: (3,) float32, what a squared level of contrast counts in each plane.
        pull: weight of a unit of log odds against a link.
        belief: (rows, columns) float32, a first guess (the frame before).
        sweeps: over all nodes.
    """
    links = (np.empty(odds.shape, np.float32), np.empty(odds.shape, np.float32))
    _node_links(*picture, beta, links)
    _relax(belief, odds, links, np.float32(pull), sweeps)
