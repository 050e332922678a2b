"""The median of three frames, gated by motion, against plain NumPy."""

import numpy as np
from bgstream_kernels import MedianSettler
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.kernels.drawing import modest, seeds, sizes
from tests.kernels.twins import mean_motion, smoothstep

Float = NDArray[np.float32]
Triple = tuple[Float, Float, Float]


def triple(seed: int, size: tuple[int, int], spread: float = 1.0) -> Triple:
    rng = np.random.default_rng(seed)
    base = rng.random(size)
    one, two, three = ((1 - spread) * base + spread * rng.random(size) for _ in range(3))
    return one.astype(np.float32), two.astype(np.float32), three.astype(np.float32)


def settled(raws: Triple, lumas: Triple, low: float, high: float) -> NDArray[np.float64]:
    """The twin."""
    before, here, after = (luma.astype(np.float64) for luma in lumas)
    unit = max(float(here.std()), MedianSettler.least_contrast)
    motion = np.maximum(mean_motion(here, before), mean_motion(after, here))
    own = smoothstep(motion, low * unit, high * unit)
    median = np.median(np.stack(raws).astype(np.float64), axis=0)
    answer: NDArray[np.float64] = median + (raws[1] - median) * own
    return answer


@modest
@given(seeds, sizes, st.floats(0, 1), st.sampled_from([(0.036, 0.54), (0.1, 0.2), (0.5, 3.0)]))
def test_agrees_with_its_twin(seed: int, size: tuple[int, int], spread: float, gate: tuple[float, float]) -> None:
    raws, lumas = triple(seed, size), triple(seed + 1, size, spread)
    mine = MedianSettler(size, *gate)(raws, lumas)
    np.testing.assert_allclose(mine, settled(raws, lumas, *gate), atol=1e-4)


def test_what_lives_for_one_frame_goes_where_nothing_moves() -> None:
    size = (20, 30)
    still = np.random.default_rng(0).random(size).astype(np.float32)
    quiet, spot = np.zeros(size, np.float32), np.zeros(size, np.float32)
    spot[5:9, 5:9] = 1
    assert MedianSettler(size)((quiet, spot, quiet), (still, still, still)).max() == 0


def test_a_steady_change_is_kept_exactly() -> None:
    size = (20, 30)
    still = np.random.default_rng(0).random(size).astype(np.float32)
    edges = [np.broadcast_to(np.arange(30) < 10 + k, size).astype(np.float32) for k in range(3)]
    answer = MedianSettler(size)((edges[0], edges[1], edges[2]), (still, still, still))
    np.testing.assert_array_equal(answer, edges[1])


def test_where_it_moves_the_frame_s_own_answer_is_kept() -> None:
    size = (20, 30)
    raws, lumas = triple(1, size), triple(2, size)
    np.testing.assert_allclose(MedianSettler(size, 0.001, 0.01)(raws, lumas), raws[1], atol=1e-6)
