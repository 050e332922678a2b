"""Closed-form matting in the unknown band of one frame: hair and fur from the frame's own colours.

After A. Levin, D. Lischinski, Y. Weiss, "A Closed-Form Solution to Natural Image Matting" (IEEE TPAMI 30(2), 2008),
with a weak pull to the alpha that is there already, by its own confidence, in place of a user's scribbles:
(L + W)·alpha = W·prior in the band, alpha as it is outside. It is solved by preconditioned conjugate gradients from
the prior, always the same number of steps: a tolerance would let the count, and with it alpha, jump between frames.

Three things keep it from harming: the prior is steepened (a network's edge is soft for want of resolution, and the
solution would keep that as a veil), the pull is strong where colours hardly explain alpha, and where they explain
nothing alpha stays as it was.
"""

import numpy as np
from numpy.typing import NDArray

from bgstream_kernels.conjugate import advance, begin, bend, turn
from bgstream_kernels.explained import MOMENTS, RADIUS, cells_with, explained, spread
from bgstream_kernels.gridding import BLOCK, Blocks, next_run, places, reached
from bgstream_kernels.laplacian import fits, product
from bgstream_kernels.planes import Plane, jit, rows, smoothstep
from bgstream_kernels.windows import Float, gather, statistics

Mask = NDArray[np.uint8]
USUAL = np.float32(5)  # diagonal of L where 9 windows of 3 channels explain what they can: 9 - (9 + 3·9)/9


@jit
def _start(alpha: Mask, unknown: Mask, marked: Blocks, params: Float, state: Float) -> None:
    """The prior, its weight, and the preconditioner (0 where alpha is known) in the marked blocks."""
    hard, pull, least, most = params[0], params[1], params[2], params[3]
    half, one, logarithm = np.float32(0.5), np.float32(1), np.log(most)
    for y in range(alpha.shape[0]):
        block = 0
        while True:
            left, right, block = next_run(marked[y], block, alpha.shape[1])
            if left >= right:
                break
            for x in range(left, right):
                soft, free = np.float32(alpha[y, x]) / np.float32(255), unknown[y, x] != 0
                doubt = one - smoothstep(state[6, y, x], params[4], params[5]) if free else np.float32(0)
                weight = pull * (least + abs(np.float32(2) * soft - one)) * np.exp(doubt * logarithm)
                crisp = min(max((soft - half) * hard + half, np.float32(0)), one)
                state[0, y, x], state[2, y, x] = crisp if free else soft, 0
                state[4, y, x], state[5, y, x] = weight, one / (USUAL + weight) if free else np.float32(0)


@jit
def _finish(marked: Blocks, state: Float, params: Float, alpha: Mask) -> None:
    half, most, gain = np.float32(0.5), np.float32(255), params[6]
    for y in range(marked.shape[0]):
        block = 0
        while True:
            left, right, block = next_run(marked[y], block, state.shape[2])
            if left >= right:
                break
            for x in range(left, right):
                if state[5, y, x] > 0:
                    say, soft = smoothstep(state[6, y, x], params[7], params[8]), np.float32(alpha[y, x])
                    value = min(max(((state[0, y, x] - half) * gain + half) * most, np.float32(0)), most)
                    alpha[y, x] = np.uint8(soft + (value - soft) * say + half)


@jit
def _solve(planes: tuple, alpha: Mask, unknown: Mask, rules: tuple, scratch: tuple) -> None:  # type: ignore[type-arg]
    """All of it, compiled as one: one entry to load. ``rules``: see the class."""
    covers, cell, scale, eps, steps, chroma, wide_places, params = rules
    colour, stats, fit, state, marks, flags, cells, cell_scratch = scratch
    own, near, wide = marks[0], marks[1], marks[2]  # blocks with unknown pixels, with their windows, and with theirs
    for radius in range(3):
        reached(unknown, radius, marks[radius])
    cells_with(unknown, cell, flags)
    reached(flags, 1, cells[0])
    reached(flags, 1 + RADIUS, cells[1])
    ground = (alpha.shape[1], cell, covers, scale, np.float32(10 * eps), params[0])
    explained(planes, alpha, ground, (cells[0], cells[1]), cell_scratch)
    spread(cell_scratch[1][0], wide_places, own, state[6])
    gather(planes, chroma, scale, wide, colour)
    statistics(colour, eps, near, stats)
    _start(alpha, unknown, wide, params, state)
    fits(state[0], colour, stats, near, fit)
    product(state[0], colour, fit, own, state[3])
    square = begin(own, state)
    for _ in range(steps):
        if square < 1e-12:  # solved, or nothing to solve
            break
        fits(state[2], colour, stats, near, fit)
        product(state[2], colour, fit, own, state[3])
        after = advance(square / bend(own, state), own, state)
        turn(after / square, own, state)
        square = after
    _finish(own, state, params, alpha)


class BandSolver:
    """Alpha in the unknown band from the frame's colours, for one frame size.

    Its planes are as large as the frame, but only the pages that a band touches become memory.

    Args:
        size: (height, width) of the frame.
        subsampling: (rows, columns) of the first plane that one sample of the others covers.
        top: the planes' largest value (255 for 8 bits).
    """

    eps = 1e-5  # variance of noise: about one code value of 8 bits
    pull = 0.02  # weight of a decided prior where colours explain it; L's own diagonal is about 5
    least = 0.1  # of that for an undecided one
    most = 30.0  # times more pull where colours explain nothing: as strong as L itself
    trust = (0.3, 0.8)  # share of alpha's variance that colours explain, from full pull to none of the extra
    say = (0.15, 0.5)  # the same share, from alpha as it was to the solution
    hard = 1.5  # steepness given to the prior
    gain = 1.2  # given to the solution: 0.08 and 0.92 become 0 and 1, the veil that noise leaves
    steps = 20  # a step carries a change two pixels: across the usual band and back

    def __init__(self, size: tuple[int, int], subsampling: tuple[int, int], top: int = 255) -> None:
        height, width = size
        cell = max(1, round(size[0] / 160))
        grid = (-(-height // cell), -(-width // cell))
        chroma, cells = (
            tuple(places(n, 1 / by, -(-n // by)) for n, by in zip(size, by_axis, strict=True))
            for by_axis in (subsampling, (cell, cell))
        )
        params = (self.hard, self.pull, self.least, self.most, *self.trust, self.gain, *self.say)
        limits = (subsampling, cell, 1 / top, self.eps, self.steps)
        self._size, self._rules = size, (*limits, chroma, cells, np.array(params, np.float32))
        self._scratch = (
            np.zeros((3, *size), np.float32),
            np.zeros((9, *size), np.float32),
            np.zeros((4, height + 2, width + 2), np.float32),
            np.zeros((7, *size), np.float32),
            np.empty((3, height, -(-width // BLOCK)), np.uint8),
            np.empty(grid, np.uint8),
            np.empty((2, grid[0], -(-grid[1] // BLOCK)), np.uint8),
            (*np.zeros((2, MOMENTS, *grid), np.float32), np.empty(grid[1] + 2 * RADIUS, np.float32)),
        )

    def __call__(self, planes: tuple[Plane, Plane, Plane], alpha: Mask, unknown: Mask) -> None:
        """Replace alpha where it is unknown, as far as the frame's colours explain it.

        Args:
            planes: the frame's three planes, uint8 or uint16.
            alpha: (height, width) uint8, C-contiguous, in and out: what is known, and a first guess in the band.
            unknown: (height, width) uint8, C-contiguous: not 0 in the band. See :class:`Trimap`.
        """
        first, second, third = (rows(plane) for plane in planes)
        if min(self._size) >= 3:  # else there is no window
            _solve((first, second, third), alpha, unknown, self._rules, self._scratch)
