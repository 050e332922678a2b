"""Full-range 4:2:2 and 4:2:0 pictures (JPEG's) into studio-range 4:2:0, rounded once."""

import numpy as np

from bgstream_kernels.planes import Plane, jit, rows

# Fixed point: 219/255 and 224/255 (ITU-T H.273, eq. 21 to 25, for 8 bits), with the half that rounds added.
LUMA_BITS, CHROMA_BITS = 16, 20
LUMA = np.int32(round(219 / 255 * (1 << LUMA_BITS)))
LUMA_BIAS = np.int32((16 << LUMA_BITS) + (1 << (LUMA_BITS - 1)))
CHROMA = np.int32(round(112 / 255 * (1 << CHROMA_BITS)))  # of a sum of two
CHROMA_BIAS = np.int32(round(128 * 31 / 255 * (1 << CHROMA_BITS)) + (1 << (CHROMA_BITS - 1)))


def studio(source: tuple[Plane, Plane, Plane], out: tuple[Plane, Plane, Plane]) -> None:
    """Convert a picture.

    Args:
        source: Y, Cb, Cr, uint8, full range; chroma of half width, and of half height or full height. Rows may be
            padded.
        out: (height, width), then twice (⌈height/2⌉, ⌈width/2⌉), uint8, C-contiguous: filled with the same picture
            in studio range (16..235, 16..240). Where chroma has full height, two rows give one, their mean.
    """
    _luma(rows(source[0]), out[0])
    step = 1 if source[1].shape == out[1].shape else 2
    for plane in (1, 2):
        _chroma(rows(source[plane]), out[plane], step)


@jit
def _luma(source: Plane, out: Plane) -> None:
    height, width = out.shape
    for y in range(height):
        for x in range(width):
            out[y, x] = (np.int32(source[y, x]) * LUMA + LUMA_BIAS) >> LUMA_BITS


@jit
def _chroma(source: Plane, out: Plane, step: int) -> None:
    height, width = out.shape
    last = source.shape[0] - 1
    for y in range(height):
        above = y * step
        below = min(above + step - 1, last)
        for x in range(width):
            both = np.int32(source[above, x]) + np.int32(source[below, x])
            out[y, x] = (both * CHROMA + CHROMA_BIAS) >> CHROMA_BITS
