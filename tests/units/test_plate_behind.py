"""``plate:FILE``: the same camera's empty scene behind the subject, pixel for pixel."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

import bgstream
from bgstream.backdrops import Picture, Video, backdrop, refuse_as_plate
from bgstream.backdrops.named import file_behind
from bgstream.errors import ConfigError, SourceError
from bgstream.frame import LAYOUTS, RGB, Colour, Frame, Matted
from bgstream.protocols import Wants
from bgstream.sources.video import VideoSource
from tests.media.catalogue import Catalogue

MODEL = "selfie-landscape"


def matted(frame: Frame) -> Matted:
    return Matted(frame, np.zeros(frame.size, np.uint8))


def test_a_clip_is_behind_itself_bit_for_bit(clip: Catalogue) -> None:
    path = clip("plain.mp4")
    behind = backdrop(f"plate:{path}", fit="contain")
    assert isinstance(behind, Video)
    for frame in VideoSource(path, Wants()).frames():
        for mine, own in zip(behind.behind(matted(frame)), frame.planes, strict=True):
            np.testing.assert_array_equal(mine, own)
    behind.close()


def test_a_picture_is_used_as_it_is(clip: Catalogue) -> None:
    behind = backdrop(f"plate:{clip('photo.png')}")
    assert isinstance(behind, Picture)
    planes = tuple(np.zeros((60, 90), np.uint8) for _ in range(3))
    frame = Frame(planes, LAYOUTS["gbrp"], Colour(RGB, True), 0, Fraction(1, 25))
    assert behind.behind(matted(frame))[0].shape == (60, 90)
    refuse_as_plate(behind, (60, 90))
    refuse_as_plate(behind, (120, 180))  # another resolution of the same shape


@pytest.mark.parametrize("name", ["photo.png", "plain.mp4"])
def test_another_shape_is_refused(name: str, clip: Catalogue) -> None:
    behind = backdrop(f"plate:{clip(name)}")
    with pytest.raises(ConfigError, match="another shape") as caught:
        refuse_as_plate(behind, (64, 64))
    assert "same camera" in caught.value.hint
    planes = tuple(np.zeros((64, 64), np.uint8) for _ in range(3))
    with pytest.raises(ConfigError, match="another shape"):
        behind.behind(matted(Frame(planes, LAYOUTS["gbrp"], Colour(RGB, True), 0, Fraction(1, 25))))
    behind.close()
    refuse_as_plate(backdrop(str(clip(name))), (64, 64))  # by its path alone it is made to fit


@pytest.mark.parametrize(("word", "error"), [("plate:", ConfigError), ("plate:nowhere.png", SourceError)])
def test_no_plate(word: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        backdrop(word)


def test_files_by_their_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "red").touch()
    (tmp_path / "beach").touch()
    words = {
        "transparent": None, "blur:3": None, "red": None, "1,2,3": None, "./red": "red", "beach": "beach",
        "plate:red": "red", "a.jpg": "a.jpg",
    }  # fmt: skip
    for word, file in words.items():
        assert file_behind(word) == (None if file is None else Path(file))


def test_the_subject_leaves_its_own_room(clip: Catalogue, tmp_path: Path) -> None:
    """The clip is its own plate: put behind itself, losslessly, nothing changes."""
    source, target = clip("plain.mp4"), tmp_path / "out.mkv"
    report = bgstream.remove(source, target, model=MODEL, backdrop=f"plate:{source}", foreground=False)
    assert report.frames == 12
    with av.open(str(source)) as before, av.open(str(target)) as after:
        for old, new in zip(before.decode(video=0), after.decode(video=0), strict=True):
            np.testing.assert_allclose(new.to_ndarray(format="yuv420p"), old.to_ndarray(format="yuv420p"), atol=1)


@pytest.mark.parametrize(
    ("text", "opaque"), [("#00ff0080", "#00ff00"), ("#0f08", "#00ff00"), ("rgba(1,2,3,100)", "#010203")]
)
def test_colours_that_are_seen_through(text: str, opaque: str) -> None:
    with pytest.raises(ConfigError, match="seen through") as caught:
        backdrop(text)
    assert opaque in caught.value.hint
    assert backdrop("#00ff00ff").rgb == (0, 255, 0)  # type: ignore[attr-defined]
