"""The worst frames as pictures: frame, truth, prediction, difference, composites."""

import base64
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from bgstream.evaluate.align import Alignment, Shot
from bgstream.evaluate.read import Alpha, Rgb
from bgstream.evaluate.score import ClipScore

WIDTH, HEIGHT = 384, 300  # pixels that a picture in a report may have
QUALITY = 84  # of WebP
BLACK, MAGENTA = (0, 0, 0), (255, 0, 255)
EXTRA, LACKING = (255, 84, 48), (40, 130, 255)  # backdrop kept; subject lost
GROUND = 0.22  # how bright the frame shines through the difference


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture of a report.

    Attributes:
        title: what it shows.
        uri: a ``data:`` address that holds it.
        size: (height, width) in pixels.
    """

    title: str
    uri: str
    size: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Strip:
    """All pictures of one frame.

    Attributes:
        index: the frame's number.
        panels: from left to right.
    """

    index: int
    panels: tuple[Panel, ...]


def worst_strips(clip: ClipScore, every: int = 1) -> list[Strip]:
    """Read a clip again and draw its worst frames, worst first; those before the last one are skipped over."""
    wanted = list(clip.worst)
    if clip.prediction is None or not wanted:
        return []
    shots = Alignment(clip.entry, clip.prediction, 1 if clip.entry.still else every, with_source=True)
    found = {shot.index: Strip(shot.index, tuple(panels(shot))) for shot in _until(shots, wanted)}
    return [found[index] for index in wanted]


def panels(shot: Shot) -> Iterator[Panel]:
    """The pictures of one frame; what needs a source or a truth is left out where there is none."""
    frame = None if shot.frame is None else _resized(shot.frame, shot.p.shape)
    if frame is not None:
        yield _panel("frame", frame)
    if shot.g is not None:
        yield _panel("truth", grey(shot.g))
    yield _panel("prediction", grey(shot.p))
    if shot.g is not None:
        yield _panel("difference", difference(shot.p, shot.g, frame))
    if frame is not None:
        yield _panel("over black", over(frame, shot.p, BLACK))
        yield _panel("over magenta", over(frame, shot.p, MAGENTA))


def grey(alpha: Alpha) -> Rgb:
    """Alpha as (height, width, 3) uint8."""
    return np.repeat((alpha * 255 + 0.5).astype(np.uint8)[..., None], 3, axis=2)


def difference(p: Alpha, g: Alpha, frame: Rgb | None) -> Rgb:
    """Orange where too much was kept (p > g), blue where subject was lost, over the darkened frame."""
    ground = np.zeros((*p.shape, 3), np.float32)
    if frame is not None:
        ground += GROUND * np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), np.float32)[..., None]
    d = (p - g)[..., None]
    colour = np.where(d > 0, np.array(EXTRA, np.float32), np.array(LACKING, np.float32))
    strength = np.abs(d)
    return _bytes(ground * (1 - strength) + colour * strength)


def over(frame: Rgb, alpha: Alpha, colour: tuple[int, int, int]) -> Rgb:
    """The frame's own colours over one colour."""
    weight = alpha[..., None]
    return _bytes(frame * weight + np.array(colour, np.float32) * (1 - weight))


def _until(shots: Alignment, wanted: list[int]) -> Iterator[Shot]:
    """The wanted shots; reading ends with the last of them."""
    with closing(iter(shots)) as each:
        for shot in each:
            if shot.index in wanted:
                yield shot
            if shot.index >= max(wanted):
                return


def _panel(title: str, picture: Rgb) -> Panel:
    height, width = picture.shape[:2]
    scale = min(1.0, WIDTH / width, HEIGHT / height)
    small = _resized(picture, (max(1, round(height * scale)), max(1, round(width * scale))))
    _, packed = cv2.imencode(".webp", cv2.cvtColor(small, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_WEBP_QUALITY, QUALITY])
    text = base64.b64encode(packed.tobytes()).decode("ascii")
    return Panel(title, f"data:image/webp;base64,{text}", (small.shape[0], small.shape[1]))


def _resized(picture: Rgb, shape: tuple[int, ...]) -> Rgb:
    if picture.shape[:2] == shape[:2]:
        return picture
    return np.asarray(cv2.resize(picture, (shape[1], shape[0]), interpolation=cv2.INTER_AREA), np.uint8)


def _bytes(values: NDArray[np.float32]) -> Rgb:
    return np.asarray(np.clip(values + np.float32(0.5), 0, 255), np.uint8)
