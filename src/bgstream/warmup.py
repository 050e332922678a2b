"""Compile every kernel once per machine, where the user can see it, not inside the first frame."""

from collections.abc import Iterable

import numpy as np
from bgstream_kernels import Downscaler

from bgstream.backdrops import Plain, Transparent
from bgstream.compose import compose
from bgstream.frame import LAYOUTS, Colour, Frame, Layout, rgb_matrix
from bgstream.matting.clean import cleaned
from bgstream.matting.finish import Finisher
from bgstream.matting.flow import Flow, Linker
from bgstream.matting.look import Look
from bgstream.matting.stabilise import Stabiliser, smoothed
from bgstream.matting.tiers import Tier
from bgstream.progress import Clock, Progress
from bgstream.settings import Settings

SIZE, RAW = (96, 128), (48, 64)


def compile_kernels(tell: Progress, tiers: Iterable[Tier], deep: bool = False) -> None:
    """Run every kernel once on small pictures: compiled on the first run, read from the cache after.

    Args:
        tell: hears that it may take a moment.
        tiers: those whose kernels are wanted.
        deep: also the kernels for more than 8 bits, which few clips need.
    """
    tell.phase("preparing kernels (compiled once: up to half a minute on the first run)")
    for tier in tiers:
        for name in ("yuv420p", "yuv420p10le") if deep else ("yuv420p",):
            _exercise(LAYOUTS[name], tier)


def _exercise(layout: Layout, tier: Tier) -> None:
    planes = tuple(np.zeros(shape, layout.dtype) for shape in layout.shapes(*SIZE))
    own = np.full(SIZE, 255, np.uint8)
    frame = Frame(planes, layout, Colour().known(SIZE[0]), alpha=own)
    tensor = np.empty((3, *RAW), np.float32)
    matrix = np.zeros((3, 6), np.float32)
    matrix[:, :4] = rgb_matrix(layout, frame.colour)
    Downscaler(SIZE, planes[1].shape, RAW)((planes[0], planes[1], planes[2]), matrix, tensor)
    raw = np.linspace(0, 1, RAW[0] * RAW[1], dtype=np.float32).reshape(RAW)
    clock, seen = Clock(), [Look(frame, raw, raw, first=k == 0) for k in range(5)]
    if tier.flow == "none":
        steadied = smoothed(seen, clock)
    else:
        steadied = Stabiliser(clock, tier.ahead)(Linker(Flow[tier.flow.upper()], clock)(seen))
    looks = cleaned(steadied, clock, tier.ahead)
    for settings in (Settings(), Settings(refine=False), Settings(sharp=True)):
        matted = Finisher(tier, settings, clock)(next(looks))
    for behind, fourth in ((Transparent(), np.empty(SIZE, layout.dtype)), (Plain((0, 255, 0)), None)):
        out = Frame(tuple(np.empty_like(plane) for plane in planes), layout, frame.colour, alpha=fourth)
        compose(matted, behind, out)
