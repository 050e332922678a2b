"""Animations under a picture's name: clips, every picture at its time and with its own alpha."""

from contextlib import closing
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bgstream.backdrops import backdrop
from bgstream.errors import ConfigError, SourceError
from bgstream.frame import LAYOUTS, Colour, Frame, Matted
from bgstream.protocols import Wants
from bgstream.sources import AnimationSource, StillSource, VideoSource, is_still, open_source, parse_span
from tests.media.catalogue import Catalogue
from tests.media.pictures import LASTING, SIZE, moving, quarters

NAMES = ("animated.webp", "animated.avif", "animated.png")
SRGB = (1, 13)  # primaries and transfer (ITU-T H.273)
BEGINS = (0, *accumulate(LASTING[:-1]))


def milliseconds(frames: list[Frame]) -> list[int]:
    return [round(1000 * frame.pts * frame.time_base) for frame in frames]


@pytest.mark.parametrize("name", NAMES)
def test_a_clip_not_its_first_picture(name: str, clip: Catalogue) -> None:
    source = open_source(clip(name), Wants())
    frames = list(source.frames())
    assert not is_still(clip(name))
    assert not source.info.still
    assert source.info.size == SIZE
    assert milliseconds(frames) == list(BEGINS)
    assert [round(1000 * frame.duration * frame.time_base) for frame in frames] == list(LASTING)
    assert isinstance(source, VideoSource if name.endswith("png") else AnimationSource)


@pytest.mark.parametrize("name", NAMES)
def test_pictures_and_their_own_alpha(name: str, clip: Catalogue) -> None:
    off = 0 if name != "animated.avif" else 8
    for frame, expected in zip(open_source(clip(name), Wants()).frames(), moving(), strict=True):
        assert frame.layout.name == "gbrp"
        assert frame.alpha is not None
        np.testing.assert_array_equal(frame.alpha, expected[..., 3])
        seen = np.dstack([frame.planes[2], frame.planes[0], frame.planes[1]]).astype(int)
        np.testing.assert_allclose(seen[frame.alpha == 255], expected[..., :3][frame.alpha == 255], atol=off)


@pytest.mark.parametrize("name", NAMES)
def test_converted_where_the_sink_wants_yuv(name: str, clip: Catalogue) -> None:
    source = open_source(clip(name), Wants(frozenset({"yuv420p"})))
    for frame, expected in zip(source.frames(), moving(), strict=True):
        assert (frame.layout.name, frame.colour) == ("yuv420p", source.info.colour)
        assert frame.alpha is not None
        np.testing.assert_array_equal(frame.alpha, expected[..., 3])
    assert source.info.colour == Colour(6, False, *SRGB)


@pytest.mark.parametrize("name", [*NAMES, "animated.gif"])
@pytest.mark.parametrize("begin", ["", "1f"])
def test_colours_are_those_of_pages(name: str, begin: str, clip: Catalogue) -> None:
    source = open_source(clip(name), Wants(), span=parse_span(begin, ""))
    assert source.info.colour == next(iter(source.frames())).colour == Colour(0, True, *SRGB)


@pytest.mark.parametrize(
    ("start", "end", "numbers"), [("0.1", "", (2, 3, 4, 5)), ("1f", "4f", (1, 2, 3)), ("", "0.22", (0, 1, 2))]
)
def test_a_part_of_it(start: str, end: str, numbers: tuple[int, ...], clip: Catalogue) -> None:
    source = open_source(clip("animated.webp"), Wants(), span=parse_span(start, end))
    frames = list(source.frames())
    assert milliseconds(frames) == [BEGINS[k] - BEGINS[numbers[0]] for k in numbers]
    for frame, number in zip(frames, numbers, strict=True):
        np.testing.assert_array_equal(frame.alpha, moving()[number][..., 3])
    assert source.info.cut is not None
    assert source.info.cut.skipped * 1000 == BEGINS[numbers[0]]
    assert len(source.sample(9)) == len(numbers)


def test_a_part_that_is_none(clip: Catalogue) -> None:
    with pytest.raises(ConfigError) as caught:
        open_source(clip("animated.webp"), Wants(), span=parse_span("10", ""))
    assert caught.value.hint


def test_length_said_before_anything_is_decoded(clip: Catalogue) -> None:
    assert open_source(clip("animated.webp"), Wants()).info.duration == sum(LASTING) / 1000


def test_cut_short_is_said_with_its_place(clip: Catalogue) -> None:
    with pytest.raises(SourceError, match="damaged") as caught:
        list(open_source(clip("cut_animation.webp"), Wants()).frames())
    assert caught.value.hint


@pytest.mark.parametrize(
    "name", ["photo.png", "photo.webp", "photo.avif", "photo.heic", "photo.tif", "cut.png", "empty.jpg"]
)
def test_single_pictures_are_still(name: str, clip: Catalogue) -> None:
    assert is_still(clip(name))


def test_no_file_counts_by_its_suffix(tmp_path: Path) -> None:
    assert is_still(tmp_path / "nowhere.webp")
    assert not is_still(tmp_path / "nowhere.mp4")
    assert is_still(Path("/dev/null/nowhere.png"))


def test_behind_the_subject_it_moves(clip: Catalogue) -> None:
    with closing(backdrop(str(clip("animated.webp")))) as behind:
        first, later = (behind.behind(Matted(frame, frame.planes[0])) for frame in two_frames())
        assert first is not None
        assert later is not None
        assert all(plane.shape == SIZE for plane in first)
        assert not np.array_equal(first[0], later[0])


def two_frames() -> list[Frame]:
    """Shown half a second apart, of the animation's own size."""
    plane = np.zeros(SIZE, np.uint8)
    layout, colour = LAYOUTS["gbrp"], Colour(0, True, 1, 13)
    return [Frame((plane,) * 3, layout, colour, pts, Fraction(1, 2), 1) for pts in (0, 1)]


@pytest.mark.parametrize("suffix", [".png", ".webp"])
def test_an_animation_of_one_picture_is_a_picture(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"one{suffix}"
    Image.fromarray(quarters()).save(path, save_all=True, append_images=[])
    assert is_still(path)
    assert isinstance(open_source(path, Wants()), StillSource)
