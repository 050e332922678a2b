"""Mattes as they come: clips, folders, pictures; and what is none."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from bgstream.errors import SourceError
from bgstream.evaluate.read import alphas, colours, count
from tests.evaluate import scenes


@pytest.mark.parametrize("name", ["a.mkv", "folder"])
@pytest.mark.parametrize("with_alpha", [False, True])
def test_lossless_mattes_come_back_as_they_were(tmp_path: Path, name: str, with_alpha: bool) -> None:
    truth = scenes.moving(3)
    if name == "folder":
        scenes.write_folder(tmp_path / name, truth)
    elif with_alpha:
        scenes.write_alpha(tmp_path / name, truth)
    else:
        scenes.write_grey(tmp_path / name, truth)
    found = list(alphas(tmp_path / name))
    assert [a.dtype for a in found] == [np.float32] * 3
    for read, meant in zip(found, truth, strict=True):
        assert np.array_equal(scenes.bytes_of(read), scenes.bytes_of(meant))


def test_alpha_of_a_webm(tmp_path: Path) -> None:
    truth = scenes.moving(3)
    found = list(alphas(scenes.write_alpha(tmp_path / "a.webm", truth)))
    assert max(float(np.abs(a - b).mean()) for a, b in zip(found, truth, strict=True)) < 0.02


def test_sixteen_bits(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), np.array([[0, 32768, 65535]], np.uint16))
    (found,) = alphas(tmp_path / "a.png")
    assert found[0] == pytest.approx([0, 32768 / 65535, 1])


def test_the_sources_frames_are_what_players_show(tmp_path: Path) -> None:
    frames = list(colours(scenes.write_colours(tmp_path / "a.mp4", 2)))
    assert [frame.shape for frame in frames] == [(96, 128, 3)] * 2
    assert float(np.abs(frames[1].astype(int) - np.dstack(scenes.colours(1))).mean()) < 15


def test_frames_are_counted(tmp_path: Path) -> None:
    assert count(scenes.write_grey(tmp_path / "a.mkv", scenes.moving(5))) == 5


def test_colour_without_alpha_is_no_matte(tmp_path: Path) -> None:
    path = scenes.write_colours(tmp_path / "a.mp4", 1)
    with pytest.raises(SourceError, match="in colour and has no alpha") as raised:
        list(alphas(path))
    assert "--matte" in raised.value.hint


@pytest.mark.parametrize("name", ["none.mkv", "none.png", "text.mkv", "text.png", "empty", "http://x.org/a.mkv"])
def test_what_cannot_be_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.mkv").write_text("this is no clip")
    (tmp_path / "text.png").write_text("this is no picture")
    with pytest.raises(SourceError) as raised:
        list(alphas(tmp_path / name))
    assert raised.value.hint
