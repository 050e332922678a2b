"""Whole clips: streaming, lengths, worst frames, means."""

from pathlib import Path

import numpy as np
import pytest

from bgstream.evaluate.job import score_folder, score_one
from bgstream.evaluate.score import score_clip
from bgstream.evaluate.suite import Entry, load_suite
from tests.evaluate import scenes


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    return scenes.write_grey(tmp_path / "truth.mkv", scenes.moving(24))


def spoiled(tmp_path: Path, *indices: int) -> Path:
    """The truth but for some frames that are turned over, the later the worse."""
    mattes = scenes.moving(24)
    for index in indices:
        mattes[index] = np.clip(mattes[index] + (0.3 + index / 100), 0, 1).astype(np.float32)
    return scenes.write_grey(tmp_path / "spoiled.mkv", mattes)


def test_the_worst_frames_are_found_and_neighbours_left_out(tmp_path: Path, truth: Path) -> None:
    score = score_clip(Entry("a", truth), spoiled(tmp_path, 3, 10, 11, 20))
    assert score.worst == (20, 11, 3)
    assert not score.short


def test_a_perfect_clip_has_no_worst_frame(truth: Path) -> None:
    assert score_clip(Entry("a", truth), truth).worst == ()


@pytest.mark.parametrize(("every", "frames"), [(1, 24), (5, 5), (24, 1), (100, 1)])
def test_every(truth: Path, every: int, frames: int) -> None:
    score = score_clip(Entry("a", truth), truth, every)
    assert [row.index for row in score.rows] == list(range(0, 24, every))
    assert (score.expected, score.values["mad"]) == (frames, 0)


@pytest.mark.parametrize("every", [1, 5])
@pytest.mark.parametrize("promised", [0, 24])
def test_a_short_clip_is_said_to_be_short(tmp_path: Path, truth: Path, every: int, promised: int) -> None:
    short = scenes.write_grey(tmp_path / "short.mkv", scenes.moving(3))
    score = score_clip(Entry("a", truth, frames=promised), short, every)
    assert score.short
    assert score.expected == -(-24 // every)


def test_a_long_clip_and_another_size_are_noted(tmp_path: Path, truth: Path) -> None:
    small = [np.ascontiguousarray(a[::2, ::2]) for a in scenes.moving(26)]
    score = score_clip(Entry("a", truth), scenes.write_grey(tmp_path / "long.mkv", small))
    assert score.notes == ("resized from 64×48 to 128×96", "2 frames more than the truth")
    assert not score.short


def test_without_truth(tmp_path: Path) -> None:
    still = scenes.write_grey(tmp_path / "a.mkv", [scenes.disc(40)] * 5)
    nervous = scenes.write_grey(tmp_path / "b.mkv", scenes.noisy([scenes.disc(40)] * 5))
    source = scenes.write_colours(tmp_path / "source.mp4", 5)
    for clip in (None, source):
        calm, bad = (score_one(path, None, clip, 1).clips[0].values for path in (still, nervous))
        assert (calm["flick"], calm["agree"]) == (0, 1)
        assert (bad["flick"] or 0) > 10
        assert (bad["undecided"] or 0) > (calm["undecided"] or 0)


def test_without_truth_the_jump_is_the_worst_frame(tmp_path: Path) -> None:
    mattes = [scenes.disc(40)] * 24
    mattes[13] = np.maximum(mattes[13], scenes.disc(100, 48, 15))
    result = score_one(scenes.write_grey(tmp_path / "a.mkv", mattes), None, None, 1)
    assert result.clips[0].worst[0] in (13, 14)
    assert (result.clips[0].rows[13].values["agree"] or 1) < 0.9


def test_means_by_category(tmp_path: Path, truth: Path) -> None:
    good, bad = tmp_path / "p" / "good.mkv", tmp_path / "p" / "bad.mkv"
    scenes.write_grey(good, scenes.moving(24))
    scenes.write_grey(bad, [np.zeros(scenes.SIZE, np.float32)] * 24)
    rows = [
        {"name": "good", "category": "animal", "tags": ["fur"], "alpha": "truth.mkv"},
        {"name": "bad", "category": "person", "tags": ["hair", "fur"], "alpha": "truth.mkv"},
        {"name": "gone", "category": "person", "tags": [], "alpha": "truth.mkv"},
    ]
    entries = load_suite(scenes.write_index(tmp_path / "index.json", rows))
    told: list[str] = []
    result = score_folder(tmp_path / "p", entries, 1, told.append)
    assert told == ["good (1 of 3)", "bad (2 of 3)", "gone (3 of 3)"]
    ious = {group.name: (group.clips, group.values["iou"]) for group in (*result.categories(), *result.groups())}
    assert ious["person"] == ious["hair"] == (1, 0)
    assert ious["animal"] == (1, 1)
    assert ious["fur"] == ious["#fur"] == ious["ALL"] == (2, 0.5)
    assert result.complaints() == ["gone: no prediction found"]


def test_a_folder_whose_pictures_change_size(tmp_path: Path) -> None:
    mattes = [scenes.disc(40), scenes.disc(40)[::2, ::2], scenes.disc(40)]
    folder = scenes.write_folder(tmp_path / "a", mattes)
    assert score_one(folder, folder, None, 1).clips[0].values["iou"] == 1
    assert score_one(folder, None, None, 1).clips[0].values["agree"] is None
    assert score_one(folder, None, scenes.write_colours(tmp_path / "s.mp4", 2), 1).clips[0].notes == (
        "resized from 64×48 to 128×96",
        "the source ends before the matte",
    )
