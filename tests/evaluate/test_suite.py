"""Indexes and baselines: read as they are meant, refused in one line where they are not."""

from pathlib import Path
from typing import Any

import pytest

from bgstream.errors import ConfigError, SourceError
from bgstream.evaluate.baselines import load_baselines
from bgstream.evaluate.suite import CATEGORIES, find_prediction, load_suite
from tests.evaluate.scenes import moving, write_folder, write_grey, write_index


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    return write_grey(tmp_path / "a" / "alpha.mkv", moving(2))


def row(**more: Any) -> dict[str, Any]:
    return {"name": "a", "category": "animal", "tags": ["fur"], "alpha": "a/alpha.mkv", **more}


def test_an_entry_as_it_is_meant(tmp_path: Path, truth: Path) -> None:
    index = write_index(tmp_path / "index.json", [row(frames=2), {"name": "b", "input": "a/alpha.mkv"}])
    (entry,) = load_suite(index)  # what has no truth is no part of a suite
    assert (entry.name, entry.alpha, entry.source, entry.frames) == ("a", truth, None, 2)
    assert entry.labels == {"a", "animal", "fur"}


def test_truth_may_be_a_folder_or_an_absolute_file(tmp_path: Path, truth: Path) -> None:
    write_folder(tmp_path / "b", moving(2))
    index = write_index(tmp_path / "index.json", [row(alpha="b"), row(name="c", alpha=str(truth))])
    assert [entry.alpha for entry in load_suite(index)] == [tmp_path / "b", truth]


@pytest.mark.parametrize(
    ("category", "tags", "labels"),
    [
        ("person", [], {"person"}),
        ("still", ["person", "hair"], {"person", "hair"}),
        ("object", [], {"product"}),
        ("spin", ["spin", "translucent", "low-contrast"], {"product", "spin", "translucent", "low contrast"}),
        ("greenscreen", [], {"green screen"}),
        ("x", ["fast-motion", "empty-frames", "fur"], {"fast motion", "empty frames", "fur"}),
    ],
)
def test_our_categories(tmp_path: Path, truth: Path, category: str, tags: list[str], labels: set[str]) -> None:
    index = write_index(tmp_path / "index.json", [row(category=category, tags=tags)])
    assert load_suite(index)[0].labels & CATEGORIES.keys() == labels


@pytest.mark.parametrize("word", ["animal", "fur", "a"])
def test_only(tmp_path: Path, truth: Path, word: str) -> None:
    index = write_index(tmp_path / "index.json", [row(), row(name="b", category="person", tags=[])])
    assert [entry.name for entry in load_suite(index, word)] == ["a"]


def test_only_names_the_nearest(tmp_path: Path, truth: Path) -> None:
    index = write_index(tmp_path / "index.json", [row()])
    with pytest.raises(ConfigError) as raised:
        load_suite(index, "animla")
    assert "animal" in raised.value.hint


@pytest.mark.parametrize(
    "rows",
    [
        "{",
        "[" * 100_000,
        {},
        [],
        [3],
        [{}],
        [row(name=3)],
        [row(name="../a")],
        [row(name="a/b")],
        [row(name="")],
        [row(name=".hidden")],
        [row(tags="fur")],
        [row(tags=[1])],
        [row(frames="many")],
        [row(frames=-1)],
        [row(), row()],
        [row(alpha=7)],
        [row(alpha="../outside.mkv")],
        [row(alpha="a/../../outside.mkv")],
        [row(alpha="http://example.org/a.mkv")],
        [row(alpha="rtsp:x")],
        [row(alpha="//server/share/a.mkv")],
        [row(alpha="\\\\server\\share\\a.mkv")],
        [row(alpha="a/none.mkv")],
        [row(alpha="/dev/zero")],
        [row(alpha="a/\x00.mkv")],
        [row(input="concat:a/alpha.mkv")],
    ],
    ids=lambda rows: str(rows)[:60],
)
def test_a_bad_index_is_refused(tmp_path: Path, truth: Path, rows: Any) -> None:
    write_grey(tmp_path.parent / "outside.mkv", moving(1))
    with pytest.raises(SourceError) as raised:
        load_suite(write_index(tmp_path / "index.json", rows))
    assert raised.value.hint


def test_predictions_are_found_by_name(tmp_path: Path) -> None:
    write_folder(tmp_path / "a", moving(1))
    assert find_prediction(tmp_path, "a") == tmp_path / "a"
    (tmp_path / "a.png").touch()
    (tmp_path / "a.mkv").touch()
    assert find_prediction(tmp_path, "a") == tmp_path / "a.mkv"
    assert find_prediction(tmp_path, "b") is None


def test_baselines(tmp_path: Path) -> None:
    text = '{"_about": {"x": "a peer"}, "x": {"clips": {"a": {"mad": 2, "iou": null, "name": "a"}}, "groups": {}}}'
    (found,) = load_baselines(write_index(tmp_path / "b.json", text))
    assert (found.name, found.clips, found.about) == ("x", {"a": {"mad": 2.0}}, "a peer")


@pytest.mark.parametrize("document", ["[", [], {"x": 3}, {"x": {"clips": []}}, {"x": {"clips": {"a": 3}}}])
def test_bad_baselines_are_refused(tmp_path: Path, document: Any) -> None:
    with pytest.raises(SourceError) as raised:
        load_baselines(write_index(tmp_path / "b.json", document))
    assert raised.value.hint
