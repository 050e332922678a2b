"""What the fed camera sees: a person with known pixels and the time on the chest, in a room that must never be seen.

The film is played back and forth. On the walls of the room hang pictures of a colour that is nowhere else, so that a
single pixel of them in what leaves tells of a leak; the pattern on the chest has to leave bit for bit.
"""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.vm.feeding import damaged, jpeg

Plane = NDArray[np.uint8]
Planes = tuple[Plane, ...]
SIZES = (360, 640), (180, 320)
KEPT = 30  # frames in memory
SECRET, NEAR = (90, 220, 230), 16  # Y, Cb, Cr of the pictures on the wall, and how far a sample of them may be off
PICTURES = 0.14, 0.17  # of the height and width that each fills, in both upper corners
SYNC, BITS = 0xA5C3, 40  # before the microseconds, to be found by
CELLS = 120  # a bit is as many pixels wide and high as the picture's height has of these
ROW = 0.86  # of the height: where the time is, and the pattern below it
LOW, HIGH = 60, 200
SMALL = 16  # times smaller: what tells a plain picture from a person


@dataclass(frozen=True, slots=True)
class Chest:
    """Where things are painted, for pictures of a height. Even, for chroma's sake."""

    height: int

    @property
    def cell(self) -> int:
        """Pixels of a bit."""
        return self.height // CELLS

    @property
    def span(self) -> int:
        """Pixels of all bits."""
        return (16 + BITS) * self.cell

    @property
    def row(self) -> int:
        """The first that bits are in."""
        return 2 * round(ROW * self.height / 2)

    def left(self, alpha: Plane) -> int:
        """The first column of bits, on a person of that alpha."""
        opaque = np.flatnonzero(alpha[self.row] == 255)
        return (int(opaque.mean()) - self.span // 2) // 2 * 2

    @property
    def line(self) -> int:
        """A row that the bits can be read from."""
        return self.row + self.cell

    @property
    def pattern(self) -> tuple[slice, int]:
        """Rows of the pattern, and its columns."""
        top = self.row + 2 * self.cell
        return slice(top, top + 4 * self.cell // 2 * 2), self.span // 2 * 2


def film(size: tuple[int, int]) -> tuple[list[Planes], list[int]]:
    """Frames to be played back and forth, and how far to the left their bits begin."""
    from bgstream.sources.synthetic import SyntheticSource  # heavy, and readers do without

    source = SyntheticSource(size, Fraction(30), KEPT, "person")
    frames, lefts = [], []
    for number, frame in enumerate(source.frames()):
        left = Chest(size[0]).left(source.truth(number))
        _hang(frame.planes, source.truth(number))
        _wear(frame.planes, left)
        frames.append(frame.planes)
        lefts.append(left)
    return [*frames, *frames[-2:0:-1]], [*lefts, *lefts[-2:0:-1]]


def _hang(planes: Planes, truth: Plane) -> None:
    for index, (plane, value) in enumerate(zip(planes, SECRET, strict=True)):
        rows, columns = (round(part * side) for part, side in zip(PICTURES, plane.shape, strict=True))
        for box in (np.s_[:rows, :columns], np.s_[:rows, -columns:]):
            plane[box] = value
            assert index or not truth[box].any()


def _wear(planes: Planes, left: int) -> None:
    rows, width = Chest(planes[0].shape[0]).pattern
    for plane, pixels, half in zip(planes, pattern(planes[0].shape[0]), (1, 2, 2), strict=True):
        plane[rows.start // half : rows.stop // half, left // half : (left + width) // half] = pixels


def pattern(height: int) -> Planes:
    """Y, Cb, Cr on the chest: noise, cloth as far as a network is concerned."""
    rows, width = Chest(height).pattern
    random, shape = np.random.default_rng(7), (rows.stop - rows.start, width)
    half = shape[0] // 2, shape[1] // 2
    luma = random.integers(120, 200, shape, np.uint8)
    return luma, random.integers(96, 114, half, np.uint8), random.integers(148, 166, half, np.uint8)


def stamp(luma: Plane, left: int, number: int) -> None:
    """Write a number of microseconds, bits in cells."""
    chest = Chest(luma.shape[0])
    bits = np.array([int(bit) for bit in f"{SYNC:016b}{number % (1 << BITS):0{BITS}b}"], np.uint8)
    luma[chest.row : chest.row + 2 * chest.cell, left : left + chest.span] = np.repeat(
        LOW + (HIGH - LOW) * bits, chest.cell
    )


def stamped(luma: Plane) -> tuple[int, int] | None:
    """Where the bits begin, and the number; None where there is none."""
    chest = Chest(luma.shape[0])
    return stamped_line(luma[chest.line], chest)


def stamped_line(line: Plane, chest: Chest) -> tuple[int, int] | None:
    """The same from one row alone, ``chest.line``."""
    bits = (line > (LOW + HIGH) // 2).astype(np.uint8)
    wanted = np.repeat([int(bit) for bit in f"{SYNC:016b}"], chest.cell)
    found = np.lib.stride_tricks.sliding_window_view(bits[: bits.size - chest.span + wanted.size], wanted.size)
    places = np.flatnonzero((found == wanted).all(axis=1))
    if not places.size:
        return None
    left = int(places[0])
    cells = bits[left + 16 * chest.cell + chest.cell // 2 : left + chest.span : chest.cell]
    return left, int("".join(map(str, cells)), 2)


def code_values(red: int, green: int, blue: int) -> list[list[int]]:
    """Y, Cb, Cr by ITU-R BT.601, studio range, as :func:`seen` gives the values of a place."""
    luma = (0.299 * red + 0.587 * green + 0.114 * blue) / 255
    chroma = (blue / 255 - luma) / 1.772, (red / 255 - luma) / 1.402
    return [[round(16 + 219 * luma)], *[[round(128 + 224 * part)] for part in chroma]]


def seen(planes: Planes) -> dict[str, Any]:
    """What a picture that was read shows.

    Returns:
        leak: samples of the room's pictures. when: the time on the chest in microseconds, or None. equal: whether the
        pattern below it is what was painted. mirrored: the time is there in a mirror. sides: all values of Y, Cb, Cr at
        the upper edge's ends. textured: what is seen is no plain picture.
    """
    luma, blue, red = planes
    found, height = stamped(luma), luma.shape[0]
    equal = None
    if found:
        rows, width = Chest(height).pattern
        equal = all(
            np.array_equal(
                plane[rows.start // half : rows.stop // half, found[0] // half : (found[0] + width) // half], pixels
            )
            for plane, pixels, half in zip(planes, pattern(height), (1, 2, 2), strict=True)
        )
    leaks = (abs(blue.astype(np.int16) - SECRET[1]) < NEAR) & (abs(red.astype(np.int16) - SECRET[2]) < NEAR)
    return {
        "leak": int(np.count_nonzero(leaks)),
        "when": found and found[1],
        "equal": equal,
        "sides": [sorted({int(value) for value in _sides(plane)}) for plane in planes],
        "mirrored": not found and stamped(luma[:, ::-1]) is not None,
        "textured": bool(luma[height * 3 // 4 :: SMALL, ::SMALL].std() > 8),
    }


def _sides(plane: Plane) -> Plane:
    """The upper edge's ends: far from the person."""
    rows, columns = plane.shape[0] // 8, plane.shape[1] // 8
    return np.unique(np.concatenate([plane[:rows, :columns].ravel(), plane[:rows, -columns:].ravel()]))


def write(folder: Path, sizes: tuple[tuple[int, int], ...] = SIZES) -> None:
    """Make the film in all sizes and kinds: here, where arithmetic is quick, for the guest, where it is not."""
    for size in sizes:
        frames, lefts = film(size)
        packed = np.stack([np.concatenate([plane.ravel() for plane in planes]) for planes in frames])
        np.savez(folder / f"{size[1]}x{size[0]}.npz", packed=packed, lefts=lefts)
    np.savez(folder / "mjpeg.npz", *[np.frombuffer(one, np.uint8) for one in jpegs(sizes[0])])


def read(folder: Path, size: str) -> tuple[Plane, list[int]]:
    """I420 buffers, one a row, and where the bits begin."""
    with np.load(folder / f"{size}.npz") as found:
        return found["packed"], found["lefts"].tolist()


def read_jpegs(folder: Path) -> list[bytes]:
    """Of every kind, good and bad."""
    with np.load(folder / "mjpeg.npz") as found:
        return [found[name].tobytes() for name in found.files]


def jpegs(size: tuple[int, int]) -> list[bytes]:
    """The film as a camera's MJPEG; each third picture is damaged in one way or another."""
    frames, lefts = film(size)
    found = []
    for number, (planes, left) in enumerate(zip(frames, lefts, strict=True)):
        stamp(planes[0], left, number)
        luma = np.clip((planes[0].astype(np.float32) - 16) * 255 / 219, 0, 255).round().astype(np.uint8)
        blue, red = (
            np.clip((plane.astype(np.float32) - 128) * 255 / 224 + 128, 0, 255).round().astype(np.uint8).repeat(2, 0)
            for plane in planes[1:]
        )
        whole = jpeg((luma, blue, red))
        found.append(list(damaged(whole).values())[number // 3 % 6] if number % 3 == 2 else whole)
    return found
