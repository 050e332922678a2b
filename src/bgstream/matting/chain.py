"""The matter made of one network: raw alpha → steadied over time → refined to full size → adjusted."""

from collections.abc import Iterator

import numpy as np
from bgstream_kernels import GuidedUpsampler, MotionSmoother, multiply_alpha

from bgstream.frame import Frame, Matted, Plane
from bgstream.matting.cards import Card
from bgstream.matting.clean import adjust
from bgstream.matting.cuts import CutDetector
from bgstream.matting.exposure import Exposure
from bgstream.matting.segmenter import Float, Segmenter
from bgstream.matting.session import Device
from bgstream.progress import Clock
from bgstream.settings import Settings


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
        self._smoother = MotionSmoother(self._segmenter.size)
        self._upsampler: GuidedUpsampler | None = None
        self._shape: tuple[tuple[int, int], tuple[int, int], int] | None = None

    def __call__(self, frames: Iterator[Frame]) -> Iterator[Matted]:
        """Matte frames in order; each matte belongs to its own frame, none is delayed."""
        for frame in frames:
            with self._clock("model"):
                raw = self._steady(frame)
            with self._clock("refine"):
                alpha = self._refined(raw, frame)
            yield Matted(frame, alpha)

    def _steady(self, frame: Frame) -> Float:
        """Raw alpha, steadied over the frames of its own shot."""
        rgb, luma = self._segmenter.see(frame)
        if self._cuts(luma):
            self._exposure.reset()
            self._smoother.reset()
        raw = self._segmenter.answer(self._exposure(rgb))
        return self._smoother(raw, luma) if self._settings.smooth else raw

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
