"""Layout, colour tags and own alpha: planes pass untouched, tags are the true ones."""

import av
import numpy as np
import pytest

from bgstream.frame import BT601, BT709, Colour, rgb_matrix
from bgstream.protocols import Wants
from bgstream.sources import VideoSource
from tests.media.catalogue import Catalogue
from tests.media.judge import Judge

EIGHT_BITS = Wants(frozenset({"yuv420p"}))


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


@pytest.mark.parametrize(("name", "transfer"), [("pq.mp4", "PQ"), ("hlg.mp4", "HLG")])
def test_hdr_is_mapped_for_eight_bits_and_said_so(name: str, transfer: str, clip: Catalogue) -> None:
    info = VideoSource(clip(name), EIGHT_BITS).info
    assert info.colour == Colour(BT709, False, BT709, BT709)
    assert any(transfer in note for note in info.notes)


def test_hdr_passes_where_there_is_room(clip: Catalogue) -> None:
    assert VideoSource(clip("pq.mp4"), Wants()).info.notes == ()


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
