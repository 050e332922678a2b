"""The same cases over every backdrop, in every layout."""

import numpy as np
import pytest

from bgstream.backdrops import Plain, Transparent, backdrop
from bgstream.errors import ConfigError
from bgstream.frame import LAYOUTS, RGB, Colour, Frame, Layout, rgb_matrix
from bgstream.protocols import Backdrop

BACKDROPS: dict[str, Backdrop] = {
    "transparent": Transparent(),
    "green": Plain((0, 255, 0)),
    "black": Plain((0, 0, 0)),
    "white": Plain((255, 255, 255)),
}
SIZES = ((64, 96), (61, 97), (1, 1))


def frame(layout: Layout, size: tuple[int, int], colour: Colour | None = None) -> Frame:
    tags = colour or (Colour(RGB, True) if layout.rgb else Colour(1))
    return Frame(tuple(np.zeros(shape, layout.dtype) for shape in layout.shapes(*size)), layout, tags)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("name", BACKDROPS)
def test_planes_fit_behind_the_frame(name: str, layout: Layout, size: tuple[int, int]) -> None:
    before = frame(layout, size)
    planes = BACKDROPS[name].behind(before)
    if planes is None:
        assert name == "transparent"
        return
    assert len(planes) == 3
    for mine, theirs in zip(planes, before.planes, strict=True):
        assert mine.dtype == theirs.dtype
        assert mine.shape in (theirs.shape, (1, theirs.shape[1]))
        assert int(mine.max()) <= layout.top


@pytest.mark.parametrize("name", BACKDROPS)
def test_the_frame_is_left_alone(name: str) -> None:
    before = frame(LAYOUTS["yuv420p"], (64, 96))
    BACKDROPS[name].behind(before)
    assert not any(plane.any() for plane in before.planes)


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("matrix", [1, 2, 5, 6, 9])
@pytest.mark.parametrize("rgb", [(0, 255, 0), (0, 0, 0), (255, 255, 255), (12, 200, 99)])
def test_plain_is_its_colour_in_any_matrix_and_range(rgb: tuple[int, int, int], matrix: int, full: bool) -> None:
    for name in ("yuv420p", "yuv444p10le"):
        layout, size = LAYOUTS[name], (64, 96)
        planes = Plain(rgb).behind(frame(layout, size, Colour(matrix, full)))
        codes = np.array([float(plane[0, 0]) for plane in planes])
        weights = rgb_matrix(layout, Colour(matrix, full).known(size[0]))
        np.testing.assert_allclose(255 * (weights[:, :3] @ codes + weights[:, 3]), rgb, atol=1.6)


def test_black_and_white_in_studio_range_are_16_and_235() -> None:
    before = frame(LAYOUTS["yuv420p"], (4, 4), Colour(1, False))
    assert [int(plane[0, 0]) for plane in Plain((0, 0, 0)).behind(before)] == [16, 128, 128]
    assert [int(plane[0, 0]) for plane in Plain((255, 255, 255)).behind(before)] == [235, 128, 128]


def test_rgb_planes_come_in_ffmpeg_s_order() -> None:
    planes = Plain((10, 20, 30)).behind(frame(LAYOUTS["gbrp"], (4, 4)))
    assert [int(plane[0, 0]) for plane in planes] == [20, 30, 10]


@pytest.mark.parametrize(
    ("text", "rgb"),
    [
        ("green", (0, 128, 0)),
        ("#0f0", (0, 255, 0)),
        ("#0a141e", (10, 20, 30)),
        ("10,20,30", (10, 20, 30)),
        ("10, 20, 30", (10, 20, 30)),
        ("White", (255, 255, 255)),
    ],
)
def test_named(text: str, rgb: tuple[int, int, int]) -> None:
    named = backdrop(text)
    assert isinstance(named, Plain)
    assert named.rgb == rgb


def test_named_transparent() -> None:
    assert isinstance(backdrop("transparent"), Transparent)


@pytest.mark.parametrize("text", ["", "gren", "#12", "1,2", "1,2,3,4", "256,0,0", "-1,0,0", "a,b,c", "clip.mp4"])
def test_no_colour(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        backdrop(text)
    assert caught.value.hint
