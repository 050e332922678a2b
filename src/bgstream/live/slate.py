"""What is shown where no matted frame is: a plain ground with a few words, or the user's own picture."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from bgstream_kernels import blend_planes, chroma_cover
from PIL import Image, ImageDraw, ImageFont

from bgstream.backdrops.picture import Picture
from bgstream.backdrops.plain import rows_of
from bgstream.frame import Colour, Frame, Layout, Matted, Plane, Planes, code_values

GROUND, WORDS = (24, 26, 30), (235, 236, 238)  # R, G, B
PANEL = 150  # of 255: how much a dark panel takes of what is behind the words
TALL, SMALLEST = 1 / 13, 1 / 22  # of the picture's height: the words', and their smallest where they are long
WIDE = 0.88  # of the picture's width, at most
REMEMBERED = 8  # texts; those that are shown are few
Font = ImageFont.FreeTypeFont


@dataclass(frozen=True, slots=True, eq=False)
class Label:
    """Words that have been drawn: a box of the picture, its colours, and how much of it they cover."""

    rows: slice
    columns: slice
    planes: Planes
    alpha: Plane


class Slate:
    """Fills frames of one kind; words are drawn once each.

    Args:
        size: (height, width), both even.
        layout: any of 8 bits.
        colour: its tags.
    """

    def __init__(self, size: tuple[int, int], layout: Layout, colour: Colour) -> None:
        self._size, self._layout, self._colour = size, layout, colour.known(size[0])
        self._ground = rows_of(GROUND, layout, self._colour, size[1])
        self._label = lru_cache(REMEMBERED)(self._drawn)
        self._picture = lru_cache(1)(Picture)  # read once

    def __call__(self, out: Frame, text: str, picture: str | Path = "", behind: Planes | None = None) -> None:
        """Fill a frame.

        Args:
            out: of this slate's size and layout; every sample is written.
            text: a line, or two; long ones are broken, then cut. Empty for none.
            picture: a file that is shown instead, cut to the frame's shape, without words.
            behind: three planes to stand behind the words instead of the ground; a single row serves for all.

        Raises:
            SourceError: the picture cannot be read.
        """
        if picture:
            ground = self._picture(Path(picture)).behind(Matted(out, out.planes[0]))
        else:
            ground = self._ground if behind is None else behind
        for target, source in zip(out.planes, ground, strict=True):
            target[...] = source
        if text and not picture:
            self._write(self._label(text), ground, out.planes)

    def read(self, picture: str | Path) -> None:
        """Keep a picture that is to be shown later, when its file may have gone.

        Raises:
            SourceError: it cannot be read.
        """
        self._picture(Path(picture))

    def _write(self, label: Label, ground: Planes, outs: Planes) -> None:
        boxes = self._boxes(label.rows, label.columns)
        behind = tuple(
            plane[:, across] if len(plane) == 1 else plane[down, across]
            for plane, (down, across) in zip(ground, boxes, strict=True)
        )
        parts = tuple(plane[box] for plane, box in zip(outs, boxes, strict=True))
        blend_planes(label.planes, behind, label.alpha, self._layout.subsampling, parts)

    def _boxes(self, rows: slice, columns: slice) -> list[tuple[slice, slice]]:
        """The same box in each plane."""
        high, wide = self._layout.subsampling
        small = slice(rows.start // high, rows.stop // high), slice(columns.start // wide, columns.stop // wide)
        return [(rows, columns), small, small]

    def _drawn(self, text: str) -> Label:
        """The words in the middle of a panel with some room around them."""
        height, width = self._size
        font, lines = _broken(text, self._size)
        room = font.size / 2
        left, top, right, bottom = (round(side) for side in _extent(lines, font))
        box = []
        for length, most in ((bottom - top + 2 * room, height), (right - left + 2 * room, width)):
            half = min(2 * round(length / 4 + 0.5), most // 4 * 2)
            box.append(slice(most // 4 * 2 - half, most // 4 * 2 + half))
        rows, columns = box
        shape = rows.stop - rows.start, columns.stop - columns.start
        canvas = Image.new("L", (shape[1], shape[0]))
        place = (shape[1] - right - left) / 2, (shape[0] - bottom - top) / 2
        ImageDraw.Draw(canvas).multiline_text(place, lines, 255, font, align="center")
        words = np.asarray(canvas, np.float32) / 255
        cover = words + (1 - words) * _panel(shape, font.size / 3)
        mixed = words / np.maximum(cover, 1e-6)
        return Label(rows, columns, self._mixed(mixed), np.rint(255 * cover).astype(np.uint8))

    def _mixed(self, words: Plane) -> Planes:
        """From the panel's colour, 0, to the words', 1."""
        whole = np.rint(255 * words).astype(np.uint8)
        small = chroma_cover(whole, self._layout.subsampling)
        dark, light = (code_values(rgb, self._layout, self._colour) for rgb in (GROUND, WORDS))
        return tuple(
            np.rint(low + (high - low) * (share / np.float32(255))).astype(np.uint8)
            for low, high, share in zip(dark, light, (whole, small, small), strict=True)
        )


def _panel(shape: tuple[int, int], radius: float) -> Plane:
    """How much of a box the panel covers, 0..1: all but its corners, by so much."""
    scale = 4  # Pillow draws no smooth edges
    canvas = Image.new("L", (shape[1] * scale, shape[0] * scale))
    end = canvas.width - 1, canvas.height - 1
    ImageDraw.Draw(canvas).rounded_rectangle((0, 0, *end), radius * scale, PANEL)
    return np.asarray(canvas.reduce(scale), np.float32) / 255


def _broken(text: str, size: tuple[int, int]) -> tuple[Font, str]:
    """Words of a size, in one line or two, that go into the picture; cut where even small ones do not."""
    height, width = size
    for tall in (TALL, (TALL + SMALLEST) / 2, SMALLEST):
        font = _font(max(9, round(tall * height)))
        choices = [text, *_halves(text)] if "\n" not in text else ["\n".join(text.split("\n")[:2])]
        for lines in choices:
            if _fits(lines, font, width):
                return font, lines
    first, second = choices[-1].split("\n") if "\n" in choices[-1] else (choices[-1], "")
    return font, "\n".join(_shortened(line, font, width) for line in (first, second) if line)


def _font(tall: int) -> Font:
    """Pillow's own: basic Latin letters."""
    font = ImageFont.load_default(tall)
    assert isinstance(font, Font)
    return font


def _halves(text: str) -> list[str]:
    """The text in two lines, as equal as words allow."""
    spaces = [index for index, letter in enumerate(text) if letter == " "]
    if not spaces:
        return []
    middle = min(spaces, key=lambda index: abs(2 * index - len(text)))
    return [f"{text[:middle]}\n{text[middle + 1 :]}"]


def _shortened(line: str, font: Font, width: int) -> str:
    while len(line) > 4 and not _fits(line, font, width):
        line = f"{line.removesuffix('...')[:-1].rstrip()}..."
    return line


def _fits(lines: str, font: Font, width: int) -> bool:
    left, _, right, _ = _extent(lines, font)
    return right - left <= WIDE * width


def _extent(lines: str, font: Font) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the words drawn at 0, 0."""
    canvas = ImageDraw.Draw(Image.new("L", (1, 1)))
    return canvas.multiline_textbbox((0, 0), lines, font, align="center")
