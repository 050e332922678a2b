"""Foreground estimation where the true foreground is known: the old background's share of the edge at least halves."""

import numpy as np
import pytest
from bgstream_kernels import chroma_alpha
from bgstream_kernels.planes import Plane

from bgstream.frame import LAYOUTS, Colour, Frame
from bgstream.matting.foreground import ForegroundEstimator
from tests.matting.edges import ERRORS, LOOKS, MATTES, SIZE, Scene, coded, edge_error, scene


def grey_frame(seen: Plane) -> Frame:
    """The picture as all three planes of a G, B, R frame."""
    return Frame((seen, seen, seen), LAYOUTS["gbrp"], Colour(0, True))


def shares(seen: Scene, alpha: Plane) -> float:
    """Edge error with the estimated foreground, as a share of the source's."""
    estimated = ForegroundEstimator()(grey_frame(seen.seen), alpha)[0]
    return edge_error(estimated, seen.own, alpha) / edge_error(seen.seen, seen.own, alpha)


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("matte", MATTES)
def test_the_edge_error_is_at_least_halved(matte: str, error: str) -> None:
    scenes = {look: [scene(seed, matte, look) for seed in (1, 2)] for look in LOOKS}
    by_look = {
        look: np.mean([shares(made, coded(ERRORS[error](made.alpha))) for made in several])
        for look, several in scenes.items()
    }
    assert np.mean(list(by_look.values())) <= 0.5
    assert max(by_look.values()) <= 0.75, by_look  # "close": textures that overlap, and no contrast between them


@pytest.mark.parametrize("matte", MATTES)
def test_no_wild_colours(matte: str) -> None:
    """Even by a quite wrong alpha nothing leaves the range of the subject's and the source's colours."""
    made = scene(5, matte, "dark on bright")
    alpha = coded(np.roll(ERRORS["blurred 2 px"](made.alpha), (2, -3), (0, 1)))
    estimated = ForegroundEstimator()(grey_frame(made.seen), alpha)[0]
    low, high = np.minimum(made.seen, made.own.min()), np.maximum(made.seen, made.own.max())
    shown = alpha > 0
    assert (low - estimated)[shown].max() <= 16
    assert (estimated - high)[shown].max() <= 16


@pytest.mark.parametrize("name", ["yuv420p", "yuv422p10le", "yuv444p12le", "gbrp16le"])
def test_planes_of_every_layout_at_their_own_size_and_depth(name: str) -> None:
    layout, made = LAYOUTS[name], scene(3, "strands", "dark on bright")
    alpha, planes, truths, covers = coded(made.alpha), [], [], []
    for index, (height, width) in enumerate(layout.shapes(*SIZE)):
        rows, columns = layout.subsampling if index else (1, 1)
        small = np.empty((height, width), np.uint8)
        chroma_alpha(alpha, (rows, columns), small) if index and layout.subsampling != (1, 1) else np.copyto(
            small, alpha
        )
        own = made.own.reshape(height, rows, width, columns).mean((1, 3))
        mixed = made.seen.reshape(height, rows, width, columns).mean((1, 3))
        padded = np.zeros((height, width + 6), layout.dtype)
        padded[:, :width] = np.rint(mixed / 255 * layout.top)
        planes.append(padded[:, :width])
        truths.append(own / 255 * layout.top)
        covers.append(small)
    frame = Frame(tuple(planes), layout, Colour(1))
    answer = ForegroundEstimator()(frame, alpha)
    for plane, got, own, cover in zip(planes, answer, truths, covers, strict=True):
        assert (got.shape, got.dtype) == (plane.shape, plane.dtype)
        np.testing.assert_array_equal(got[cover == 255], plane[cover == 255])
        assert edge_error(got, own, cover) <= 0.5 * edge_error(plane, own, cover)


def test_frames_of_another_size_may_follow() -> None:
    estimator = ForegroundEstimator()
    for size in ((40, 60), (24, 32)):
        plane = np.full(size, 9, np.uint8)
        assert estimator(grey_frame(plane), np.full(size, 128, np.uint8))[0].shape == size


def test_it_is_steady_where_alpha_and_colours_are() -> None:
    """Noise in colours and alpha's last digits change the foreground no more than the frame itself."""
    made, rng = scene(4, "strands", "busy"), np.random.default_rng(0)
    estimator, alpha = ForegroundEstimator(), coded(made.alpha)
    frames, answers = [], []
    for _ in range(6):
        noisy = np.clip(made.seen + rng.normal(0, 2, SIZE), 0, 255).astype(np.uint8)
        unsure = np.where((alpha > 0) & (alpha < 255), np.clip(alpha + rng.integers(-2, 3, SIZE), 1, 254), alpha)
        frames.append(noisy)
        answers.append(estimator(grey_frame(noisy), unsure.astype(np.uint8))[0])
    band = (alpha > 0) & (alpha < 255)
    flicker = [np.std(np.stack(several), axis=0)[band] * (alpha / 255)[band] for several in (frames, answers)]
    assert flicker[1].mean() <= 1.1 * flicker[0].mean()
