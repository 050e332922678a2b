"""A stand-in for a network that knows the truth, and films that it knows it of."""

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Self

import numpy as np
from numpy.typing import NDArray

from bgstream.errors import ModelError
from bgstream.frame import LAYOUTS, RGB, Colour, Frame
from bgstream.matting.look import Look

Float = NDArray[np.float32]
SIZE = (96, 128)
PLANE = np.zeros((2, 2), np.uint8)


def wavy(seed: int, right: float = 0) -> Float:
    """A texture of waves 8 to 40 pixels long, moved; 0..1."""
    rng, (y, x) = np.random.default_rng(seed), np.mgrid[: SIZE[0], : SIZE[1]]
    total = np.zeros(SIZE)
    for _ in range(30):
        rate, way, phase = 2 * np.pi / rng.uniform(8, 40), *rng.uniform(0, 2 * np.pi, 2)
        total += np.cos(rate * (np.cos(way) * (x - right) + np.sin(way) * y) + phase)
    return np.asarray(np.clip(0.5 + total / 16, 0, 1), np.float32)


def disc(row: float, column: float, radius: float) -> Float:
    """Coverage of a disc, with an edge of two pixels."""
    y, x = np.mgrid[: SIZE[0], : SIZE[1]]
    return np.asarray(np.clip((radius - np.hypot(y - row, x - column)) / 2 + 0.5, 0, 1), np.float32)


def look(pts: int, alpha: Float, right: float = 0, first: bool = False, seed: int = 1) -> Look:
    """A bright textured subject that moves with its alpha before a dark textured background; not asked about."""
    luma = alpha * (0.6 + 0.4 * wavy(seed, right)) + (1 - alpha) * 0.4 * wavy(seed + 1)
    frame = Frame((PLANE, PLANE, PLANE), LAYOUTS["gbrp"], Colour(RGB, True), pts)
    return Look(frame, np.zeros((0, 0), np.float32), np.asarray(luma, np.float32), first or pts == 0)


def walk(
    count: int, step: float = 1.5, radius: Callable[[int], float] = lambda _: 20
) -> tuple[list[Look], list[Float]]:
    """Looks at a disc that moves to the right, and its true alphas."""
    alphas = [disc(48, 40 + step * k, radius(k)) for k in range(count)]
    return [look(k, alpha, step * k) for k, alpha in enumerate(alphas)], alphas


class Oracle:
    """Answers with the truth of the frame seen last.

    Attributes:
        asked: pts of the frames that it was asked about, in order of asking.
        wrong: pts of frames that it fails on.
    """

    def __init__(self, truths: Sequence[Float]) -> None:
        self._truths = truths
        self.asked: list[int] = []
        self.wrong: set[int] = set()
        self._lock = Lock()
        self._pts = 0

    def twin(self) -> Self:
        other = type(self)(self._truths)
        other.asked, other.wrong, other._lock = self.asked, self.wrong, self._lock
        return other

    def see(self, frame: Frame) -> None:
        self._pts = frame.pts

    def tensor(self, gain: float = 1.0) -> Float:
        return np.full((1,), self._pts, np.float32)

    def ask(self, tensors: Sequence[Float]) -> list[Float]:
        return [self._told(int(tensor[0])) for tensor in tensors]

    def answer(self, gain: float = 1.0) -> Float:
        return self._told(self._pts)

    def _told(self, pts: int) -> Float:
        with self._lock:
            self.asked.append(pts)
        if pts in self.wrong:
            raise ModelError(f"no answer for frame {pts}", "ask another")
        return self._truths[pts].copy()
