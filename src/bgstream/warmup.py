"""Compile every kernel once per machine, where the user can see it, not inside the first frame."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import numpy as np
from bgstream_kernels import Downscaler
from numba.core import event

from bgstream.backdrops import Blur, Plain, Transparent
from bgstream.compose import compose
from bgstream.frame import GREY, LAYOUTS, Colour, Frame, Layout, Matted, rgb_matrix
from bgstream.matting.carrying import exercise
from bgstream.matting.clean import cleaned
from bgstream.matting.finish import Finisher
from bgstream.matting.flow import Flow, Linker
from bgstream.matting.look import Look
from bgstream.matting.parts import find_parts
from bgstream.matting.stabilise import Stabiliser, smoothed
from bgstream.matting.tiers import Tier
from bgstream.progress import Clock, Progress
from bgstream.settings import Settings
from bgstream.sources.capture import LAYOUT
from bgstream.sources.capture import exercise as exercise_capture

SIZE, RAW = (96, 128), (48, 64)
Step = tuple[str, Callable[[], None]]


def compile_kernels(tell: Progress, tiers: Iterable[Tier], deep: bool = False) -> None:
    """Run every kernel once on small pictures: compiled on the first run, read from the cache after.

    Args:
        tell: hears which step's kernels are read, and of each that has to be compiled first.
        tiers: those whose kernels are wanted.
        deep: also the kernels that few clips need: for more than 8 bits, and for ``sharp``.
    """
    layouts = [LAYOUTS[name] for name in (("yuv420p", "yuv420p10le") if deep else ("yuv420p",))]
    steps = [step for tier in tiers for layout in layouts for step in _Exercise(layout, tier, deep).steps]
    tell.phase("reading kernels")
    _work(tell, [*steps, *([KEYS, CAMERA, *map(_blur, layouts)] if deep else [])])


def compile_key_frames(tell: Progress) -> None:
    """The same for what only large networks need: key frames, and what moves on its own."""
    _work(tell, [KEYS])


def compile_blur(tell: Progress, layout: Layout) -> None:
    """The same for what only a blurred backdrop needs, for frames of one layout."""
    _work(tell, [_blur(layout)])


def compile_camera(tell: Progress) -> None:
    """The same for what only a camera needs: its pictures converted, and a blur behind."""
    _work(tell, [CAMERA, _blur(LAYOUT)])


def _work(tell: Progress, steps: Sequence[Step]) -> None:
    for number, (name, work) in enumerate(steps, 1):
        text = f"compiling kernels {number}/{len(steps)}: {name} (once on this machine)"
        with event.install_listener("numba:compile", _Telling(tell, text)):
            work()


def _carry() -> None:
    """Between two key frames of a small film, one that drifts."""
    light = np.linspace(0, 1, RAW[0] * RAW[1], dtype=np.float32).reshape(RAW)
    frame = Frame((np.zeros(RAW, np.uint8),), GREY, Colour())
    looks = Linker(Flow.CLOSE, Clock())([Look(frame, light, light, first=k == 0) for k in range(3)])
    exercise(list(looks))
    parts = find_parts(light > 0.5)
    parts.sums(light)
    parts.sums(light > 0.5)


KEYS: Step = ("key frames", _carry)
CAMERA: Step = ("camera pictures", exercise_capture)


def _blur(layout: Layout) -> Step:
    return "blur", partial(_soften, layout)


def _soften(layout: Layout) -> None:
    """With the ramp: both strengths, and their mix."""
    planes = tuple(np.zeros(shape, layout.dtype) for shape in layout.shapes(*SIZE))
    matted = Matted(Frame(planes, layout, Colour()), np.zeros(SIZE, np.uint8))
    Blur(100, ramp=True).behind(matted)


class _Telling(event.Listener):
    """Says that something is compiled, when that begins: with a filled cache it never does."""

    def __init__(self, tell: Progress, text: str) -> None:
        self._tell, self._text, self._told = tell, text, False

    def on_start(self, event: Any) -> None:  # noqa: ARG002
        """A function is compiled: the kernel, or one that it calls."""
        if not self._told:
            self._told = True
            self._tell.phase(self._text)

    def on_end(self, event: Any) -> None:
        """Nothing."""


class _Exercise:
    """A tier's work on five small frames of one layout, in steps."""

    def __init__(self, layout: Layout, tier: Tier, deep: bool) -> None:
        self._layout, self._tier, self._clock = layout, tier, Clock()
        self._ways = (Settings(), Settings(sharp=True)) if deep else (Settings(),)
        planes = tuple(np.zeros(shape, layout.dtype) for shape in layout.shapes(*SIZE))
        own = np.full(SIZE, 255, np.uint8)
        self._frame = Frame(planes, layout, Colour().known(SIZE[0]), alpha=own)
        raw = np.linspace(0, 1, RAW[0] * RAW[1], dtype=np.float32).reshape(RAW)
        self._looks = [Look(self._frame, raw, raw, first=k == 0) for k in range(5)]
        self.steps: list[Step] = [
            ("down-scaling", self._scale),
            ("steadying", self._steady),
            ("cleaning", self._clean),
            ("edges and colours", self._finish),
            ("composition", self._compose),
        ]

    def _scale(self) -> None:
        first, second, third = self._frame.planes
        matrix = np.zeros((3, 6), np.float32)
        matrix[:, :4] = rgb_matrix(self._layout, self._frame.colour)
        Downscaler(SIZE, second.shape, RAW)((first, second, third), matrix, np.empty((3, *RAW), np.float32))

    def _steady(self) -> None:
        tier, clock = self._tier, self._clock
        if tier.flow == "none":
            self._looks = list(smoothed(self._looks, clock))
        else:
            linked = Linker(Flow[tier.flow.upper()], clock)(self._looks)
            self._looks = list(Stabiliser(clock, tier.ahead)(linked))

    def _clean(self) -> None:
        self._looks = list(cleaned(self._looks, self._clock, self._tier.ahead))

    def _finish(self) -> None:
        for settings in self._ways:
            self._matted = Finisher(self._tier, settings, self._clock)(self._looks[-1])

    def _compose(self) -> None:
        layout, frame = self._layout, self._frame
        for behind, fourth in ((Transparent(), np.empty(SIZE, layout.dtype)), (Plain((0, 255, 0)), None)):
            out = Frame(tuple(np.empty_like(plane) for plane in frame.planes), layout, frame.colour, alpha=fourth)
            compose(self._matted, behind, out)
