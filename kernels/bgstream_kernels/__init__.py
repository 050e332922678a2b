"""Numba kernels on picture planes; imports NumPy and Numba, nothing else.

Conventions: a *plane* is a 2-D uint8 or uint16 array, rows from top to bottom; rows may be padded
(any row stride). *Raw alpha* is float32 0..1 at network size; *alpha* is uint8 0..255 at full size.
Kernels release the GIL, are compiled once per machine and cached on disk.
"""

from bgstream_kernels.composite import blend, chroma_alpha, copy_visible, multiply_alpha, visible_blocks
from bgstream_kernels.guided import GuidedUpsampler
from bgstream_kernels.planes import rows
from bgstream_kernels.resample import Downscaler, area_taps
from bgstream_kernels.smooth import MedianSettler, MotionSmoother

__all__ = [
    "Downscaler",
    "GuidedUpsampler",
    "MedianSettler",
    "MotionSmoother",
    "area_taps",
    "blend",
    "chroma_alpha",
    "copy_visible",
    "multiply_alpha",
    "rows",
    "visible_blocks",
]
