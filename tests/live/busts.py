"""Alphas of a head, or of a head on shoulders, anywhere; and frames whose colours tell the place."""

from fractions import Fraction

import numpy as np

from bgstream.frame import LAYOUTS, Colour, Frame, Matted, Plane


def ball(size: tuple[int, int], x: float, y: float, radius: float) -> Plane:
    """A disc with an edge two pixels wide; pixels."""
    rows, columns = np.ogrid[: size[0], : size[1]]
    distance = np.hypot(rows + 0.5 - y, columns + 0.5 - x)
    return np.asarray(255 * np.clip((radius - distance) / 2 + 0.5, 0, 1), np.uint8)


def bust(size: tuple[int, int], x: float, y: float, radius: float) -> Plane:
    """A head with that middle, a neck and shoulders down to the picture's lower edge."""
    rows, columns = np.ogrid[: size[0], : size[1]]
    body = ((columns - x) / (2.3 * radius)) ** 2 + ((rows - y - 3.6 * radius) / (2.2 * radius)) ** 2 < 1
    body |= (np.abs(columns - x) < 2.3 * radius) & (rows > y + 3.6 * radius)
    neck = (np.abs(columns - x) < 0.55 * radius) & (rows > y) & (rows < y + 2 * radius)
    return np.maximum(ball(size, x, y, radius), np.where(body | neck, 255, 0).astype(np.uint8))


def shown(alpha: Plane, time: float, layout: str = "yuv420p") -> Matted:
    """A grey frame with that alpha at that time, in seconds."""
    stored = LAYOUTS[layout]
    planes = tuple(np.full(shape, 90, np.uint8) for shape in stored.shapes(*alpha.shape))
    return Matted(Frame(planes, stored, Colour(6), round(time * 1e6), Fraction(1, 1_000_000)), alpha)


def waves(alpha: Plane, time: float, layout: str = "yuv420p") -> Matted:
    """All planes show the same waves: where every colour sample is in its place, it is the mean of its luma."""
    height, width = alpha.shape
    stored = LAYOUTS[layout]
    planes = []
    for shape, cover in zip(stored.shapes(height, width), ((1, 1), *[stored.subsampling] * 2), strict=True):
        across = (np.arange(shape[1]) + 0.5) * cover[1] / height
        down = (np.arange(shape[0]) + 0.5) * cover[0] / height
        wave = 128 + 60 * np.sin(30 * across[None]) + 50 * np.sin(26 * down[:, None])
        planes.append(np.rint(wave).astype(np.uint8))
    return Matted(Frame(tuple(planes), stored, Colour(6), round(time * 1e6), Fraction(1, 1_000_000)), alpha)
