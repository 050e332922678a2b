"""From labels and a known backdrop to alpha and the foreground's colours."""

from dataclasses import dataclass, field

import numpy as np
from bgstream_kernels import chroma_cover, combine_planes, filled, multiply_alpha, solve_alpha, unmix

from bgstream.frame import Matted, Plane, Planes
from bgstream.matting.keying.grid import Blocks, Flags, Float
from bgstream.matting.keying.picture import Picture, level_matrix

STEP = 4  # cells (8 pixels) in a block of the foreground's colours: about the width of the unknown band
BACKDROP, SHADOW, UNKNOWN, SUBJECT = 0, 64, 128, 255
VARIETY = 9.0  # level²; no estimate of the foreground's colour is better than this
Behind = tuple[Float, Float, Float]


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What is known of the backdrop.

    Attributes:
        behind: its levels, each plane at the size of the picture's planes.
        noise: (3,) variances of cells that show nothing else, in levels.
        doubt: how far its luma may be off, as a share of itself (shadows).
        belief: (rows, columns) float32, alpha as it is believed to be, on any grid.
        trust: weight (1/variance) of that; 0: none.
    """

    behind: Behind
    noise: Float
    doubt: float = 0.0
    belief: Float = field(default_factory=lambda: np.zeros((1, 1), np.float32))
    trust: float = 0.0


def front_colours(cells: Float, labels: Flags) -> Float:
    """(6, rows, columns): the subject's levels and their variances by block, carried on beyond its edge."""
    blocks = Blocks.of((labels.shape[0], labels.shape[1]), STEP)
    sums = blocks.sums(cells, (labels == SUBJECT).view(np.uint8))
    moments = filled(sums[1:], sums[0], 0.5 * STEP * STEP)
    moments[3:] = np.maximum(moments[3:] - moments[:3] ** 2, 0) + np.float32(VARIETY)
    return moments


def solved(picture: Picture, known: Known, labels: Flags, front: Float) -> Plane:
    """(height, width) uint8 alpha: labels where they are sure, solved from the colours where they are not."""
    height, width = picture.frame.size
    rows, columns = picture.chroma
    lone = 4 * rows * columns / (height * width)  # a chroma sample's noise against a cell's
    parts = known.noise * np.array([4, max(1.0, lone), max(1.0, lone)])
    alpha = np.empty((height, width), np.uint8)
    noise = np.array([*parts, known.doubt, known.trust], np.float32)
    solve_alpha(picture.planes, picture.levels, known.behind, (labels, front, known.belief), noise, alpha)
    return alpha


def unmixed(picture: Picture, behind: Behind, alpha: Plane, spill: Float, tint: Float) -> Planes:
    """The foreground's planes in the frame's layout.

    Args:
        picture: the frame.
        behind: the backdrop's levels at the size of its planes.
        alpha: (height, width) uint8.
        spill: (rows, columns) float32 on any grid, in units of ``tint``.
        tint: (3,) levels that one unit of spill adds.
    """
    frame, layout = picture.frame, picture.frame.layout
    small = chroma_cover(alpha, layout.subsampling)
    backs, units, zeros, tints = _in_codes(picture, behind, tint)
    planes = tuple(np.empty_like(plane) for plane in frame.planes)
    for k, plane in enumerate(frame.planes):
        cover = small if k and not layout.rgb else alpha
        unmix(plane, backs[k], cover, spill, (units[k], zeros[k], tints[k], layout.top), planes[k])
    return planes


def finished(picture: Picture, alpha: Plane, foreground: Planes) -> Matted:
    """The matte; where the frame brings its own alpha, that counts too."""
    if picture.frame.alpha is not None:
        multiply_alpha(alpha, picture.frame.alpha)
    return Matted(picture.frame, alpha, foreground)


def _in_codes(picture: Picture, behind: Behind, tint: Float) -> tuple[Behind, list[float], list[float], list[float]]:
    """The backdrop's planes, a level's worth and zero of each in code values, and the tint in code values."""
    layout = picture.frame.layout
    if not layout.rgb:
        scale, black, grey = picture.levels
        unit = 1 / scale
        return behind, [unit] * 3, [black * unit, grey * unit, grey * unit], [float(v) * unit for v in tint]
    back = np.linalg.inv(level_matrix(layout).astype(np.float64)).astype(np.float32)
    mixed = np.empty((3, *picture.frame.size), np.float32)
    combine_planes(behind, back, mixed)
    return (mixed[0], mixed[1], mixed[2]), [1.0] * 3, [0.0] * 3, [float(v) for v in back @ tint]
