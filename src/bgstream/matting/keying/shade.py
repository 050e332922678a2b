"""The subject's shadow, kept: the light that is missing on the backdrop becomes black of so much alpha."""

import numpy as np
from bgstream_kernels import chroma_cover, filled

from bgstream.frame import Matted, Plane, Planes, code_values
from bgstream.matting.keying.grid import Flags, Float, shrunk, spread_over
from bgstream.matting.keying.picture import known

STEP = 4  # cells in a block of light
LIT = 0.97  # light from which on there is no shadow


def light_left(labels: Flags, light: Float) -> Float:
    """Light by block where the backdrop is seen, carried on below the border and the subject.

    Args:
        labels: of cells, 0 for backdrop.
        light: (rows, columns) float32, the share of the backdrop's light that each cell has.
    """
    seen = (labels == 0).astype(np.float32)
    blocks = (-(-labels.shape[0] // STEP), -(-labels.shape[1] // STEP))
    weight = shrunk(seen[None], blocks)[0]
    if not weight.any():
        return np.ones(blocks, np.float32)
    left: Float = filled(shrunk((seen * light)[None], blocks), weight, 0.25)[0]
    return left


def with_shadow(matted: Matted, light: Float) -> Matted:
    """The matte with the shadow behind the subject: alpha + (1 - alpha)·shadow, colours mixed with black.

    Args:
        matted: with the subject's own colours.
        light: (rows, columns) float32 on any grid, the light that is left of the backdrop's, 0..1.
    """
    frame, layout = matted.frame, matted.frame.layout
    dark = np.clip((LIT - spread_over(light[None], frame.size)[0]) / LIT, 0, 1)
    own = matted.alpha.astype(np.float32)
    alpha = np.rint(own + (255 - own) * dark).astype(np.uint8)
    before, after = ((one, chroma_cover(one, layout.subsampling)) for one in (matted.alpha, alpha))
    black = code_values((0, 0, 0), layout, known(frame))
    planes: Planes = tuple(
        _mixed(plane, before[k > 0], after[k > 0], black[k]) for k, plane in enumerate(matted.colours)
    )
    return Matted(frame, alpha, planes)


def _mixed(plane: Plane, own: Plane, alpha: Plane, black: int) -> Plane:
    """What is the subject's of each sample, and black for the rest."""
    share = own / np.maximum(alpha, 1).astype(np.float32)
    mixed = np.rint(black + (plane.astype(np.float32) - black) * share).astype(plane.dtype)
    return np.where((own == alpha) & (alpha > 0), plane, mixed)
