"""The subject's own colours at soft edges, from one plane and alpha: what the old background added is taken off.

A pixel shows I = αF + (1 - α)B. The sure colours near it (``spread.py``) say what F and B are to be expected and how
much they vary there; the most probable F then shares the residual out between F, B and alpha's own error by their
variances (maximum a posteriori; the model of Chuang et al., "A Bayesian approach to digital matting", CVPR 2001,
solved for F alone). The spreading is in the spirit of the fast methods: multi-level (Germer et al. 2020,
arXiv:2006.14970) and blur fusion (Forte 2021).
"""

import numpy as np
from numpy.typing import NDArray

from bgstream_kernels.planes import Plane, jit, rows
from bgstream_kernels.spread import CELL, LEVELS, Cells, Float, Pyramid, gather, mark, next_run, pull, push

Marks = tuple[Cells, Cells]  # to be worked on; whose colours count
Grids = tuple[Pyramid, Pyramid]  # sums; means and variances
NOISE = 2 / 255  # least standard deviation of colours, of the full range
DOUBT = 0.2  # standard deviation of alpha's error is DOUBT·√(α(1 - α))
BOUND = 1.0  # standard deviations by which F may leave its expectation, beyond where α² draws it to the seen colour
FAR = 16.0  # how many variances F and B must differ by before a colour counts as the subject's by its looks


@jit
def _expand(means: Float, at: tuple[int, int, int], parts: Float, work: Float) -> None:
    """Means and variances at every pixel of a run of cells in one row, into ``work``: (4, ≥ pixels).

    ``at``: the pixel row, the run's first cell, one past its last; ``parts``: see :func:`_parts`.
    """
    y, left, right = at
    count, columns = means.shape[1], means.shape[2]
    i = y // CELL
    t = parts[y % CELL]
    above = min(max(i + (-1 if y % CELL < CELL // 2 else 1), 0), count - 1)
    for k in range(4):
        here, other, line = means[k, i], means[k, above], work[k]
        for j in range(left, right):
            before, after = max(j - 1, 0), min(j + 1, columns - 1)
            mid = here[j] + (other[j] - here[j]) * t
            prior = here[before] + (other[before] - here[before]) * t - mid
            later = here[after] + (other[after] - here[after]) * t - mid
            first = (j - left) * CELL
            for x in range(CELL // 2):
                line[first + x] = mid + prior * parts[x]
            for x in range(CELL // 2, CELL):
                line[first + x] = mid + later * parts[x]


@jit
def _parts() -> Float:
    """How far each of a cell's pixels lies from its centre, in cells."""
    parts = np.empty(CELL, np.float32)
    for x in range(CELL):
        parts[x] = abs((x + 0.5) / CELL - 0.5)
    return parts


@jit
def _solve(source: Plane, cover: Plane, work: Float, top: float) -> None:
    """F, in values up to ``top``, into ``work[0]``; ``work``: F's mean and variance, B's mean and variance."""
    own, vary, back, differ = work[0], work[1], work[2], work[3]
    one, zero = np.float32(1), np.float32(0)
    scale, unit, least = np.float32(1 / top), np.float32(1 / 255), np.float32(NOISE * NOISE)
    doubt, bound, far, most = np.float32(DOUBT * DOUBT), np.float32(BOUND), np.float32(FAR), np.float32(top)
    for x in range(source.shape[0]):
        seen, a, mean = np.float32(source[x]) * scale, np.float32(cover[x]) * unit, own[x]
        vf, vb = vary[x] + least, differ[x] + least
        gap, off, clear = mean - back[x], seen - mean, one - a
        rest = off + clear * gap
        share = a * vf / (a * a * vf + clear * clear * vb + doubt * a * clear * gap * gap)
        limit, lift = bound * np.sqrt(vf), a * a * off
        colour = mean + min(max(share * rest, min(lift, zero) - limit), max(lift, zero) + limit)
        strange = off * off / vf
        alike = gap * gap / ((one + strange * strange) * (gap * gap + far * (vf + vb)))
        colour += (alike if a > zero else zero) * (seen - colour)
        own[x] = min(max(colour, zero), one) * most


@jit
def _store(source: Plane, cover: Plane, colour: Float, out: Plane) -> None:
    for x in range(source.shape[0]):
        value = np.uint32(colour[x] + np.float32(0.5))
        out[x] = source[x] if cover[x] == 255 else value


@jit
def _estimate(
    plane: Plane,
    alpha: Plane,
    size: tuple[int, int],
    cells: tuple[Cells, Cells],
    grids: tuple[Pyramid, Pyramid],
    out: Plane,
) -> None:
    width, top = size
    work, near = cells
    levels, means = grids
    mark(alpha, width, work, near)
    gather(plane, alpha, size, near, levels[0])
    pull(levels)
    push(levels, means)
    parts = _parts()
    wide = np.empty((4, work.shape[1] * CELL), np.float32)
    for y in range(plane.shape[0]):
        row, cover, line, todo = plane[y], alpha[y], out[y], work[y // CELL]
        for x in range(width):
            line[x] = row[x]
        left, right = next_run(todo, 0)
        while left < right:
            span = slice(left * CELL, min(right * CELL, width))
            _expand(means[0], (y, left, right), parts, wide)
            _solve(row[span], cover[span], wide, top)
            _store(row[span], cover[span], wide[0], line[span])
            left, right = next_run(todo, right)


class PlaneForeground:
    """Estimates the foreground of planes of one size.

    Args:
        size: (height, width) of the planes.
    """

    def __init__(self, size: tuple[int, int]) -> None:
        shape = (-(-size[0] // CELL), -(-size[1] // CELL))
        shapes = [shape]
        while len(shapes) < LEVELS:
            shapes.append((-(-shapes[-1][0] // 2), -(-shapes[-1][1] // 2)))
        self._cells = (np.zeros(shape, np.uint8), np.zeros(shape, np.uint8))
        sums, means = (tuple(np.zeros((depth, *s), np.float32) for s in shapes) for depth in (6, 4))
        self._grids: Grids = (sums, means)

    def __call__(self, plane: Plane, alpha: NDArray[np.uint8], top: int, out: Plane) -> None:
        """Fill ``out`` with the plane's foreground: ``plane`` itself where alpha is 255 and far from all that shows.

        Within the cells of 8×8 pixels that touch what is visible, hidden pixels get the nearest sure colours of the
        subject, so that filters and resizing viewers drag no old background in.

        Args:
            plane: (height, width) uint8 or uint16; rows may be padded.
            alpha: (height, width) uint8, at this plane's size.
            top: the largest sample value.
            out: (height, width), same dtype as ``plane``, row-contiguous; its rows may be padded.
        """
        _estimate(rows(plane), rows(alpha), (plane.shape[1], top), self._cells, self._grids, out)
