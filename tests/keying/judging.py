"""Figures of a key against the truth."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from bgstream.frame import Frame, Matted, Planes
from bgstream.matting.keying.bounded import Keyer
from bgstream.matting.keying.picture import see
from tests.keying.scenes import Scene, Truth

Float = NDArray[np.float32]
BEHIND = np.array([128, 60, -60], np.float32)[:, None, None]  # a purple that no scene holds


@dataclass(frozen=True)
class Figures:
    """Mean absolute error of alpha × 1000; chroma error of opaque edges in levels (source, ours); error of the
    edge band over a purple, made with the source's colours and with ours."""

    mad: float
    spill: tuple[float, float]
    fringe: tuple[float, float]


def matted(keyer: Keyer, truths: list[Truth]) -> list[Matted]:
    return [keyer.matte(truth.frame) for truth in truths]


def truths_of(scene: Scene, count: int = 5) -> list[Truth]:
    return [scene.truth(3 * index) for index in range(count)]


def levels(frame: Frame, planes: Planes) -> Float:
    cells = see(Frame(planes, frame.layout, frame.colour)).cells
    return np.asarray(cells, np.float32)


def judge(keyer: Keyer, truths: list[Truth]) -> Figures:
    rows = [_one(matte, truth) for matte, truth in zip(matted(keyer, truths), truths, strict=True)]
    mean = np.mean(rows, axis=0)
    return Figures(float(mean[0]), (float(mean[1]), float(mean[2])), (float(mean[3]), float(mean[4])))


def _one(matte: Matted, truth: Truth) -> tuple[float, ...]:
    own, source = levels(truth.frame, truth.own), levels(truth.frame, truth.frame.planes)
    ours = levels(truth.frame, matte.colours)
    size = (own.shape[2], own.shape[1])
    alpha = matte.alpha.astype(np.float32) / 255
    exact = cv2.resize(truth.alpha, size, interpolation=cv2.INTER_AREA)
    got = cv2.resize(alpha, size, interpolation=cv2.INTER_AREA)
    inside = cv2.distanceTransform((exact > 0.98).astype(np.uint8), cv2.DIST_L2, 5)
    edge, band = (inside > 0) & (inside <= 3), (exact > 0.02) & (exact < 0.98)

    def spilled(colours: Float) -> float:
        return float(np.hypot(*(colours - own)[1:])[edge].mean())

    def fringe(colours: Float) -> float:
        right = own * exact + BEHIND * (1 - exact)
        return float(np.abs(colours * got + BEHIND * (1 - got) - right)[:, band].mean())

    mad = 1000 * float(np.abs(alpha - truth.alpha).mean())
    return mad, spilled(source), spilled(ours), fringe(source), fringe(ours)
