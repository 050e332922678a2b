"""Pictures come out upright, with square pixels where the sink needs them, at their true size."""

from fractions import Fraction

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from bgstream.frame import Frame
from bgstream.media import plane_view
from bgstream.protocols import Wants
from bgstream.sources import VideoSource
from tests.media.catalogue import Catalogue
from tests.media.judge import Judge

MARK = 200  # only the bright block in the stored top left corner has more luma than this


def marked_corner(luma: NDArray[np.uint8]) -> tuple[str, str]:
    """Which corner shows the block."""
    rows, columns = np.nonzero(luma > MARK)
    height, width = luma.shape
    return "top" if rows.mean() < height / 2 else "bottom", "left" if columns.mean() < width / 2 else "right"


def first(source: VideoSource) -> Frame:
    return next(source.frames())


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("plain.mp4", (64, 96)),
        ("rotated90.mp4", (96, 64)),
        ("rotated180.mp4", (64, 96)),
        ("rotated270.mp4", (96, 64)),
        ("odd444.mp4", (61, 97)),
        ("odd420.mkv", (61, 97)),
        ("tiny.mp4", (2, 2)),
        ("animated.gif", (60, 90)),
    ],
)
def test_size_is_the_upright_one(name: str, size: tuple[int, int], clip: Catalogue) -> None:
    source = VideoSource(clip(name), Wants())
    assert source.info.size == size
    assert {frame.size for frame in source.frames()} == {size}


@pytest.mark.parametrize("name", ["rotated90.mp4", "rotated180.mp4", "rotated270.mp4"])
def test_turned_as_ffmpeg_turns_it(name: str, clip: Catalogue, judge: Judge) -> None:
    path = clip(name)
    frame = first(VideoSource(path, Wants()))
    turned = judge.pictures(path, "gray")  # ffmpeg turns by itself
    theirs = turned.reshape(-1, *frame.size)[0]
    assert marked_corner(frame.planes[0]) == marked_corner(theirs)
    assert marked_corner(frame.planes[0]) != ("top", "left")


def test_chroma_turns_with_luma(clip: Catalogue) -> None:
    path = clip("rotated180.mp4")
    turned = first(VideoSource(path, Wants()))
    with av.open(str(path)) as container:  # as stored: another file of the same pictures may be coded in other bits
        stored = next(container.decode(video=0))
        planes = [plane_view(stored, index, turned.layout).copy() for index in range(3)]
    for mine, other in zip(turned.planes, planes, strict=True):
        np.testing.assert_array_equal(mine, other[::-1, ::-1])


def test_half_width_chroma_on_its_side_becomes_full(clip: Catalogue) -> None:
    source = VideoSource(clip("rotated422.mov"), Wants())
    frame = first(source)
    assert (frame.size, frame.layout.name) == ((96, 64), "yuv444p10le")
    assert {plane.shape for plane in frame.planes} == {(96, 64)}
    assert source.info.layout == frame.layout


@pytest.mark.parametrize(("name", "size"), [("sar.mp4", (64, 128)), ("narrow.mp4", (85, 96))])
def test_pixels_made_square_by_stretching_never_by_shrinking(name: str, size: tuple[int, int], clip: Catalogue) -> None:
    source = VideoSource(clip(name), Wants(square=True))
    assert (source.info.size, source.info.aspect) == (size, Fraction(1))
    assert first(source).size == size
    assert any("square" in note for note in source.info.notes)


@pytest.mark.parametrize(("name", "aspect"), [("sar.mp4", Fraction(4, 3)), ("narrow.mp4", Fraction(3, 4))])
def test_pixels_stay_where_the_container_can_say_their_shape(name: str, aspect: Fraction, clip: Catalogue) -> None:
    source = VideoSource(clip(name), Wants(square=False))
    assert (source.info.size, source.info.aspect, source.info.notes) == ((64, 96), aspect, ())
    assert first(source).size == (64, 96)


def test_odd_sizes_round_chroma_up(clip: Catalogue) -> None:
    frame = first(VideoSource(clip("odd420.mkv"), Wants()))
    assert [plane.shape for plane in frame.planes] == [(61, 97), (31, 49), (31, 49)]


def test_an_interlaced_clip_is_made_progressive(clip: Catalogue) -> None:
    source = VideoSource(clip("interlaced.mkv"), Wants())
    assert any("interlaced" in note for note in source.info.notes)
    assert [frame.duration * frame.time_base for frame in source.frames()] == [Fraction(1, 25)] * 12
