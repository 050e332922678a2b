"""Compile every kernel once per machine, where the user can see it, not inside the first frame."""

import numpy as np
from bgstream_kernels import Downscaler, GuidedUpsampler, MedianSettler, MotionSmoother

from bgstream.backdrops import Plain, Transparent
from bgstream.compose import compose
from bgstream.frame import LAYOUTS, Colour, Frame, Layout, Matted, rgb_matrix
from bgstream.progress import Progress

SIZE, RAW = (48, 64), (24, 32)


def compile_kernels(tell: Progress, deep: bool = False) -> None:
    """Run every kernel once on a small picture: compiled on the first run, read from the cache after.

    Args:
        tell: hears that it may take a moment.
        deep: also the kernels for more than 8 bits, which few clips need.
    """
    tell.phase("preparing kernels (compiled once: up to half a minute on the first run)")
    for name in ("yuv420p", "yuv420p10le") if deep else ("yuv420p",):
        _exercise(LAYOUTS[name])


def _exercise(layout: Layout) -> None:
    planes = tuple(np.zeros(shape, layout.dtype) for shape in layout.shapes(*SIZE))
    frame = Frame(planes, layout, Colour().known(SIZE[0]))
    tensor = np.empty((3, *RAW), np.float32)
    matrix = np.zeros((3, 6), np.float32)
    matrix[:, :4] = rgb_matrix(layout, frame.colour)
    Downscaler(SIZE, planes[1].shape, RAW)((planes[0], planes[1], planes[2]), matrix, tensor)
    raw = np.linspace(0, 1, RAW[0] * RAW[1], dtype=np.float32).reshape(RAW)
    raw = MedianSettler(RAW)((raw, raw, raw), (raw, raw, raw))
    smoother = MotionSmoother(RAW)
    for _ in range(2):
        raw = smoother(raw, raw)
    alpha = np.empty(SIZE, np.uint8)
    for guide in (False, True):
        GuidedUpsampler(SIZE, RAW, layout.top, guide)(raw, planes[0], alpha)
    for behind, fourth in ((Transparent(), np.empty(SIZE, layout.dtype)), (Plain((0, 255, 0)), None)):
        out = Frame(tuple(np.empty_like(plane) for plane in planes), layout, frame.colour, alpha=fourth)
        compose(Matted(frame, alpha), behind, out)
