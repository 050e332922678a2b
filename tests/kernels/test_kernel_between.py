"""Alpha carried from key frames: to where the flow leads, without blur, from the one that the light confirms."""

import cv2
import numpy as np
import pytest
from bgstream_kernels import between, carried, chained
from numpy.typing import NDArray

Float = NDArray[np.float32]
SIZES = [(48, 64), (53, 71), (24, 25)]
sizes = pytest.mark.parametrize("size", SIZES)


def wavy(size: tuple[int, int], seed: int, right: float = 0, down: float = 0) -> Float:
    """A texture of waves 6 to 30 pixels long, moved; 0..1."""
    rng, (y, x) = np.random.default_rng(seed), np.mgrid[: size[0], : size[1]]
    total = np.zeros(size)
    for _ in range(24):
        rate, way, phase = 2 * np.pi / rng.uniform(6, 30), *rng.uniform(0, 2 * np.pi, 2)
        total += np.cos(rate * (np.cos(way) * (x - right) + np.sin(way) * (y - down)) + phase)
    return np.asarray(np.clip(0.5 + total / 14, 0, 1), np.float32)


def disc(size: tuple[int, int], row: float, column: float, radius: float) -> Float:
    """Coverage, with an edge of three pixels."""
    y, x = np.mgrid[: size[0], : size[1]]
    return np.asarray(np.clip((radius - np.hypot(y - row, x - column)) / 3 + 0.5, 0, 1), np.float32)


def half(luma: Float) -> Float:
    shape = (luma.shape[1] // 2, luma.shape[0] // 2)
    return np.ascontiguousarray(cv2.resize(luma, shape, interpolation=cv2.INTER_AREA), np.float32)


def even(size: tuple[int, int], right: float, down: float) -> Float:
    return np.full((*size, 2), (right, down), np.float32)


@sizes
def test_a_chained_flow_is_one_after_the_other(size: tuple[int, int]) -> None:
    rng = np.random.default_rng(3)
    link, flow = (cv2.GaussianBlur(rng.normal(0, 9, (*size, 2)).astype(np.float32), (0, 0), 3) for _ in range(2))
    y, x = np.mgrid[: size[0], : size[1]].astype(np.float32)
    place = (x + link[..., 0], y + link[..., 1])
    wanted = link + cv2.remap(flow, *place, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    out = np.empty((*size, 2), np.float32)
    chained(np.ascontiguousarray(link, np.float32), np.ascontiguousarray(flow, np.float32), out)
    assert np.abs(out - wanted).max() < 0.06  # remap rounds places to 1/32 of a pixel


@sizes
@pytest.mark.parametrize("astray", [0.0, 1.2, -1.7])
def test_alpha_lands_where_the_picture_has_moved_to(size: tuple[int, int], astray: float) -> None:
    """The flow that it starts from may be off by more than a pixel."""
    middle = (size[0] / 2, size[1] / 2 - 1)
    moved = (1.37, -0.61)  # right, down
    there, alpha = wavy(size, 1), disc(size, *middle, 7)
    here, wanted = wavy(size, 1, *moved), disc(size, middle[0] + moved[1], middle[1] + moved[0], 7)
    out, flow = np.empty_like(alpha), even(size, -moved[0] + astray, -moved[1] - astray / 2)
    carried((here, half(here)), (there, half(there), alpha), flow, 1e-4, out)
    assert np.abs(out - wanted).mean() < 0.25 * np.abs(alpha - wanted).mean()
    assert np.abs(out - wanted).max() < 0.2


def test_carrying_does_not_blur() -> None:
    """Twenty times half a pixel: linear values would leave half of the edge's steepness."""
    size = (48, 64)
    alpha, luma = disc(size, 24, 30, 9), np.full(size, 0.5, np.float32)  # no light to hold on to: the flow stays
    for k in range(20):
        out = np.empty_like(alpha)
        carried((luma, half(luma)), (luma, half(luma), alpha), even(size, 0.5 if k % 2 else -0.5, 0), -1.0, out)
        alpha = out
    assert np.abs(np.diff(alpha, axis=1)).max() > 0.8 * np.abs(np.diff(disc(size, 24, 30, 9), axis=1)).max()


def test_what_nobody_marked_stays_nothing() -> None:
    size = (48, 64)
    luma, nothing, out = wavy(size, 2), np.zeros(size, np.float32), np.ones(size, np.float32)
    carried((luma, half(luma)), (luma, half(luma), nothing), even(size, 0.3, 0.2), 1e-4, out)
    assert out.max() == 0


@pytest.mark.parametrize("place", [0.25, 0.75])
def test_the_key_frame_that_explains_the_light_has_the_say(place: float) -> None:
    size = (48, 64)
    luma, other = wavy(size, 4), wavy(size, 5)
    here = (luma, half(luma))
    right = (luma, half(luma), disc(size, 24, 32, 10))
    wrong = (other, half(other), np.zeros(size, np.float32))
    for keys in ((right, wrong), (wrong, right)):
        out = np.empty(size, np.float32)
        between(here, keys, (even(size, 0, 0), even(size, 0, 0)), (place, 1e-4, 0.02, 0.08), out)
        assert np.abs(out - right[2]).mean() < 0.02
        assert out[24, 32] > 0.85


def test_where_both_explain_it_nearness_decides() -> None:
    size = (48, 64)
    luma = wavy(size, 6)
    seen = (luma, half(luma))
    keys = ((*seen, np.zeros(size, np.float32)), (*seen, np.ones(size, np.float32)))
    for place in (0.1, 0.5, 0.8):
        out = np.empty(size, np.float32)
        between(seen, keys, (even(size, 0, 0), even(size, 0, 0)), (place, 1e-4, 0.02, 0.08), out)
        assert np.allclose(out, place, atol=1e-5)
