"""The matting Laplacian times a vector, without the matrix.

After A. Levin, D. Lischinski, Y. Weiss, "A Closed-Form Solution to Natural Image Matting" (IEEE TPAMI 30(2), 2008):
in every 3×3 window alpha is a linear function of colour, which gives a quadratic form α'Lα. L is never built: its
product with a vector is two passes of window sums (K. He, J. Sun, X. Tang, "Fast Matting Using Large Kernel Matting
Laplacian Matrices", CVPR 2010).
"""

import numpy as np

from bgstream_kernels.gridding import Blocks, next_run
from bgstream_kernels.planes import jit
from bgstream_kernels.windows import SHARE, Float

INVERSE = ((3, 4, 5), (4, 6, 7), (5, 7, 8))  # where ``statistics`` keeps the rows of the inverse covariance


@jit
def fits(vector: Float, colour: Float, stats: Float, marked: Blocks, fit: Float) -> None:
    """The linear function of colour that fits ``vector`` best in each window of the marked blocks.

    ``fit``: (4, height + 2, width + 2) out, three slopes and the offset; padded by 1, and 0 where no window is.
    """
    height, width = vector.shape
    lines = np.empty((4, width), np.float32)
    for y in range(1, height - 1):
        block = 0
        while True:
            left, right, block = next_run(marked[y], block, width)
            left, right = max(left, 1), min(right, width - 1)
            if left >= right:
                break
            _sums(vector, colour, (y, left - 1, right + 1), lines)
            _fit_run(lines, stats, (y, left, right), fit)


@jit
def _sums(vector: Float, colour: Float, run: tuple[int, int, int], lines: Float) -> None:
    """Down three rows: the vector, and the vector times each channel."""
    y, left, right = run
    v0, v1, v2 = vector[y - 1][left:right], vector[y][left:right], vector[y + 1][left:right]
    total = lines[0]
    for x in range(v0.shape[0]):
        total[x] = v0[x] + v1[x] + v2[x]
    for c in range(3):
        c0, c1, c2 = colour[c, y - 1][left:right], colour[c, y][left:right], colour[c, y + 1][left:right]
        line = lines[c + 1]
        for x in range(v0.shape[0]):
            line[x] = c0[x] * v0[x] + c1[x] * v1[x] + c2[x] * v2[x]


@jit
def _fit_run(lines: Float, stats: Float, run: tuple[int, int, int], fit: Float) -> None:
    """Every loop stores to one row only, so that LLVM can tell cheaply that none overlap."""
    y, left, right = run
    mean, k0, k1, k2 = lines[0], lines[1], lines[2], lines[3]
    for x in range(right - left):
        mean[x] = (mean[x] + mean[x + 1] + mean[x + 2]) * SHARE
    for c in range(3):
        common, centre = lines[c + 1], stats[c, y][left:right]
        for x in range(right - left):
            common[x] = (common[x] + common[x + 1] + common[x + 2]) * SHARE - centre[x] * mean[x]
    c00, c10, c11 = stats[3, y][left:right], stats[4, y][left:right], stats[5, y][left:right]
    c20, c21, c22 = stats[6, y][left:right], stats[7, y][left:right], stats[8, y][left:right]
    for x in range(right - left):
        k2[x] = c20[x] * k0[x] + c21[x] * k1[x] + c22[x] * k2[x]
    for x in range(right - left):
        k1[x] = c10[x] * k0[x] + c11[x] * k1[x]
    a0, a1, a2 = fit[0, y + 1][left + 1 :], fit[1, y + 1][left + 1 :], fit[2, y + 1][left + 1 :]
    for x in range(right - left):
        a0[x] = c00[x] * c00[x] * k0[x] + c10[x] * k1[x] + c20[x] * k2[x]
    for x in range(right - left):
        a1[x] = c11[x] * k1[x] + c21[x] * k2[x]
    for x in range(right - left):
        a2[x] = c22[x] * k2[x]
    offset, m0, m1, m2 = fit[3, y + 1][left + 1 :], stats[0, y][left:], stats[1, y][left:], stats[2, y][left:]
    for x in range(right - left):
        offset[x] = mean[x] - a0[x] * m0[x] - a1[x] * m1[x] - a2[x] * m2[x]


@jit
def product(vector: Float, colour: Float, fit: Float, marked: Blocks, out: Float) -> None:
    """Lv in the marked blocks: what the fits of the windows around each pixel leave unexplained, summed."""
    height, width = vector.shape
    lines = np.empty((4, width + 2), np.float32)
    for y in range(height):
        windows = max(min(y + 1, height - 2) - max(y - 1, 1) + 1, 0)
        block = 0
        while True:
            left, right, block = next_run(marked[y], block, width)
            if left >= right:
                break
            _sum_fits(fit, (y, left, right + 2), lines)
            line, target = vector[y][left:right], out[y][left:right]
            _product_run(line, colour, (y, left, windows), lines, target)
            for x in range(left, min(right, 2)):
                target[x - left] -= np.float32((2 - x) * windows) * line[x - left]
            for x in range(max(left, width - 2), right):
                target[x - left] -= np.float32((x - width + 3) * windows) * line[x - left]


@jit
def _sum_fits(fit: Float, run: tuple[int, int, int], lines: Float) -> None:
    """Down three rows of windows."""
    y, left, right = run
    for c in range(4):
        above, here, below = fit[c, y][left:right], fit[c, y + 1][left:right], fit[c, y + 2][left:right]
        line = lines[c]
        for x in range(right - left):
            line[x] = above[x] + here[x] + below[x]


@jit
def _product_run(vector: Float, colour: Float, at: tuple[int, int, int], lines: Float, out: Float) -> None:
    y, left, windows = at
    count = np.float32(3 * windows)
    offset = lines[3]
    for x in range(out.shape[0]):
        out[x] = count * vector[x] - offset[x] - offset[x + 1] - offset[x + 2]
    for c in range(3):
        slope, channel = lines[c], colour[c, y][left:]
        for x in range(out.shape[0]):
            out[x] -= (slope[x] + slope[x + 1] + slope[x + 2]) * channel[x]
