"""Layout, colour tags and own alpha: planes pass untouched, tags are the true ones."""

from fractions import Fraction

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame

from bgstream.frame import BT601, BT709, LAYOUTS, Colour, Layout, rgb_matrix
from bgstream.media import native_layout, plane_view
from bgstream.protocols import Wants
from bgstream.sources import VideoSource
from bgstream.sources.adapt import Adapter
from bgstream.sources.convert import Converter, Kind
from tests.media.catalogue import Catalogue
from tests.media.judge import Judge

EIGHT_BITS = Wants(frozenset({"yuv420p"}))
RGBS = (LAYOUTS["gbrp"], LAYOUTS["gbrp16le"])
YUVS = tuple(LAYOUTS[name] for name in ("yuv420p", "yuv444p10le", "yuv422p10le", "yuv420p12le"))


def named(stem: str, depth: int) -> Layout:
    return LAYOUTS[stem + (f"{depth}le" if depth > 8 else "")]


def level(kind: Kind, white: bool) -> int:
    """The sample of luma, or of green."""
    if kind.layout.rgb or kind.colour.full:
        return kind.layout.top if white else 0
    return (235 if white else 16) << (kind.layout.depth - 8)


def flat(kind: Kind, white: bool) -> VideoFrame:
    """A picture that is all white, or all black."""
    picture = VideoFrame(48, 32, kind.layout.name)
    grey = 128 << (kind.layout.depth - 8)
    values = (level(kind, white),) * 3 if kind.layout.rgb else (level(kind, white), grey, grey)
    for index, (shape, value) in enumerate(zip(kind.layout.shapes(32, 48), values, strict=True)):
        plane_view(picture, index, kind.layout, shape)[...] = value
    return picture


@pytest.mark.parametrize(
    ("name", "layout", "colour"),
    [
        ("plain.mp4", "yuv420p", Colour(1, False, 1, 1)),
        ("odd444.mp4", "yuv444p", Colour(1, False, 1, 1)),
        ("ten.mp4", "yuv420p10le", Colour(1, False, 1, 1)),
        ("full.mp4", "yuv420p", Colour(1, True, 1, 1)),
        ("yuvj.mov", "yuv420p", Colour(5, True, 2, 2)),
        ("untagged.mp4", "yuv420p", Colour(BT601, False, 2, 2)),
        ("untagged720.mp4", "yuv420p", Colour(BT709, False, 2, 2)),
        ("pq.mp4", "yuv420p10le", Colour(9, False, 9, 16)),
        ("rgb.mkv", "gbrp10le", Colour(0, True, 1, 13)),
    ],
)
def test_layout_and_tags(name: str, layout: str, colour: Colour, clip: Catalogue) -> None:
    source = VideoSource(clip(name), Wants())
    frame = next(source.frames())
    assert (source.info.layout.name, source.info.colour) == (layout, colour)
    assert (frame.layout.name, frame.colour) == (layout, colour)


@pytest.mark.parametrize("name", ["plain.mp4", "odd444.mp4", "ten.mp4", "odd420.mkv", "rgb.mkv"])
def test_planes_are_the_decoder_s_bit_for_bit(name: str, clip: Catalogue) -> None:
    with av.open(str(clip(name))) as container:
        for frame, decoded in zip(VideoSource(clip(name), Wants()).frames(), container.decode(video=0), strict=True):
            for mine, plane in zip(frame.planes, decoded.planes, strict=True):
                wide = np.frombuffer(memoryview(plane), mine.dtype).reshape(plane.height, -1)
                np.testing.assert_array_equal(mine, wide[:, : plane.width])


def test_planes_cannot_be_written_to(clip: Catalogue) -> None:
    frame = next(VideoSource(clip("plain.mp4"), Wants()).frames())
    with pytest.raises(ValueError, match="read-only"):
        frame.planes[0][0, 0] = 1


@pytest.mark.parametrize("name", ["full.mp4", "ten.mp4", "odd444.mp4", "rgb.mkv", "yuvj.mov", "untagged720.mp4"])
def test_conversion_keeps_the_colours_that_are_seen(name: str, clip: Catalogue, judge: Judge) -> None:
    """Tags and planes agree: R, G, B reckoned from them is what ffmpeg shows of the file."""
    frame = next(VideoSource(clip(name), EIGHT_BITS).frames())
    assert frame.layout.name == "yuv420p"
    matrix = rgb_matrix(frame.layout, frame.colour)
    height, width = frame.size
    y, x = height // 2 + 4, width - width // 8  # flat ground right of the disc
    codes = [float(frame.planes[0][y, x]), *(float(plane[y // 2, x // 2]) for plane in frame.planes[1:])]
    mine = 255 * (matrix[:, :3] @ np.array(codes) + matrix[:, 3])
    matrix_name = "bt709" if frame.colour.matrix == BT709 else "bt601"
    shown = f"scale=in_color_matrix={matrix_name}" if "untagged" in name else "null"
    theirs = judge.pictures(clip(name), "rgb24", shown)[0][y, x]
    np.testing.assert_allclose(mine, theirs, atol=6)


@pytest.mark.parametrize("name", ["plain.mp4", "ten.mp4", "vp9.webm"])
def test_no_alpha_where_there_is_none(name: str, clip: Catalogue) -> None:
    assert next(VideoSource(clip(name), Wants()).frames()).alpha is None


@pytest.mark.parametrize("wants", [Wants(), EIGHT_BITS])
@pytest.mark.parametrize("name", ["prores4444.mov", "alpha.webm"])
def test_own_alpha_is_read_to_eight_bits(name: str, wants: Wants, clip: Catalogue) -> None:
    for frame in VideoSource(clip(name), wants).frames():
        assert frame.alpha is not None
        assert (frame.alpha.shape, frame.alpha.dtype.name) == (frame.size, "uint8")
        third = frame.size[1] // 3
        for k, value in enumerate((0, 128, 255)):
            seen = frame.alpha[:, k * third + 2 : (k + 1) * third - 2]
            np.testing.assert_allclose(seen.astype(int), value, atol=1 if value == 128 else 0)


def test_a_transparent_gif_keeps_its_alpha(clip: Catalogue) -> None:
    alphas = [frame.alpha for frame in VideoSource(clip("animated.gif"), Wants()).frames()]
    assert len(alphas) == 6
    for k, alpha in enumerate(alphas):
        assert alpha is not None
        assert (alpha[30, 20 + 8 * k], alpha[5, 5]) == (255, 0)


def test_a_transparent_gif_is_converted_with_its_alpha(clip: Catalogue) -> None:
    frame = next(VideoSource(clip("animated.gif"), EIGHT_BITS).frames())
    assert frame.alpha is not None
    assert (frame.alpha[30, 20], frame.alpha[5, 5]) == (255, 0)


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("depth", [8, 10, 12, 16])
@pytest.mark.parametrize("rgb", [False, True])
def test_white_is_white_and_black_black(rgb: bool, depth: int, full: bool) -> None:
    """Into whatever layout: swscale shifts to more bits, and white would be 65283 of 65535, or 943 for 940."""
    mine = named("gbrp" if rgb else "yuv420p", depth)
    for other in (*RGBS, *YUVS):
        wanted = Kind(other, Colour(0, True) if other.rgb else Colour(9, full and not rgb))
        for white in (False, True):
            kind = Kind(mine, Colour(0, True) if rgb else Colour(9, full))
            made = Converter(wanted)(flat(kind, white), kind, (32, 48))
            right = level(wanted, white)
            assert abs(int(plane_view(made, 0, other)[16, 24]) - right) <= (0 if other.depth <= 10 else 3)
            if not other.rgb:
                assert plane_view(made, 1, other)[8, 8] == 128 << (other.depth - 8)


@pytest.mark.parametrize(("mine", "other"), [(8, 16), (10, 16), (12, 16), (10, 8), (12, 8), (16, 8)])
def test_rgb_changes_depth_to_the_nearest(mine: int, other: int) -> None:
    """Not by way of luma, as swscale goes."""
    kind, wanted = (Kind(named("gbrp", depth), Colour(0, True)) for depth in (mine, other))
    draw = np.random.default_rng(mine)
    picture = VideoFrame(48, 32, kind.layout.name)
    for index in range(3):
        view = plane_view(picture, index, kind.layout, (32, 48))
        view[...] = draw.integers(0, kind.layout.top + 1, view.shape)
    made = Converter(wanted)(picture, kind, (32, 48))
    for index in range(3):
        right = np.rint(plane_view(picture, index, kind.layout) * (wanted.layout.top / kind.layout.top))
        np.testing.assert_array_equal(plane_view(made, index, wanted.layout), right)


def test_rgb_is_scaled_plane_by_plane() -> None:
    """One channel does not run into another, and a flat one stays what it is."""
    kind = Kind(named("gbrp", 8), Colour(0, True))
    picture = VideoFrame(48, 32, "gbrp")
    for index, value in enumerate((255, 1, 77)):
        plane_view(picture, index, kind.layout, (32, 48))[...] = value
    made = Converter(kind)(picture, kind, (32, 64))
    for index, value in enumerate((255, 1, 77)):
        assert (plane_view(made, index, kind.layout) == value).all()


@pytest.mark.parametrize("own", ["yuva420p", "yuva444p10le", "yuva444p12le", "gbrap16le", "bgra", "rgba64be"])
@pytest.mark.parametrize("wanted", ["yuv420p", "yuv444p10le", "gbrp", "gbrp16le"])
def test_own_alpha_survives_every_conversion(wanted: str, own: str) -> None:
    """All 256 steps, whatever the depth between."""
    layout = native_layout(own)[0]
    whole = "yuva444p" if own == "yuva420p" else layout.alpha_name
    picture = VideoFrame(256, 2, own if own in ("yuva420p", layout.alpha_name) else whole)
    for index in range(3):
        plane = picture.planes[index]
        plane_view(picture, index, layout, (plane.height, plane.width))[...] = layout.top // 3
    steps = np.rint(np.arange(256) * (layout.top / 255)).astype(layout.dtype)
    plane_view(picture, 3, layout, (2, 256))[...] = steps
    if picture.format.name != own:  # packed
        picture = picture.reformat(format=own)
    picture.colorspace, picture.color_range = 1, 1
    frame = Adapter(picture, Fraction(1), Wants(frozenset({wanted})))(picture, 0, Fraction(1, 25))
    assert frame.alpha is not None
    np.testing.assert_array_equal(frame.alpha, np.tile(np.arange(256), (2, 1)))
