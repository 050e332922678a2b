"""Kernels by themselves: milliseconds of a call, and a megapixel, on one thread."""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from bgstream_kernels import BandSolver, Downscaler, GuidedUpsampler, PlaneForeground, Trimap, sharpen
from numpy.typing import NDArray

from bgstream.backdrops import Plain, Transparent
from bgstream.compose import compose
from bgstream.frame import LAYOUTS, Matted, rgb_matrix
from bgstream.matting.look import resized
from bgstream.sources.synthetic import SyntheticSource

RAW = (320, 320)  # the general network's answer
LEAST = 5  # calls timed at least

Float = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Kernel:
    """What a kernel costs.

    Attributes:
        name: what it does.
        ms: CPU milliseconds of one call; median.
        megapixels: of a frame.
    """

    name: str
    ms: float
    megapixels: float

    @property
    def per_megapixel(self) -> float:
        """Milliseconds a megapixel."""
        return self.ms / self.megapixels


class Scene:
    """A synthetic frame of a size, and its alpha at both sizes.

    Args:
        size: (height, width).
        raw: (height, width) of raw alpha.
    """

    def __init__(self, size: tuple[int, int], raw: tuple[int, int] = RAW) -> None:
        source = SyntheticSource(size, count=1)
        self.size, self.shape = size, raw
        (self.frame,) = source.frames()
        self.alpha = source.truth(0)
        self.raw = np.ascontiguousarray(resized(self.alpha.astype(np.float32) / np.float32(255), raw, "INTER_AREA"))


def kernel_calls(scene: Scene) -> dict[str, Callable[[], object]]:
    """Every kernel that works on whole frames, as a call without arguments."""
    return _frame_calls(scene) | _edge_calls(scene)


def time_kernels(size: tuple[int, int], seconds: float) -> Iterator[Kernel]:
    """Call every kernel again and again, each for so many seconds."""
    for name, call in kernel_calls(Scene(size)).items():
        call()
        times: list[float] = []
        ends = time.perf_counter() + seconds
        while len(times) < LEAST or time.perf_counter() < ends:
            began = time.thread_time()
            call()
            times.append(time.thread_time() - began)
        yield Kernel(name, 1000 * statistics.median(times), size[0] * size[1] / 1e6)


def _frame_calls(scene: Scene) -> dict[str, Callable[[], object]]:
    """Into the network and out again."""
    frame, raw, matted = scene.frame, scene.raw, Matted(scene.frame, scene.alpha)
    first, second, third = frame.planes
    matrix = np.zeros((3, 6), np.float32)
    matrix[:, :4] = rgb_matrix(frame.layout, frame.colour)
    matrix[:, 4] = 1
    tensor, alpha = np.empty((3, *scene.shape), np.float32), np.empty_like(scene.alpha)
    down = Downscaler(scene.size, (second.shape[0], second.shape[1]), scene.shape)
    guided, plain = (GuidedUpsampler(scene.size, scene.shape, guide=guide) for guide in (True, False))
    blank = replace(frame, planes=tuple(np.empty_like(plane) for plane in frame.planes))
    clear = replace(blank, alpha=np.empty_like(alpha))
    green, nothing = Plain((0, 255, 0)), Transparent()
    return {
        "down-scale": lambda: down((first, second, third), matrix, tensor),
        "guided up-sampling": lambda: guided(raw, first, alpha),
        "plain up-sampling": lambda: plain(raw, first, alpha),
        "composite on a colour": lambda: compose(matted, green, blank),
        "cut out": lambda: compose(matted, nothing, clear),
    }


def _edge_calls(scene: Scene) -> dict[str, Callable[[], object]]:
    """The matting step, the foreground, sharp edges."""
    first, second, third = scene.frame.planes
    unknown, alpha, out = (np.zeros(scene.size, np.uint8) for _ in range(3))
    trimap, solver = Trimap(scene.shape), BandSolver(scene.size, LAYOUTS["yuv420p"].subsampling)
    estimate, clean = PlaneForeground(scene.size), np.empty_like(first)
    trimap(scene.raw, unknown)

    def solve() -> None:
        alpha[...] = scene.alpha
        solver((first, second, third), alpha, unknown)

    return {
        "trimap": lambda: trimap(scene.raw, unknown),
        "solve the band": solve,
        "foreground of one plane": lambda: estimate(first, scene.alpha, 255, clean),
        "sharpen": lambda: sharpen(scene.alpha, out),
    }
