"""Procedural people (of a kind) before a screen or a room, with exact alpha and exact colours of their own."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from bgstream.frame import LAYOUTS, Colour, Frame, Layout, Planes, rgb_matrix

Float = NDArray[np.float32]
GREEN, BLUE = (38, 176, 74), (36, 74, 196)
BT709_STUDIO = Colour(1)
OVER = 2  # super-sampling when shapes are drawn


@dataclass(frozen=True)
class Truth:
    """A frame, its exact alpha (height, width) 0..1, and the subject's own planes, free of screen and spill."""

    frame: Frame
    alpha: Float
    own: Planes


@dataclass(frozen=True)
class Scene:
    """One clip.

    Attributes:
        screen: R, G, B of an even screen; None for a textured room.
        uneven: how much light differs over the screen (0..1).
        spill: how much of the screen's light lies on the subject's rim.
        shadow: how dark the cast shadow is (0..1).
        cloth: R, G, B of the clothes.
        veil: a translucent scarf.
        blur: standard deviation in pixels of the lens.
    """

    screen: tuple[int, int, int] | None = GREEN
    size: tuple[int, int] = (270, 480)
    layout: str = "yuv420p"
    colour: Colour = BT709_STUDIO
    noise: float = 1.0
    uneven: float = 0.3
    spill: float = 0.12
    shadow: float = 0.0
    cloth: tuple[int, int, int] = (180, 40, 50)
    veil: bool = False
    blur: float = 0.7
    sway: float = 0.06
    empty: bool = False

    @cached_property
    def room(self) -> Float:
        """(height, width, 3) R, G, B 0..1 without the subject."""
        height, width = self.size
        rng = np.random.default_rng(7)
        rows, columns = np.mgrid[:height, :width].astype(np.float32)
        if self.screen is not None:
            blobs = cv2.resize(rng.random((4, 6), np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
            light = 1 - self.uneven * (0.6 * blobs + 0.4 * np.hypot(rows / height - 0.4, columns / width - 0.6))
            return np.asarray(light[..., None] * np.array(self.screen, np.float32) / 255, np.float32)
        wall = np.full((height, width, 3), (0.72, 0.66, 0.58), np.float32)
        wall *= (0.75 + 0.3 * columns / width)[..., None]
        for _ in range(40):
            top, left = rng.integers(0, height), rng.integers(0, width)
            high, wide = rng.integers(8, height // 3), rng.integers(8, width // 4)
            wall[top : top + high, left : left + wide] = rng.random(3) * 0.8 + 0.1
        wall += cv2.GaussianBlur(rng.normal(0, 0.2, wall.shape).astype(np.float32), (0, 0), 1.2)
        return np.asarray(np.clip(cv2.GaussianBlur(wall, (0, 0), 0.7), 0.02, 0.98), np.float32)

    def truth(self, index: int) -> Truth:
        """Frame ``index`` of the clip."""
        alpha, own = self._subject(index)
        if self.empty:
            alpha = np.zeros_like(alpha)
        behind = self.room.copy()
        if self.shadow:
            cast = np.roll(cv2.GaussianBlur(alpha, (0, 0), self.size[0] / 30), self.size[1] // 16, axis=1)
            behind *= 1 - self.shadow * cast[..., None]
        lit = own
        if self.screen is not None:
            inside = np.asarray(cv2.distanceTransform((alpha > 0.5).astype(np.uint8), cv2.DIST_L2, 5), np.float32)
            rim = np.exp(-inside / (0.015 * self.size[0]))[..., None]
            lit = np.clip(own + self.spill * rim * np.array(self.screen, np.float32) / 255, 0, 1)
        seen = lit * alpha[..., None] + behind * (1 - alpha[..., None])
        rng = np.random.default_rng(1000 + index)
        seen = seen + np.asarray(rng.normal(0, self.noise / 255, seen.shape), np.float32)
        layout = LAYOUTS[self.layout]
        frame = Frame(planes_of(seen, layout, self.colour), layout, self.colour, 40 * index, Fraction(1, 1000))
        return Truth(frame, alpha, planes_of(own, layout, self.colour))

    def plate(self) -> Frame:
        """The room as a frame, without noise."""
        layout = LAYOUTS[self.layout]
        return Frame(planes_of(self.room, layout, self.colour), layout, self.colour)

    def _subject(self, index: int) -> tuple[Float, Float]:
        """Alpha (height, width) and colours (height, width, 3), both 0..1."""
        height, width = self.size
        scale = OVER * height
        shape = (OVER * height, OVER * width)
        middle = 0.5 * width / height + self.sway * np.sin(index / 4) * 3
        nod = 0.012 * np.sin(index / 3)
        solid, colour = np.zeros(shape, np.float32), np.zeros((*shape, 3), np.float32)

        def place(x: float, y: float) -> tuple[int, int]:
            return round((middle + x) * scale), round((y + nod) * scale)

        def blob(
            x: float, y: float, radii: tuple[float, float], paint: tuple[float, float, float], turn: float = 0
        ) -> None:
            axes = (round(radii[0] * scale), round(radii[1] * scale))
            for target, value in ((solid, (1.0,)), (colour, paint)):
                cv2.ellipse(target, place(x, y), axes, turn, 0, 360, value, -1, cv2.LINE_AA)

        cloth = (self.cloth[0] / 255, self.cloth[1] / 255, self.cloth[2] / 255)
        skin, hair = (0.82, 0.62, 0.5), (0.3, 0.2, 0.13)
        colour[:] = cloth
        blob(0, 0.95, (0.26, 0.38), cloth)
        blob(-0.3, 0.75 + nod, (0.07, 0.2), skin, 20)
        blob(0, 0.42, (0.1, 0.09), skin)
        blob(0, 0.26, (0.135, 0.17), hair)
        blob(0, 0.3, (0.1, 0.13), skin)
        painted = (colour == np.array(cloth, np.float32)).all(-1)
        stripes = ((np.mgrid[: shape[0], : shape[1]][0] // (scale // 24)) % 4 == 0) & (
            colour == np.array(cloth, np.float32)
        ).all(-1)
        colour[stripes] = np.minimum(np.array(cloth, np.float32) * 0.6 + 0.35, 1)
        rng = np.random.default_rng(3)
        for k in range(60):
            turn = np.pi * (0.95 + 1.1 * k / 60) + 0.1 * np.sin(index / 3 + k)
            start = np.array([0.12 * np.cos(turn), 0.26 + 0.15 * np.sin(turn)])
            tip = start + rng.uniform(0.03, 0.09) * np.array([np.cos(turn), np.sin(turn) + 0.3])
            for target, value in ((solid, (1.0,)), (colour, hair)):
                cv2.line(target, place(*start), place(*tip), value, 1 if k % 2 else 2, cv2.LINE_AA)
        if self.veil:
            scarf = np.zeros(shape, np.float32)
            cv2.ellipse(
                scarf, place(0.24, 0.5), (round(0.13 * scale), round(0.2 * scale)), 0, 0, 360, (0.5,), -1, cv2.LINE_AA
            )
            colour[(solid < 0.5) & (scarf > 0)] = (0.9, 0.88, 0.9)
            solid = np.maximum(solid, scarf)
        texture = cv2.GaussianBlur(rng.normal(0, 0.25, shape).astype(np.float32), (0, 0), 2.0)
        colour = np.clip(colour + texture[..., None], 0.02, 0.98)
        small = (width, height)
        weight = cv2.resize(cv2.GaussianBlur(solid, (0, 0), OVER * self.blur), small, interpolation=cv2.INTER_AREA)
        painted = cv2.GaussianBlur(colour * (solid[..., None] + 1e-3), (0, 0), OVER * self.blur)
        painted /= cv2.GaussianBlur(solid + np.float32(1e-3), (0, 0), OVER * self.blur)[..., None]
        return np.asarray(weight, np.float32), np.asarray(
            cv2.resize(painted, small, interpolation=cv2.INTER_AREA), np.float32
        )


def planes_of(rgb: Float, layout: Layout, colour: Colour) -> Planes:
    """Planes of a (height, width, 3) picture 0..1; chroma is the mean of the pixels that it covers."""
    matrix = rgb_matrix(layout, colour).astype(np.float64)
    values = (np.clip(rgb, 0, 1) - matrix[:, 3]) @ np.linalg.inv(matrix[:, :3]).T
    rows, columns = layout.subsampling
    planes = []
    for k in range(3):
        plane = values[..., k]
        if k and not layout.rgb:
            height, width = plane.shape
            plane = np.pad(plane, ((0, -height % rows), (0, -width % columns)), mode="edge")
            plane = plane.reshape(plane.shape[0] // rows, rows, -1, columns).mean(axis=(1, 3))
        planes.append(np.clip(np.rint(plane), 0, layout.top).astype(layout.dtype))
    return tuple(planes)
