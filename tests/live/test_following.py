"""The window that follows the head: calm, bounded, by time."""

from collections.abc import Callable, Iterable
from itertools import pairwise

import numpy as np
import pytest

from bgstream.frame import Plane
from bgstream.live.following import DEAD, FASTEST, GONE, ZOOM, Follower, Spring
from bgstream.live.head import find_head
from tests.live.busts import ball, bust

SIZE = (360, 640)
SHAPE = 640 / 360
NOBODY = np.zeros(SIZE, np.uint8)
Window = tuple[float, float, float]
Draw = Callable[[tuple[int, int], float, float, float], Plane]


def follower() -> Follower:
    return Follower(SHAPE, SIZE[0] / 2)


def windows(follow: Follower, alphas: Iterable[Plane], start: float = 0.0, rate: int = 30) -> list[Window]:
    return [follow.look(alpha, start + index / rate) for index, alpha in enumerate(alphas)]


def middle(window: Window) -> float:
    return window[0] + window[2] * SHAPE / 2


def assert_calm(seen: list[Window], rate: int = 30) -> None:
    """Inside the picture, no faster than allowed."""
    for x, y, size in seen:
        assert min(x, y) >= 0
        assert x + size * SHAPE <= SHAPE + 1e-9
        assert y + size <= 1 + 1e-9
        assert 1 / ZOOM - 1e-9 <= size <= 1
    for before, after in pairwise(seen):
        zoomed = abs(np.log(after[2] / before[2]))
        assert zoomed <= FASTEST[1] / rate * 1.01
        pushed = (SHAPE / 2) * abs(after[2] - before[2])  # the picture's edge moves the window while it opens
        assert abs(middle(after) - middle(before)) <= max(FASTEST[0] / rate * 1.01, pushed + 1e-9)


@pytest.mark.parametrize(("x", "y", "radius"), [(320, 150, 45), (150, 120, 30), (560, 200, 25)])
@pytest.mark.parametrize("draw", [ball, bust])
def test_a_head_is_found(draw: Draw, x: float, y: float, radius: float) -> None:
    head = find_head(draw(SIZE, x, y, radius))
    assert head is not None
    assert head.x * 360 == pytest.approx(x, abs=3)
    assert head.y * 360 == pytest.approx(y, abs=0.2 * radius)
    assert head.tall * 360 == pytest.approx(2 * radius, rel=0.2)


def test_a_raised_arm_is_no_head() -> None:
    alpha = bust(SIZE, 300, 150, 45)
    alpha[20:300, 430:455] = 255
    head, alone = find_head(alpha), find_head(bust(SIZE, 300, 150, 45))
    assert head is not None
    assert alone is not None
    assert (head.x, head.y, head.tall) == pytest.approx((alone.x, alone.y, alone.tall), abs=0.02)


def test_the_largest_region_counts() -> None:
    alpha = np.maximum(bust(SIZE, 200, 150, 40), ball(SIZE, 560, 60, 25))
    head = find_head(alpha)
    assert head is not None
    assert head.x * 360 == pytest.approx(200, abs=3)


@pytest.mark.parametrize("alpha", [NOBODY, ball(SIZE, 300, 100, 8), NOBODY + 100])
def test_nobody(alpha: Plane) -> None:
    assert find_head(alpha) is None


def test_a_full_picture_is_no_error() -> None:
    seen = windows(follower(), [NOBODY + 255] * 60)
    assert_calm(seen)


@pytest.mark.parametrize("rate", [10, 30, 60])
def test_a_jump_is_followed_without_overshoot(rate: int) -> None:
    follow = follower()
    windows(follow, [ball(SIZE, 250, 150, 40)] * (4 * rate), 0, rate)
    seen = windows(follow, [ball(SIZE, 400, 150, 40)] * (4 * rate), 4, rate)
    start, end = middle(seen[0]), middle(seen[-1])
    assert end == pytest.approx(400 / 360, abs=2 / 360)
    way = (np.array([middle(window) for window in seen]) - start) / (end - start)
    assert way.max() <= 1.05
    assert way[round(1.5 * rate)] > 0.9
    assert (np.diff(way) >= -1e-9).all()
    assert_calm(seen, rate)


def test_the_way_is_one_of_time_not_of_frames() -> None:
    alphas = ball(SIZE, 250, 150, 40), ball(SIZE, 400, 130, 40)
    ends = []
    for rate in (20, 60):
        follow = follower()
        windows(follow, [alphas[0]] * (2 * rate), 0, rate)
        ends.append(windows(follow, [alphas[1]] * rate, 2, rate)[rate // 2 :: rate // 10])
    np.testing.assert_allclose(ends[0], ends[1], atol=0.03)


@pytest.mark.parametrize("start", [0.0, 86400.0])
def test_noise_of_two_pixels_does_not_shake_the_window(start: float) -> None:
    random = np.random.default_rng(3)
    size = (720, 1280)

    def shaken() -> Plane:
        x, y, radius = np.array((550, 300, 90)) + random.uniform(-2, 2, 3)
        return ball(size, x, y, radius)

    follow = Follower(SHAPE, 360)
    moving = windows(follow, [shaken() for _ in range(100)], start)
    resting = windows(follow, [shaken() for _ in range(60)], start + 100 / 30)
    steps = 720 * np.abs(np.diff(np.array(resting), axis=0))
    assert steps.max() < 0.5
    bends = 720 * np.abs(np.diff(np.array(moving), n=2, axis=0))
    assert bends[5:].max() < 0.5  # on its way it does not shake either


def test_small_moves_are_let_be() -> None:
    follow = follower()
    windows(follow, [ball(SIZE, 300, 150, 40)] * 150)
    sway = [300 + 0.5 * DEAD * 360 * np.sin(index / 5) for index in range(90)]
    seen = windows(follow, [ball(SIZE, x, 150, 40) for x in sway], 5)
    assert np.ptp(np.array(seen), axis=0).max() < 1e-3


def test_who_sways_is_not_zoomed_at() -> None:
    sway = [320 + 60 * np.sin(index / 30) for index in range(600)]
    sizes = [size for _, _, size in windows(follower(), [ball(SIZE, x, 150, 50) for x in sway])]
    assert np.ptp(sizes[300:]) < 0.02
    assert sizes[-1] < 0.9


def test_whatever_happens_it_stays_inside_and_calm() -> None:
    random = np.random.default_rng(7)
    follow, seen = follower(), []
    for step in range(25):
        alpha = ball(SIZE, random.uniform(-20, 660), random.uniform(-20, 380), random.uniform(5, 150))
        seen += windows(follow, [alpha] * 12, step * 0.4)
    assert_calm(seen)


@pytest.mark.parametrize("later", [3600.0, -3600.0, 0.0])
def test_a_clock_that_jumps_moves_nothing_at_once(later: float) -> None:
    follow = follower()
    before = windows(follow, [ball(SIZE, 200, 150, 40)] * 15)[-1]
    after = follow.look(ball(SIZE, 200, 150, 40), 0.5 + later)
    assert abs(middle(after) - middle(before)) <= FASTEST[0] * 0.1
    assert_calm(windows(follow, [ball(SIZE, 200, 150, 40)] * 90, 1 + later))


def test_when_nobody_is_there_it_waits_and_then_opens() -> None:
    follow = follower()
    rest = windows(follow, [ball(SIZE, 250, 150, 40)] * 150)[-1]
    seen = windows(follow, [NOBODY] * 200, 5)
    waited = round(0.9 * GONE * 30)
    np.testing.assert_allclose(seen[:waited], [rest] * waited, atol=2e-3)
    assert seen[-1] == pytest.approx((0, 0, 1), abs=1e-3)
    assert follow.whole
    assert_calm(seen)


def test_a_short_absence_changes_nothing() -> None:
    follow = follower()
    rest = windows(follow, [ball(SIZE, 250, 150, 40)] * 150)[-1]
    away = [NOBODY] * 15 + [ball(SIZE, 250, 150, 40)] * 60
    np.testing.assert_allclose(windows(follow, away, 5), [rest] * 75, atol=2e-3)


def test_a_spring_keeps_below_its_greatest_speed() -> None:
    spring, places = Spring(0.0, 0.5), [0.0]
    for _ in range(300):
        spring.move(10.0, 0.02)
        places.append(spring.place)
    steps = np.diff(places) / 0.02
    assert steps.max() <= 0.5 + 1e-9
    assert steps[100] == pytest.approx(0.5, rel=0.05)
