"""Many files on one magenta page of one browser, and what it knows of them."""

import base64
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.browser.devtools import Page, browsing

COLUMNS = 5
VIDEOS = (".webm", ".mp4")
PLAYING = """[...document.querySelectorAll("video")].every(one => one.currentTime > 0 && one.readyState > 1) &&
 [...document.images].every(one => one.complete && one.naturalWidth)"""
LENGTHS = """(async () => { const data = Uint8Array.from(atob("%s"), one => one.charCodeAt(0));
 const decoder = new ImageDecoder({data, type: "%s"}); await decoder.tracks.ready; await decoder.completed;
 const lengths = [];
 for (let frameIndex = 0; frameIndex < decoder.tracks.selectedTrack.frameCount; frameIndex++)
  lengths.push((await decoder.decode({frameIndex})).image.duration);
 return lengths; })()"""


@dataclass(frozen=True)
class Shown:
    """What the page had of one file: (height, width, 3) pixels, and what the browser knows of its time.

    ``lengths`` are microseconds of each picture, ``duration`` seconds of a video.
    """

    pixels: NDArray[np.float64]
    lengths: list[int]
    duration: float


def show(chromium: str, home: Path, files: dict[str, tuple[Path, str]], size: tuple[int, int]) -> dict[str, Shown]:
    """Show files of one size, clips while they play.

    Args:
        chromium: the browser.
        home: a folder that all files lie in.
        files: by name, each with its MIME type where it is a picture.
        size: (height, width).
    """
    page_file = home / "page.html"
    page_file.write_text(_page([path.relative_to(home) for path, _ in files.values()], size))
    with browsing(chromium, home / "profile") as page:
        page.open(page_file.as_uri())
        page.until(f'document.readyState === "complete" && {PLAYING}')
        screen = _screen(page)
        return {
            name: Shown(_cut(screen, number, size), *_told(page, path, kind, number))
            for number, (name, (path, kind)) in enumerate(files.items())
        }


def _place(number: int, size: tuple[int, int]) -> tuple[int, int]:
    """Top and left of an element."""
    return number // COLUMNS * (size[0] + 10), number % COLUMNS * (size[1] + 10)


def _page(paths: list[Path], size: tuple[int, int]) -> str:
    parts = ["<!doctype html><style>body{background:#ff00ff}video,img{position:absolute}</style>"]
    for number, path in enumerate(paths):
        (top, left), words = _place(number, size), f'id="e{number}" src="{path}"'
        style = f'style="top:{top}px;left:{left}px"'
        is_video = path.suffix in VIDEOS
        parts.append(f"<video {words} {style} autoplay muted loop></video>" if is_video else f"<img {words} {style}>")
    return "\n".join(parts)


def _screen(page: Page) -> NDArray[np.float64]:
    data = page.call("Page.captureScreenshot", format="png")["data"]
    with Image.open(io.BytesIO(base64.b64decode(data))) as image:
        return np.asarray(image.convert("RGB")).astype(np.float64)


def _cut(screen: NDArray[np.float64], number: int, size: tuple[int, int]) -> NDArray[np.float64]:
    top, left = _place(number, size)
    return screen[top : top + size[0], left : left + size[1]]


def _told(page: Page, path: Path, kind: str, number: int) -> tuple[list[int], float]:
    if not kind:
        return [], float(page.value(f'document.getElementById("e{number}").duration'))
    told: Any = page.value(LENGTHS % (base64.b64encode(path.read_bytes()).decode(), kind))
    return told, 0.0
