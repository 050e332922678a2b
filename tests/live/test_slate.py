"""What stands where no matted frame does."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bgstream.errors import SourceError
from bgstream.frame import LAYOUTS, Colour, Frame, Planes, rgb_matrix
from bgstream.live.slate import GROUND, WORDS, Slate

SIZE = (180, 320)
TAGS = Colour(6, False, 1, 1)
EIGHT_BITS = ("yuv420p", "yuv422p", "yuv444p", "gbrp")


def frame(value: int = 201, size: tuple[int, int] = SIZE, layout: str = "yuv420p") -> Frame:
    """Full of what must not be left standing."""
    stored = LAYOUTS[layout]
    return Frame(tuple(np.full(shape, value, np.uint8) for shape in stored.shapes(*size)), stored, TAGS)


def filled(text: str, behind: Planes | None = None, size: tuple[int, int] = SIZE, layout: str = "yuv420p") -> Frame:
    out = frame(size=size, layout=layout)
    Slate(size, LAYOUTS[layout], TAGS)(out, text, behind=behind)
    return out


def rgb(out: Frame) -> np.ndarray:
    """(height, width, 3), 0..255."""
    whole = [np.kron(plane, np.ones((SIZE[0] // plane.shape[0], SIZE[1] // plane.shape[1]))) for plane in out.planes]
    matrix = rgb_matrix(out.layout, TAGS)
    return np.asarray(255 * (np.stack(whole, -1) @ matrix[:, :3].T + matrix[:, 3]))


def written(out: Frame) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns in which there is something bright."""
    bright = out.planes[0] > 100
    return np.flatnonzero(bright.any(axis=1)), np.flatnonzero(bright.any(axis=0))


@pytest.mark.parametrize("layout", EIGHT_BITS)
def test_every_sample_is_the_ground_s_or_the_words(layout: str) -> None:
    seen = rgb(filled("no camera", layout=layout))
    low, high = np.array(GROUND) - 4, np.array(WORDS) + 4  # colour samples are shared
    assert ((seen >= low) & (seen <= high)).all()
    np.testing.assert_allclose(seen[:30], np.broadcast_to(GROUND, seen[:30].shape), atol=1.6)
    np.testing.assert_allclose(seen.max(axis=(0, 1)), WORDS, atol=1.6)


@pytest.mark.parametrize("layout", EIGHT_BITS)
def test_without_words_it_is_flat(layout: str) -> None:
    out = filled("", layout=layout)
    assert [len(np.unique(plane)) for plane in out.planes] == [1, 1, 1]


@pytest.mark.parametrize("size", [(180, 320), (480, 640), (720, 1280), (2160, 3840), (320, 180), (90, 160)])
def test_the_words_stand_in_the_middle_and_can_be_read(size: tuple[int, int]) -> None:
    rows, columns = written(filled("no camera", size=size))
    assert (rows[0] + rows[-1] + 1) / 2 == pytest.approx(size[0] / 2, abs=3 + size[0] / 60)
    assert (columns[0] + columns[-1] + 1) / 2 == pytest.approx(size[1] / 2, abs=3 + size[1] / 60)
    assert 5 <= len(rows) <= size[0] / 6
    assert columns[0] > 0
    assert columns[-1] < size[1] - 1


def test_the_edges_are_smooth_and_the_words_are_not_mirrored() -> None:
    luma = filled("L").planes[0]
    assert len(np.unique(luma)) > 4
    rows, columns = written(filled("L", size=(720, 1280)))
    large = filled("L", size=(720, 1280)).planes[0][rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    middle = large.shape[1] // 2
    assert (large[:, :middle] > 100).sum() > 2 * (large[:, middle:] > 100).sum()  # the upright of L is at the left


def test_a_long_text_is_broken_into_two_lines_and_then_cut() -> None:
    one, _ = written(filled("no camera", size=(720, 1280)))
    broken, columns = written(filled("the camera is used by a program of another user", size=(360, 400)))
    assert len(columns) < 400
    gaps = np.flatnonzero(np.diff(broken) > 1)
    assert len(gaps) >= 1
    endless = filled("word " * 200, size=(720, 1280))
    rows, columns = written(endless)
    assert rows[-1] - rows[0] < 3 * len(one)
    assert 0 < columns[0] <= columns[-1] < 1279


def test_two_lines_are_kept() -> None:
    out = filled("first\nsecond")
    rows, _ = written(out)
    assert np.diff(rows).max() > 1


def test_the_same_words_are_drawn_once_and_other_words_anew() -> None:
    slate, out = Slate(SIZE, LAYOUTS["yuv420p"], TAGS), frame()
    drawn = []
    for text in ("one", "two", "one"):
        slate(out, text)
        drawn.append(out.planes[0].copy())
    np.testing.assert_array_equal(drawn[0], drawn[2])
    assert (drawn[0] != drawn[1]).any()
    assert slate._label.cache_info().misses == 2


def test_what_stands_behind_is_shown_around_the_words_and_darkened_under_them() -> None:
    random = np.random.default_rng(1)
    behind = tuple(random.integers(100, 230, shape, np.uint8) for shape in LAYOUTS["yuv420p"].shapes(*SIZE))
    out = filled("no picture", behind)
    for plane, given in zip(out.planes, behind, strict=True):
        np.testing.assert_array_equal(plane[: plane.shape[0] // 4], given[: plane.shape[0] // 4])
    changed = np.flatnonzero((out.planes[0] != behind[0]).any(axis=1))
    box = out.planes[0][changed[3] : changed[-3], 150:170]
    assert np.median(box) < np.median(behind[0]) - 50


def test_a_row_behind_serves_for_all() -> None:
    shapes = LAYOUTS["yuv420p"].shapes(*SIZE)
    row = tuple(np.full((1, shape[1]), 60 + shape[1] % 50, np.uint8) for shape in shapes)
    whole = tuple(np.repeat(plane, shape[0], axis=0) for plane, shape in zip(row, shapes, strict=True))
    for mine, theirs in zip(filled("text", row).planes, filled("text", whole).planes, strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_padded_rows_are_filled_and_nothing_else() -> None:
    shapes = LAYOUTS["yuv420p"].shapes(*SIZE)
    buffers = [np.full((shape[0], shape[1] + 32), 201, np.uint8) for shape in shapes]
    planes = tuple(buffer[:, : shape[1]] for buffer, shape in zip(buffers, shapes, strict=True))
    Slate(SIZE, LAYOUTS["yuv420p"], TAGS)(Frame(planes, LAYOUTS["yuv420p"], TAGS), "no camera")
    for plane, expected, buffer in zip(planes, filled("no camera").planes, buffers, strict=True):
        np.testing.assert_array_equal(plane, expected)
        assert (buffer[:, plane.shape[1] :] == 201).all()


def test_a_picture_is_shown_alone_cut_to_the_shape(tmp_path: Path) -> None:
    picture = np.zeros((100, 100, 3), np.uint8)
    picture[:, :50], picture[:, 50:] = (200, 30, 30), (30, 60, 200)
    Image.fromarray(picture).save(tmp_path / "away.png")
    out = frame()
    slate = Slate(SIZE, LAYOUTS["yuv420p"], TAGS)
    slate(out, "paused", str(tmp_path / "away.png"))
    seen = rgb(out)
    np.testing.assert_allclose(seen[:, :150], np.broadcast_to((200, 30, 30), seen[:, :150].shape), atol=4)
    np.testing.assert_allclose(seen[:, 170:], np.broadcast_to((30, 60, 200), seen[:, 170:].shape), atol=4)
    (tmp_path / "away.png").unlink()
    slate(out, "paused", str(tmp_path / "away.png"))  # it was read once


def test_a_picture_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"no picture")
    with pytest.raises(SourceError, match=r"broken\.png"):
        Slate(SIZE, LAYOUTS["yuv420p"], TAGS)(frame(), "paused", tmp_path / "broken.png")
