"""Cut, mirrored and following pictures: what is shown where."""

import numpy as np
import pytest

from bgstream.frame import LAYOUTS, Matted
from bgstream.live.following import DEAD, EYE
from bgstream.live.framing import Framing
from bgstream.live.head import find_head
from tests.live.busts import ball, bust, shown, waves

SIZE = (180, 320)
EIGHT_BITS = ("yuv420p", "yuv422p", "yuv444p", "gbrp")


def run(framing: Framing, alpha: np.ndarray, seconds: float, start: float = 0.0, rate: int = 30) -> Matted:
    """The last of the pictures while nothing changes."""
    for index in range(round(seconds * rate)):
        out = framing(shown(alpha, start + index / rate), mirror=False, follow=True)
    return out


def assert_colours_in_place(out: Matted, layout: str) -> None:
    """The second plane shows what the first does where it does: by the shift, in pixels, that explains best."""
    rows, columns = LAYOUTS[layout].subsampling
    first, second = (plane.astype(np.float64) for plane in out.frame.planes[:2])
    height, width = second.shape
    inner = np.s_[4:-4, 4:-4]
    error = (first.reshape(height, rows, width, columns).mean(axis=(1, 3)) - second)[inner]
    for slope, cover in zip(np.gradient(second), (rows, columns), strict=True):
        assert abs((error * slope[inner]).sum() / (slope[inner] ** 2).sum() * cover) < 0.03


def test_nothing_to_do_gives_the_very_same_objects() -> None:
    given = shown(ball(SIZE, 100, 80, 30), 0)
    assert Framing(SIZE)(given, mirror=False, follow=False) is given


@pytest.mark.parametrize("layout", EIGHT_BITS)
def test_a_mirror_turns_every_plane(layout: str) -> None:
    given = waves(bust(SIZE, 100, 80, 20), 2.5, layout)
    given = Matted(given.frame, given.alpha, tuple(255 - plane for plane in given.frame.planes))
    out = Framing(SIZE)(given, mirror=True, follow=False)
    assert given.foreground is not None
    assert out.foreground is not None
    np.testing.assert_array_equal(out.alpha, given.alpha[:, ::-1])
    for before, after in zip(
        (*given.frame.planes, *given.foreground), (*out.frame.planes, *out.foreground), strict=True
    ):
        np.testing.assert_array_equal(after, before[:, ::-1])
    assert (out.frame.time, out.frame.colour, out.frame.layout) == (2.5, given.frame.colour, given.frame.layout)


@pytest.mark.parametrize("layout", EIGHT_BITS)
@pytest.mark.parametrize("taken", [(240, 320), (90, 160), (360, 640), (720, 1280), (96, 200), (151, 253)])
def test_any_size_comes_out_in_the_output_s(taken: tuple[int, int], layout: str) -> None:
    out = Framing(SIZE)(
        waves(ball(taken, taken[1] / 2, taken[0] / 2, taken[0] / 4), 0, layout), mirror=False, follow=False
    )
    assert out.frame.size == out.alpha.shape == SIZE
    assert [plane.shape for plane in out.frame.planes] == list(out.frame.layout.shapes(*SIZE))
    assert_colours_in_place(out, layout)
    rows, columns = (np.flatnonzero(out.alpha.max(axis=axis) > 127) for axis in (1, 0))
    scale = max(SIZE[0] / taken[0], SIZE[1] / taken[1])
    assert (rows[0] + rows[-1] + 1) / 2 == pytest.approx(SIZE[0] / 2, abs=1.01 * scale)  # the corner is even
    assert (columns[0] + columns[-1] + 1) / 2 == pytest.approx(SIZE[1] / 2, abs=1.01 * scale)
    assert len(rows) == pytest.approx(scale * taken[0] / 2, abs=2)
    assert len(columns) == pytest.approx(len(rows), abs=2)


@pytest.mark.parametrize("mirror", [False, True])
@pytest.mark.parametrize("layout", EIGHT_BITS)
def test_while_the_window_moves_no_colour_shifts(layout: str, mirror: bool) -> None:
    framing, alpha = Framing(SIZE), bust(SIZE, 120, 70, 20)
    for index in range(12):
        out = framing(waves(alpha, index / 30, layout), mirror=mirror, follow=True)
        assert_colours_in_place(out, layout)
    assert find_head(out.alpha).tall > 1.05 * find_head(alpha).tall  # type: ignore[union-attr]


@pytest.mark.parametrize("taken", [SIZE, (240, 320), (720, 1280)])
def test_alpha_and_frame_stay_together(taken: tuple[int, int]) -> None:
    framing, alpha = Framing(SIZE), bust(taken, 0.4 * taken[1], 0.4 * taken[0], 0.1 * taken[0])
    for index in range(40):
        given = shown(alpha, index / 30)
        given = Matted(given.frame, alpha, (alpha, *given.frame.planes[1:]))
        out = framing(given, mirror=index % 2 == 1, follow=True)
        assert out.foreground is not None
        np.testing.assert_array_equal(out.foreground[0], out.alpha)


@pytest.mark.parametrize("place", [(0.35, 0.4), (0.62, 0.35), (0.5, 0.45), (0.45, 0.38)])
@pytest.mark.parametrize("taken", [SIZE, (720, 1280), (480, 640)])
def test_the_head_is_in_its_place_after_a_second_and_a_half(taken: tuple[int, int], place: tuple[float, float]) -> None:
    alpha = bust(taken, place[0] * taken[1], place[1] * taken[0], 0.1 * taken[0])
    head = find_head(run(Framing(SIZE), alpha, 1.5).alpha)
    assert head is not None
    assert head.x == pytest.approx(SIZE[1] / SIZE[0] / 2, abs=1.5 * DEAD)
    assert head.y == pytest.approx(EYE, abs=1.5 * DEAD)


def test_at_rest_nothing_is_blurred() -> None:
    framing, alpha = Framing(SIZE), bust(SIZE, 120, 70, 20)
    run(framing, alpha, 4)
    given = shown(alpha, 4)
    stripes = np.zeros(SIZE, np.uint8)
    stripes[:, ::2] = 255
    out = framing(Matted(given.frame, alpha, (stripes, *given.frame.planes[1:])), mirror=False, follow=True)
    assert out.foreground is not None
    assert np.ptp(out.foreground[0][90]) > 245  # nothing would be left of them half a pixel aside
    again = framing(shown(alpha, 4 + 1 / 30), mirror=False, follow=True)
    np.testing.assert_array_equal(again.alpha, out.alpha)


def test_switched_off_it_opens_and_is_then_out_of_the_way() -> None:
    framing, alpha = Framing(SIZE), bust(SIZE, 100, 70, 20)
    before = run(framing, alpha, 2).alpha
    steps = []
    for index in range(120):
        given = shown(alpha, 2 + index / 30)
        out = framing(given, mirror=False, follow=False)
        steps.append(np.abs(out.alpha.astype(int) - before).mean())
        before = out.alpha
    assert out is given
    assert steps[0] < 2 * max(steps[1:])  # no jump


def test_a_frame_s_own_alpha_is_cut_as_well() -> None:
    given = shown(ball((90, 160), 80, 45, 20), 0)
    own = Matted(
        type(given.frame)(given.frame.planes, given.frame.layout, given.frame.colour, alpha=given.alpha), given.alpha
    )
    out = Framing(SIZE)(own, mirror=True, follow=False)
    assert out.frame.alpha is not None
    np.testing.assert_array_equal(out.frame.alpha, out.alpha)
