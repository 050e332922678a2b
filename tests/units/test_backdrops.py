"""Backdrops are named as people write them; colours come out as that colour in every layout."""

from pathlib import Path

import numpy as np
import pytest

from bgstream.backdrops import Blur, Picture, Plain, Transparent, Video, backdrop, parse_colour
from bgstream.errors import BgstreamError, ConfigError, SourceError
from bgstream.frame import LAYOUTS, RGB, Colour, Frame, Matted, Plane, rgb_matrix
from tests.media.catalogue import Catalogue


def matted(name: str, colour: Colour, size: tuple[int, int] = (5, 7), alpha: Plane | None = None) -> Matted:
    layout = LAYOUTS[name]
    planes = tuple(np.zeros(shape, layout.dtype) for shape in layout.shapes(*size))
    return Matted(Frame(planes, layout, colour), np.zeros(size, np.uint8) if alpha is None else alpha)


@pytest.mark.parametrize(
    ("text", "rgb"),
    [
        ("green", (0, 128, 0)),
        ("#0f0", (0, 255, 0)),
        ("#00b140", (0, 177, 64)),
        ("1,2,3", (1, 2, 3)),
        ("White", (255, 255, 255)),
    ],
)
def test_colours(text: str, rgb: tuple[int, int, int]) -> None:
    assert parse_colour(text) == rgb


@pytest.mark.parametrize("text", ["gren", "#12", "1,2", "1,2,300", "", "blurr", "transparnt:3"])
def test_what_is_no_backdrop(text: str) -> None:
    with pytest.raises(ConfigError, match="unknown backdrop") as caught:
        backdrop(text)
    assert "rrggbb" in caught.value.hint


@pytest.mark.parametrize(("text", "meant"), [("gren", "green"), ("blr", "blur"), ("blru:20", "blur")])
def test_the_nearest_word_is_named(text: str, meant: str) -> None:
    with pytest.raises(ConfigError) as caught:
        backdrop(text)
    assert f"did you mean '{meant}'?" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "strength"), [("blur", 20.0), ("blur:35", 35.0), ("blur:1", 1.0), ("blur:100", 100.0)]
)
def test_blur(text: str, strength: float) -> None:
    named = backdrop(text)
    assert isinstance(named, Blur)
    assert (named.strength, named.ramp) == (strength, False)


@pytest.mark.parametrize("text", ["blur:", "blur:much", "blur:0", "blur:101", "blur:nan", "blur:-3"])
def test_no_blur(text: str) -> None:
    with pytest.raises(ConfigError, match="blur strength") as caught:
        backdrop(text)
    assert "blur:20" in caught.value.hint


@pytest.mark.parametrize(
    "text", ["beach.jpg", "clip.mp4", "no/such/file", "no.gif", "http://example.org/beach.mp4", "beach.JPG"]
)
def test_a_file_that_is_missing(text: str) -> None:
    with pytest.raises(SourceError, match="no such file") as caught:
        backdrop(text)
    assert caught.value.hint


@pytest.mark.parametrize("name", ["cut.jpg", "text.png", "empty.jpg", "text.mp4", "cut_short.mp4", "audio_only.mp4"])
def test_a_file_that_is_of_no_use(name: str, clip: Catalogue) -> None:
    path = clip(name)
    with pytest.raises(SourceError, match=name) as caught:
        backdrop(str(path))
    assert caught.value.hint


def test_files(clip: Catalogue) -> None:
    assert isinstance(backdrop(str(clip("photo.jpg"))), Picture)
    assert isinstance(backdrop(str(clip("plain.mp4"))), Video)
    assert isinstance(backdrop(str(clip("animated.gif"))), Video)


def test_a_colour_wins_over_a_file_of_its_name(
    tmp_path: Path, clip: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("red").write_bytes(clip("plain.mp4").read_bytes())
    assert isinstance(backdrop("red"), Plain)
    assert isinstance(backdrop(f"{tmp_path}/red"), Video)
    Path("beach").write_bytes(clip("plain.mp4").read_bytes())
    assert isinstance(backdrop("beach"), Video)


def test_an_unknown_fit() -> None:
    with pytest.raises(ConfigError, match="unknown fit 'cove'") as caught:
        backdrop("green", "cove")
    assert "'cover'" in caught.value.hint


@pytest.mark.parametrize("name", sorted(LAYOUTS))
@pytest.mark.parametrize("full", [False, True])
def test_plain_colour_decodes_to_itself(name: str, full: bool) -> None:
    layout = LAYOUTS[name]
    colour = Colour(RGB, True) if layout.rgb else Colour(1, full)
    before = matted(name, colour)
    behind = Plain((10, 200, 90)).behind(before)
    assert [plane.shape for plane in behind] == [(1, plane.shape[1]) for plane in before.frame.planes]
    matrix = rgb_matrix(layout, colour)
    values = np.array([plane[0, 0] for plane in behind], np.float64)
    np.testing.assert_allclose((matrix[:, :3] @ values + matrix[:, 3]) * 255, (10, 200, 90), atol=1.1)


def test_transparent_is_nothing() -> None:
    assert Transparent().behind(matted("gbrp", Colour())) is None
    assert isinstance(backdrop("transparent"), Transparent)


def test_strength_may_change_at_any_time() -> None:
    before = matted("yuv420p", Colour(1), (90, 160))
    before.frame.planes[0][:, 80:] = 200
    blur = Blur(100)
    soft = blur.behind(before)[0].copy()
    blur.strength = 8
    hard = blur.behind(before)[0].copy()
    assert np.abs(np.diff(hard[45].astype(int))).max() > 2 * np.abs(np.diff(soft[45].astype(int))).max()
    with pytest.raises(BgstreamError):
        blur.strength = 1000
    assert blur.strength == 8


def test_strength_is_the_same_on_pictures_of_any_size() -> None:
    """A step spreads over the same share of the picture."""
    widths = []
    for height in (360, 1440):
        before = matted("yuv420p", Colour(1), (height, 2 * height))
        before.frame.planes[0][:, height:] = 255
        line = Blur(30).behind(before)[0][height // 2].astype(float)
        widths.append(np.count_nonzero((line > 40) & (line < 215)) / height)
    assert widths[0] == pytest.approx(widths[1], rel=0.03)
    assert widths[0] == pytest.approx(2 * 1.01 * 30 / 720, rel=0.05)


def test_the_blur_of_a_still_subject_does_not_show_it() -> None:
    alpha = np.zeros((90, 160), np.uint8)
    alpha[30:, 60:100] = 255
    before = matted("gbrp", Colour(RGB, True), (90, 160), alpha)
    for plane, value in zip(before.frame.planes, (120, 120, 120), strict=True):
        plane[...] = value
    for plane, value in zip(before.frame.planes, (0, 0, 255), strict=True):
        plane[alpha == 255] = value
    for plane in Blur(40).behind(before):
        assert (plane == 120).all()
