"""Subjects with soft edges over a background, made from their parts: the true foreground is known everywhere."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from bgstream_kernels.planes import Plane
from numpy.typing import NDArray

Double = NDArray[np.float64]
SIZE = (240, 320)
FINE = 4  # strands are drawn this many times larger


def texture(rng: np.random.Generator, mean: float, amount: float, scale: float) -> Double:
    """Smooth noise of one scale (pixels) with some finer detail, around ``mean``."""
    field = np.zeros(SIZE)
    for step, weight in ((scale, 1.0), (scale / 4, 0.5), (scale / 12, 0.25)):
        coarse = rng.normal(size=(int(SIZE[0] / step) + 3, int(SIZE[1] / step) + 3))
        field += weight * cv2.resize(coarse, SIZE[::-1], interpolation=cv2.INTER_CUBIC)
    return np.clip(mean + amount * field, 4, 250)


def _strand(rng: np.random.Generator, centre: Double, radii: Double) -> NDArray[np.int32]:
    """A bent line of 14 steps that leaves an ellipse upwards."""
    angle, turn = rng.uniform(np.pi, 2 * np.pi), rng.normal(0, 0.06)
    way = angle + turn * np.arange(1, 15)
    steps = np.cumsum(np.stack([np.cos(way), np.sin(way)], 1), axis=0) * 2.5 * FINE
    start = centre + radii * np.array([np.cos(angle), np.sin(angle)])
    return np.vstack([start, start + steps]).astype(np.int32)


def strands(rng: np.random.Generator) -> Double:
    """A head with fine hair standing off, and shoulders."""
    height, width = SIZE[0] * FINE, SIZE[1] * FINE
    canvas = np.zeros((height, width), np.uint8)
    centre, radii = np.array([width / 2, 0.62 * height]), np.array([width / 5, height / 4])
    cv2.ellipse(canvas, centre.astype(int).tolist(), radii.astype(int).tolist(), 0, 0, 360, 255, -1)
    cv2.rectangle(canvas, (width // 4, height * 4 // 5), (width * 3 // 4, height), 255, -1)
    for _ in range(90):
        cv2.polylines(canvas, [_strand(rng, centre, radii)], False, 255, int(rng.integers(2, 6)), cv2.LINE_AA)
    small = cv2.resize(canvas, SIZE[::-1], interpolation=cv2.INTER_AREA).astype(np.float64)
    return np.asarray(cv2.GaussianBlur(small, (0, 0), 0.7) / 255)


def blobs(rng: np.random.Generator) -> Double:
    """Discs with edges between 2 and 9 pixels wide."""
    y, x = np.mgrid[: SIZE[0], : SIZE[1]]
    alpha = np.zeros(SIZE)
    for _ in range(4):
        distance = np.hypot(y - rng.uniform(60, 180), x - rng.uniform(80, 240))
        alpha = np.maximum(alpha, np.clip((rng.uniform(24, 53) - distance) / rng.uniform(2, 9) + 0.5, 0, 1))
    return alpha


def smeared(_: np.random.Generator) -> Double:
    """A figure blurred by a movement of 23 pixels."""
    alpha, kernel = np.zeros(SIZE), np.zeros((25, 25))
    cv2.rectangle(alpha, (106, 60), (213, 240), 1.0, -1)
    cv2.circle(alpha, (160, 60), 45, 1.0, -1)
    cv2.line(kernel, (2, 10), (22, 14), 1.0, 1)
    return np.asarray(cv2.filter2D(alpha, -1, kernel / kernel.sum()), np.float64)


MATTES: dict[str, Callable[[np.random.Generator], Double]] = {"strands": strands, "blobs": blobs, "smeared": smeared}
# mean, amount and scale of the subject's texture, then of the background's
LOOKS = {
    "dark on bright": ((60, 8, 20), (190, 12, 40)),
    "bright on dark": ((200, 15, 20), (50, 20, 30)),
    "busy": ((90, 30, 16), (170, 35, 24)),
    "close": ((120, 20, 24), (150, 20, 24)),
}


@dataclass(frozen=True)
class Scene:
    """What a camera sees (8 bits with noise) of a foreground before a background, and alpha 0..1."""

    own: Double
    alpha: Double
    seen: Plane


def scene(seed: int, matte: str, look: str) -> Scene:
    rng = np.random.default_rng(seed)
    own, back = (texture(rng, *values) for values in LOOKS[look])
    alpha = np.rint(MATTES[matte](rng) * 255) / 255
    seen = alpha * own + (1 - alpha) * back + rng.normal(0, 1.5, SIZE)
    return Scene(own, alpha, np.clip(np.rint(seen), 0, 255).astype(np.uint8))


def _shifted(alpha: Double) -> Double:
    move = np.array([[1, 0, 0.5], [0, 1, -0.5]])
    return np.asarray(cv2.warpAffine(alpha, move, SIZE[::-1], borderMode=cv2.BORDER_REPLICATE), np.float64)


# what a network may make of alpha
ERRORS: dict[str, Callable[[Double], Double]] = {
    "exact": lambda alpha: alpha,
    "blurred 1 px": lambda alpha: np.asarray(cv2.GaussianBlur(alpha, (0, 0), 1.0), np.float64),
    "blurred 2 px": lambda alpha: np.asarray(cv2.GaussianBlur(alpha, (0, 0), 2.0), np.float64),
    "shifted 0.5 px": _shifted,
}


def coded(alpha: Double) -> Plane:
    """Alpha 0..255."""
    return np.rint(np.clip(alpha, 0, 1) * 255).astype(np.uint8)


def edge_error(colours: Plane, own: Double, alpha: Plane) -> float:
    """How far a composite over any colour is off in the edge band, against the true foreground's by the same alpha."""
    band = (alpha > 0) & (alpha < 255)
    return float(np.abs(alpha / 255 * (colours - own))[band].mean())
