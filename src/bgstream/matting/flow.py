"""Optical flow between neighbouring frames at network size, and how far it can be trusted.

DIS flow: T. Kroeger, R. Timofte, D. Dai, L. Van Gool, "Fast Optical Flow using Dense Inverse Search"
(ECCV 2016), as OpenCV has it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
from bgstream_kernels import contrast, link
from numpy.typing import NDArray

from bgstream.matting.look import Link, Look, resized
from bgstream.progress import Clock

Float = NDArray[np.float32]
Grey = NDArray[np.uint8]
COMPANY = (0.0125, 0.3, 0.7)  # of the shorter side; mean trust within that distance for no and for full belief
REST = 0.01  # shares of the frame's contrast: a difference of luma that is no reason to move
LEAST_SIDE = 32  # pixels: DIS's patches and its coarsest level need that many


class Flow(Enum):
    """How carefully the flow is found: (OpenCV's preset, share of raw alpha's size that it is found at, finest scale).

    COARSE costs about 1 ms for a network of 256×256, CLOSE about 5 ms and FINE about 15 ms for one of 320×320. A scale
    halves the picture; None is the preset's own. What moves with the background cannot be told in a coarse one.
    """

    COARSE = ("ULTRAFAST", 2, None)
    CLOSE = ("ULTRAFAST", 1, 1)
    FINE = ("MEDIUM", 1, None)


@dataclass(frozen=True, slots=True)
class Trust:
    """When a flow is believed; see :func:`bgstream_kernels.trust`.

    Attributes:
        near, far: there-and-back error in pixels of raw alpha: full trust up to near, none from far.
        same, other: difference of luma, in shares of the frame's contrast (its standard deviation).
    """

    near: float = 0.5
    far: float = 2.0
    same: float = 0.05
    other: float = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """Luma (height, width) as the flow is found in it, float32 0..1 and 0..255."""

    luma: Float
    grey: Grey


class Linker:
    """Gives each look the link to the one before."""

    def __init__(self, flow: Flow, clock: Clock) -> None:
        import cv2

        preset, self._share, finest = flow.value
        self._dis = cv2.DISOpticalFlow.create(getattr(cv2, f"DISOPTICAL_FLOW_PRESET_{preset}"))
        if finest is not None:
            self._dis.setFinestScale(finest)
        self._clock, self._trust = clock, Trust()

    def __call__(self, looks: Iterable[Look]) -> Iterator[Look]:
        """The same looks in order, linked except where a shot begins."""
        before: _Seen | None = None
        for look in looks:
            with self._clock("model"):
                now = self._seen(look.luma)
                linked = look
                if before is not None and not look.first and before.luma.shape == now.luma.shape:
                    linked = replace(look, link=self._link(before, now, look.luma.shape))
            yield linked
            before = now

    def _seen(self, luma: Float) -> _Seen:
        """Luma as large as the flow is to be found in it."""
        height, width = (max(LEAST_SIDE, side // self._share) for side in luma.shape)
        small = np.ascontiguousarray(resized(luma, (height, width), "INTER_AREA"))
        return _Seen(small, _grey(small))

    def _link(self, before: _Seen, now: _Seen, shape: tuple[int, ...]) -> Link:
        flows = self._flow(now.grey, before.grey), self._flow(before.grey, now.grey)
        unit, rule = contrast(now.luma), self._trust
        rules = np.array([rule.near, rule.far, rule.same * unit, rule.other * unit], np.float32)
        company = (max(1, round(COMPANY[0] * min(now.luma.shape))), *COMPANY[1:])
        height, width = shape
        back, on = np.empty((2, height, width, 2), np.float32)
        trust_back, trust_on = np.empty((2, height, width), np.float32)
        out = (back, on, trust_back, trust_on)
        link((now.luma, before.luma), flows, REST * unit, (rules, company), out)
        return Link(*out)

    def _flow(self, one: Grey, other: Grey) -> Float:
        flow: Float = np.asarray(self._dis.calc(one, other, None), np.float32)  # type: ignore[call-overload]
        return np.ascontiguousarray(flow)


def enlarged(looks: Iterable[Look], factor: float, clock: Clock) -> Iterator[Look]:
    """The same looks, raw alpha, luma and link ``factor`` times as large each way."""
    for look in looks:
        with clock("model"):
            shape = (round(look.raw.shape[0] * factor), round(look.raw.shape[1] * factor))
            link = None if look.link is None else _at(shape, look.link)
            larger = replace(look, raw=resized(look.raw, shape), luma=resized(look.luma, shape), link=link)
        yield larger


def _at(shape: tuple[int, ...], link: Link) -> Link:
    """A link at another (height, width)."""
    height, width = link.trust_back.shape
    if (height, width) == tuple(shape):
        return link
    scale = np.array([shape[1] / width, shape[0] / height], np.float32)
    flows = resized(link.back * scale, shape), resized(link.on * scale, shape)
    return Link(*flows, resized(link.trust_back, shape), resized(link.trust_on, shape))


def _grey(luma: Float) -> Grey:
    grey: Grey = np.clip(luma * np.float32(255) + np.float32(0.5), 0, 255).astype(np.uint8)
    return grey
