"""Full-range JPEG pictures into studio-range 4:2:0, against plain arithmetic."""

import numpy as np
from bgstream_kernels.planes import Plane
from bgstream_kernels.studio import studio
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels.drawing import VIEWS, modest, pixels, seeds

sides = st.integers(1, 37)


def rounded_mean(plane: Plane, rows: int) -> np.ndarray:
    """Chroma of pairs of rows (the last, where it is alone, of itself), in studio range."""
    wide = plane.astype(np.float64)
    below = wide[np.minimum(np.arange(len(wide)) + 1, len(wide) - 1)] if rows == 2 else wide
    both = (wide[::rows] + below[::rows]) / 2
    return np.asarray((both - 128) * 224 / 255 + 128)


@modest
@given(sides, sides, seeds, st.sampled_from([1, 2]), st.sampled_from(sorted(VIEWS)))
def test_studio(height: int, width: int, seed: int, rows: int, view: str) -> None:
    random = np.random.default_rng(seed)
    small = (-(-height // 2), -(-width // 2))
    chroma = (height if rows == 2 else small[0], small[1])
    luma, blue, red = (
        VIEWS[view](pixels(random, size, 255, "noise").astype(np.uint8)) for size in ((height, width), chroma, chroma)
    )
    out = np.zeros((height, width), np.uint8), np.zeros(small, np.uint8), np.zeros(small, np.uint8)
    studio((luma, blue, red), out)
    np.testing.assert_array_equal(out[0], np.rint(luma.astype(np.float64) * 219 / 255 + 16))
    for got, plane in ((out[1], blue), (out[2], red)):
        np.testing.assert_allclose(got, rounded_mean(plane, rows), rtol=0, atol=0.502)


def test_every_value_is_rounded_to_nearest() -> None:
    values = np.arange(256, dtype=np.uint8).reshape(1, 256).repeat(2, 0)
    out = np.zeros((2, 512), np.uint8), np.zeros((1, 256), np.uint8), np.zeros((1, 256), np.uint8)
    studio((values.repeat(2, 1), values, values), out)
    np.testing.assert_array_equal(out[0][0, ::2], np.rint(np.arange(256) * 219 / 255 + 16))
    np.testing.assert_array_equal(out[1][0], np.rint((np.arange(256) - 128.0) * 224 / 255 + 128))
    assert (int(out[0].min()), int(out[0].max())) == (16, 235)
    assert (int(out[1].min()), int(out[1].max())) == (16, 240)
