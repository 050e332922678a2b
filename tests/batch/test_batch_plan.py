"""Names of results: all different, no input among them, the same every time."""

from pathlib import Path

import pytest

from bgstream.batch import Input, find_inputs, plan
from bgstream.errors import ConfigError, SinkError
from bgstream.settings import Settings


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, empty but for a place for results."""
    (tmp_path / "done").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def planned(words: str, to: str = "", **settings: bool | str) -> str:
    """Targets of files that are made if they are missing; ``|`` before a pattern or folder."""
    for word in words.replace("|", " ").split():
        if "*" not in word and word[-1] != "/":
            Path(word).parent.mkdir(parents=True, exist_ok=True)
            Path(word).touch()
    named = words.split("|")[-1].split()
    made = plan(find_inputs(named), Path(to) if to else None, Settings(**settings))  # type: ignore[arg-type]
    assert all((job.note == "") or str(job.source) in job.note for job in made)
    return " ".join(str(job.target) for job in made)


BESIDE = {
    "a.jpg b.heic c.mov": "a.png b.png c.webm",
    "a.png": "a_cutout.png",
    "a.jpg a.png": "a_jpg_cutout.png a_png_cutout.png",
    "a.jpg a.tif": "a_jpg.png a_tif.png",
    "a.jpg a.tif b.png|./": "a_jpg_cutout.png a_tif_cutout.png b_cutout.png",
    "a.jpg b.mp4|./": "a_cutout.png b_cutout.webm",
    "a.jpg a.png|*.jpg": "a.png",
    "sub/a.jpg sub/a.png|sub/*": "sub/a_jpg_cutout.png sub/a_png_cutout.png",
    "x/a.jpg y/a.jpg": "x/a.png y/a.png",
}


@pytest.mark.parametrize("words", BESIDE)
def test_beside(words: str) -> None:
    assert planned(words) == BESIDE[words]


def test_a_name_that_tells_apart_may_be_taken() -> None:
    assert planned("p/a.jpg p/a.tif a_jpg.heic", "done") == "done/a_p_jpg.png done/a_p_tif.png done/a_jpg.png"


IN_A_FOLDER = {
    "a.jpg b.png c.mp4": "done/a.png done/b.png done/c.webm",
    "a.jpg a.png": "done/a_jpg.png done/a_png.png",
    "x/a.jpg y/a.jpg": "done/a_x.png done/a_y.png",
    "x/a.jpg x/b.jpg y/a.png": "done/a_jpg.png done/b.png done/a_png.png",
    "x/p/a.jpg y/p/a.jpg": "done/a_1.png done/a_2.png",
    "x/a.jpg x/y/b.jpg|x/**/*.jpg": "done/a.png done/y/b.png",
    "x/a.jpg x/y/b.jpg|**": "done/x/a_cutout.png done/x/y/b_cutout.png",
}


@pytest.mark.parametrize("words", IN_A_FOLDER)
def test_in_a_folder(words: str) -> None:
    assert planned(words, "done") == IN_A_FOLDER[words]


def test_the_second_time_names_are_the_same(folder: Path) -> None:
    first = planned("a.jpg a.png b.mp4 sub/c.jpg|**")
    for name in first.split():
        (folder / name).touch()
    assert planned("**") == first


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        ({"matte": True}, "done/a_matte.png done/c_matte.mkv"),
        ({"backdrop": "green"}, "done/a.png done/c.mp4"),
    ],
)
def test_by_settings(settings: dict[str, bool | str], names: str) -> None:
    assert planned("a.jpg c.mov", "done", **settings) == names


@pytest.mark.parametrize("name", ["out.webm", "out.png", "out.jpg", "f_%04d.png", "-", "words"])
def test_no_folder(name: str, folder: Path) -> None:
    (folder / "words").touch()
    with pytest.raises(ConfigError, match="pipe" if name == "-" else name) as caught:
        plan([Input(Path("a.jpg"))], Path(name), Settings(mkdir=True))
    assert caught.value.hint


def test_a_new_folder_is_made_on_request_only(folder: Path) -> None:
    with pytest.raises(SinkError, match="new") as caught:
        plan([Input(Path("a.jpg"))], Path("new"), Settings())
    assert "--mkdir" in caught.value.hint
    assert [job.target for job in plan([Input(Path("a.jpg"))], Path("new"), Settings(mkdir=True))] == [
        Path("new/a.png")
    ]
    assert not (folder / "new").exists()
