"""Steadies raw alpha along the optical flow: whatever network it came from, without lag.

A frame's alpha is the weighted mean of its own answer, of what is carried from the past and, in file mode,
of what is carried back from a few frames ahead. Weights follow how far the flow can be trusted, so nothing is
carried over an occlusion or behind a fast movement. (The principle: H. Lei et al., "Blind Video Temporal
Consistency", SIGGRAPH Asia 2015, made recursive, and run both ways.)
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from bgstream_kernels import MotionSmoother, carry, weigh_in
from numpy.typing import NDArray

from bgstream.matting.look import Look, with_next
from bgstream.progress import Clock

Float = NDArray[np.float32]
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
        self._state: Float | None = None

    def __call__(self, looks: Iterable[Look]) -> Iterator[Look]:
        """The same looks in order, steadied; ``ahead`` frames later."""
        for look, following in with_next(looks, self._ahead):
            with self._clock("model"):
                steadied = self._steadied(look, following)
            yield steadied

    def _steadied(self, look: Look, following: Sequence[Look]) -> Look:
        raw = self._value(look)
        state = np.empty((2, *raw.shape), np.float32)
        if look.link is None or self._state is None:
            state[0], state[1] = raw, 1
        else:
            carry(self._state, look.link.back, look.link.trust_back, MOST, state)
            weigh_in(raw, state, state)
        self._state = state
        future = self._future(following)
        if future is None:
            return self._replaced(look, state[0].copy())
        past_weight, future_weight = state[1], future[1]
        mixed = (state[0] * past_weight + future[0] * future_weight) / (past_weight + future_weight)
        return self._replaced(look, np.asarray(mixed, np.float32))

    def _future(self, following: Sequence[Look]) -> Float | None:
        """What the frames ahead say of this one."""
        state: Float | None = None
        for after in reversed(following):
            if after.link is None:  # nothing leads from it to the frame before
                state = None
                continue
            raw = self._value(after)
            known = np.stack([raw, np.ones_like(raw)]) if state is None else state
            if state is not None:
                weigh_in(raw, known, known)
            state = np.empty_like(known)
            carry(known, after.link.on, after.link.trust_on, MOST, state)
        return state

    def _value(self, look: Look) -> Float:
        value: Float = getattr(look, self._field)
        return value

    def _replaced(self, look: Look, value: Float) -> Look:
        return replace(look, raw=value) if self._field == "raw" else replace(look, person=value)


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
