"""What moves with the background over time while something else clearly moves on its own is background itself.

Evidence is gathered for every pixel along the flow: how far it moves otherwise than the background does, in units of
what the background's own flow strays (motion segmentation against a dominant motion: M. Irani, B. Rousso, S. Peleg,
"Computing Occluding and Transparent Motions", IJCV 1994). It is never parts of something connected that are judged
by it, since much of a subject may keep still; only what the network has shown apart from the mover can go.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from bgstream.matting.evidence import LASTING, SURE, Half, evidence
from bgstream.matting.look import Look
from bgstream.matting.parts import Float, find_parts, nearest_value
from bgstream.progress import Clock

MARKED = 0.5  # raw alpha from which something belongs to a part
LEAST = 0.005  # of the frame: smaller parts are not judged
MOSTLY, PARTLY, HARDLY = 0.8, 0.3, 0.1  # shares of a part's area
DOMINANT = 0.5  # the mover is at least so large beside what goes for its sake
SCOUT = 24  # looks at the beginning of a shot that are judged together
MEMORY = 256 << 20  # bytes
SETTLED = 24  # frames; what was kept for so long stays
FADE = 0.15  # by which opacity changes a frame
DOUBTED = 0.7  # of the evidence is carried on where flow cannot be trusted: it holds for the part, not for the pixel
REACH = 5  # pixels of half size around what has gone in which more may go with it


class Movers:
    """Takes away parts that belong to the background, by how they move.

    What a shot begins with is judged by its first ``SCOUT`` looks, so it is right in the first frame; what shows up
    later is kept until it is clear, and fades. What has been kept for long is never taken away; what moves on its
    own comes back. With nothing that moves on its own, or no background that moves as one, everything stays.

    Args:
        clock: counts as stage "model".
        scout: looks that are judged together where a shot begins; 1 is causal (live mode).
        memory: bytes of frames that are held back at most.
    """

    def __init__(self, clock: Clock, scout: int = SCOUT, memory: int = MEMORY) -> None:
        self._clock, self._scout, self._memory = clock, scout, memory
        self._state: Float | None = None  # (height, width, 3): evidence, how far it has gone, frames kept

    def __call__(self, looks: Iterable[Look]) -> Iterator[Look]:
        """The same looks in order; held back by at most ``SCOUT`` where a shot begins."""
        waiting: list[Look] = []
        for look in looks:
            if look.first:
                yield from self._scouted(waiting)
                waiting, self._state = [], None
            if self._state is not None and self._state.shape[:2] == Half.shape_of(look):
                yield self._followed(look)
                continue
            waiting.append(look)
            if len(waiting) >= self._scout or len(waiting) * look.frame.nbytes >= self._memory:
                yield from self._scouted(waiting)
                waiting = []
        yield from self._scouted(waiting)

    def _scouted(self, looks: Sequence[Look]) -> list[Look]:
        """Looks at the beginning of a shot, each judged by all of them."""
        if not looks:
            return []
        with self._clock("model"):
            halves = [Half.of(look) for look in looks]
            known, gone = _gathered(halves), [np.zeros_like(halves[0].raw)]
            for half, sure in zip(halves, known, strict=True):
                gone.append(_judged(half, sure, half.from_before(gone[-1]), None))
            gone = gone[1:]
            for k in range(len(halves) - 2, -1, -1):
                after = halves[k + 1].to_before(gone[k + 1])
                gone[k] = _judged(halves[k], known[k], np.maximum(gone[k], after), None)
            age = _aged(halves[-1], gone[-1], np.full_like(known[-1], len(looks) - 1))
            self._state = np.stack([known[-1], gone[-1], age], axis=-1).astype(np.float32)
            return [_without(look, going) for look, going in zip(looks, gone, strict=True)]

    def _followed(self, look: Look) -> Look:
        with self._clock("model"):
            assert self._state is not None
            half = Half.of(look)
            before = half.from_before(self._state)
            gone, age = before[..., 1], before[..., 2]
            sure = _added(half, before[..., 0], evidence(half))
            aim = _judged(half, sure, gone, age)
            gone = np.where(age < 0.5, aim, np.clip(aim, gone - FADE, gone + FADE))  # what was not marked cannot pop
            age = _aged(half, gone, age)
            self._state = np.stack([sure, gone, age], axis=-1)
            return _without(look, gone)


def _aged(half: Half, gone: Float, age: Float) -> Float:
    """For how many frames everything marked has been kept, begun anew where it is going; 0 where nothing is."""
    return np.asarray(np.where(gone < 0.5, age + 1, 1) * (half.raw > MARKED), np.float32)


def _added(half: Half, sure: Float, says: Float | None) -> Float:
    """Evidence carried here, with what this frame adds."""
    if half.trust_back is None:
        return sure
    kept = sure * (DOUBTED + (1 - DOUBTED) * half.trust_back)
    return kept if says is None else np.clip(kept + says, -2 * SURE, 4 * SURE)


def _gathered(halves: Sequence[Half]) -> list[Float]:
    """For every look the evidence of those before and of those after it."""
    said = [evidence(half) for half in halves]
    past = [np.zeros_like(halves[0].raw)]
    for half, says in zip(halves[1:], said[1:], strict=True):
        past.append(_added(half, half.from_before(past[-1]), says))
    total, future = [past[-1]], np.zeros_like(past[-1])
    for half, says, known in zip(halves[:0:-1], said[:0:-1], past[-2::-1], strict=True):
        here = half.to_before(future if says is None else future + says)
        trusted = 1 if half.trust_on is None else DOUBTED + (1 - DOUBTED) * half.trust_on
        future = np.clip(here * trusted, -2 * SURE, 4 * SURE)
        total.append(known + future)
    return total[::-1]


def _judged(half: Half, sure: Float, gone: Float, age: Float | None) -> Float:
    """(height, width) 0 or 1: what is to go, by evidence and by what had gone before."""
    marked = half.raw > MARKED
    parts = find_parts(marked)
    own, still = parts.shares(sure > SURE), parts.shares(sure < -LASTING)
    large = parts.area >= LEAST * marked.size
    mover = int((parts.area * (large & (own >= PARTLY))).max())
    background = large & (still >= MOSTLY) & (own <= HARDLY) & (mover >= DOMINANT * parts.area)
    if age is not None:
        background &= parts.shares(age) < SETTLED
    had = parts.shares(gone > 0.5)
    goes = background | ((had > 1 - HARDLY) & (own < PARTLY))
    answer: Float = goes[parts.labels].astype(np.float32)
    for number in np.nonzero((had > HARDLY) & (had <= 1 - HARDLY) & ~goes & large)[0]:
        part = parts.labels == number
        answer[part] = _side(sure, gone)[part]
    return nearest_value(marked, answer)


def _side(sure: Float, gone: Float) -> Float:
    """What goes of a part that has grown together from one that goes and one that stays."""
    import cv2

    had = (gone > 0.5).astype(np.uint8)
    near = cv2.dilate(had, np.ones((REACH, REACH), np.uint8)) > 0
    side = ((had > 0) & (sure < SURE)) | (near & (sure < -SURE))
    return np.asarray(cv2.medianBlur(side.astype(np.uint8), 3), np.float32)


def _without(look: Look, gone: Float) -> Look:
    import cv2

    if not gone.any():
        return look
    height, width = look.raw.shape
    soft = cv2.resize(cv2.blur(gone, (3, 3)), (width, height), interpolation=cv2.INTER_LINEAR)
    return replace(look, raw=look.raw * (1 - soft))
