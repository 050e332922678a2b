"""Steadies raw alpha along the optical flow: whatever network it came from, without lag.

A frame's alpha is the weighted mean of its own answer, of what is carried from the past and, in file mode,
of what is carried back from a few frames ahead. Weights follow how far the flow can be trusted, so nothing is
carried over an occlusion or behind a fast movement. (The principle: H. Lei et al., "Blind Video Temporal
Consistency", SIGGRAPH Asia 2015, made recursive, and run both ways.)
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from bgstream_kernels import MotionSmoother, carry_in
from numpy.typing import NDArray

from bgstream.matting.look import Look, with_next
from bgstream.progress import Clock

Float = NDArray[np.float32]
State = tuple[Float, Float]  # alpha, and the weight of it: as large, or (1, 1)
ONE = np.ones((1, 1), np.float32)  # the weight of one answer, everywhere
MOST = 0.8  # of what is known is carried on: a weight of at most four answers, so what has changed is soon believed


class Stabiliser:
    """Steadies ``raw``, or ``person`` where that is asked for.

    Args:
        clock: counts as stage "model".
        ahead: frames of look-ahead; 0 is causal (live mode).
        field: ``raw`` or ``person``.
    """

    def __init__(self, clock: Clock, ahead: int, field: str = "raw") -> None:
        self._clock, self._ahead, self._field = clock, ahead, field
        self._state: State | None = None

    def __call__(self, looks: Iterable[Look]) -> Iterator[Look]:
        """The same looks in order, steadied; ``ahead`` frames later."""
        for look, following in with_next(looks, self._ahead):
            with self._clock("model"):
                steadied = self._steadied(look, following)
            yield steadied

    def _steadied(self, look: Look, following: Sequence[Look]) -> Look:
        own: State = (self._value(look), ONE)
        if look.link is None or self._state is None:
            self._state = own
        else:
            self._state = _carried(self._state, (look.link.back, look.link.trust_back), own)
        value = self._with_future(look, following)[0]
        return self._replaced(look, value.copy() if value is own[0] or value is self._state[0] else value)

    def _with_future(self, look: Look, following: Sequence[Look]) -> State:
        """The state with what the frames ahead say of this one."""
        assert self._state is not None
        chain, known = [look, *following], None
        for index in range(len(following), 0, -1):
            after = chain[index]
            if after.link is None:  # nothing leads from it to the frame before
                known = None
                continue
            known = known or (self._value(after), ONE)
            own = (self._value(chain[index - 1]), ONE) if index > 1 else self._state
            known = _carried(known, (after.link.on, after.link.trust_on), own)
        return known or self._state

    def _value(self, look: Look) -> Float:
        return np.ascontiguousarray(getattr(look, self._field), np.float32)

    def _replaced(self, look: Look, value: Float) -> Look:
        return replace(look, raw=value) if self._field == "raw" else replace(look, person=value)


def _carried(known: State, way: tuple[Float, Float], own: State) -> State:
    """What another frame knows, carried along ``way`` (flow and trust) and weighed in with a frame's own."""
    out = np.empty((2, *own[0].shape), np.float32)
    carry_in(known, way, MOST, own, out)
    return out[0], out[1]


def smoothed(looks: Iterable[Look], clock: Clock) -> Iterator[Look]:
    """The quick way, without flow: raw alpha changes slowly where the picture stands still. Causal."""
    smoother: MotionSmoother | None = None
    size: tuple[int, ...] = ()
    for look in looks:
        with clock("model"):
            if smoother is None or look.raw.shape != size:
                smoother, size = MotionSmoother((look.raw.shape[0], look.raw.shape[1])), look.raw.shape
            if look.first:
                smoother.reset()
            raw = smoother(np.ascontiguousarray(look.raw), look.luma).copy()
        yield replace(look, raw=raw)
