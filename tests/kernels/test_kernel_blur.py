"""The blurred room: normalised convolution, nothing of the subject, constants to the last bit."""

from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest
from bgstream_kernels import RoomBlur
from bgstream_kernels.blur import cell_size, taps
from bgstream_kernels.planes import Plane
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels.drawing import dtype_for, modest, planes, seeds, sizes, tops

SUBSAMPLINGS = [(1, 1), (1, 2), (2, 2)]
SIZE = (180, 320)
Picture = tuple[Plane, Plane, Plane]


def small(size: tuple[int, int], covers: tuple[int, int]) -> tuple[int, int]:
    return -(-size[0] // covers[0]), -(-size[1] // covers[1])


def dtype_of(top: int) -> type[np.uint8 | np.uint16]:
    return dtype_for(top)


def room(seed: int, size: tuple[int, int], top: int, covers: tuple[int, int]) -> Picture:
    """Three planes of soft blotches with a bright window in the first."""
    rng = np.random.default_rng(seed)
    made = []
    for shape in (size, small(size, covers), small(size, covers)):
        coarse = rng.random((6, 9)).astype(np.float32)
        plane = cv2.resize(coarse, shape[::-1], interpolation=cv2.INTER_CUBIC)
        plane[: shape[0] // 2, shape[1] // 2 : shape[1] * 2 // 3] = 1.0
        made.append(np.clip(np.rint(plane * top), 0, top).astype(dtype_of(top)))
    return made[0], made[1], made[2]


def body(size: tuple[int, int], x: float = 0.5, soft: float = 3.0) -> Plane:
    """Alpha of an ellipse that stands on the lower edge."""
    rows, columns = np.mgrid[: size[0], : size[1]]
    far = np.hypot((rows - size[0]) / (0.7 * size[0]), (columns - x * size[1]) / (0.2 * size[1])) - 1
    alpha: Plane = np.rint(255 * np.clip(0.5 - far * 0.2 * size[1] / soft, 0, 1)).astype(np.uint8)
    return alpha


def expected(plane: Plane, weight: Plane, sigma: float) -> tuple[Plane, Plane]:
    """Plain normalised convolution of the room itself, and its denominator."""
    own = weight.astype(np.float64) / 255

    def blur(values: Plane) -> Plane:
        return np.asarray(cv2.GaussianBlur(values, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE))

    ground = blur(own)
    return blur(plane * own) / np.maximum(ground, 1e-9), ground


def hidden(picture: Picture, alpha: Plane, covers: tuple[int, int], colour: tuple[int, int, int]) -> Picture:
    """The room with a subject of one colour before it."""
    made = []
    for k, plane in enumerate(picture):
        cover = alpha if k == 0 else cv2.resize(alpha, plane.shape[::-1], interpolation=cv2.INTER_AREA)
        share = cover / 255.0
        made.append(np.rint(plane * (1 - share) + colour[k] * share).astype(plane.dtype))
    return made[0], made[1], made[2]


@modest
@given(seeds, st.sampled_from(SUBSAMPLINGS), st.sampled_from([255, 1023]), st.floats(6, 40), st.floats(0.4, 0.6))
def test_it_is_the_normalised_convolution(
    seed: int, covers: tuple[int, int], top: int, sigma: float, place: float
) -> None:
    picture, alpha = room(seed, SIZE, top, covers), body(SIZE, place)
    seen = hidden(picture, alpha, covers, (top, 0, top))
    outs = RoomBlur(SIZE, covers, dtype_of(top))(seen, alpha, sigma, False)
    right, ground = expected(picture[0], 255 - alpha, sigma)
    errors = np.abs(outs[0] - right) / top
    assert errors[ground > 0.3].mean() < 0.015  # close to the subject a cell more is left out
    assert np.percentile(errors[ground > 0.95], 99) < 0.05


@pytest.mark.parametrize("sigma", [5, 10, 20, 40, 100])
def test_without_a_subject_it_is_a_gaussian(sigma: float) -> None:
    size = (720, 640)
    picture = room(7, size, 255, (2, 2))
    outs = RoomBlur(size, (2, 2), np.uint8)(picture, np.zeros(size, np.uint8), sigma, False)
    for index, plane in enumerate(picture):
        right = cv2.GaussianBlur(
            plane.astype(np.float64), (0, 0), sigma / (2 if index else 1), borderType=cv2.BORDER_REPLICATE
        )
        errors = np.abs(outs[index] - right)
        assert errors.mean() < 0.8
        assert errors.max() < 12  # at the picture's edge, where the outermost cell is repeated, not a pixel


@modest
@given(sizes, st.sampled_from(SUBSAMPLINGS), tops, st.floats(1, 60), st.booleans(), st.data())
def test_constants_stay_constant(
    size: tuple[int, int], covers: tuple[int, int], top: int, sigma: float, ramp: bool, data: st.DataObject
) -> None:
    values = [data.draw(st.integers(0, top)) for _ in range(3)]
    shapes = (size, small(size, covers), small(size, covers))
    picture = [np.full(shape, value, dtype_of(top)) for shape, value in zip(shapes, values, strict=True)]
    outs = RoomBlur(size, covers, dtype_of(top))(tuple(picture), data.draw(planes(size)), sigma, ramp)
    for out, before in zip(outs, picture, strict=True):
        np.testing.assert_array_equal(out, before)


@modest
@given(sizes, st.sampled_from(SUBSAMPLINGS), tops, st.floats(1, 60), st.booleans(), st.data())
def test_nothing_leaves_the_range_of_what_went_in(
    size: tuple[int, int], covers: tuple[int, int], top: int, sigma: float, ramp: bool, data: st.DataObject
) -> None:
    shapes = (size, small(size, covers), small(size, covers))
    picture = tuple(data.draw(planes(shape, top)) for shape in shapes)
    outs = RoomBlur(size, covers, dtype_of(top))(picture, data.draw(planes(size)), sigma, ramp)
    for out, before in zip(outs, picture, strict=True):
        assert out.shape == before.shape
        assert before.min() <= out.min() <= out.max() <= before.max()


@pytest.mark.parametrize("sigma", [2, 8, 20, 60])
@pytest.mark.parametrize("covers", SUBSAMPLINGS)
@pytest.mark.parametrize("soft", [1.0, 6.0, 30.0])
def test_no_colour_of_the_subject(sigma: float, covers: tuple[int, int], soft: float) -> None:
    """Pure red before grey (BT.709, studio range), its edge soft: a code value of rounding at most."""
    grey = (126, 128, 128)
    shapes = (SIZE, small(SIZE, covers), small(SIZE, covers))
    plain = [np.full(shape, value, np.uint8) for shape, value in zip(shapes, grey, strict=True)]
    alpha = body(SIZE, soft=soft)
    seen = hidden((plain[0], plain[1], plain[2]), alpha, covers, (63, 102, 240))
    for ramp in (False, True):
        outs = RoomBlur(SIZE, covers, np.uint8)(seen, alpha, sigma, ramp)
        assert [int(np.abs(out.astype(int) - value).max()) for out, value in zip(outs, grey, strict=True)] <= [2, 2, 2]
        assert max(float(np.abs(out.astype(int) - value).mean()) for out, value in zip(outs, grey, strict=True)) < 0.5


def test_where_nothing_is_seen_any_colour_is_better_than_none() -> None:
    picture = room(1, SIZE, 255, (2, 2))
    outs = RoomBlur(SIZE, (2, 2), np.uint8)(picture, np.full(SIZE, 255, np.uint8), 20, False)
    assert abs(float(outs[0].mean()) - float(picture[0].mean())) < 3


def test_the_ramp_is_sharp_at_the_bottom_and_soft_above() -> None:
    stripes = np.tile(np.where(np.arange(640) // 16 % 2, 200, 50).astype(np.uint8), (720, 1))
    nothing, chroma = np.zeros((720, 640), np.uint8), np.full((360, 320), 128, np.uint8)
    blur = RoomBlur((720, 640), (2, 2), np.uint8)
    contrast = blur((stripes, chroma, chroma), nothing, 12, True)[0].astype(float).std(axis=1)
    weak = blur((stripes, chroma, chroma), nothing, 3, False)[0].astype(float).std()
    full = blur((stripes, chroma, chroma), nothing, 12, False)[0].astype(float).std()
    assert contrast[:340].mean() == pytest.approx(full, abs=1)
    assert contrast[-2] == pytest.approx(weak, rel=0.1)
    assert (np.diff(cv2.blur(contrast[:, None], (1, 65))[400:680, 0]) >= 0).all()


def test_a_still_room_stays_still_behind_a_moving_subject() -> None:
    """What moves in the backdrop is far less than with a naive blur, and not much more than has to: the room that is
    covered changes.
    """
    size = (360, 640)
    picture = room(3, size, 65535, (2, 2))  # so fine that rounding does not count
    blur = RoomBlur(size, (2, 2), np.uint16)
    mine, naive, exact, alphas = [], [], [], [body(size, 0.45 + 0.003 * k) for k in range(8)]
    for alpha in alphas:
        seen = hidden(picture, alpha, (2, 2), (5000, 20000, 60000))
        mine.append(blur(seen, alpha, 10, False)[0].astype(float))
        naive.append(cv2.GaussianBlur(seen[0], (0, 0), 10).astype(float))
        exact.append(expected(picture[0], 255 - alpha, 10)[0])
    visible = np.max(alphas, axis=0) < 128
    steps = [np.square(np.diff(film, axis=0))[:, visible].mean() ** 0.5 for film in (mine, naive, exact)]
    assert steps[0] < steps[1] / 2
    assert steps[0] < steps[2] * 2
    assert np.abs(np.diff(mine, axis=0))[:, visible].max() < 0.03 * 65535


def test_two_at_the_same_time_give_what_each_gives_alone() -> None:
    picture, alpha = room(5, SIZE, 255, (2, 2)), body(SIZE)

    def run(sigma: float) -> list[Plane]:
        blur = RoomBlur(SIZE, (2, 2), np.uint8)
        return [np.stack([blur(picture, alpha, sigma, True)[0] for _ in range(5)])]

    alone = [run(9), run(25)]
    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(run, (9, 25)))
    np.testing.assert_array_equal(np.array(alone), np.array(together))


@pytest.mark.parametrize("sigma", [1, 2, 5, 9, 12, 20, 37, 38, 60, 100, 300])
def test_cells_and_taps_make_up_the_strength(sigma: float) -> None:
    step = cell_size(sigma)
    kernel = taps(sigma, step).astype(float)
    places = np.arange(kernel.size)
    assert kernel[0] + 2 * kernel[1:].sum() == pytest.approx(1, abs=1e-6)
    spread = 2 * (kernel * places**2).sum() * step**2 + (step**2 - 1) / 12 + step**2 / 6
    assert spread**0.5 == pytest.approx(sigma, rel=0.05)
