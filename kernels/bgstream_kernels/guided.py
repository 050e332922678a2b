"""Raw alpha on a coarse grid, tied to the frame's own edges: a fast guided filter, gated by local contrast.

After K. He, J. Sun, X. Tang, "Guided Image Filtering" (ECCV 2010) and K. He, J. Sun, "Fast Guided
Filter" (arXiv:1505.00996): alpha is locally slope·luma + offset, both found on a coarse grid. The plain
filter harms where luma does not explain the matte, and leaves halos of a network's soft edge. So here the
fit is made to a steepened alpha, and it has a say only where the network is unsure, the frame has contrast
and luma explains alpha; elsewhere plain interpolation is kept.
"""

import numpy as np
from numpy.typing import NDArray

from bgstream_kernels.apply import apply
from bgstream_kernels.fitting import coefficients
from bgstream_kernels.gridding import BLOCK, interpolate
from bgstream_kernels.planes import Plane, jit, rows

Float = NDArray[np.float32]


@jit
def _upsample(raw: Float, luma: Plane, rules: tuple, scratch: tuple, out: Plane) -> None:  # type: ignore[type-arg]
    """All of it, compiled as one: one entry to load. ``rules``: see the class."""
    ratio, levels, shape, top, guide, params = rules
    alpha, work = scratch[0], scratch[2]
    interpolate(raw, ratio, levels, alpha)
    if guide:
        coefficients(luma, shape, alpha, params, scratch)
    else:
        for i in range(alpha.shape[0]):  # by hand: array = array takes Numba a second to compile
            for j in range(alpha.shape[1]):
                work[0, i, j], work[1, i, j] = np.float32(0), alpha[i, j]
    apply(work, luma, shape, top, out)


class GuidedUpsampler:
    """Raw alpha of one size to alpha of one frame size, guided by luma.

    The grid is the coarsest that is at least as fine as raw alpha in both directions, so that nothing the
    network drew is lost; a window spans about five network samples.

    Args:
        size: (height, width) of the frame.
        raw: (height, width) of raw alpha.
        top: the luma plane's largest value (255 for 8 bits).
        guide: False for plain bilinear enlargement.
        levels: raw alpha that counts as 0 and as 1; in between it is stretched (a fixed rule, never the
            frame's own minimum and maximum).
    """

    eps = 1e-4  # luma variance (0..1) below which a fit is damped
    gate = (3e-4, 2e-3)  # local luma variance between which the guide's say goes from none to full
    fit = 0.5  # share of alpha's variance that luma must explain for its full say
    hard = 4.0  # steepness given to raw alpha before the fit: a network's soft edge would fit a soft step
    band = 8.0  # band·alpha·(1 - alpha), at most 1: the say of the guide where the network itself is unsure

    def __init__(
        self,
        size: tuple[int, int],
        raw: tuple[int, int],
        top: int = 255,
        guide: bool = True,
        levels: tuple[float, float] = (0.03, 0.97),
    ) -> None:
        self.step = max(1, min(size[0] // raw[0], size[1] // raw[1], 8))
        grid = (-(-size[0] // self.step), -(-size[1] // self.step))
        finer = np.sqrt(grid[0] * grid[1] / (raw[0] * raw[1]))
        self.radius = int(np.clip(round(2.5 * finer), 2, 8))
        params = (self.eps, *self.gate, self.fit, self.hard, self.band, self.radius, 1 / top)
        self._rules = (
            (raw[0] * self.step / size[0], raw[1] * self.step / size[1]),
            levels,
            (size[1], self.step),
            top,
            guide,
            np.array(params, np.float32),
        )
        self._scratch = (
            np.zeros(grid, np.float32),
            np.zeros(grid, np.float32),
            np.zeros((10, *grid), np.float32),
            np.empty(grid[1] + 2 * self.radius, np.float32),
            np.empty(grid, np.uint8),
            np.empty((3, grid[0], -(-grid[1] // BLOCK)), np.uint8),
        )

    def __call__(self, raw: Float, luma: Plane, out: Plane) -> None:
        """Fill ``out`` (height, width) uint8 with alpha 0..255.

        Args:
            raw: raw alpha, float32 0..1, C-contiguous.
            luma: the frame's first plane, uint8 or uint16 (height, width).
            out: row-contiguous; its rows may be padded.
        """
        _upsample(raw, rows(luma), self._rules, self._scratch, out)
