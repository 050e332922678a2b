"""Frames to looks: every network that has a say is asked, shot by shot, with one gain for dark shots."""

from collections.abc import Iterable, Iterator

import numpy as np

from bgstream.frame import Frame
from bgstream.matting.cuts import CutDetector
from bgstream.matting.exposure import Exposure
from bgstream.matting.look import UNASKED, Look
from bgstream.matting.person import Witnesses
from bgstream.matting.segmenter import Segmenter
from bgstream.progress import Clock


class Asker:
    """Asks the network about every frame, and the witnesses where there are any.

    Args:
        network: the one whose alpha is wanted.
        witnesses: person networks that bound it, or None.
        clock: counts as stage "model".
        interval: frames from one question to the network itself to the next; 0 leaves them all to a later step. Frames
            that it is not asked about have ``raw`` ``UNASKED``; a shot's first one is among those it is asked about.
    """

    def __init__(self, network: Segmenter, witnesses: Witnesses | None, clock: Clock, interval: int = 1) -> None:
        self._network, self._witnesses, self._clock, self._interval = network, witnesses, clock, interval
        self._since = 0
        self._cuts, self._exposure = CutDetector(), Exposure()

    def __call__(self, frames: Iterable[Frame]) -> Iterator[Look]:
        """A look for each frame, in order."""
        for frame in frames:
            with self._clock("model"):
                look = self._look(frame)
            yield look

    def _look(self, frame: Frame) -> Look:
        rgb, luma = self._network.see(frame)
        first = self._cuts(luma)
        if first:
            self._exposure.reset()
            self._network.reset()
        gain = self._exposure(rgb)
        light = np.minimum(luma * np.float32(gain), np.float32(1))
        self._since = 1 if first or self._since >= self._interval else self._since + 1
        raw = self._network.answer(gain) if self._interval and self._since == 1 else UNASKED
        if self._witnesses is None:
            return Look(frame, raw, light, first, gain)
        person, presence = self._witnesses(frame, gain, light.shape)
        return Look(frame, raw, light, first, gain, person, presence)
