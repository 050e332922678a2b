"""The kernel chain of one 720p frame against the usual OpenCV and NumPy way, both on one thread.

usage: python benchmarks/kernels.py

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
from bgstream_kernels import (
    Downscaler,
    GuidedUpsampler,
    MotionSmoother,
    blend,
    chroma_alpha,
    copy_visible,
    visible_blocks,
)
from numpy.typing import NDArray

from bgstream.frame import LAYOUTS, Colour, rgb_matrix

HEIGHT, WIDTH, RAW = 720, 1280, (144, 256)
Picture = NDArray[np.uint8]
Float = NDArray[np.float32]


def scene() -> tuple[tuple[Picture, Picture, Picture], Float]:
    """Planes with texture and noise, and raw alpha of a soft disc."""
    rng = np.random.default_rng(0)
    rows, columns = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    inside = np.hypot(columns - 640, rows - 420) < 250
    luma = np.where(inside, 150, 90) + 20 * np.sin(columns / 9) + rng.normal(0, 4, (HEIGHT, WIDTH))
    chroma = [rng.integers(110, 146, (HEIGHT // 2, WIDTH // 2)).astype(np.uint8) for _ in range(2)]
    small_rows, small_columns = np.mgrid[: RAW[0], : RAW[1]].astype(np.float32)
    raw = np.clip((50 - np.hypot(small_columns - 128, small_rows - 84)) / 6 + 0.5, 0, 1).astype(np.float32)
    return (np.clip(luma, 0, 255).astype(np.uint8), chroma[0], chroma[1]), raw


def milliseconds(work: Callable[[], object], rounds: int = 60) -> float:
    """Median of several calls."""
    for _ in range(5):
        work()
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return 1000 * statistics.median(times)


def ours(planes: tuple[Picture, Picture, Picture], raw: Float) -> dict[str, Callable[[], object]]:
    """Our steps, each a call without arguments."""
    luma = planes[0]
    tensor, alpha, small = np.empty((3, *RAW), np.float32), np.empty_like(luma), np.empty_like(planes[1])
    matrix = np.zeros((3, 6), np.float32)
    matrix[:, :4] = rgb_matrix(LAYOUTS["yuv420p"], Colour(1))
    matrix[:, 4] = 1
    down, up = Downscaler(luma.shape, planes[1].shape, RAW), GuidedUpsampler(luma.shape, RAW)
    smooth, still = MotionSmoother(RAW), np.ascontiguousarray(raw)
    out = [np.empty_like(plane) for plane in planes]
    back = [np.full((1, plane.shape[1]), value, np.uint8) for plane, value in zip(planes, (173, 42, 26), strict=True)]
    up(raw, luma, alpha)

    def composite() -> None:
        chroma_alpha(alpha, (2, 2), small)
        for index in range(3):
            blend(planes[index], back[index], small if index else alpha, out[index])

    def cut_out() -> None:
        blocks = visible_blocks(alpha)
        for index in range(3):
            copy_visible(planes[index], blocks, (2, 2) if index else (1, 1), 16, out[index])

    return {
        "down-scale": lambda: down(planes, matrix, tensor),
        "smooth (256×144)": lambda: smooth(still, still),
        "guided up-sampling": lambda: up(raw, luma, alpha),
        "composite on colour": composite,
        "cut out": cut_out,
    }


def theirs(planes: tuple[Picture, Picture, Picture], raw: Float) -> dict[str, Callable[[], object]]:
    """The same three steps with OpenCV and NumPy on RGB."""
    yuv = np.concatenate([plane.reshape(-1) for plane in planes]).reshape(HEIGHT * 3 // 2, WIDTH)
    rgb = cv2.cvtColor(yuv, cv2.COLOR_YUV2RGB_I420)
    green = np.array([0, 255, 0], np.float32)
    alpha = cv2.resize(raw, (WIDTH, HEIGHT))

    def down() -> object:
        picture = cv2.cvtColor(yuv, cv2.COLOR_YUV2RGB_I420)
        small = cv2.resize(picture, RAW[::-1], interpolation=cv2.INTER_AREA)
        return np.ascontiguousarray(small.astype(np.float32).transpose(2, 0, 1) / 255)

    def box(picture: NDArray[Any]) -> NDArray[Any]:
        return np.asarray(cv2.boxFilter(picture, -1, (9, 9)))

    def guided() -> object:
        guide = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
        size = (WIDTH // 4, HEIGHT // 4)
        quarter = np.asarray(cv2.resize(guide, size, interpolation=cv2.INTER_AREA), np.float32)
        cover = np.asarray(cv2.resize(raw, size), np.float32)
        mean_i, mean_p = box(quarter), box(cover)
        slope = (box(quarter * cover) - mean_i * mean_p) / (box(quarter * quarter) - mean_i * mean_i + 1e-3)
        offset = mean_p - slope * mean_i
        wide = [cv2.resize(box(part), (WIDTH, HEIGHT)) for part in (slope, offset)]
        return np.clip(wide[0] * guide + wide[1], 0, 1)

    def composite() -> object:
        cover = alpha[..., None]
        return (rgb * cover + green * (1 - cover)).astype(np.uint8)

    return {"down-scale": down, "guided up-sampling": guided, "composite on colour": composite}


CHAIN = ("down-scale", "guided up-sampling", "composite on colour")


def main() -> None:
    """Measure and print a table."""
    cv2.setNumThreads(1)
    planes, raw = scene()
    mine, other = ours(planes, raw), theirs(planes, raw)
    totals = [0.0, 0.0]
    print(f"{'step, 720p, one thread':26} {'ms':>7} {'OpenCV/NumPy ms':>16}")
    for name, work in mine.items():
        here = milliseconds(work)
        there = milliseconds(other[name]) if name in other else None
        if name in CHAIN and there is not None:
            totals[0], totals[1] = totals[0] + here, totals[1] + there
        print(f"{name:26} {here:7.2f} {'' if there is None else f'{there:16.2f}'}")
    print(f"{'chain':26} {totals[0]:7.2f} {totals[1]:16.2f}  {totals[1] / totals[0]:.1f} ×")


if __name__ == "__main__":
    main()
