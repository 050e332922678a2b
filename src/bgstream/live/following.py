"""A window that follows the head as a calm hand would move a camera."""

import math

from bgstream.frame import Plane
from bgstream.live.head import Head, find_head

ZOOM = 1.8  # at most
FILLS = 0.3, 0.6  # of the window's height that the head is to take, and that it never takes more of by zooming
EYE = 0.42  # of the window's height above the head's middle
DEAD, NEAR = 0.04, 0.004  # of the window's height: the head may leave its place by the one before anything moves,
BREATH = 0.12  # and the size that is wanted by this; then the window goes on until it is nearer than the other
HELD = 1.35  # a window that could be larger by less than this stays as it is
STIFF = 4.0  # 1/s, of the spring: 98 % of the way after 1.5 s
FASTEST = 0.6, 0.5  # heights of the picture a second; change of ln(zoom) a second
GONE = 1.0  # seconds without anybody until the window opens to the whole picture
LOOK = 0.08  # seconds from one look at alpha to the next: a head has some mass
LONGEST = 0.1  # seconds that the spring is moved by at once: after a pause, the window goes on from where it was


class Spring:
    """A critically damped spring: to where it is drawn without overshoot, no faster than allowed.

    Its exact solution over each step, so the way does not depend on the frame rate: T. Lowe, Critically Damped
    Ease-In/Ease-Out Smoothing, Game Programming Gems 4 (2004), 1.10.

    Args:
        place: where it is.
        fastest: places a second.
    """

    def __init__(self, place: float, fastest: float) -> None:
        self.place, self.speed, self._fastest = place, 0.0, fastest

    def move(self, target: float, seconds: float) -> None:
        """Be drawn to ``target`` for so long."""
        reach = 2 * self._fastest / STIFF  # a target that keeps this far ahead draws at the greatest speed
        target = min(max(target, self.place - reach), self.place + reach)
        offset, decay = self.place - target, math.exp(-STIFF * seconds)
        change = (self.speed + STIFF * offset) * seconds
        self.speed = (self.speed - STIFF * change) * decay
        self.place = target + (offset + change) * decay

    def within(self, low: float, high: float) -> float:
        """Its place kept in a range, where it stops at the ends."""
        kept = min(max(self.place, low), high)
        if kept != self.place:
            self.place, self.speed = kept, 0.0
        return kept


class Follower:
    """A window in the picture that keeps the head in its place.

    Args:
        shape: width of the picture in heights of it.
        grid: places in the picture's height at which a window that stands still may have its corner.
    """

    def __init__(self, shape: float, grid: float) -> None:
        self._shape, self._grid = shape, grid
        self._whole = (shape / 2, 0.5, 0.0)  # middle to the right and down, ln(zoom)
        self._target = self._whole
        limits = zip(self._whole, (FASTEST[0], *FASTEST), strict=True)
        self._springs = tuple(Spring(place, fastest) for place, fastest in limits)
        self._time: float | None = None
        self._looked = self._seen = -math.inf
        self._moving = False

    @property
    def whole(self) -> bool:
        """The window has come to rest on the whole picture."""
        return self._target == self._whole and self._springs[2].place < 1e-4

    def look(self, alpha: Plane | None, time: float) -> tuple[float, float, float]:
        """Go on to the next frame.

        Args:
            alpha: its, cut to the picture; None to open to the whole picture at once.
            time: its, seconds; may jump.

        Returns:
            The window's corner (to the right and down) and height, in heights of the picture; never outside of it.
        """
        seconds = 0.0 if self._time is None else min(max(time - self._time, 0.0), LONGEST)
        self._time = time
        if alpha is None:
            self._target, self._looked = self._whole, -math.inf
        elif not 0 <= time - self._looked < LOOK:
            self._looked = time
            self._aim(find_head(alpha), time)
        for spring, target in zip(self._springs, self._target, strict=True):
            spring.move(target, seconds)
        return self._window()

    def _aim(self, head: Head | None, time: float) -> None:
        if head is not None:
            self._seen = time
            self._consider(self._wanted(head))
        elif not 0 <= time - self._seen < GONE:
            self._target, self._moving = self._whole, False

    def _window(self) -> tuple[float, float, float]:
        x, y, zoom = self._springs
        size = math.exp(-zoom.within(0.0, math.log(ZOOM)))
        across, down = size * self._shape / 2, size / 2
        return x.within(across, self._shape - across) - across, y.within(down, 1 - down) - down, size

    def _wanted(self, head: Head) -> tuple[float, float, float]:
        """The window that has the head in its place, as far as the picture goes."""
        room = 2 * min(head.x, self._shape - head.x) / self._shape  # of the width: the widest window around the head
        least = max(head.tall / FILLS[1], 1 / ZOOM)
        size, held = min(max(min(head.tall / FILLS[0], room), least), 1.0), math.exp(-self._target[2])
        if least <= held <= size < HELD * held:  # near enough: who sways is not zoomed at
            size = held
        across, down = size * self._shape / 2, size / 2
        x = across + self._corner(head.x - across, self._shape - 2 * across)
        y = down + self._corner(head.y - EYE * size, 1 - size)
        return x, y, -math.log(size)

    def _corner(self, place: float, last: float) -> float:
        """The place on the grid next to one, within 0 to ``last``."""
        return min(max(round(place * self._grid), 0), math.floor(last * self._grid + 1e-6)) / self._grid

    def _consider(self, wanted: tuple[float, float, float]) -> None:
        """Stand still while the head is about in its place; else move until it is there."""
        size = math.exp(-self._target[2])
        x, y, zoom = (abs(there - here) for there, here in zip(wanted, self._target, strict=True))
        if self._moving or max(x, y) > DEAD * size or zoom > BREATH:
            self._target = wanted
            left = max(abs(there - spring.place) for there, spring in zip(wanted, self._springs, strict=True))
            self._moving = left > NEAR * size
