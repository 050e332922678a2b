"""A board without a camera, and what tests of those who speak to it share."""

import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import numpy as np

from bgstream.errors import SourceError
from bgstream.frame import LAYOUTS, Colour, Frame, code_values
from bgstream.live.board import Board
from bgstream.live.wishes import Wishes

BT601 = Colour(6, False, 1, 1)


@dataclass(frozen=True)
class Ready:
    """Wishes made ready, without anything to make."""

    wishes: Wishes


@dataclass
class Maker:
    """Makes wishes ready; a network called ``slow`` is not there before ``loaded`` is set, a film called ``bad`` never.

    Attributes:
        loading: set while ``slow`` is being loaded.
        loaded: lets it be there.
        woken: how often the camera was woken.
    """

    loading: threading.Event = field(default_factory=threading.Event)
    loaded: threading.Event = field(default_factory=threading.Event)
    woken: int = 0

    def __call__(self, wishes: Wishes, _before: Ready | None) -> Ready:
        if "slow" in (wishes.model, wishes.backdrop):
            self.loading.set()
            assert self.loaded.wait(30)
        if wishes.backdrop == "bad":
            raise SourceError("cannot open bad", "give another")
        if wishes.backdrop == "bug":
            raise ZeroDivisionError("a bug")
        return Ready(wishes)

    def wake(self) -> None:
        self.woken += 1

    def board(self, wishes: Wishes | None = None) -> Board[Ready]:
        return Board(self, wishes or Wishes(), self.wake)


def flat(colour: tuple[int, int, int], size: tuple[int, int] = (72, 128), pts: int = 0) -> Frame:
    """A frame of one 8-bit R, G, B colour, as a camera's are."""
    layout = LAYOUTS["yuv420p"]
    codes = code_values(colour, layout, BT601)
    planes = tuple(np.full(s, v, np.uint8) for v, s in zip(codes, layout.shapes(*size), strict=True))
    return Frame(planes, layout, BT601, pts, Fraction(1, 1_000_000))


@contextmanager
def short_folder() -> Iterator[Path]:
    """An empty folder whose path is short enough for a socket, which pytest's own need not be."""
    folder = Path(tempfile.mkdtemp(prefix="bgs"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def showing(board: Board[Ready], picture: Callable[[int], Frame]) -> Iterator[None]:
    """A loop that shows pictures, as fast as they are looked at, until the block ends."""
    ended = threading.Event()

    def show() -> None:
        number = 0
        while not ended.wait(0.01):
            board.show(picture(number))
            number += 1

    thread = threading.Thread(target=show)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@contextmanager
def no_thread_left() -> Iterator[None]:
    """Threads that begin inside end inside."""
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before
