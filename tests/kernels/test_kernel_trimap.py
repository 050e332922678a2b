"""The unknown band: what plain window means give, as wide as the network is unsure."""

import numpy as np
from bgstream_kernels import Trimap
from bgstream_kernels.planes import Plane
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels.canvas import canvas
from tests.kernels.drawing import Size, modest, seeds, sizes
from tests.kernels.twin_guided import box


def band(raw: Plane, size: Size) -> Plane:
    out = canvas(size)
    height, width = raw.shape
    Trimap((height, width))(raw, out.view)
    assert out.strays() == 0
    return out.view


def mean_doubt(raw: Plane) -> Plane:
    alpha = np.clip((raw.astype(np.float64) - 0.03) / 0.94, 0, 1)
    return box(4 * alpha * (1 - alpha), Trimap.radius)


@modest
@given(seeds, sizes, st.tuples(st.integers(1, 40), st.integers(1, 40)))
def test_trimap_agrees_with_its_twin(seed: int, size: Size, raw_size: Size) -> None:
    raw = np.random.default_rng(seed).choice([0.0, 0.02, 0.1, 0.5, 1.0], raw_size, p=[0.4, 0.2, 0.05, 0.05, 0.3])
    doubt = mean_doubt(raw.astype(np.float32))
    y, x = ((2 * np.arange(n) + 1) * samples // (2 * n) for n, samples in zip(size, raw_size, strict=True))
    wide = doubt[np.ix_(y, x)]
    clear = abs(wide - Trimap.least) > 1e-5
    np.testing.assert_array_equal(band(raw.astype(np.float32), size)[clear], (wide > Trimap.least)[clear])


def edge(softness: float) -> Plane:
    at = np.broadcast_to(np.arange(64, dtype=np.float32), (64, 64))
    return np.ascontiguousarray(np.clip((at - 31.5) / np.float32(softness) + 0.5, 0, 1))


def test_a_softer_edge_has_a_wider_band_on_both_sides() -> None:
    spans = []
    for softness in (2.0, 6.0, 14.0):
        columns = np.flatnonzero(band(edge(softness), (128, 128))[64])
        assert columns[0] + columns[-1] == 127
        spans.append(columns[-1] - columns[0])
    assert 2 * 2 <= spans[0] < spans[1] < spans[2]


def test_the_band_of_enlarged_raw_alpha_covers_the_same_share() -> None:
    raw, size = edge(4.0), (256, 256)
    plain, larger, out = band(raw, size), np.repeat(np.repeat(raw, 2, axis=0), 2, axis=1), np.empty(size, np.uint8)
    Trimap((128, 128), scale=2)(larger, out)
    assert abs(int(out[128].sum()) - int(plain[128].sum())) <= 4  # two samples of the larger
    Trimap((128, 128))(larger, out)
    assert int(plain[128].sum()) - int(out[128].sum()) >= 8


def test_what_is_sure_everywhere_has_no_band() -> None:
    for value in (0.0, 0.02, 0.98, 1.0):
        assert not band(np.full((9, 9), value, np.float32), (30, 31)).any()
