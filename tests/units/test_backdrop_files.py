"""Pictures and clips behind the subject: their colours, how they fit, and which picture is shown when."""

import threading
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from bgstream.backdrops import Picture, Video
from bgstream.backdrops.fitting import Fitter, Shape
from bgstream.errors import SourceError
from bgstream.frame import LAYOUTS, RGB, Colour, Frame, Layout, Matted, Plane, Planes, rgb_matrix
from bgstream.protocols import Wants
from bgstream.sources.video import VideoSource
from tests.media.catalogue import Catalogue
from tests.media.pictures import COLOURS

MILLISECOND = Fraction(1, 1000)
TV709, SIZE = Colour(1, False, 1, 1), (64, 96)  # of the fixture clips


def matted(
    milliseconds: int = 0, size: tuple[int, int] = SIZE, name: str = "yuv420p", colour: Colour = TV709
) -> Matted:
    layout = LAYOUTS[name]
    planes = tuple(np.zeros(shape, layout.dtype) for shape in layout.shapes(*size))
    tags = Colour(RGB, True) if layout.rgb else colour
    return Matted(Frame(planes, layout, tags, milliseconds, MILLISECOND), np.zeros(size, np.uint8))


def shown(planes: Planes, layout: Layout, colour: Colour, at: tuple[float, float]) -> NDArray[np.float64]:
    """R, G, B, 0..255, at a place given in shares of height and width."""
    codes = [float(p[int(at[0] * p.shape[0]), int(at[1] * p.shape[1])]) for p in planes]
    matrix = rgb_matrix(layout, colour).astype(np.float64)
    return np.asarray(255 * (matrix[:, :3] @ np.array(codes) + matrix[:, 3]))


QUARTERS = {(0.25, 0.25): "red", (0.25, 0.75): "green", (0.75, 0.25): "blue", (0.75, 0.75): "grey"}


@pytest.mark.parametrize("colour", [Colour(1), Colour(6), Colour(1, True), Colour(5, True), Colour(9), Colour(2)])
@pytest.mark.parametrize("name", LAYOUTS)
def test_a_picture_keeps_its_colours(name: str, colour: Colour, clip: Catalogue) -> None:
    before = matted(0, (61, 97), name, colour)
    planes = Picture(clip("photo.png"), "stretch").behind(before)
    tags = before.frame.colour.known(61)
    for place, word in QUARTERS.items():
        np.testing.assert_allclose(shown(planes, LAYOUTS[name], tags, place), COLOURS[word], atol=2.5)


def test_a_picture_that_fits_is_its_own_bytes(clip: Catalogue) -> None:
    planes = Picture(clip("photo.png")).behind(matted(0, (60, 90), "gbrp"))
    pixels = np.asarray(Image.open(clip("photo.png")))
    for plane, channel in zip(planes, (1, 2, 0), strict=True):
        np.testing.assert_array_equal(plane, pixels[..., channel])


def test_a_picture_is_converted_once_for_frames_alike(clip: Catalogue) -> None:
    picture = Picture(clip("photo.jpg"))
    first = picture.behind(matted(0))
    assert picture.behind(matted(40)) is first
    assert picture.behind(matted(80, (64, 64))) is not first
    assert picture.behind(matted(120, colour=Colour(6)))[0].shape == SIZE


def test_a_picture_on_its_side_is_shown_upright(clip: Catalogue) -> None:
    planes = Picture(clip("orientation6.jpg")).behind(matted(0, (60, 90), "gbrp"))
    for place, word in QUARTERS.items():
        np.testing.assert_allclose(shown(planes, LAYOUTS["gbrp"], Colour(RGB), place), COLOURS[word], atol=6)


@pytest.mark.parametrize("name", ["gbrp", "yuv420p", "yuv444p10le"])
def test_what_is_transparent_is_black(name: str, clip: Catalogue) -> None:
    """Alpha 0, 128 and 255 in three columns."""
    planes = Picture(clip("alpha.png")).behind(matted(0, (60, 90), name))
    seen = [shown(planes, LAYOUTS[name], TV709, (0.25, x)) for x in (0.1, 0.4, 0.9)]
    for colour, right in zip(seen, [(0, 0, 0), (110, 15, 15), COLOURS["green"]], strict=True):
        np.testing.assert_allclose(colour, right, atol=3)


def disc(size: tuple[int, int]) -> Plane:
    rows, columns = np.mgrid[: size[0], : size[1]]
    far = np.hypot(rows - size[0] / 2 + 0.5, columns - size[1] / 2 + 0.5)
    return np.where(far < min(size) / 4, 255, 60).astype(np.uint8)


@pytest.mark.parametrize("size", [(120, 200), (200, 120), (121, 301), (480, 100)])
def test_cover_and_contain_keep_shapes_and_stretch_does_not(size: tuple[int, int]) -> None:
    """A disc in the middle: as wide as high, or as the frame is."""
    plane = disc((300, 400))
    picture = Frame((plane, plane, plane), LAYOUTS["gbrp"], Colour(RGB, True))
    for name in ("gbrp", "yuv420p"):
        shape = Shape(size, LAYOUTS[name], Colour(RGB, True) if name == "gbrp" else Colour(1, True))
        for fit in ("cover", "contain", "stretch"):
            made = Fitter(shape, fit)(picture)
            bright = made[0] > 160
            high, wide = np.ptp(np.nonzero(bright.any(axis=1))) + 1, np.ptp(np.nonzero(bright.any(axis=0))) + 1
            scales = size[0] / 300, size[1] / 400
            scale = {"cover": (max(scales),) * 2, "contain": (min(scales),) * 2, "stretch": scales}[fit]
            full = (min(150 * scale[0], size[0]), min(150 * scale[1], size[1]))
            assert (high, wide) == pytest.approx(full, abs=3)
            dark = int((made[0] < 20).sum())
            assert dark == 0 if fit != "contain" else dark > 0.05 * made[0].size


def test_black_beside_a_contained_picture_is_the_range_s_own() -> None:
    plane = np.full((40, 40), 200, np.uint8)
    picture = Frame((plane, plane, plane), LAYOUTS["gbrp"], Colour(RGB, True))
    made = Fitter(Shape((40, 80), LAYOUTS["yuv420p"], TV709), "contain")(picture)
    assert [int(plane[20 // k, 2 // k]) for plane, k in zip(made, (1, 2, 2), strict=True)] == [16, 128, 128]
    assert (made[0][:, 20:60] > 150).all()


def pictures(path: Path) -> tuple[list[Fraction], list[Plane]]:
    """When each picture of a clip comes, from 0 on, and its first plane."""
    frames = list(VideoSource(path, Wants()).frames())
    times = [(frame.pts - frames[0].pts) * frame.time_base for frame in frames]
    return times, [frame.planes[0].copy() for frame in frames]


def number(planes: Planes, known: list[Plane]) -> int:
    """Which of the known pictures it is."""
    return int(np.argmin([np.abs(planes[0].astype(int) - plane).mean() for plane in known]))


@pytest.mark.parametrize("name", ["plain.mp4", "vfr.mp4", "eleven_seconds.ts", "vp9.webm"])
@pytest.mark.parametrize("start", [0, 123_456_789])
def test_the_picture_is_chosen_by_time(name: str, start: int, clip: Catalogue) -> None:
    """Every 7 ms over three loops: the last picture whose time has come, or comes within a quarter of a frame."""
    times, known = pictures(clip(name))
    assert len({plane.tobytes() for plane in known}) == len(known)
    rate = VideoSource(clip(name), Wants()).info.rate
    early = float(1 / rate) / 4
    video, last = Video(clip(name)), float(times[-1] + (times[1] - times[0]))
    seen = [(k / 1000, number(video.behind(matted(start + k)), known)) for k in range(0, round(3000 * last), 7)]
    video.close()
    changes = [(at, now) for (_, before), (at, now) in pairwise(seen) if before != now]
    length = next(at for at, now in changes if now == 0) + early
    assert length == pytest.approx(float(times[-1] + 1 / rate), abs=0.03)
    for at, index in seen:
        if at + early < length - 0.02:
            due = [k for k, time in enumerate(times) if float(time) <= at + early + 1e-9]
            assert index in (due[-1], number((known[due[-1]],), known))
    assert sum(now == 0 for _, now in changes) >= 2


def test_equal_rates_show_every_picture_once_whatever_the_rounding(clip: Catalogue) -> None:
    """A camera's times are rounded to milliseconds, and come some too early or too late."""
    _, known = pictures(clip("plain.mp4"))
    video = Video(clip("plain.mp4"))
    late = [0, 5, -6, 3, 0, 8, -4, 7, 0, 1, -7, 2]
    seen = [number(video.behind(matted(40 * k + late[k])), known) for k in range(12)]
    video.close()
    assert seen == list(range(12))


def test_it_skips_with_the_frames_that_are_dropped(clip: Catalogue) -> None:
    times, known = pictures(clip("long.mp4"))
    video = Video(clip("long.mp4"))
    asked = [0, 50, 1000, 1050, 2500, 2950, 4100, 8_000, 8_050]
    seen = [number(video.behind(matted(k)), known) for k in asked]
    video.close()
    length = 3000
    assert len(times) == 60
    assert seen == [k % length // 50 for k in asked]


@pytest.mark.parametrize("jump", [-3_000, 60_000])
def test_a_pause_is_no_time(jump: int, clip: Catalogue) -> None:
    _, known = pictures(clip("long.mp4"))
    video = Video(clip("long.mp4"))
    before = [number(video.behind(matted(10_000 + k)), known) for k in (0, 500, 1000)]
    after = [number(video.behind(matted(10_000 + jump + k)), known) for k in (1000, 1050, 1500)]
    video.close()
    assert (before, after) == ([0, 10, 20], [20, 21, 30])


def test_frames_of_another_shape_start_it_anew(clip: Catalogue) -> None:
    _, known = pictures(clip("plain.mp4"))
    video = Video(clip("plain.mp4"))
    assert number(video.behind(matted(0)), known) == 0
    assert number(video.behind(matted(200)), known) == 5
    assert video.behind(matted(240, (32, 48)))[0].shape == (32, 48)
    assert number(video.behind(matted(280)), known) == 0
    video.close()


def test_a_clip_of_one_picture(clip: Catalogue) -> None:
    video = Video(clip("one_frame.mp4"))
    first = video.behind(matted(0))[0].copy()
    np.testing.assert_array_equal(video.behind(matted(4000))[0], first)
    video.close()


@pytest.mark.parametrize(("name", "colour"), [("full.mp4", TV709), ("plain.mp4", Colour(6, True)), ("ten.mp4", TV709)])
def test_a_clip_is_converted_into_the_frame_s_colour(name: str, colour: Colour, clip: Catalogue) -> None:
    source = VideoSource(clip(name), Wants())
    frame = next(iter(source.frames()))
    right = shown(frame.planes, frame.layout, frame.colour.known(64), (0.1, 0.1))
    video = Video(clip(name))
    for layout in ("yuv420p", "yuv444p10le", "gbrp"):
        before = matted(0, SIZE, layout, colour)
        planes = video.behind(before)
        np.testing.assert_allclose(shown(planes, LAYOUTS[layout], before.frame.colour, (0.1, 0.1)), right, atol=4)
    video.close()


def test_hdr_is_mapped_for_eight_bits(clip: Catalogue) -> None:
    video = Video(clip("pq.mp4"))
    mapped = next(iter(VideoSource(clip("pq.mp4"), Wants(frozenset({"yuv420p"}), tonemap=True)).frames()))
    np.testing.assert_allclose(video.behind(matted(0))[0], mapped.planes[0], atol=2)
    video.close()


def test_a_clip_that_breaks_off_says_so_and_goes_on_saying_so(clip: Catalogue) -> None:
    path = clip("cut.mkv")
    video = Video(path)
    for _ in range(2):
        with pytest.raises(SourceError, match=r"cut\.mkv") as caught:
            for k in range(0, 4000, 50):
                video.behind(matted(k))
        assert caught.value.hint
    video.close()
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("bgstream")] == []
