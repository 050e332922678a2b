"""Where an output goes: its default name, folders, and what it must not be."""

import os
import shutil
from pathlib import Path

import pytest

from bgstream.errors import BgstreamError, ConfigError, SinkError
from bgstream.settings import Settings
from bgstream.targets import Place, check_place, default_target, find_place, folders_made
from tests.cli.command import FAST, assert_done, assert_refused, inside, listing
from tests.media.catalogue import Catalogue

Capture = pytest.CaptureFixture[str]
CLIP, PHOTO = Path("clip.mp4"), Path("photo.jpg")


@pytest.fixture
def here(clip: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: a clip, a picture, links to the clip, an empty folder."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(clip("silent.mp4"), CLIP)
    shutil.copy(clip("photo.jpg"), PHOTO)
    Path("link.mkv").symlink_to(CLIP)
    os.link(CLIP, "hard.mkv")
    Path("empty").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("source", "settings", "target"),
    [
        ("clip.mp4", Settings(), "clip.webm"),
        ("clip.webm", Settings(), "clip_cutout.webm"),
        ("clip.mov", Settings(backdrop="blur"), "clip.mp4"),
        ("clip.mp4", Settings(backdrop="blur"), "clip_cutout.mp4"),
        ("clip.mp4", Settings(key_file="key.mp4"), "clip_cutout.mp4"),
        ("clip.mp4", Settings(matte=True), "clip_matte.mkv"),
        ("photo.heic", Settings(), "photo.png"),
        ("photo.png", Settings(), "photo_cutout.png"),
        ("photo.jpg", Settings(matte=True), "photo_matte.png"),
    ],
)
def test_default_names(source: str, settings: Settings, target: str) -> None:
    assert default_target(Path("a") / source, settings) == Path("a") / target
    usual = target.replace("_cutout", "")  # elsewhere the input is not in the way
    assert default_target(Path("a") / source, settings, Path("b")) == Path("b") / usual


def test_standard_input_has_no_default_name() -> None:
    with pytest.raises(ConfigError, match="standard input") as caught:
        default_target(Path("-"), Settings())
    assert "-o" in caught.value.hint


def test_a_folder_takes_numbered_pictures_of_a_clip_and_says_so(here: Path) -> None:
    place = find_place(CLIP, Path("empty"), Settings(), still=False)
    assert (place.path, place.numbered, place.folder) == (Path("empty"), True, here / "empty")
    assert "empty/clip.webm" in place.notes[0]
    pattern = find_place(CLIP, Path("f_%03d.png"), Settings(), still=False)
    assert (pattern.numbered, pattern.folder, pattern.notes) == (True, here, ())


def test_a_folder_takes_a_picture_under_its_default_name(here: Path, capfd: Capture) -> None:
    assert_done(inside(capfd, PHOTO, "-o", "empty", *FAST))
    assert_done(inside(capfd, PHOTO, "-o", "new/deep", "--mkdir", *FAST))
    after = listing(here)
    assert after["empty/photo.png"] == after["new/deep/photo.png"]
    assert_refused(inside(capfd, PHOTO, "-o", "empty", *FAST), 2)
    assert_done(inside(capfd, PHOTO, "-o", "empty", "-y", *FAST))
    assert listing(here) == after


def test_a_clip_into_a_folder(here: Path, capfd: Capture) -> None:
    done = inside(capfd, CLIP, "-o", "empty", *FAST)
    assert_done(done)
    assert "note: empty is a folder: one picture for each frame" in done.out
    assert len(list((here / "empty").glob("*.png"))) == 12


@pytest.mark.parametrize("target", ["new/deep/out.webm", "new/frames"])
def test_folders_that_were_made_go_again_after_a_failure(target: str, here: Path, capfd: Capture) -> None:
    Path("cut.mkv").write_bytes(CLIP.read_bytes()[:-2000])
    before = listing(here)
    assert_refused(inside(capfd, "cut.mkv", "-o", target, "--mkdir", *FAST), 1)
    assert listing(here) == before


def test_folders_that_were_there_or_hold_something_stay(here: Path) -> None:
    place, settings = Place(here / "empty" / "a" / "b" / "out.webm"), Settings(mkdir=True)
    with pytest.raises(KeyError), folders_made(place, settings):
        raise KeyError
    assert list((here / "empty").iterdir()) == []
    with pytest.raises(KeyError), folders_made(place, settings):
        (here / "empty" / "a" / "kept").touch()
        raise KeyError
    assert [path.name for path in (here / "empty" / "a").iterdir()] == ["kept"]
    with folders_made(Place(here / "empty" / "c" / "out.webm"), settings):
        pass
    assert (here / "empty" / "c").is_dir()


HARM = {
    "the input": ("clip.mp4", Settings()),
    "the input by a symbolic link": ("link.mkv", Settings()),
    "the input by a hard link": ("hard.mkv", Settings()),
    "the backdrop": ("photo.jpg", Settings(backdrop="./photo.jpg")),
    "the plate behind": ("photo.jpg", Settings(backdrop="plate:photo.jpg")),
    "the clean plate": ("photo.jpg", Settings(plate="photo.jpg")),
    "a mask": ("photo.jpg", Settings(keep="x.png;photo.jpg@2")),
    "another mask": ("photo.jpg", Settings(remove="photo.jpg")),
    "the key": ("new.mkv", Settings(key_file="./new.mkv")),
    "a key over the input": ("new.mkv", Settings(key_file="hard.mkv")),
    "a key over a mask": ("new.mkv", Settings(key_file="photo.jpg", keep="photo.jpg")),
}


@pytest.mark.parametrize("case", HARM)
def test_what_is_read_is_not_written(case: str, here: Path) -> None:
    target, settings = HARM[case]
    place = Place(here / target)
    with pytest.raises(ConfigError) as caught:
        check_place(place, CLIP, settings)
    assert "another name" in caught.value.hint
    check_place(Place(here / "other.mkv"), CLIP, Settings(backdrop=settings.backdrop, keep=settings.keep))


def test_numbered_pictures_over_what_is_read(here: Path) -> None:
    for name in ("f_12.png", "frame_00007.png"):
        shutil.copy(PHOTO, name)
    pattern, folder = Place(here / "f_%03d.png", numbered=True), Place(here, numbered=True)
    for place, picture in ((pattern, "f_12.png"), (folder, "frame_00007.png")):
        with pytest.raises(ConfigError, match=picture):
            check_place(place, CLIP, Settings(backdrop=picture))
        check_place(place, CLIP, Settings(backdrop="photo.jpg"))


MISSING = {
    "a folder": (Place(Path("no/out.mkv")), Settings(), "--mkdir"),
    "a folder of numbered pictures": (Place(Path("no/f_%d.png"), numbered=True), Settings(), "--mkdir"),
    "a file as folder": (Place(Path("photo.jpg/out.mkv")), Settings(), "--mkdir"),
    "a file as folder, to be made": (Place(Path("photo.jpg/sub/out.mkv")), Settings(mkdir=True), "-o"),
    "the key's folder": (Place(Path("out.mkv")), Settings(key_file="no/key.mkv"), "--mkdir"),
    "the key a folder": (Place(Path("out.mkv")), Settings(key_file="empty"), "--key-file"),
}


@pytest.mark.parametrize("case", MISSING)
def test_folders_that_are_not_there(case: str, here: Path) -> None:
    place, settings, hint = MISSING[case]
    with pytest.raises(SinkError) as caught:
        check_place(place, CLIP, settings)
    assert hint in caught.value.hint
    assert here == Path.cwd()


@pytest.mark.usefixtures("capfd")  # a terminal would be refused
def test_a_pipe_is_no_file(here: Path) -> None:
    place = find_place(CLIP, Path("-"), Settings(), still=False)
    before = listing(here)
    check_place(place, CLIP, Settings(mkdir=True))
    with folders_made(place, Settings(mkdir=True)):
        assert listing(here) == before
    with pytest.raises(BgstreamError, match="key file"):
        check_place(place, CLIP, Settings(key_file="clip.mp4"))
