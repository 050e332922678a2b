"""A session on a stage: a person in a room, on its wall a colour that is nowhere else, and a sink that looks for it."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from bgstream.frame import Frame, Planes
from bgstream.live.always import Always
from bgstream.live.board import Board
from bgstream.live.governor import Governor, Level
from bgstream.live.job import COLOUR, LAYOUT, UNIT, Job, LiveSource
from bgstream.live.scene import Scene, Scenes
from bgstream.live.session import Session
from bgstream.live.stats import Stats
from bgstream.live.wishes import Wishes
from bgstream.matting.session import find_device
from bgstream.sources.synthetic import SyntheticSource

SIZE = (180, 320)
SECRET = (90, 220, 230)  # Y, Cb, Cr of the pictures: a strong magenta
PICTURES = (slice(10, 60), slice(8, 48)), (slice(10, 60), slice(SIZE[1] - 48, SIZE[1] - 8))
NEAR = 16  # code values within which a sample is the room's
FILM = 40  # frames


def filmed() -> list[Planes]:
    """The frames' planes; the pictures on the wall are away from the subject: a soft edge may show what is close."""
    film = SyntheticSource(SIZE, Fraction(30), FILM, "person")
    frames = film.sample(FILM)
    assert not any(film.truth(index)[box].any() for index in range(FILM) for box in PICTURES)
    for frame in frames:
        for index, plane in enumerate(frame.planes):
            for rows, columns in PICTURES:
                half = 1 + (index > 0)
                box = slice(rows.start // half, rows.stop // half), slice(columns.start // half, columns.stop // half)
                plane[box] = SECRET[index]
    return [frame.planes for frame in frames]


def secret(frame: Frame) -> int:
    """Samples that show the room."""
    _, blue, red = frame.planes
    return int(np.count_nonzero((abs(blue.astype(int) - SECRET[1]) < NEAR) & (abs(red.astype(int) - SECRET[2]) < NEAR)))


class Film:
    """A camera that plays the film, back and forth, as fast as it is taken.

    Args:
        before: called with each frame's number; may raise.
    """

    damaged = 0

    def __init__(self, planes: list[Planes], before: Callable[[int], None] = lambda _: None) -> None:
        self._planes, self._before = [*planes, *planes[-2:0:-1]], before
        self._number, self.stopped = 0, False

    def frames(self) -> Iterator[Frame]:
        while not self.stopped:
            self._before(self._number)
            planes = self._planes[self._number % len(self._planes)]
            self._number += 1
            yield Frame(planes, LAYOUT, COLOUR, round(time.monotonic() / UNIT), UNIT)
            time.sleep(0.002)  # a camera is never quicker than what waits for it

    def stop(self) -> None:
        self.stopped = True


class Wall:
    """A sink that looks at every frame that leaves.

    Attributes:
        leaks: frames in which the room showed.
        live: frames in which the person did.
        plain: all others.
        recent: for each of them all, whether the person showed.
    """

    def __init__(self, after: Callable[[int], None] = lambda _: None) -> None:
        self.leaks = self.live = self.plain = 0
        self._after, self.recent = after, list[bool]()
        self._planes = tuple(np.zeros(shape, np.uint8) for shape in LAYOUT.shapes(*SIZE))

    @property
    def count(self) -> int:
        return self.live + self.plain

    def blank(self, like: Frame) -> Frame:
        return replace(like, planes=self._planes)

    def write(self, frame: Frame) -> None:
        self.leaks += secret(frame) > 0
        textured = float(frame.planes[0][SIZE[0] // 2 :].std()) > 12
        self.live, self.plain = self.live + textured, self.plain + (not textured)
        self.recent.append(textured)
        self._after(self.count)

    def __enter__(self) -> "Wall":
        return self

    def __exit__(self, *_: object) -> None:
        pass


class Stage:
    """Board, session and what was told.

    Args:
        camera: opens it.
        wall: takes what leaves.
        wishes: at first.
        watch: who looks.
        govern: makes the governor; by default one that gives nothing up.
    """

    def __init__(
        self,
        camera: Callable[[], LiveSource],
        wall: Wall,
        wishes: Wishes,
        watch: Any = None,
        govern: Callable[[Sequence[Level]], Governor] = lambda levels: Governor(levels[:1]),
    ) -> None:
        self.watch = watch or Always()
        self.told: list[str] = []
        self.states: list[str] = []
        blank = Frame(tuple(np.full(s, 128, np.uint8) for s in LAYOUT.shapes(*SIZE)), LAYOUT, COLOUR)
        self.board: Board[Scene] = Board(Scenes(find_device("cpu"), 30.0, blank), wishes, self.watch.wake)
        self.job = Job(camera, wall, self.watch, SIZE, "film", "wall", 30.0, lambda _: None, self._tell, self._figures)
        self.session = Session(self.job, self.board, govern)

    def _tell(self, text: str, hint: str = "") -> None:
        self.told.append(text)

    def _figures(self, stats: Stats) -> None:
        if self.states[-1:] != [stats.state]:
            self.states.append(stats.state)

    def run(self, most: float = 120) -> None:
        """Until somebody stops it; after ``most`` seconds it is stopped, which fails the test."""
        late = threading.Timer(most, self.board.stop)
        late.start()
        try:
            self.session.run()
        finally:
            assert late.is_alive(), f"it took more than {most} s; told: {self.told[-5:]}"
            late.cancel()
            late.join()
