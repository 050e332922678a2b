"""Runs every kernel on exact, contiguous arrays; ``test_kernel_bounds.py`` starts it with NUMBA_BOUNDSCHECK=1.

An index beyond an array then raises IndexError; without that setting the script fails at once.
"""

import numpy as np
from bgstream_kernels import (
    BandSolver,
    Downscaler,
    GuidedUpsampler,
    MotionSmoother,
    PlaneForeground,
    RoomBlur,
    Trimap,
    blend,
    blend_planes,
    carry,
    carry_in,
    chroma_alpha,
    common_pixels,
    copy_visible,
    link,
    multiply_alpha,
    rest,
    sharpen,
    trust,
    visible_blocks,
)
from bgstream_kernels.planes import Plane, jit

Size = tuple[int, int]
SHAPES: list[tuple[Size, Size]] = [
    ((1, 1), (1, 1)),
    ((1, 40), (1, 3)),
    ((33, 1), (40, 2)),
    ((16, 32), (4, 4)),
    ((17, 15), (5, 7)),
    ((83, 70), (10, 9)),
    ((64, 128), (8, 16)),
]


@jit
def read_beyond(plane: Plane, index: int) -> int:
    value: int = plane[index, 0]
    return value


def prove_that_bounds_are_checked() -> None:
    try:
        read_beyond(np.zeros((2, 2), np.uint8), 2)
    except IndexError:
        return
    raise SystemExit("bounds are not checked")


def composite(size: Size) -> None:
    alpha = np.zeros(size, np.uint8)
    for front in (np.ones(size, np.uint8), np.ones(size, np.uint16)):
        blend(front, front, alpha, np.empty_like(front))
        blend(front, front[:1], alpha, np.empty_like(front))
    alpha[-1, -1] = 1
    blocks = visible_blocks(alpha)
    for high, wide in ((1, 1), (1, 2), (2, 1), (2, 2)):
        small = (-(-size[0] // high), -(-size[1] // wide))
        chroma_alpha(alpha, (high, wide), np.empty(small, np.uint8))
        planes = (front, np.ones(small, np.uint16), np.ones(small, np.uint16))
        blend_planes(planes, planes, alpha, (high, wide), tuple(np.empty_like(plane) for plane in planes))
        copy_visible(np.ones(small, np.uint8), blocks, (high, wide), 0, np.empty(small, np.uint8))
    multiply_alpha(alpha, alpha.copy())


def matte(size: Size, raw: Size) -> None:
    luma = np.random.default_rng(1).integers(0, 256, size, np.uint8)
    chroma = np.zeros((-(-size[0] // 2), -(-size[1] // 2)), np.uint8)
    tensor, alpha = np.empty((3, *raw), np.float32), np.empty(size, np.uint8)
    Downscaler(size, (chroma.shape[0], chroma.shape[1]), raw)(
        (luma, chroma, chroma), np.ones((3, 6), np.float32), tensor
    )
    smoother, answer = MotionSmoother(raw), np.random.default_rng(2).random(raw, np.float32)
    for _ in range(2):
        smoother(answer, tensor[0])
    for guide in (False, True):
        GuidedUpsampler(size, raw, guide=guide)(answer, luma, alpha)


def refine(size: Size, raw: Size) -> None:
    rng, unknown, sharp = np.random.default_rng(3), np.empty(size, np.uint8), np.empty(size, np.uint8)
    Trimap(raw)(rng.random(raw, np.float32), unknown)
    for covers in ((1, 1), (1, 2), (2, 2)):
        small = (-(-size[0] // covers[0]), -(-size[1] // covers[1]))
        luma, blue, red = (rng.integers(0, 256, shape, np.uint8) for shape in (size, small, small))
        alpha = rng.integers(0, 256, size, np.uint8)
        BandSolver(size, covers)((luma, blue, red), alpha, unknown)
        sharpen(alpha, sharp)


def own_colours(size: Size) -> None:
    rng = np.random.default_rng(4)
    for top, kind in ((255, np.uint8), (1023, np.uint16)):
        plane = rng.integers(0, top + 1, size).astype(kind)
        PlaneForeground(size)(plane, rng.integers(0, 256, size, np.uint8), top, np.empty_like(plane))


def blur(size: Size) -> None:
    rng = np.random.default_rng(6)
    alpha = rng.integers(0, 256, size, np.uint8)
    for covers, kind in (((1, 1), np.uint16), ((1, 2), np.uint8), ((2, 2), np.uint8)):
        small = (-(-size[0] // covers[0]), -(-size[1] // covers[1]))
        luma, blue, red = (rng.integers(0, 256, shape).astype(kind) for shape in (size, small, small))
        for strength in (1, 5, 20, 300):
            for ramp in (False, True):
                RoomBlur(size, covers, kind)((luma, blue, red), alpha, strength, ramp)


def over_time(raw: Size) -> None:
    rng = np.random.default_rng(5)
    for reach in (0, 1, 50):  # pixels
        there, back = ((reach * rng.uniform(-1, 1, (*raw, 2))).astype(np.float32) for _ in range(2))
        luma, other, trusted = (rng.random(raw, np.float32) for _ in range(3))
        state = np.stack([luma, other])
        rest((luma, other), there, 0.01)
        trust((luma, other), there, back, np.array([0.5, 2, 0.05, 0.2], np.float32), trusted)
        carry(state.copy(), there, trusted, 0.8, state)
        carry_in((luma, other), (there, trusted), 0.8, (other, np.ones((1, 1), np.float32)), state)
        large = tuple(np.empty((2 * raw[0], 2 * raw[1], *more), np.float32) for more in ((2,), (2,), (), ()))
        rules = np.array([0.5, 2, 0.05, 0.2], np.float32)
        link((luma, other), (there, back), 0.01, (rules, (min(2, min(raw) - 1), 0.3, 0.7)), large)
    labels = rng.integers(0, 3, raw, np.uint8)
    common_pixels(labels, labels, (3, 3))


if __name__ == "__main__":
    prove_that_bounds_are_checked()
    for size, raw in SHAPES:
        composite(size)
        matte(size, raw)
        refine(size, raw)
        own_colours(size)
        blur(size)
        over_time(raw)
    print("every index within bounds")
