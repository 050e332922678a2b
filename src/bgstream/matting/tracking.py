"""Keeps in raw alpha only what the user means, and follows it through the clip.

In every frame the parts are the network's own; carried along the flow is only whose they are. So nothing drifts: a
mask that has slipped a little still lies mostly on the right part (detection first, then association by overlap:
A. Bewley et al., "Simple Online and Realtime Tracking", ICIP 2016, with masks in place of boxes). Only where parts of
two owners have grown together are they parted along the carried masks.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bgstream.matting.look import Look, resized
from bgstream.matting.parts import LEVEL, Flags, Float, Parts, carried, find_parts, nearest_value
from bgstream.matting.rules import FAINT, at_place, in_mask, weightiest
from bgstream.matting.say import Box, Point, Say
from bgstream.progress import Clock

LEAST = 0.002  # of the frame: an owner with less in a part has no share in it
SHARE = 0.03  # of a part, likewise: a mask that has slipped leaves slivers on its neighbour
COVERED = 0.1  # of a part that somebody owned before; below, it is new
MEMORY = 0.9  # of an owner's mask is remembered a frame later where the network marks nothing
NEAR = 0.03  # of the frame's longer side: a new part so near, and smaller, is a piece of the subject
APART = 0.5  # pixels of raw alpha a frame: two movements that flow tells apart
SAMPLE = 500  # pixels
CLOSE = 1e-3  # seconds


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """A mask that says what is meant from a time on, such as :func:`bgstream.matting.backwards.carried_back` gives.

    Attributes:
        time: seconds from the clip's first frame.
        mask: (height, width) float32 0..1, of any size.
    """

    time: float
    mask: Float


Statement = Box | Point | Start


class Tracker:
    """Keeps what is meant in ``raw``. Causal.

    ``largest`` and ``center`` are decided where a shot begins (or where something first shows up in it); a box, a
    point or a start mask is in force from its frame to the end of the shot. What leaves and comes back is known
    again: new parts are the subject's while it is away. ``auto``, ``person`` and ``all`` change nothing.

    Args:
        say: what the user says.
        starts: masks of what is meant in earlier frames than the user pointed at (file mode).
        clock: counts as stage "model".
    """

    def __init__(self, say: Say, clock: Clock, starts: Sequence[Start] = ()) -> None:
        self._rule, self._clock = say.subject, clock
        said: list[Statement] = [*starts, *say.places]
        self._said = sorted(said, key=lambda statement: statement.time)
        self._zero: float | None = None
        self._forget()

    def _forget(self) -> None:
        self._open: list[Statement] = []  # in force, but nothing was there yet
        self._owned: Float | None = (
            None  # (height, width): 1 the subject's, -1 others', in between the less it is known
        )
        self._chosen = False

    def __call__(self, looks: Iterable[Look]) -> Iterator[Look]:
        """The same looks in order, with what is meant."""
        for look in looks:
            with self._clock("model"):
                kept = self._kept(look)
            yield kept

    def _kept(self, look: Look) -> Look:
        if look.first:
            self._forget()
        before = self._carried(look)
        marked = look.raw > (LEVEL if before is None else np.where(before > 0.5, np.float32(FAINT), np.float32(LEVEL)))
        parts = find_parts(np.asarray(marked, np.bool_))
        mine = None if before is None else _owners(parts, before, look.link.back if look.link else None)
        mine = self._heard(look, parts, mine)
        if mine is None:
            return look
        if before is not None or mine.any():
            self._owned = _remembered(mine, mine | (parts.labels > 0), before)
        others: Flags = (parts.labels > 0) & ~mine
        if not others.any():
            return look if mine.any() else replace(look, raw=np.zeros_like(look.raw))
        return replace(look, raw=look.raw * _reach(mine, others))

    def _carried(self, look: Look) -> Float | None:
        """Whose every pixel is, by what the frame before says."""
        if self._owned is None or self._owned.shape != look.raw.shape:
            return None
        if look.link is None:
            return self._owned
        return carried(self._owned, look.link.back) * look.link.trust_back

    def _heard(self, look: Look, parts: Parts, mine: Flags | None) -> Flags | None:
        """What is the subject's, with what is said of this frame; None where nothing has been said."""
        self._zero = look.frame.time if self._zero is None else self._zero
        while self._said and self._said[0].time <= look.frame.time - self._zero + CLOSE:
            self._open.append(self._said.pop(0))
            if not self._chosen:  # a rule's choice, or everything, gives way to what is pointed at
                mine = None
                self._chosen = True
        still_open = []
        for statement in self._open:
            found = _meant(statement, parts, look)
            if found.any():
                mine = found if mine is None else mine | found
            else:
                still_open.append(statement)
        self._open = still_open
        if mine is None and not self._chosen and self._rule in ("largest", "center"):
            found = weightiest(parts, look.raw, central=self._rule == "center")
            return found if found.any() else None
        return np.zeros(look.raw.shape, np.bool_) if mine is None and self._chosen else mine


def _meant(statement: Statement, parts: Parts, look: Look) -> Flags:
    if not isinstance(statement, Start):
        return at_place(parts, look.raw, statement, look.frame.size)
    return in_mask(parts, look.raw, resized(statement.mask, look.raw.shape))


def _owners(parts: Parts, before: Float, flow: Float | None) -> Flags:
    """(height, width): what of the parts is the subject's, by what ``before`` (height, width) says, carried here."""
    subjects, others = parts.sums(np.maximum(before, 0)), parts.sums(np.maximum(-before, 0))
    both = subjects + others
    least = np.maximum(LEAST * parts.labels.size, SHARE * both)
    new = both < COVERED * parts.area
    merged = (np.minimum(subjects, others) >= least) & ~new
    whole = (subjects > others) & ~merged & ~new
    whole |= _newcomers(parts, new, whole | merged, before)
    mine: Flags = whole[parts.labels]
    for number in np.nonzero(merged)[0]:
        part = parts.labels == number
        mine[part] = _parted(part, before, flow)[part]
    return mine


def _newcomers(parts: Parts, new: Flags, known: Flags, before: Float) -> Flags:
    """Which new parts are the subject's: pieces beside it; or, while it is away, the one nearest to where it was."""
    import cv2

    new = new & (parts.area > 0)
    answer = np.zeros_like(new)
    if not new.any():
        return answer
    present = bool(known[1:].any())
    place = known[parts.labels] if present else before > 0
    apart = cv2.distanceTransform((~place).astype(np.uint8), cv2.DIST_L2, 3) if place.any() else np.zeros(place.shape)
    size = int(parts.area[known].sum())
    gaps = {number: float(apart[parts.labels == number].min()) for number in np.nonzero(new)[0]}
    if not present:
        gaps = {number: gap for number, gap in gaps.items() if parts.area[number] >= LEAST * place.size}
        if not gaps:
            return answer
        answer[min(gaps, key=lambda number: gaps[number])] = True
        return answer
    for number, gap in gaps.items():
        answer[number] = gap <= NEAR * max(place.shape) and parts.area[number] < size
    return answer


def _parted(part: Flags, before: Float, flow: Float | None) -> Flags:
    """The subject's side of a part of which both own something.

    What was owned stays, and the rest goes to the nearest; but what comes to light between the two goes to the one
    that moves like it, where they move differently. Scraps go to the other side.
    """
    mine, theirs = part & (before > 0.5), part & (before < -0.5)
    known = mine | theirs
    side: Flags = nearest_value(known, mine.astype(np.float32)) > 0.5
    if flow is not None and mine.any() and theirs.any():
        ways = [_way(flow, owned) for owned in (mine, theirs)]
        if np.hypot(*(ways[0] - ways[1])) > APART:
            between = ~known & _around(mine) & _around(theirs)
            away = [np.linalg.norm(flow[between] - way, axis=1) for way in ways]
            side[between] = away[0] < away[1]
    return _without_scraps(part, side)


def _way(flow: Float, mask: Flags) -> Float:
    """How most of a mask moves: the median of at most about ``SAMPLE`` pixels of it."""
    places = np.flatnonzero(mask)
    few = flow.reshape(-1, 2)[places[:: places.size // SAMPLE + 1]]
    return np.asarray(np.sort(few, axis=0)[few.shape[0] // 2], np.float32)


def _around(mask: Flags) -> Flags:
    """Within ``NEAR`` of a mask."""
    import cv2

    reach = 2 * max(1, round(NEAR * max(mask.shape))) + 1
    return np.asarray(cv2.dilate(mask.view(np.uint8), np.ones((reach, reach), np.uint8)) > 0, np.bool_)


def _without_scraps(part: Flags, side: Flags) -> Flags:
    """A side of a part without ragged edges, and without scraps on either side."""
    import cv2

    side = np.asarray(cv2.medianBlur(side.view(np.uint8), 5) > 0, np.bool_)
    for inside in (True, False):
        pieces = find_parts(part & (side == inside))
        scraps = pieces.area < LEAST * side.size
        scraps[0] = False
        side[scraps[pieces.labels]] = not inside
    return side


def _remembered(mine: Flags, marked: Flags, before: Float | None) -> Float:
    """(height, width): whose every pixel is, to be carried on."""
    owned = np.where(mine, np.float32(1), np.float32(-1))
    return np.where(marked, owned, 0 if before is None else np.float32(MEMORY) * before).astype(np.float32, copy=False)


def _reach(mine: Flags, others: Flags) -> Float:
    """(height, width) 0..1: the subject's side; soft skirts go with the nearest part."""
    import cv2

    side = nearest_value(np.asarray(mine | others, np.bool_), mine.astype(np.float32))
    return np.asarray(cv2.blur(side, (3, 3)), np.float32)
