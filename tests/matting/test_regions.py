"""Regions kept and removed: they move with what they were drawn on, and let go rather than wander."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from bgstream.errors import ConfigError
from bgstream.matting.look import Link, Look
from bgstream.matting.regions import Regions, read_region
from bgstream.matting.riding import PATIENCE
from bgstream.matting.say import Region
from bgstream.matting.tracking import Start
from bgstream.progress import Clock
from tests.matting.filming import SIZE, disc, film, link, moves, over, passing

Float = NDArray[np.float32]
LEFT, RIGHT = disc(48, 30, 14), disc(48, 96, 14)
NOTHING = np.zeros(SIZE, np.float32)
STILL = moves()


def hold(looks: Sequence[Look], keep: Sequence[Start] = (), remove: Sequence[Start] = ()) -> list[Float]:
    regions = Regions([keep] if keep else [], [remove] if remove else [], Clock())
    return [look.raw for look in regions(looks)]


def test_what_is_kept_and_what_is_removed() -> None:
    for answer in hold(film([RIGHT] * 4), keep=[Start(0, LEFT)]):
        np.testing.assert_allclose(answer, over(LEFT, RIGHT), atol=0.01)
    for answer in hold(film([over(LEFT, RIGHT)] * 4), remove=[Start(0, RIGHT)]):
        np.testing.assert_allclose(answer, np.minimum(over(LEFT, RIGHT), 1 - RIGHT), atol=0.01)


def test_removing_wins() -> None:
    answer = hold(film([NOTHING]), keep=[Start(0, LEFT)], remove=[Start(0, LEFT)])[0]
    assert answer.max() <= 0.5
    assert answer[48, 30] == 0


def test_nothing_said_changes_nothing() -> None:
    looks = film([RIGHT] * 3)
    for answer, look in zip(hold(looks), looks, strict=True):
        assert answer is look.raw


def test_a_region_moves_with_what_is_under_it() -> None:
    masks = [disc(48, 30 + 4 * n, 14) for n in range(12)]
    for answer, mask in zip(hold(film([NOTHING] * 12, passing(masks, 4)), keep=[Start(0, LEFT)]), masks, strict=True):
        np.testing.assert_allclose(answer, mask, atol=0.08)


def test_a_region_turns_and_grows_with_what_is_under_it() -> None:
    y, x = np.mgrid[: SIZE[0], : SIZE[1]].astype(np.float32)
    grow = np.stack([(x - 30) * (1 / 1.05 - 1), (y - 48) * (1 / 1.05 - 1)], axis=-1)
    answer = hold(film([NOTHING] * 8, [link(grow)] * 8), keep=[Start(0, LEFT)])[-1]
    assert (answer > 0.5).sum() == pytest.approx((LEFT > 0.5).sum() * 1.05**14, rel=0.05)


def test_somebody_who_walks_past_leaves_no_hole() -> None:
    walkers = [disc(48, -20 + 6 * n, 7) for n in range(20)]
    answers = hold(film(walkers, passing(walkers, 6)), keep=[Start(0, LEFT)])
    for answer in answers:
        assert (np.minimum(answer, LEFT) > 0.5).sum() > 0.95 * (LEFT > 0.5).sum()
    np.testing.assert_allclose(answers[-1][:, :60], LEFT[:, :60], atol=0.1)


def test_somebody_large_who_covers_it_all_does_not_take_it_along() -> None:
    walkers = [disc(48, -60 + 9 * n, 30) for n in range(26)]
    answers = hold(film([NOTHING] * 26, passing(walkers, 9)), keep=[Start(0, LEFT)])
    for answer in answers:
        np.testing.assert_allclose(answer, LEFT, atol=0.1)


def untrusted(count: int, lost: range) -> list[Link]:
    return [link(STILL, np.full(SIZE, 0.0 if n in lost else 1.0, np.float32)) for n in range(count)]


def test_what_is_lost_from_sight_fades_out_and_stays_away() -> None:
    looks = film([NOTHING] * 60, untrusted(60, range(1, 40)))
    top = np.array([answer.max() for answer in hold(looks, keep=[Start(0, LEFT)])])
    assert top[: PATIENCE + 1].min() == 1
    assert np.diff(top).min() >= -1.01 / PATIENCE
    assert top[2 * PATIENCE :].max() == 0


def test_what_is_lost_from_sight_for_a_while_stays() -> None:
    looks = film([NOTHING] * 30, untrusted(30, range(5, 5 + PATIENCE)))
    for answer in hold(looks, keep=[Start(0, LEFT)]):
        np.testing.assert_allclose(answer, LEFT, atol=0.01)


def test_in_force_from_its_frame_to_the_end_of_the_shot() -> None:
    answers = hold(film([NOTHING] * 9, cuts=[6]), keep=[Start(0.12, LEFT)])
    assert [bool(answer.any()) for answer in answers] == [False] * 3 + [True] * 3 + [False] * 3


def test_what_was_carried_back_gives_way_to_what_was_drawn() -> None:
    answers = hold(film([NOTHING] * 6), keep=[Start(0.0, RIGHT), Start(0.12, LEFT)])
    np.testing.assert_allclose(answers[2], RIGHT, atol=0.01)
    np.testing.assert_allclose(answers[3], LEFT, atol=0.01)


def test_a_region_of_another_size() -> None:
    mask = np.zeros((24, 32), np.float32)
    mask[8:16, 4:12] = 1
    answer = hold(film([NOTHING]), keep=[Start(0, mask)])[0]
    assert answer[34:62, 18:46].min() == 1
    assert answer[:28].max() == 0


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA", "1"])
def test_pictures_of_regions(mode: str, tmp_path: Path) -> None:
    values = np.zeros((20, 30), np.uint8)
    values[5:10, 5:15] = 255
    white = Image.fromarray(values)
    if mode in ("RGBA", "LA"):
        made = Image.new(mode, (30, 20), 0)
        made.putalpha(white)
    else:
        made = white.convert(mode)
    made.save(tmp_path / "mask.png")
    np.testing.assert_array_equal(read_region(Region(tmp_path / "mask.png")) > 0.5, values > 0)


def test_pictures_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_region(Region(tmp_path / "none.png"))
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(ConfigError, match="cannot be read"):
        read_region(Region(tmp_path / "text.png"))
    Image.new("L", (8, 8), 0).save(tmp_path / "black.png")
    with pytest.raises(ConfigError, match="marks nothing"):
        read_region(Region(tmp_path / "black.png"))
