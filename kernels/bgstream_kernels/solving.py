"""Alpha between a known backdrop and an estimated foreground, pixel by pixel, and the colours unmixed."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bgstream_kernels.planes import Plane, jit, rows

Float = NDArray[np.float32]
Flags = NDArray[np.uint8]
SUBJECT, UNKNOWN = 255, 128  # labels of cells; 0 is backdrop
INTERPOLATION = 0.2  # standard deviation of interpolated chroma, in units of the difference of its neighbours
MOSTLY = 0.5  # alpha from which a pixel may be all subject, of a colour that is not its neighbours'
UNSURE = 0.05  # variance of a belief that is quite sure of itself, less p·(1 - p)
SIGMAS = 2.5  # alpha within so many deviations of the noise of 0 or 1 is 0 or 1


@jit
def _place(at: int, ratio: float, count: int) -> tuple[int, int, Any]:
    """The two samples around pixel ``at`` and how far it lies from the first; ``ratio``: samples in a pixel."""
    where = min(max((at + 0.5) * ratio - 0.5, 0.0), count - 1.0)
    near = int(where)
    return near, min(near + 1, count - 1), np.float32(where - near)


@jit
def _mix(plane: Any, down: Any, across: Any) -> tuple[np.float32, np.float32]:
    """Bilinear value and the spread of the four samples."""
    i0, i1, t = down
    j0, j1, u = across
    a, b = np.float32(plane[i0, j0]), np.float32(plane[i0, j1])
    c, d = np.float32(plane[i1, j0]), np.float32(plane[i1, j1])
    upper, lower = a + (b - a) * u, c + (d - c) * u
    spread = max(max(a, b), max(c, d)) - min(min(a, b), min(c, d))
    return upper + (lower - upper) * t, spread


@jit
def _whole(alpha: Any, own: Any, mixed: Any) -> Any:
    """How likely a pixel is all subject, of an odd colour, rather than a mix.

    The foreground's variety counts with alpha² in a mix, so a mix must fit better the less subject it holds.
    ``own``, ``mixed``: squared deviations from the foreground's colour and from the best mix.
    """
    share = min(alpha, np.float32(1))
    if share < MOSTLY:
        return np.float32(0)
    better = own - mixed / (share * share) - np.float32(6) * np.log(share)
    chance = np.float32(1) / (np.float32(1) + np.exp(min(np.float32(0.5) * better, np.float32(20))))
    return chance * (share - np.float32(MOSTLY)) / np.float32(1 - MOSTLY)


@jit
def _samples(picture: Any, behind: Any, at: tuple[int, int], around: Any) -> Any:
    """Levels of the picture and of the backdrop at a pixel, and what interpolating the chroma may be off."""
    (p0, p1, p2), levels, whole = picture
    b0, b1, b2 = behind
    scale, black, grey = levels
    down, across = around
    blue, blue_spread = _mix(p1, down, across)
    red, red_spread = _mix(p2, down, across)
    values = (np.float32(p0[at]) * scale - black, blue * scale - grey, red * scale - grey)
    base = (np.float32(b0[at]), _mix(b1, down, across)[0], _mix(b2, down, across)[0])
    unsure = np.float32(0) if whole else np.float32(INTERPOLATION) * scale
    return values, base, ((unsure * blue_spread) ** 2, (unsure * red_spread) ** 2)


@jit
def _blend_rows(front: Float, down: Any, out: Float) -> None:
    upper, lower, t = down
    for k in range(out.shape[0]):
        above, below, line = front[k, upper], front[k, lower], out[k]
        for j in range(line.shape[0]):
            line[j] = above[j] + (below[j] - above[j]) * t


@jit
def _project(values: Any, base: Any, unsure: Any, front: Float, across: Any, noise: Float) -> Any:
    """Sums Σw·d·r, Σw·d², Σd²/noise, Σw·r² and Σw·(r - d)² over the three planes; ``front``: one row of it."""
    left, right, u = across
    top = energy = quiet = spread = own = np.float32(0)
    for k in range(3):
        value, off, random = values[k], base[k], noise[k]
        if k == 0:
            random += (noise[3] * off) ** 2
        colour = front[k, left] + (front[k, right] - front[k, left]) * u
        doubt = front[k + 3, left] + (front[k + 3, right] - front[k + 3, left]) * u
        if k:
            doubt += unsure[k - 1]
        d, r = colour - off, value - off
        weight = np.float32(1) / (random + doubt)
        top += weight * d * r
        energy += weight * d * d
        quiet += d * d / random
        spread += weight * r * r
        own += weight * (r - d) * (r - d)
    return top, energy, quiet, spread, own


@jit
def _solve(picture: Any, behind: Any, labels: Flags, guess: Any, noise: Float, out: Flags) -> None:
    """``picture``: planes, levels, whether chroma is as large as luma; ``guess``: foreground, belief."""
    front, belief = guess
    planes, half_y, half_x = picture[0], 0.5, 0.5
    height, width = out.shape
    if planes[1].shape[0] == height:
        half_y = 1.0
    if behind[1].shape[1] == width:
        half_x = 1.0
    chroma, blocks, nodes = behind[1].shape, front.shape[1:], belief.shape
    tiny, one, step = np.float32(1e-9), np.float32(1), blocks[1] / width
    row = np.empty((6, blocks[1]), np.float32)
    for y in range(height):
        marks, line = labels[y // 2], out[y]
        chroma_row = _place(y, half_y, chroma[0])
        node_row, fresh = _place(y, nodes[0] / height, nodes[0]), True
        for x in range(width):
            line[x] = marks[x // 2]
        for cell in range(marks.shape[0]):
            if marks[cell] != UNKNOWN:
                continue
            for x in range(2 * cell, min(2 * cell + 2, width)):
                around = (chroma_row, _place(x, half_x, chroma[1]))
                values, base, unsure = _samples(picture, behind, (y, x), around)
                if fresh:
                    _blend_rows(front, _place(y, blocks[0] / height, blocks[0]), row)
                    fresh = False
                across = _place(x, step, blocks[1])
                top, energy, quiet, spread, own = _project(values, base, unsure, row, across, noise)
                if noise[4] > 0:
                    share = _mix(belief, node_row, _place(x, nodes[1] / width, nodes[1]))[0]
                    trust = noise[4] / (share * (one - share) + np.float32(UNSURE))
                    top, energy = top + trust * share, energy + trust
                raw = top / (energy + tiny)
                raw += max(one - raw, np.float32(0)) * _whole(raw, own, spread - raw * top)
                gate = min(np.float32(SIGMAS) / np.sqrt(quiet + tiny), np.float32(0.3))
                alpha = (raw - gate) / (one - np.float32(2) * gate)
                line[x] = np.uint8(min(max(alpha, np.float32(0)), one) * np.float32(255) + np.float32(0.5))


def solve_alpha(
    planes: tuple[Plane, Plane, Plane],
    levels: tuple[float, float, float],
    behind: tuple[Float, Float, Float],
    marks: tuple[Flags, Float, Float],
    noise: Float,
    out: Flags,
) -> None:
    """Alpha of unknown pixels: the weighted projection of (picture - backdrop) on (foreground - backdrop).

    With I = αF + (1 - α)B in three planes and a variance for each (noise, the foreground's own variety, chroma's
    interpolation), α = Σ w·d·r / Σ w·d², d = F - B, r = I - B, w = 1/variance: Smith & Blinn, "Blue screen
    matting" (SIGGRAPH 1996), with F taken from the neighbourhood instead of from a second backdrop. So luma draws
    the edge where it has contrast, and chroma decides where it has none.

    Args:
        planes: Y, Cb, Cr.
        levels: as for :func:`bgstream_kernels.keying.cell_means`.
        behind: the backdrop's levels, each at its plane's size, float32.
        marks: labels of cells of 2×2 pixels (0 backdrop, 128 unknown, 255 subject); (6, rows, columns) float32,
            the foreground's levels and their variances; (rows, columns) float32, alpha as it is believed to be;
            the last two on any coarse grid.
        noise: (5,) float32: variances of the planes' noise, luma's doubt as a share of itself, and the weight
            of what is believed: p counts with weight / (p·(1 - p) + 0.05).
        out: (height, width) uint8.
    """
    scale, black, grey = (np.float32(level) for level in levels)
    whole = planes[0].shape == planes[1].shape
    picture = (tuple(rows(plane) for plane in planes), (scale, black, grey), whole)
    _solve(picture, behind, marks[0], marks[1:], noise, out)


@jit
def _unmix(plane: Plane, behind: Float, alpha: Flags, spill: Float, geometry: Any, out: Plane) -> None:
    width, scale, offset, tint, top = geometry
    height, columns, none = plane.shape[0], spill.shape[1], np.float32(0)
    for y in range(height):
        row, back, cover, line = plane[y], behind[y], alpha[y], out[y]
        extra = spill[(2 * y + 1) * spill.shape[0] // (2 * height)]
        for x in range(width):
            a = np.float32(cover[x])
            line[x] = row[x]
            if a == 0:
                continue
            much = extra[(2 * x + 1) * columns // (2 * width)] if tint != 0 else none
            if a == 255 and much == 0:
                continue
            value, base = np.float32(row[x]), back[x] * scale + offset
            value = base + (value - base) * (np.float32(255) / a) - much * tint
            line[x] = min(max(value, none), top) + np.float32(0.5)


def unmix(
    plane: Plane,
    behind: Float,
    alpha: Flags,
    spill: Float,
    levels: tuple[float, float, float, float],
    out: Plane,
) -> None:
    """The foreground's own samples: F = B + (I - B)/α, less the spill; the plane's where α is 0, or 1 unspilled.

    Args:
        plane: (height, width) uint8 or uint16.
        behind: (height, width) float32, the backdrop in levels.
        alpha: (height, width) uint8 at the plane's size.
        spill: (rows, columns) float32, any grid: how much of the tint lies on the subject.
        levels: a code value's worth of one level; the code value of level 0; the tint and the
            largest sample, in code values.
        out: like ``plane``.
    """
    scale, offset, tint, top = (np.float32(value) for value in levels)
    _unmix(rows(plane), behind, alpha, spill, (plane.shape[1], scale, offset, tint, top), out)
