"""A source that needs no file: a soft subject that moves before a background that moves, and its exact alpha."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
from bgstream_kernels import blend, chroma_cover
from numpy.typing import NDArray

from bgstream.frame import LAYOUTS, Colour, Frame, Plane
from bgstream.protocols import SourceInfo

LAYOUT, TAGS = LAYOUTS["yuv420p"], Colour(1, False, 1, 1)
BACK = ((92, 44, 2.0), (122, 14, 0.5), (134, 14, 0.5))  # mean, reach and grain of Y, Cb, Cr behind
FRONT = ((168, 34, 2.0), (104, 8, 0.5), (158, 8, 0.5))  # and of the subject
SWAY, PAN = 0.16, 0.05  # of the width: how far the subject and the background move to either side
SUBJECT_PERIOD, PAN_PERIOD = 5.0, 7.0  # seconds
OCTAVES, FADE = 8, 0.6  # sizes of a texture, and how much weaker each is than the one before
TILE = 256  # pixels after which grain repeats
FINE = 180  # rows at which the subject's outline is drawn; it is smooth, so it can be enlarged

Float = NDArray[np.float32]


class SyntheticSource:
    """Frames made by arithmetic: the same on every run, of any size and rate.

    The subject is a bright ``thing`` without corners whose outline breathes, or the bust of a ``person``; its edge
    is some pixels wide. Both it and the background carry texture of many sizes and a little grain, so that
    networks, flow and codecs have as much to do as with a film. The general network finds the thing, the person
    network ``selfie-landscape`` the person.

    Args:
        size: (height, width), each at least 2.
        rate: frames a second. Motion is by time, not by frame.
        count: frames.
        subject: a key of :data:`OUTLINES`.
        seed: of the textures.
    """

    def __init__(
        self,
        size: tuple[int, int],
        rate: Fraction = Fraction(25),
        count: int = 100,
        subject: str = "thing",
        seed: int = 0,
    ) -> None:
        self._size, self._count, self._outline = size, count, OUTLINES[subject]
        height, width = size
        self._margin = 2 * max(1, round(PAN * width / 2)), 2 * max(1, round(SWAY * width / 2))
        random = np.random.default_rng(seed)
        self._back = _textures((height, width + 2 * self._margin[0]), BACK, random)
        self._front = _textures((height, width + 2 * self._margin[1]), FRONT, random)
        self.info = SourceInfo(
            Path("synthetic"), size, LAYOUT, TAGS, rate=rate, time_base=1 / rate, duration=float(count / rate)
        )

    def frames(self) -> Iterator[Frame]:
        """All frames, in order; each has memory of its own."""
        return (self._frame(index) for index in range(self._count))

    def sample(self, count: int) -> list[Frame]:
        """At most ``count`` frames spread over the whole."""
        places = sorted({int(self._count * (k + 0.5) / count) for k in range(count)})
        return [self._frame(index) for index in places]

    def truth(self, index: int) -> Plane:
        """The alpha of a frame: (height, width) uint8, 0 = background, 255 = subject."""
        height, width = self._size
        scale = max(1, height // FINE)
        rows, columns = _centres(height, scale), _centres(width, scale)
        distance = _enlarged(self._distance(index, rows[:, None], columns[None]), scale)[:height, :width]
        soft = max(1.5, height / 240)
        return np.asarray(np.rint(255 * np.clip(0.5 - distance / soft, 0, 1)), np.uint8)

    def _distance(self, index: int, rows: Float, columns: Float) -> Float:
        """Pixels to the subject's outline, negative inside; to first order."""
        height, width = self._size
        time = float(index / self.info.rate)
        x = (columns - np.float32(width / 2 + self._shift(index, 1))) / np.float32(height)
        y = rows / np.float32(height) - np.float32(0.5 + 0.02 * np.sin(np.pi * time))
        return np.asarray(self._outline(x, y, time) * height, np.float32)

    def _shift(self, index: int, which: int) -> int:
        """Pixels, even, by which the background (0) or the subject (1) has moved to the right."""
        period = (PAN_PERIOD, SUBJECT_PERIOD)[which]
        swing = np.sin(2 * np.pi * float(index / self.info.rate) / period)
        return 2 * round(float(swing) * self._margin[which] / 2)

    def _frame(self, index: int) -> Frame:
        alpha = self.truth(index)
        covers = (alpha, *[chroma_cover(alpha, LAYOUT.subsampling)] * 2)
        planes = []
        for plane, (cover, shape) in enumerate(zip(covers, LAYOUT.shapes(*self._size), strict=True)):
            out = np.empty(shape, np.uint8)
            back, front = (self._seen(kind, index, plane, shape) for kind in (0, 1))
            blend(front, back, cover, out)
            planes.append(out)
        return Frame(tuple(planes), LAYOUT, TAGS, index, self.info.time_base, 1)

    def _seen(self, kind: int, index: int, plane: int, shape: tuple[int, int]) -> Plane:
        """The part of a texture that a frame shows."""
        start = self._margin[kind] - self._shift(index, kind)
        start //= 2 if plane else 1
        return (self._back, self._front)[kind][plane][:, start : start + shape[1]]


def _thing(x: Float, y: Float, time: float) -> Float:
    x, y = x / 0.24, (y - 0.04) / 0.36
    angle, radius = np.arctan2(y, x), np.hypot(x, y)
    edge = 1 + 0.06 * np.sin(3 * angle + time) + 0.03 * np.sin(7 * angle - 2 * time)
    return np.asarray((radius - edge) * 0.3)


def _person(x: Float, y: Float, _time: float) -> Float:
    head = (np.hypot(x / 0.13, (y + 0.14) / 0.17) - 1) * 0.13
    neck = np.maximum(np.abs(x) - 0.07, np.abs(y - 0.02) - 0.1)
    shoulders = ((np.abs(x / 0.30) ** 2.6 + np.abs((y - 0.52) / 0.46) ** 2.6) ** (1 / 2.6) - 1) * 0.3
    return np.asarray(np.minimum(np.minimum(head, neck), shoulders))


# From x and y (to the right and down from the middle, in heights of the picture) and seconds to the distance from
# the outline, negative inside.
OUTLINES: dict[str, Callable[[Float, Float, float], Float]] = {"thing": _thing, "person": _person}


def _textures(
    size: tuple[int, int], look: tuple[tuple[int, int, float], ...], random: np.random.Generator
) -> list[Plane]:
    shapes = LAYOUT.shapes(*size)
    return [_texture(shape, values, random) for shape, values in zip(shapes, look, strict=True)]


def _texture(shape: tuple[int, int], values: tuple[int, int, float], random: np.random.Generator) -> Plane:
    """Noise of many sizes, the finer the weaker, and grain."""
    import cv2

    mean, reach, grain = values
    whole = np.full(shape, mean, np.float32)
    for octave in range(OCTAVES):
        cells = min(shape[0], 3 << octave), min(shape[1], 5 << octave)
        noise = random.uniform(-reach, reach, cells).astype(np.float32)
        whole += cv2.resize(noise, shape[::-1], interpolation=cv2.INTER_CUBIC) * np.float32(FADE**octave)
    tile = random.normal(0, grain, (TILE, TILE)).astype(np.float32)
    whole += np.tile(tile, (-(-shape[0] // TILE), -(-shape[1] // TILE)))[: shape[0], : shape[1]]
    return np.asarray(np.clip(np.rint(whole), 16, 235), np.uint8)


def _centres(side: int, scale: int) -> Float:
    """Where the middles of cells of ``scale`` pixels lie that cover a side."""
    return np.asarray(scale * (np.arange(-(-side // scale)) + 0.5), np.float32)


def _enlarged(values: Float, scale: int) -> Float:
    import cv2

    height, width = values.shape
    return np.asarray(cv2.resize(values, (width * scale, height * scale), interpolation=cv2.INTER_LINEAR), np.float32)
