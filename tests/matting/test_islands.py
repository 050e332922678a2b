"""Islands and holes by area and life: each case as a short film of discs."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from bgstream_kernels import common_pixels
from numpy.typing import NDArray

from bgstream.matting.islands import LIFE, Islands
from bgstream.matting.spots import find_spots

Float = NDArray[np.float32]
SIZE = (120, 160)
FRAMES = 16
BODY = (70, 60, 34)  # row, column, radius
ways = pytest.mark.parametrize("ahead", [0, 2, 8])


def disc(row: float, column: float, radius: float) -> Float:
    """With a skirt 3 pixels wide."""
    y, x = np.mgrid[: SIZE[0], : SIZE[1]]
    alpha: Float = np.clip((radius - np.hypot(y - row, x - column)) / 3 + 0.5, 0, 1).astype(np.float32)
    return alpha


def film(draw: Callable[[int], Float], frames: int = FRAMES) -> list[Float]:
    return [draw(n) for n in range(frames)]


def cleaned(raws: Sequence[Float], ahead: int) -> list[Float]:
    islands = Islands(ahead)
    return [islands(raws, here).copy() for here in range(len(raws))]


def assert_untouched(raws: Sequence[Float], ahead: int, since: int = 0) -> None:
    for answer, raw in list(zip(cleaned(raws, ahead), raws, strict=True))[since:]:
        np.testing.assert_array_equal(answer, raw)


@ways
@pytest.mark.parametrize("begins", [4, 8])
def test_a_spot_that_lives_two_frames_goes_with_its_skirt(begins: int, ahead: int) -> None:
    body, spot = disc(*BODY), disc(30, 130, 6)
    raws = film(lambda n: np.maximum(body, spot) if n in (begins, begins + 1) else body)
    for answer in cleaned(raws, ahead):
        np.testing.assert_allclose(answer, body, atol=0.02)


@ways
def test_a_hole_that_lives_two_frames_is_filled_with_its_skirt(ahead: int) -> None:
    body, hole = disc(*BODY), disc(70, 60, 1)
    raws = film(lambda n: np.minimum(body, 1 - hole) if n in (6, 7) else body)
    for answer in cleaned(raws, ahead):
        np.testing.assert_allclose(answer, body, atol=0.02)


@ways
def test_two_subjects_of_like_size_stay(ahead: int) -> None:
    assert_untouched(film(lambda n: np.maximum(disc(70, 40 + n, 30), disc(70, 120, 22))), ahead)


@ways
def test_a_large_newcomer_is_shown_at_once(ahead: int) -> None:
    body, other = disc(*BODY), disc(60, 130, 18)
    assert_untouched(film(lambda n: np.maximum(body, other) if n >= 6 else body), ahead)


def test_a_small_thing_that_lives_is_there_from_its_first_frame_where_the_future_is_known() -> None:
    body, spot = disc(*BODY), disc(30, 130, 6)
    assert_untouched(film(lambda n: np.maximum(body, spot) if n >= 6 else body), ahead=LIFE)


def test_live_a_small_thing_fades_in_once_it_has_lived() -> None:
    body, spot = disc(*BODY), disc(30, 130, 6)
    answers = cleaned(film(lambda n: np.maximum(body, spot) if n >= 6 else body), ahead=0)
    seen = np.array([answer[30, 130] for answer in answers])
    assert seen[: 6 + LIFE - 1].max() == 0
    assert 0 < np.diff(seen).max() <= 0.26
    assert seen[-1] == 1


@ways
def test_a_subject_that_enters_at_the_border_and_grows_is_not_eaten(ahead: int) -> None:
    body = disc(*BODY)
    raws = film(lambda n: np.maximum(body, disc(60, 166 - 2 * (n - 4), 8)) if n >= 4 else body)
    first = next(n for n, raw in enumerate(raws) if raw[60, -1] > 0.5)
    for answer, raw in list(zip(cleaned(raws, ahead), raws, strict=True))[first + 1 :]:
        assert answer[60, -1] >= raw[60, -1] * 0.2
    assert_untouched(raws, ahead, since=first + 6)


@ways
def test_the_only_subject_enters_an_empty_picture(ahead: int) -> None:
    assert_untouched(film(lambda n: disc(60, 190 - 4 * n, 26)), ahead, since=4)


@ways
def test_a_hole_that_was_there_from_the_start_stays_open(ahead: int) -> None:
    hole = disc(60, 60, 6)
    assert_untouched([np.minimum(disc(*BODY), 1 - hole) for _ in range(FRAMES)], ahead)


@ways
def test_a_gap_that_closes_to_a_hole_stays_open(ahead: int) -> None:
    """An arm that comes to rest on the hip: the background there was connected before."""
    ring = np.minimum(disc(60, 60, 30), 1 - disc(60, 60, 4))
    cut = ring.copy()
    cut[55:65, 60:] = 0
    assert_untouched(film(lambda n: cut if n < 8 else ring), ahead)


@ways
def test_a_piece_that_comes_off_the_subject_stays(ahead: int) -> None:
    whole = disc(*BODY)
    parted = whole.copy()
    parted[78:82] = 0
    assert_untouched(film(lambda n: parted if n % 4 == 3 else whole), ahead)


@ways
def test_specks_go_however_long_they_live(ahead: int) -> None:
    body = disc(*BODY)
    speckled = body.copy()
    speckled[20, 130] = 1
    for answer in cleaned([speckled.copy() for _ in range(FRAMES)], ahead):
        assert answer[20, 130] == 0
        np.testing.assert_array_equal(answer[40:], body[40:])


@ways
def test_nothing_is_left_of_noise_on_an_empty_picture(ahead: int) -> None:
    rng = np.random.default_rng(0)
    raws = [(rng.random(SIZE) > 0.999).astype(np.float32) for _ in range(FRAMES)]
    assert max(float(answer.max()) for answer in cleaned(raws, ahead)) == 0


def test_after_a_reset_nothing_of_the_first_shot_counts() -> None:
    spot = disc(30, 130, 6)
    islands, fresh = Islands(0), Islands(0)
    for _ in range(8):
        islands([np.maximum(disc(*BODY), spot)], 0)
    islands.reset()
    for raw in (disc(*BODY), np.maximum(disc(*BODY), spot)):
        np.testing.assert_array_equal(islands([raw], 0), fresh([raw], 0))


def test_more_areas_than_are_told_apart() -> None:
    raw = np.zeros(SIZE, np.float32)
    raw[1::4, 1::4], raw[2::4, 1::4] = 1, 1
    spots = find_spots(raw)
    assert spots.area.size <= 253
    assert set(np.unique(spots.labels)) <= set(range(spots.area.size))


def test_common_pixels_are_counted() -> None:
    rng = np.random.default_rng(0)
    before, after = rng.integers(0, 5, (31, 33), np.uint8), rng.integers(0, 7, (31, 33), np.uint8)
    counted = common_pixels(before, after, (5, 7))
    expected = [[np.count_nonzero((before == i) & (after == j)) for j in range(7)] for i in range(5)]
    np.testing.assert_array_equal(counted, expected)
