"""Every public kernel of the matting chain on a 720p frame, one thread; and its core against OpenCV and NumPy.

usage: pytest -n0 benchmarks/kernels.py [--benchmark-json FILE]     each kernel, with pytest-benchmark
       python benchmarks/kernels.py                             the chain against the usual OpenCV and NumPy way

Chain: down-scale to the network's tensor (256×144), guided up-sampling of its answer, composite on a colour.
The OpenCV way works on RGB, as its users do: INTER_AREA, a guided filter at quarter size from box filters
(no contrast gate), and a float blend.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest
from bgstream_kernels import (
    MotionSmoother,
    believe_shared,
    blend,
    carry,
    carry_in,
    chroma_cover,
    copy_visible,
    link,
    multiply_alpha,
    rest,
    trust,
    visible_blocks,
)
from numpy.typing import NDArray
from pytest_benchmark.fixture import BenchmarkFixture

from bgstream.bench.kernels import Scene, kernel_calls
from bgstream.matting.look import resized
from bgstream.sources.synthetic import SyntheticSource

SIZE, RAW, ANSWER = (720, 1280), (144, 256), (320, 320)  # the frame; a small network's answer, the general one's
NOISE, RULES, COMPANY = (
    0.002,
    np.array([0.5, 2.0, 0.01, 0.04], np.float32),
    (4, 0.3, 0.7),
)  # as matting/flow.py has them
Call = Callable[[], object]
Float = NDArray[np.float32]


def milliseconds(work: Call, rounds: int = 60) -> float:
    """Median CPU time of several calls."""
    for _ in range(5):
        work()
    times = []
    for _ in range(rounds):
        began = time.thread_time()
        work()
        times.append(time.thread_time() - began)
    return 1000 * statistics.median(times)


def plane_calls(scene: Scene) -> dict[str, Call]:
    """What :func:`bgstream.bench.kernels.kernel_calls` reaches through ``compose`` only, one by one."""
    first, second, _ = scene.frame.planes
    alpha, out, other = scene.alpha, np.empty_like(first), np.full_like(first, 200)
    small, blocks = chroma_cover(scene.alpha, (2, 2)), visible_blocks(scene.alpha)
    row, small_out = np.full((1, second.shape[1]), 42, np.uint8), np.empty_like(second)
    return {
        "blend on a plane": lambda: blend(first, other, alpha, out),
        "blend on a colour, chroma": lambda: blend(second, row, small, small_out),
        "alpha for chroma": lambda: chroma_cover(alpha, (2, 2)),
        "visible blocks": lambda: visible_blocks(alpha),
        "copy what is visible": lambda: copy_visible(first, blocks, (1, 1), 16, out),
        "multiply alpha": lambda: multiply_alpha(other, alpha),
    }


def raw_calls(scene: Scene) -> dict[str, Call]:
    """What works at the size of the network's answer."""
    lumas = [small_luma(frame.planes[0], scene.shape) for frame in SyntheticSource(scene.size, count=2).frames()]
    now, before = lumas[1], lumas[0]
    back, ones = np.full((*scene.shape, 2), 0.5, np.float32), np.ones_like(scene.raw)
    on, flows, state = -back, (back.copy(), back.copy()), np.stack([scene.raw, np.full_like(scene.raw, 3)])
    trusted, out, smoother = np.empty_like(scene.raw), np.empty_like(state), MotionSmoother(scene.shape)
    linked = (np.empty_like(back), np.empty_like(back), trusted.copy(), trusted.copy())
    weight = np.ones((1, 1), np.float32)
    return {
        "smooth": lambda: smoother(scene.raw, now),
        "rest": lambda: rest((now, before), flows[0], NOISE),
        "trust": lambda: trust((now, before), back, on, RULES, trusted),
        "believe what is shared": lambda: believe_shared(trusted, *COMPANY),
        "link": lambda: link((now, before), flows, NOISE, (RULES, COMPANY), linked),
        "carry": lambda: carry((state[0], state[1]), back, ones, 0.8, out),
        "carry and weigh in": lambda: carry_in((state[0], state[1]), (back, ones), 0.8, (scene.raw, weight), out),
    }


def small_luma(plane: NDArray[np.uint8], shape: tuple[int, int]) -> Float:
    """Luma 0..1 as a network sees it."""
    return np.ascontiguousarray(resized(plane.astype(np.float32) / np.float32(255), shape, "INTER_AREA"))


def every_call() -> dict[str, Call]:
    """All of them, by name."""
    scene = Scene(SIZE, ANSWER)
    return {**kernel_calls(scene), **plane_calls(scene), **raw_calls(scene)}


CALLS = every_call()


@pytest.mark.parametrize("name", CALLS)
def test_kernel(name: str, benchmark: BenchmarkFixture) -> None:
    CALLS[name]()  # compiled or read from the cache
    benchmark(CALLS[name])


def theirs(scene: Scene) -> dict[str, Call]:
    """The three steps of the chain with OpenCV and NumPy on RGB."""
    height, width = scene.size
    raw = scene.raw
    yuv = np.concatenate([plane.reshape(-1) for plane in scene.frame.planes]).reshape(height * 3 // 2, width)
    rgb = cv2.cvtColor(yuv, cv2.COLOR_YUV2RGB_I420)
    green = np.array([0, 255, 0], np.float32)
    alpha = cv2.resize(raw, (width, height))

    def down() -> object:
        picture = cv2.cvtColor(yuv, cv2.COLOR_YUV2RGB_I420)
        small = cv2.resize(picture, raw.shape[::-1], interpolation=cv2.INTER_AREA)
        return np.ascontiguousarray(small.astype(np.float32).transpose(2, 0, 1) / 255)

    def box(picture: NDArray[Any]) -> NDArray[Any]:
        return np.asarray(cv2.boxFilter(picture, -1, (9, 9)))

    def guided() -> object:
        guide = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
        size = (width // 4, height // 4)
        quarter = np.asarray(cv2.resize(guide, size, interpolation=cv2.INTER_AREA), np.float32)
        cover = np.asarray(cv2.resize(raw, size), np.float32)
        mean_i, mean_p = box(quarter), box(cover)
        slope = (box(quarter * cover) - mean_i * mean_p) / (box(quarter * quarter) - mean_i * mean_i + 1e-3)
        offset = mean_p - slope * mean_i
        wide = [np.asarray(cv2.resize(box(part), (width, height)), np.float32) for part in (slope, offset)]
        return np.clip(wide[0] * guide + wide[1], 0, 1)

    def composite() -> object:
        cover = alpha[..., None]
        return (rgb * cover + green * (1 - cover)).astype(np.uint8)

    return {"down-scale": down, "guided up-sampling": guided, "composite on a colour": composite}


def main() -> None:
    """Measure the chain and print a table."""
    cv2.setNumThreads(1)
    scene = Scene(SIZE, RAW)
    mine, other = kernel_calls(scene), theirs(scene)
    totals = [0.0, 0.0]
    print(f"{'step, 720p, one thread':26} {'ms':>7} {'OpenCV/NumPy ms':>16}")
    for name, work in other.items():
        here, there = milliseconds(mine[name]), milliseconds(work)
        totals = [totals[0] + here, totals[1] + there]
        print(f"{name:26} {here:7.2f} {there:16.2f}")
    print(f"{'chain':26} {totals[0]:7.2f} {totals[1]:16.2f}  {totals[1] / totals[0]:.1f} ×")


if __name__ == "__main__":
    main()
