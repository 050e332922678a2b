"""Cells of a picture against the colour of the screen behind them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bgstream_kernels.planes import jit

Float = NDArray[np.float32]
Flags = NDArray[np.uint8]
Index = NDArray[np.int32]


@jit
def _on_the_ray(cells: Float, screen: tuple[Float, Index, Index], limits: Any, out: Flags) -> None:
    grid, down, across_blocks = screen
    least, most, tilt, apart = limits
    for i in range(grid.shape[1]):
        for y in range(down[i], down[i + 1]):
            for j in range(grid.shape[2]):
                left, right = across_blocks[j], across_blocks[j + 1]
                luma, blue, red = cells[0, y, left:right], cells[1, y, left:right], cells[2, y, left:right]
                line = out[y, left:right]
                b, r = grid[1, i, j], grid[2, i, j]
                power = np.float32(1) / (b * b + r * r + np.float32(1e-6))
                light = np.float32(1) / max(grid[0, i, j], np.float32(1))
                b, r = b * power, r * power
                for x in range(line.shape[0]):
                    along = blue[x] * b + red[x] * r
                    across = abs(blue[x] * r - red[x] * b)
                    near = (along >= least) & (along <= most) & (across <= tilt * along)
                    line[x] = near & (abs(along - luma[x] * light) <= apart * along)


@jit
def _label_cells(cells: Float, screen: Float, noise: Float, limits: Any, out: tuple[Flags, Flags]) -> None:
    labels, shares = out
    within, dark, rim, solid, slope = limits
    whole = within * within
    v0, v1, v2 = np.float32(1) / noise[0], np.float32(1) / noise[1], np.float32(1) / noise[2]
    for y in range(labels.shape[0]):
        luma, blue, red = cells[0, y], cells[1, y], cells[2, y]
        luma0, blue0, red0 = screen[0, y], screen[1, y], screen[2, y]
        line, share = labels[y], shares[y]
        for x in range(line.shape[0]):
            b, r = blue0[x], red0[x]
            power = b * b + r * r + np.float32(1e-6)
            along = (blue[x] * b + red[x] * r) / power
            across = abs(blue[x] * r - red[x] * b) / power
            k = along - slope * across
            light = min(max(along, dark), np.float32(1))
            d0, d1, d2 = luma[x] - light * luma0[x], blue[x] - light * b, red[x] - light * r
            far = d0 * d0 * v0 + d1 * d1 * v1 + d2 * d2 * v2
            share[x] = np.uint8(min(max(k, np.float32(0)), np.float32(1)) * np.float32(255))
            line[x] = (0 if along > rim else 64) if far <= whole else (255 if k <= solid else 128)


def on_the_ray(
    cells: Float, screen: tuple[Float, Index, Index], limits: tuple[float, float, float, float], out: Flags
) -> None:
    """1 for cells that show the screen under any light: darker or brighter, but of its hue.

    With s and p, the cell's chroma along and across the screen's in units of the screen's, and m, its luma in
    the same way, light that falls off scales all by one factor: s = m and p = 0.

    Args:
        cells: (3, rows, columns) float32 levels.
        screen: (3, blocks down, blocks across) float32 levels; the first row (column) of each block, and
            one past the last block's last.
        limits: least and most s; most |p| in units of s; most |s - m| in units of s.
        out: (rows, columns) uint8.
    """
    _on_the_ray(cells, screen, tuple(map(np.float32, limits)), out)


def label_cells(cells: Float, screen: Float, noise: Float, limits: tuple[float, ...], out: tuple[Flags, Flags]) -> None:
    """Backdrop (0), shadow on it (64), subject (255) or unknown (128) by colour alone; and the share of screen.

    The share is Vlahos' colour difference (US 3 595 987) in the chroma plane: what lies along the screen's
    chroma less what lies across it, so that only hues near the screen's count.

    Args:
        cells: (3, rows, columns) float32 levels.
        screen: like ``cells``.
        noise: (3,) float32, variances of what is nothing but screen.
        limits: deviations within which a cell is backdrop; least light of a shadow, and the light below which it
            is one; the share below which a cell is subject; the slope of the colour difference.
        out: labels (rows, columns) uint8; shares (rows, columns) uint8, 255: nothing but screen.
    """
    _label_cells(cells, screen, noise, tuple(map(np.float32, limits)), out)
