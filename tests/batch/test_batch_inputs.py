"""Which files words mean."""

from pathlib import Path

import pytest

from bgstream.batch import find_inputs, is_many
from bgstream.batch.inputs import found_again
from bgstream.errors import SourceError

FILES = (
    "a10.jpg", "a2.jpg", "A1.PNG", "clip.mp4", "words.txt", ".hidden.jpg", "a2_cutout.png", "clip_matte.mkv",
    "matte.png", "odd[1].jpg", "clip_key.mp4", "low_key.mp4",
    "sub/b.jpg", "sub/deep/c.heic", "sub/deep/b_cutout.webm", "sub/frames.dat",
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with empty files: nothing is opened here."""
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


FOUND = {
    (".",): "A1.PNG a2.jpg a10.jpg clip.mp4 low_key.mp4 matte.png odd[1].jpg",
    ("*.mp4",): "clip.mp4 low_key.mp4",
    ("*_key.mp4",): "clip_key.mp4 low_key.mp4",
    ("*.jpg",): "a2.jpg a10.jpg odd[1].jpg",
    ("**/*.jpg",): "a2.jpg a10.jpg odd[1].jpg sub/b.jpg",
    ("sub/**",): "sub/b.jpg sub/deep/c.heic",
    ("sub/*/*",): "sub/deep/c.heic",
    ("sub/*.dat",): "sub/frames.dat",
    ("*_cutout.*",): "a2_cutout.png",
    ("**/*_cutout.*",): "a2_cutout.png sub/deep/b_cutout.webm",
    ("odd[1].jpg",): "odd[1].jpg",
    ("clip.mp4", "a10.jpg", "a2.jpg"): "clip.mp4 a10.jpg a2.jpg",
    ("a2.jpg", "./a2.jpg", "*2.jpg"): "a2.jpg",
    ("nowhere.jpg", "sub"): "nowhere.jpg sub/b.jpg",
    ("words.txt", "a2_cutout.png"): "words.txt a2_cutout.png",
}


@pytest.mark.parametrize("words", FOUND, ids=" ".join)
def test_found(words: tuple[str, ...], folder: Path) -> None:
    assert [str(one.path) for one in find_inputs(words)] == FOUND[words].split()
    assert folder == Path.cwd()


@pytest.mark.parametrize(("word", "names"), [("*.gif", "*.gif"), ("sub/deep/*.jpg", "deep"), ("empty", "empty")])
def test_nothing_found(word: str, names: str, folder: Path) -> None:
    (folder / "empty").mkdir()
    with pytest.raises(SourceError, match=names.replace("*", r"\*")) as caught:
        find_inputs(["a2.jpg", word])
    assert caught.value.hint


def test_folders_on_the_way_are_remembered(folder: Path) -> None:
    inputs = find_inputs([f"{folder}/sub/**/*", "a2.jpg"])
    assert [str(one.below) for one in inputs] == [".", "deep", "."]


@pytest.mark.parametrize(
    ("words", "many"),
    [
        (["clip.mp4"], False),
        (["nowhere.mp4"], False),
        (["-"], False),
        (["odd[1].jpg"], False),
        (["odd[12].jpg"], True),
        (["*.jpg"], True),
        (["sub"], True),
        (["clip.mp4", "a2.jpg"], True),
    ],
)
def test_what_is_a_batch(words: list[str], many: bool, folder: Path) -> None:
    assert is_many(words) == many
    assert folder == Path.cwd()


@pytest.mark.parametrize(
    ("found", "target", "again"),
    [
        (".", "a2.png", True),
        (".", "sub/a2.png", False),
        ("sub", "sub/b.png", True),
        ("*.jpg", "a2.png", False),
        ("*", "a2.png", True),
        ("**", "sub/out/a2.png", True),
        ("sub/**/*.png", "sub/new/b.png", True),
        ("sub/**/*.png", "b.png", False),
    ],
)
def test_results_that_would_be_inputs(found: str, target: str, again: bool, folder: Path) -> None:
    assert found_again(Path(target), found) == again
    assert found_again(folder / target, found) == again
