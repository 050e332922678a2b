"""Kernels run without the GIL: two instances at the same time give what each gives alone."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pytest
from bgstream_kernels import (
    BandSolver,
    Downscaler,
    GuidedUpsampler,
    MotionSmoother,
    Trimap,
    blend,
    blend_planes,
    carry_in,
    chroma_alpha,
    copy_visible,
    multiply_alpha,
    rest,
    trust,
    visible_blocks,
)
from bgstream_kernels.planes import Plane

from tests.kernels.drawing import pixels
from tests.kernels.scenes import scene

SIZE, RAW, ROUNDS = (360, 480), (90, 120), 6
Job = Callable[[int], list[Plane]]


def downscale(seed: int) -> list[Plane]:
    rng, scaler = np.random.default_rng(seed), Downscaler(SIZE, SIZE, RAW)
    matrix = np.hstack([np.eye(3) / 255, np.zeros((3, 1)), np.ones((3, 1)), np.zeros((3, 1))])
    answers: list[Plane] = []
    for _ in range(ROUNDS):
        first, second, third = (pixels(rng, SIZE, 255, "noise") for _ in range(3))
        out = np.empty((3, *RAW), np.float32)
        scaler((first, second, third), matrix.astype(np.float32), out)
        answers.append(out)
    return answers


def upsample(seed: int) -> list[Plane]:
    upsampler = GuidedUpsampler(SIZE, RAW)
    answers: list[Plane] = []
    for n in range(ROUNDS):
        raw, luma = scene(seed + n, SIZE, RAW, 255, (0.3, 0.05, "rough"))
        out = np.empty(SIZE, np.uint8)
        upsampler(raw, luma, out)
        answers.append(out)
    return answers


def smooth(seed: int) -> list[Plane]:
    rng, smoother = np.random.default_rng(seed), MotionSmoother(SIZE)
    return [smoother(*rng.random((2, *SIZE), np.float32)).copy() for _ in range(ROUNDS)]


def composite(seed: int) -> list[Plane]:
    rng = np.random.default_rng(seed)
    answers: list[Plane] = []
    for _ in range(ROUNDS):
        front, back, alpha = (pixels(rng, SIZE, 255, "noise") for _ in range(3))
        blocks = visible_blocks(pixels(rng, SIZE, 255, "sparse"))
        mixed, shown, small = np.empty_like(front), np.empty_like(front), np.empty((180, 240), np.uint8)
        blend(front, back, alpha, mixed)
        copy_visible(front, blocks, (1, 1), 16, shown)
        chroma_alpha(alpha, (2, 2), small)
        whole = tuple(np.empty_like(plane) for plane in (front, small, small))
        blend_planes((front, small, small), (back, back[:1, :240], small), alpha, (2, 2), whole)
        answers += whole
        multiply_alpha(alpha, front)
        answers += [mixed, shown, small, alpha]
    return answers


def refine(seed: int) -> list[Plane]:
    upsampler, trimap, solver = GuidedUpsampler(SIZE, RAW), Trimap(RAW), BandSolver(SIZE, (1, 1))
    answers: list[Plane] = []
    for n in range(ROUNDS):
        raw, luma = scene(seed + n, SIZE, RAW, 255, (0.3, 0.05, "waves"))
        alpha, unknown = np.empty(SIZE, np.uint8), np.empty(SIZE, np.uint8)
        upsampler(raw, luma, alpha)
        trimap(raw, unknown)
        solver((luma, luma, luma), alpha, unknown)
        answers.append(alpha)
    return answers


def steady(seed: int) -> list[Plane]:
    rng = np.random.default_rng(seed)
    rules, answers = np.array([0.5, 2, 0.2, 0.9], np.float32), []
    for _ in range(ROUNDS):
        luma, other, raw = (rng.random(SIZE, np.float32) for _ in range(3))
        there = rng.uniform(-2, 2, (*SIZE, 2)).astype(np.float32)
        trusted, state = np.empty(SIZE, np.float32), np.empty((2, *SIZE), np.float32)
        rest((luma, other), there, 0.01)
        trust((luma, other), there, -there, rules, trusted)
        carry_in((raw, luma), (there, trusted), 0.8, (raw, np.ones((1, 1), np.float32)), state)
        answers += [there, trusted, state]
    return answers


@pytest.mark.parametrize("job", [downscale, upsample, smooth, composite, refine, steady])
def test_two_threads_give_what_one_gives(job: Job) -> None:
    expected = [job(1), job(100)]
    assert not np.array_equal(expected[0][0], expected[1][0])
    together = Barrier(2, timeout=60)

    def run(seed: int) -> list[Plane]:
        together.wait()
        return job(seed)

    with ThreadPoolExecutor(2) as pool:
        got = list(pool.map(run, (1, 100)))
    for ours, alone in zip(got, expected, strict=True):
        for answer, right in zip(ours, alone, strict=True):
            np.testing.assert_array_equal(answer, right)
