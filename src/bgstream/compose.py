"""A matted frame and what is behind it, into a frame that a sink handed out."""

import numpy as np
from bgstream_kernels import blend_planes, copy_visible, visible_blocks

from bgstream.frame import Frame, Layout, Matted, Plane, code_values
from bgstream.protocols import Backdrop


def compose(matted: Matted, backdrop: Backdrop, out: Frame) -> None:
    """Fill ``out``: the matte alone where it is grey, else the subject on nothing or on the backdrop.

    Planes are blended each at its own size, so a fully opaque pixel leaves bit-exact and no colour is
    converted. Colours that alpha hides are flattened: they cost bits, and they are the room that was to be
    removed.

    Args:
        matted: frame, alpha and, where it was estimated, the foreground.
        backdrop: what is behind.
        out: planes (and alpha, where the output has one) to be filled.
    """
    if out.layout.grey:
        out.planes[0][...] = matted.alpha
        return
    # Kernels do not look where a plane ends.
    assert all(mine.shape == plane.shape for mine, plane in zip(out.planes, matted.colours, strict=True))
    behind = backdrop.behind(matted)
    if behind is None:
        _cut_out(matted, out)
    else:
        assert all(its.shape in (mine.shape, (1, mine.shape[1])) for its, mine in zip(behind, out.planes, strict=True))
        blend_planes(matted.colours, behind, matted.alpha, matted.frame.layout.subsampling, out.planes)


def _cut_out(matted: Matted, out: Frame) -> None:
    layout = matted.frame.layout
    blocks = visible_blocks(matted.alpha)
    black = code_values((0, 0, 0), layout, matted.frame.colour)
    for index, (source, target) in enumerate(zip(matted.colours, out.planes, strict=True)):
        covers = layout.subsampling if index else (1, 1)
        copy_visible(source, blocks, covers, black[index], target)
    if out.alpha is not None:
        out.alpha[...] = matted.alpha if out.alpha.dtype == np.uint8 else _deep(layout)[matted.alpha]


def _deep(layout: Layout) -> Plane:
    """Alpha 0..255 to 0..top, so that opaque stays exactly opaque."""
    scaled: Plane = np.rint(np.arange(256) * (layout.top / 255.0)).astype(np.uint16)
    return scaled
