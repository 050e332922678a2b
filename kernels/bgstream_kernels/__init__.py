"""Numba kernels on picture planes; imports NumPy and Numba, nothing else.

Conventions: a *plane* is a 2-D uint8 or uint16 array, rows from top to bottom; rows may be padded
(any row stride). *Raw alpha* is float32 0..1 at network size; *alpha* is uint8 0..255 at full size.
Kernels release the GIL, are compiled once per machine and cached on disk.
"""

from bgstream_kernels.between import between, carried, chained
from bgstream_kernels.blur import RoomBlur
from bgstream_kernels.carry import carry, carry_in
from bgstream_kernels.closed_form import BandSolver
from bgstream_kernels.composite import (
    blend,
    blend_planes,
    chroma_alpha,
    chroma_cover,
    copy_visible,
    multiply_alpha,
    visible_blocks,
)
from bgstream_kernels.foreground import PlaneForeground
from bgstream_kernels.guided import GuidedUpsampler
from bgstream_kernels.islands import common_pixels
from bgstream_kernels.keying import block_sums, cell_means, combine_planes
from bgstream_kernels.linking import link
from bgstream_kernels.planes import rows
from bgstream_kernels.plating import believe, fit_sums, plate_odds
from bgstream_kernels.pyramid import filled
from bgstream_kernels.resample import Downscaler, area_taps
from bgstream_kernels.screening import label_cells, on_the_ray
from bgstream_kernels.sharpen import sharpen
from bgstream_kernels.smooth import MotionSmoother, contrast
from bgstream_kernels.solving import solve_alpha, unmix
from bgstream_kernels.spilling import own_colours, spill_cells
from bgstream_kernels.sums import label_sums
from bgstream_kernels.trimap import Trimap
from bgstream_kernels.trusting import believe_shared, rest, trust

__all__ = [
    "BandSolver",
    "Downscaler",
    "GuidedUpsampler",
    "MotionSmoother",
    "PlaneForeground",
    "RoomBlur",
    "Trimap",
    "area_taps",
    "believe",
    "believe_shared",
    "between",
    "blend",
    "blend_planes",
    "block_sums",
    "carried",
    "carry",
    "carry_in",
    "cell_means",
    "chained",
    "chroma_alpha",
    "chroma_cover",
    "combine_planes",
    "common_pixels",
    "contrast",
    "copy_visible",
    "filled",
    "fit_sums",
    "label_cells",
    "label_sums",
    "link",
    "multiply_alpha",
    "on_the_ray",
    "own_colours",
    "plate_odds",
    "rest",
    "rows",
    "sharpen",
    "solve_alpha",
    "spill_cells",
    "trust",
    "unmix",
    "visible_blocks",
]
