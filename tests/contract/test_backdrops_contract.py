"""The same cases over every backdrop, in every layout."""

import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from bgstream.backdrops import Blur, Plain, Transparent, backdrop
from bgstream.frame import LAYOUTS, RGB, Colour, Frame, Layout, Matted, rgb_matrix
from bgstream.protocols import Backdrop
from tests.media.catalogue import Catalogue

BACKDROPS: dict[str, Callable[[Catalogue], Backdrop]] = {
    "transparent": lambda _: Transparent(),
    "green": lambda _: Plain((0, 255, 0)),
    "black": lambda _: Plain((0, 0, 0)),
    "white": lambda _: Plain((255, 255, 255)),
    "blur": lambda _: Blur(20),
    "ramp": lambda _: Blur(60, ramp=True),
    "picture": lambda clip: backdrop(str(clip("photo.jpg"))),
    "picture, contained": lambda clip: backdrop(str(clip("alpha.png")), "contain"),
    "picture, stretched": lambda clip: backdrop(str(clip("orientation6.jpg")), "stretch"),
    "clip": lambda clip: backdrop(str(clip("plain.mp4"))),
    "clip, contained": lambda clip: backdrop(str(clip("odd420.mkv")), "contain"),
    "clip with alpha": lambda clip: backdrop(str(clip("prores4444.mov"))),
}
SIZES = ((64, 96), (61, 97), (1, 1), (2, 30))


@pytest.fixture(params=BACKDROPS)
def behind(request: pytest.FixtureRequest, clip: Catalogue) -> Iterator[Backdrop]:
    made = BACKDROPS[request.param](clip)
    yield made
    made.close()
    made.close()
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("bgstream")] == []


def matted(layout: Layout, size: tuple[int, int], colour: Colour | None = None) -> Matted:
    tags = colour or (Colour(RGB, True) if layout.rgb else Colour(1))
    planes = tuple(np.zeros(shape, layout.dtype) for shape in layout.shapes(*size))
    return Matted(Frame(planes, layout, tags), np.zeros(size, np.uint8))


def test_planes_fit_behind_any_frame(behind: Backdrop) -> None:
    """Of every layout and size, one after the other."""
    for layout in LAYOUTS.values():
        for size in SIZES:
            before = matted(layout, size)
            planes = behind.behind(before)
            if isinstance(behind, Transparent):
                assert planes is None
                continue
            assert planes is not None
            assert len(planes) == 3
            for mine, theirs in zip(planes, before.frame.planes, strict=True):
                assert mine.dtype == theirs.dtype
                assert mine.shape in (theirs.shape, (1, theirs.shape[1]))
                assert int(mine.max()) <= layout.top


def test_the_frame_is_left_alone(behind: Backdrop) -> None:
    before = matted(LAYOUTS["yuv420p"], (64, 96))
    behind.behind(before)
    assert not any(plane.any() for plane in before.frame.planes)
    assert not before.alpha.any()


def test_the_same_frame_sees_the_same_backdrop(behind: Backdrop) -> None:
    before = matted(LAYOUTS["yuv420p"], (64, 96))
    first = [plane.copy() for plane in behind.behind(before) or ()]
    for one, other in zip(first, behind.behind(before) or (), strict=True):
        np.testing.assert_array_equal(one, other)


def test_it_can_be_used_after_it_was_closed(behind: Backdrop) -> None:
    """The camera stops, and starts again."""
    before = matted(LAYOUTS["yuv420p"], (64, 96))
    first = [plane.copy() for plane in behind.behind(before) or ()]
    behind.close()
    for one, other in zip(first, behind.behind(before) or (), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("matrix", [1, 2, 5, 6, 9])
@pytest.mark.parametrize("rgb", [(0, 255, 0), (0, 0, 0), (255, 255, 255), (12, 200, 99)])
def test_plain_is_its_colour_in_any_matrix_and_range(rgb: tuple[int, int, int], matrix: int, full: bool) -> None:
    for name in ("yuv420p", "yuv444p10le"):
        layout, size = LAYOUTS[name], (64, 96)
        planes = Plain(rgb).behind(matted(layout, size, Colour(matrix, full)))
        codes = np.array([float(plane[0, 0]) for plane in planes])
        weights = rgb_matrix(layout, Colour(matrix, full).known(size[0]))
        np.testing.assert_allclose(255 * (weights[:, :3] @ codes + weights[:, 3]), rgb, atol=1.6)


def test_black_and_white_in_studio_range_are_16_and_235() -> None:
    before = matted(LAYOUTS["yuv420p"], (4, 4), Colour(1, False))
    assert [int(plane[0, 0]) for plane in Plain((0, 0, 0)).behind(before)] == [16, 128, 128]
    assert [int(plane[0, 0]) for plane in Plain((255, 255, 255)).behind(before)] == [235, 128, 128]


def test_rgb_planes_come_in_ffmpeg_s_order() -> None:
    planes = Plain((10, 20, 30)).behind(matted(LAYOUTS["gbrp"], (4, 4)))
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
