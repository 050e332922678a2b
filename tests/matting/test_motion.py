"""What moves with the background goes while something else moves on its own: each case as a short film of discs."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from bgstream.matting.affine import movement
from bgstream.matting.look import Link, Look
from bgstream.matting.motion import FADE, SCOUT, SETTLED, Movers
from bgstream.progress import Clock
from tests.matting.filming import SIZE, disc, film, link, moves, over

Float = NDArray[np.float32]
CAP = disc(30, 30, 16)
FRAMES = SCOUT + 16


def ball(number: int, column: float = 92.0) -> Float:
    """Sways by 8 pixels to either side."""
    return disc(58, column + 8 * np.sin(number / 3), 20)


def swaying(count: int, camera: float = 0.0, moving: Callable[[int], bool] = lambda _: True) -> list[Link]:
    """Links where the ball turns and all else moves with the camera."""
    return [link(moves((ball(n) if moving(n) else CAP * 0, -3.0, 1.0), behind=(camera, 0))) for n in range(count)]


def moved(looks: Sequence[Look]) -> list[Float]:
    return [look.raw for look in Movers(Clock())(looks)]


def assert_untouched(looks: Sequence[Look]) -> None:
    answers = moved(looks)
    assert len(answers) == len(looks)
    for answer, look in zip(answers, looks, strict=True):
        assert answer is look.raw


@pytest.mark.parametrize("camera", [0.0, -1.0])
@pytest.mark.parametrize("count", [12, SCOUT, FRAMES])
def test_what_moves_with_the_background_goes_from_the_first_frame(camera: float, count: int) -> None:
    looks = film([over(CAP, ball(n)) for n in range(count)], swaying(count, camera))
    for n, answer in enumerate(moved(looks)):
        assert answer[:, :50].max() < 0.05
        np.testing.assert_allclose(answer[:, 60:], ball(n)[:, 60:], atol=0.05)


def test_what_had_grown_together_is_parted_once_it_was_seen_apart() -> None:
    """The ball leans on the cap, in the first frames too, and is apart from it for a few frames only."""
    places = [50.0 if n < 8 or n > 14 else 62.0 for n in range(FRAMES)]
    balls = [disc(48, place, 20) for place in places]
    ways = [places[n - 1] - places[n] if n else 0 for n in range(FRAMES)]
    links = [link(moves((one, way - 2.0, 1.0))) for one, way in zip(balls, ways, strict=True)]
    raws = [over(disc(30, 24, 16), one) for one in balls]
    answers = moved(film(raws, links))
    for n in (0, 4, 10, 20, FRAMES - 1):
        outside = balls[n] < 0.01
        assert answers[n][:40, :20].max() < 0.1
        assert (answers[n] * outside).sum() < 0.25 * (raws[n] * outside).sum()
        assert (answers[n] * balls[n]).sum() > 0.93 * balls[n].sum()


@pytest.mark.parametrize("camera", [0.0, -1.0])
def test_where_nothing_moves_on_its_own_everything_stays(camera: float) -> None:
    links = [link(moves(behind=(camera, 0)))] * FRAMES
    assert_untouched(film([over(CAP, ball(0))] * FRAMES, links))


def test_where_everything_moves_on_its_own_everything_stays() -> None:
    links = [link(moves((CAP, 2, 0), (ball(n), -3, 0))) for n in range(FRAMES)]
    assert_untouched(film([over(CAP, ball(n)) for n in range(FRAMES)], links))


def test_parts_of_one_thing_stay_however_still_they_keep() -> None:
    """A turntable: the label moves, the rest of the bottle seems not to."""
    bottle, label = disc(48, 64, 40), disc(48, 64, 18)
    assert_untouched(film([bottle] * FRAMES, [link(moves((label, -3, 0)))] * FRAMES))


def test_something_small_does_not_drive_out_something_large() -> None:
    looks = film([over(disc(48, 40, 36), disc(20, 110, 9))] * FRAMES, [link(moves((disc(20, 110, 9), -3, 0)))] * FRAMES)
    assert_untouched(looks)


def test_what_was_kept_for_long_stays_when_a_hand_comes_in() -> None:
    comes = SCOUT + SETTLED
    raws = [CAP if n < comes else over(CAP, ball(n)) for n in range(comes + 30)]
    assert_untouched(film(raws, swaying(len(raws), moving=lambda n: n >= comes)))


def test_what_turns_up_later_where_only_background_was_is_never_shown() -> None:
    raws = [ball(n) if n < SCOUT else over(CAP, ball(n)) for n in range(FRAMES)]
    assert max(answer[30, 30] for answer in moved(film(raws, swaying(FRAMES)))) == 0


def test_what_turns_up_with_the_mover_fades_out_once_it_is_clear() -> None:
    comes = SCOUT + 4
    raws = [CAP * 0 if n < comes else over(CAP, ball(n)) for n in range(comes + 20)]
    seen = np.array(
        [answer[30, 30] for answer in moved(film(raws, swaying(len(raws), moving=lambda n: n >= comes)))][comes:]
    )
    assert seen[0] == 1
    assert np.abs(np.diff(seen)).max() <= FADE + 0.01
    assert seen[-1] == 0


def test_what_has_gone_comes_back_when_it_moves_on_its_own() -> None:
    raws = [over(CAP, ball(n)) for n in range(FRAMES)]
    links = swaying(SCOUT) + [link(moves((ball(n), -3, 1), (CAP, 3 - 6 * (n % 2), 0))) for n in range(SCOUT, FRAMES)]
    seen = np.array([answer[30, 30] for answer in moved(film(raws, links))])
    assert seen[SCOUT - 1] == 0
    assert seen[-1] == 1
    assert np.diff(seen).max() <= FADE + 0.01


def test_what_has_gone_stays_away_while_the_mover_rests() -> None:
    links = swaying(FRAMES, moving=lambda n: n < SCOUT)
    for answer in moved(film([over(CAP, ball(n if n < SCOUT else SCOUT)) for n in range(FRAMES)], links)):
        assert answer[30, 30] == 0


def test_a_background_that_does_not_move_as_one_says_nothing() -> None:
    noise = np.random.default_rng(0).normal(0, 3, (FRAMES, *SIZE, 2)).astype(np.float32)
    links = [link(one.back + more) for one, more in zip(swaying(FRAMES), noise, strict=True)]
    assert_untouched(film([over(CAP, ball(n)) for n in range(FRAMES)], links))


def test_a_frame_that_is_nearly_all_subject_says_nothing() -> None:
    full = np.ones(SIZE, np.float32)
    full[:, 44:48] = 0
    assert_untouched(film([full] * FRAMES, [link(moves((full * (np.arange(SIZE[1]) > 46), -3, 0)))] * FRAMES))


def test_after_a_cut_the_past_does_not_count() -> None:
    raws = [over(CAP, ball(n)) for n in range(2 * SCOUT)]
    links = swaying(2 * SCOUT, moving=lambda n: n < SCOUT)
    answers = moved(film(raws, links, cuts=[SCOUT]))
    assert answers[SCOUT - 1][30, 30] == 0
    for answer, raw in zip(answers[SCOUT:], raws[SCOUT:], strict=True):
        assert answer is raw


def test_a_causal_run_drops_it_as_soon_as_it_is_clear() -> None:
    raws = [over(CAP, ball(n)) for n in range(FRAMES)]
    looks = film(raws, swaying(FRAMES))
    seen = np.array([look.raw[30, 30] for look in Movers(Clock(), scout=1)(looks)])
    assert seen[0] == 1
    assert seen[-1] == 0
    assert np.abs(np.diff(seen)).max() <= FADE + 0.01


def test_few_large_frames_are_held_back() -> None:
    movers, taken = Movers(Clock(), memory=10 * 192 * 256), []

    def looks() -> Iterator[Look]:
        for look in film([over(CAP, ball(n)) for n in range(FRAMES)], swaying(FRAMES)):
            taken.append(look)
            yield look

    next(movers(looks()))
    assert len(taken) == 10


def test_without_links_nothing_is_known() -> None:
    assert_untouched([Look(look.frame, look.raw, look.luma, look.first) for look in film([over(CAP, ball(0))] * 40)])
    assert_untouched([])


@pytest.mark.parametrize("odd", [(95, 127), (96, 127), (95, 128)])
def test_odd_sizes(odd: tuple[int, int]) -> None:
    rows, columns = slice(odd[0]), slice(odd[1])
    looks = []
    for look in film([over(CAP, ball(n)) for n in range(12)], swaying(12)):
        cut = look.link
        part = cut and Link(
            *(np.ascontiguousarray(f[rows, columns]) for f in (cut.back, cut.on, cut.trust_back, cut.trust_on))
        )
        looks.append(Look(look.frame, np.ascontiguousarray(look.raw[rows, columns]), look.luma, look.first, link=part))
    for answer in moved(looks):
        assert answer.shape == odd
        assert answer[30, 30] == 0


def test_the_movement_of_most_of_a_flow() -> None:
    y, x = np.mgrid[: SIZE[0], : SIZE[1]]
    wanted = np.stack([0.02 * x - 0.01 * y + 1.5, 0.01 * x + 0.03 * y - 2], axis=-1).astype(np.float32)
    flow = wanted + np.random.default_rng(0).normal(0, 0.05, wanted.shape).astype(np.float32)
    flow[20:60, 30:70] = 9, -7  # a sixth moves otherwise
    found = movement(flow, np.ones(SIZE, np.float32))
    assert found is not None
    assert np.abs(found.flow(SIZE) - wanted).max() < 0.05
    assert found.noise == pytest.approx(1.48 * 0.05 * np.sqrt(2 * np.log(2)), rel=0.35)
    place = found.step @ (40, 50, 1)
    np.testing.assert_allclose(place[:2], np.array([40, 50]) + wanted[50, 40], atol=0.05)


def test_too_little_to_fit_a_movement_to() -> None:
    weight = np.zeros(SIZE, np.float32)
    assert movement(moves(), weight) is None
    weight[:4, :5] = 1
    assert movement(moves(), weight) is None
