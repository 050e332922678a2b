"""Islands and holes, judged by area and by life in time: what shows up for some frames only is the network's noise."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bgstream.matting.spots import SPECK, Flags, Float, Spots, find_spots, inherited, life_ahead

Double = NDArray[np.float64]
LIFE = 5  # frames; what lives shorter is noise
LARGE_ISLAND, LARGE_HOLE = 0.15, 0.005  # of the subject's area: stays, however new
SMALL = (2 * SPECK, 5e-4)  # of the frame, of the subject's area: goes, however old
GROWTH = 1.1  # an area at the border that grows by so much a frame is entering
FADE = 0.25  # by which an area's opacity may change a frame: nothing pops
SUBJECT = 5e-3  # of the frame: a subject counts as no smaller
MEMORY = 0.97  # of the subject's area that is remembered a frame later


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """Raw alpha and its areas of foreground and of background."""

    raw: Float
    areas: tuple[Spots, Spots]


class _Judge:
    """Says of each frame's areas how visible they shall be.

    Args:
        large: share of the subject's area from which an area stays, however new.
        borders_stay: what touches the border is never taken away (background: then it is no hole).
    """

    def __init__(self, large: float, borders_stay: bool) -> None:
        self._large, self._borders_stay = large, borders_stay
        self.reset()

    def reset(self) -> None:
        self._before: Spots | None = None
        self._age = self._opacity = np.zeros(1)

    def __call__(self, spots: Sequence[Spots], subject: float) -> Double:
        """Opacity 0..1 of the areas of ``spots[0]``, the frame itself; the others are the frames that follow.

        ``subject``: the subject's area in pixels.
        """
        here = spots[0]
        back = np.zeros((1, here.area.size), bool) if self._before is None else self._before.links(here)
        known = inherited(back, (self._opacity > 0.5).astype(float)) > 0
        least = max(SMALL[0] * here.labels.size, SMALL[1] * subject) * np.where(known, 0.5, 1.0)
        large = here.area >= self._large * subject
        if self._before is None and len(spots) == 1:  # nothing to judge by: all that is not small stays
            large = here.area >= least
        self._age = inherited(back, self._age) + 1
        wanted = large | known
        if not wanted[3:].all():  # else what follows has no say
            wanted |= self._lasts(spots, back)
        wanted &= here.area >= least
        if self._borders_stay:
            wanted |= here.border
        self._opacity = self._faded(wanted, back, large)
        self._before = here
        return self._opacity

    def _lasts(self, spots: Sequence[Spots], back: Flags) -> Flags:
        """Whether an area lives long enough, or enters at the border."""
        here = spots[0]
        chain = [one.links(other) for one, other in pairwise(spots)]
        old = self._age + life_ahead(chain, here.area.size) >= LIFE
        earlier = inherited(back, self._before.area.astype(float)) if self._before else np.zeros(here.area.size)
        grows = (earlier > 0) & (here.area > GROWTH * earlier)
        if chain:
            grows |= inherited(chain[0].T, spots[1].area.astype(float)) > GROWTH * here.area
        answer: Flags = old | (here.border & grows)
        return answer

    def _faded(self, wanted: Flags, back: Flags, large: Flags) -> Double:
        """Opacity moves towards what is wanted by ``FADE``; what is new or large has it at once."""
        aim = wanted.astype(float)
        past = inherited(back, self._opacity)
        opacity: Double = np.where(back.any(axis=0) & ~large, np.clip(aim, past - FADE, past + FADE), aim)
        opacity[0] = 1.0
        return opacity


class Islands:
    """Takes small short-lived islands out of raw alpha and fills small short-lived holes.

    An island is an area of foreground apart from others; it stays if it is large beside the subject, continues what
    stayed before, lives for some frames, or enters at the border and grows; only specks go however long they live. A
    hole is an area of background with foreground all around; it is judged the same way: one that opens from the
    background outside or that lives, between arm and body say, stays open. What comes with age fades in;
    what is large is at once as it is.

    Args:
        ahead: frames that may be looked at beyond the one worked on; 0 in live mode.
    """

    def __init__(self, ahead: int) -> None:
        self.ahead = ahead
        self._judges = (_Judge(LARGE_ISLAND, borders_stay=False), _Judge(LARGE_HOLE, borders_stay=True))
        self.reset()

    def reset(self) -> None:
        """Forget the past (first frame, shot cut)."""
        self._found: list[_Seen] = []
        self._subject = 0.0
        for judge in self._judges:
            judge.reset()

    def __call__(self, window: Sequence[Float], here: int) -> Float:
        """Clean one frame; to be called once for each frame, in order.

        Args:
            window: raw alpha of neighbouring frames of one shot, (height, width) float32 0..1; the same array again
                for the same frame. Those before ``here`` are not looked at: they are remembered.
            here: index of the frame to be cleaned.

        Returns:
            (height, width) float32 0..1; the frame's own array where there was nothing to do.
        """
        seen = self._look(window[here : here + 1 + self.ahead])
        largest = float(seen[0].areas[0].area.max())
        self._subject = max(largest, MEMORY * self._subject, SUBJECT * seen[0].raw.size)
        answer = seen[0].raw
        for kind, judge in enumerate(self._judges):
            areas = [entry.areas[kind] for entry in seen]
            away = _away(areas[0], judge(areas, self._subject))
            if away is not None:
                answer = 1 - (1 - answer) * (1 - away) if kind else answer * (1 - away)
        return answer

    def _look(self, frames: Sequence[Float]) -> "list[_Seen]":
        """Each frame's areas; those found before are known by the frame's array."""
        known = {id(entry.raw): entry for entry in self._found}
        self._found = [known.get(id(raw)) or _Seen(raw, (find_spots(raw), find_spots(1 - raw))) for raw in frames]
        return self._found


def _away(spots: Spots, opacity: Double) -> Float | None:
    """How much is to be taken away at every pixel, soft skirts included; None where nothing is."""
    import cv2

    if not ((opacity < 1) & spots.present).any():
        return None
    table = np.zeros(256, np.float32)
    table[: opacity.size] = 1 - opacity
    lost = cv2.LUT(spots.labels, table)
    skirt = cv2.GaussianBlur(cv2.dilate(lost, np.ones((5, 5), np.uint8)), (5, 5), 0)
    return np.where(spots.labels == 0, skirt, lost)
