"""Mattes, clips and suites made at test time."""

import json
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av
import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

Alpha = NDArray[np.float32]
SIZE = (96, 128)


def disc(x: float, y: float = 48, radius: float = 25, size: tuple[int, int] = SIZE) -> Alpha:
    """A disc with an edge of one pixel."""
    rows, columns = np.mgrid[: size[0], : size[1]].astype(np.float32)
    return np.asarray(np.clip(radius + 0.5 - np.hypot(columns - x, rows - y), 0, 1), np.float32)


def moving(count: int, empty: int = 0) -> list[Alpha]:
    """A disc that moves, then empty frames."""
    return [disc(40 + 3 * k) for k in range(count)] + [np.zeros(SIZE, np.float32)] * empty


def noisy(mattes: Iterable[Alpha], strength: float = 0.1, seed: int = 0) -> list[Alpha]:
    random = np.random.default_rng(seed)
    return [np.clip(a + random.normal(0, strength, a.shape), 0, 1).astype(np.float32) for a in mattes]


def shifted(mattes: Iterable[Alpha], by: int) -> list[Alpha]:
    return [np.roll(a, by, 1) for a in mattes]


def bytes_of(alpha: Alpha) -> NDArray[np.uint8]:
    return np.rint(alpha * 255).astype(np.uint8)


def write_grey(path: Path, mattes: Iterable[Alpha]) -> Path:
    """A lossless grey clip."""
    return _write(path, "ffv1", "gray", [VideoFrame.from_ndarray(bytes_of(a), format="gray") for a in mattes])


def write_lossy_grey(path: Path, mattes: Iterable[Alpha]) -> Path:
    """A grey picture as players show it: H.264, 4:2:0."""
    frames = [VideoFrame.from_ndarray(bytes_of(a), format="gray").reformat(format="yuv420p") for a in mattes]
    return _write(path, "libx264", "yuv420p", frames)


def write_alpha(path: Path, mattes: Iterable[Alpha]) -> Path:
    """A clip with an alpha plane under a busy picture: FFV1 for .mkv, VP9 for .webm."""
    frames = []
    for index, alpha in enumerate(mattes):
        pixels = np.dstack((*colours(index), bytes_of(alpha)))
        frames.append(VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgba"))
    if path.suffix == ".webm":
        return _write(path, "libvpx-vp9", "yuva420p", [frame.reformat(format="yuva420p") for frame in frames])
    return _write(path, "ffv1", "bgra", [frame.reformat(format="bgra") for frame in frames])


def write_colours(path: Path, count: int) -> Path:
    """A source: coloured stripes that stand still on the left and move on the right; H.264."""
    frames = [
        VideoFrame.from_ndarray(np.ascontiguousarray(np.dstack(colours(k))), format="rgb24").reformat(format="yuv420p")
        for k in range(count)
    ]
    return _write(path, "libx264", "yuv420p", frames)


def write_folder(path: Path, mattes: Iterable[Alpha]) -> Path:
    path.mkdir(parents=True)
    for index, alpha in enumerate(mattes):
        cv2.imwrite(str(path / f"{index:04}.png"), bytes_of(alpha))
    return path


def colours(index: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]:
    rows, columns = np.mgrid[: SIZE[0], : SIZE[1]]
    moved = columns + np.where(columns >= SIZE[1] // 2, 9 * index, 0)
    red, green = 128 + 100 * np.sin(moved / 7), 128 + 100 * np.sin(rows / 9)
    return red.astype(np.uint8), green.astype(np.uint8), np.full(SIZE, 60, np.uint8)


def write_index(path: Path, rows: Any) -> Path:
    path.write_text(rows if isinstance(rows, str) else json.dumps(rows))
    return path


def _write(path: Path, codec: str, pixels: str, frames: list[VideoFrame]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as output:
        stream = cast(VideoStream, output.add_stream(codec, rate=25))
        stream.pix_fmt, stream.width, stream.height = pixels, frames[0].width, frames[0].height
        for index, frame in enumerate(frames):
            frame.pts, frame.time_base = index, Fraction(1, 25)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path
