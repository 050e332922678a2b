"""The matter made of one network: raw alpha → steadied over time → refined to full size → adjusted."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from bgstream_kernels import GuidedUpsampler, MedianSettler, MotionSmoother, multiply_alpha

from bgstream.frame import Frame, Matted, Plane
from bgstream.matting.cards import Card
from bgstream.matting.clean import adjust
from bgstream.matting.cuts import CutDetector
from bgstream.matting.exposure import Exposure
from bgstream.matting.segmenter import Float, Segmenter
from bgstream.matting.session import Device
from bgstream.progress import Clock
from bgstream.settings import Settings


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """A frame, the network's answer to it, its luma at the same size, and whether a shot begins with it."""

    frame: Frame
    raw: Float
    luma: Float
    first: bool


class NetworkMatter:
    """Mattes frames with one network.

    Args:
        card: the network.
        device: where it runs.
        settings: refine, smooth, choke, feather.
        clock: counts the stages "model" and "refine".
    """

    def __init__(self, card: Card, device: Device, settings: Settings, clock: Clock) -> None:
        self._segmenter = Segmenter(card, device)
        self._settings, self._clock = settings, clock
        self._cuts = CutDetector()
        self._exposure = Exposure()
        self._settler = MedianSettler(self._segmenter.size)
        self._smoother = MotionSmoother(self._segmenter.size)
        self._upsampler: GuidedUpsampler | None = None
        self._shape: tuple[tuple[int, int], tuple[int, int], int] | None = None

    def __call__(self, frames: Iterator[Frame]) -> Iterator[Matted]:
        """Matte frames in order, one for one; each matte belongs to its own frame.

        With smoothing on, the frame after is looked at before a matte is given.
        """
        for look, settled in self._settled(self._looks(frames)):
            with self._clock("model"):
                raw = self._steady(look, settled)
            with self._clock("refine"):
                alpha = self._refined(raw, look.frame)
            yield Matted(look.frame, alpha)

    def _looks(self, frames: Iterator[Frame]) -> Iterator[Look]:
        for frame in frames:
            with self._clock("model"):
                rgb, luma = self._segmenter.see(frame)
                first = self._cuts(luma)
                if first:
                    self._exposure.reset()
                look = Look(frame, self._segmenter.answer(self._exposure(rgb)), luma.copy(), first)
            yield look

    def _settled(self, looks: Iterator[Look]) -> Iterator[tuple[Look, Float]]:
        """Each frame with its raw alpha, freed of what lives for one frame only."""
        if not self._settings.smooth:
            yield from ((look, look.raw) for look in looks)
            return
        before: Look | None = None
        here: Look | None = None
        for after in looks:
            if here is not None:
                yield here, self._settle(before, here, after)
            before, here = here, after
        if here is not None:
            yield here, here.raw

    def _settle(self, before: Look | None, here: Look, after: Look) -> Float:
        if before is None or here.first or after.first:  # the neighbour belongs to another shot
            return here.raw
        with self._clock("model"):
            return self._settler((before.raw, here.raw, after.raw), (before.luma, here.luma, after.luma))

    def _steady(self, look: Look, raw: Float) -> Float:
        if not self._settings.smooth:
            return raw
        if look.first:
            self._smoother.reset()
        return self._smoother(raw, look.luma)

    def _refined(self, raw: Float, frame: Frame) -> Plane:
        shape = (frame.size, (raw.shape[0], raw.shape[1]), frame.layout.top)
        if self._upsampler is None or self._shape != shape:
            self._upsampler, self._shape = GuidedUpsampler(*shape, guide=self._settings.refine), shape
        alpha = np.empty(frame.size, np.uint8)
        self._upsampler(raw, frame.planes[0], alpha)
        if self._settings.choke or self._settings.feather:
            alpha = np.ascontiguousarray(adjust(alpha, self._settings.choke, self._settings.feather))
        if frame.alpha is not None:
            multiply_alpha(alpha, frame.alpha)
        return alpha
