"""HDR: kept where there is room for it, refused elsewhere, mapped where that is asked for; what is put behind it."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bgstream.backdrops.fitting import Fitter, shape_of
from bgstream.errors import SinkError
from bgstream.frame import LAYOUTS, Colour, Frame, code_values, rgb_matrix
from bgstream.hdr import HLG, PQ, from_sdr, light, signal
from bgstream.pipeline import run
from bgstream.protocols import Wants
from bgstream.settings import Settings
from bgstream.sinks import recipe_for
from bgstream.sources import VideoSource
from tests.media.catalogue import Catalogue
from tests.media.coded import code
from tests.media.judge import Judge
from tests.media.synthetic import frames, info_of, write

Real = NDArray[np.float64]
LAYOUT = LAYOUTS["yuv444p10le"]
COLOURS = {PQ: Colour(9, False, 9, PQ), HLG: Colour(9, False, 9, HLG)}
BT709 = Colour(1, False, 1, 1)
SIZE = (64, 96)
# ITU-R BT.2100, table 4, and BT.2087's matrix, said once more.
M1, M2, C1, C2, C3 = 0.1593017578125, 78.84375, 0.8359375, 18.8515625, 18.6875
TO_2020 = np.array([[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]])


def pq(nits: Real) -> Real:
    power = (nits / 10_000) ** M1
    coded: Real = ((C1 + C2 * power) / (1 + C3 * power)) ** M2
    return coded


def patches(colours: Real) -> Frame:
    """A picture of upright bars, of R, G, B in cd/m² of BT.2020."""
    matrix = rgb_matrix(LAYOUT, COLOURS[PQ]).astype(float)
    codes = np.linalg.solve(matrix[:, :3], (pq(colours) - matrix[:, 3]).T)
    which = np.arange(SIZE[1]) * len(colours) // SIZE[1]
    planes = tuple(np.tile(np.rint(code[which]).astype(np.uint16), (SIZE[0], 1)) for code in codes)
    return Frame(planes, LAYOUT, COLOURS[PQ], 0, Fraction(1, 25), 1)


def mapped(colours: Real, layout: str, tmp_path: Path) -> Real:
    """R', G', B' 0..1 of those bars, written as HDR, read with the light mapped."""
    made = patches(colours)
    path = write(tmp_path / "hdr.mkv", [made], np.full(SIZE, 255, np.uint8), green=True)
    source = VideoSource(path, Wants(frozenset({layout}), tonemap=True))
    (frame,) = source.frames()
    assert source.info.colour == frame.colour == (Colour(0, True, 1, 1) if frame.layout.rgb else BT709)
    middles = [(2 * k + 1) * SIZE[1] // (2 * len(colours)) for k in range(len(colours))]
    down, across = frame.layout.subsampling
    codes = np.array(
        [[frame.planes[0][32, x], *(p[32 // down, x // across] for p in frame.planes[1:])] for x in middles]
    )
    matrix = rgb_matrix(frame.layout, frame.colour).astype(float)
    shown: Real = codes @ matrix[:, :3].T + matrix[:, 3]
    return shown


@pytest.mark.parametrize("layout", ["yuv420p", "yuv444p10le", "gbrp", "gbrp16le"])
def test_the_light_of_greys(layout: str, tmp_path: Path) -> None:
    """What is darker than SDR's white stays; white is nearly white; what is brighter goes on rising, and is grey."""
    nits = np.array([0.0, 1.0, 20.0, 100.0, 203.0, 400.0, 1000.0, 10_000.0])
    seen = mapped(np.repeat(nits[:, None], 3, axis=1), layout, tmp_path)
    np.testing.assert_allclose(seen[:4], np.repeat((nits[:4] / 203) ** (1 / 2.4), 3).reshape(-1, 3), atol=0.008)
    luma = seen.mean(axis=1)
    assert 0.93 <= luma[4] <= 0.97
    assert (np.diff(luma) > 0.0).all()
    assert luma[6] >= 0.985
    assert luma[7] == pytest.approx(1, abs=0.003)
    assert np.ptp(seen, axis=1).max() < 0.006


def test_hues_are_kept(tmp_path: Path) -> None:
    """Colours of BT.709 keep the ratios of their light, dim or five times as bright as white."""
    hues = np.array([[1.0, 0.35, 0.2], [0.25, 1.0, 0.4], [0.3, 0.4, 1.0], [1.0, 0.9, 0.3]])
    for bright in (100.0, 1000.0):
        seen = mapped(bright * hues @ TO_2020.T, "gbrp16le", tmp_path)
        linear = seen**2.4
        np.testing.assert_allclose(linear / linear.max(axis=1, keepdims=True), hues, atol=0.03)


@pytest.mark.parametrize("name", ["pq.mp4", "hlg.mp4"])
@pytest.mark.parametrize(
    ("target", "codec"), [("o.webm", ""), ("o.mp4", "h264"), ("o.webp", ""), ("o.gif", ""), ("o.mov", "qtrle")]
)
def test_outputs_of_eight_bits_refuse_it(target: str, codec: str, name: str, clip: Catalogue) -> None:
    recipe = recipe_for(Path(target), False, codec != "h264", False, codec)
    with pytest.raises(SinkError, match="HDR") as caught:
        VideoSource(clip(name), recipe.wants)
    assert "--tonemap" in caught.value.hint


@pytest.mark.parametrize(("name", "transfer"), [("pq.mp4", "smpte2084"), ("hlg.mp4", "arib-std-b67")])
@pytest.mark.parametrize("target", ["o.mkv", "o.mov", "hevc.mp4", "av1.mp4", "hevc.mov"])
def test_outputs_of_ten_bits_keep_it(
    target: str, name: str, transfer: str, clip: Catalogue, tmp_path: Path, judge: Judge
) -> None:
    codec = "" if target.startswith("o.") else target.partition(".")[0]
    recipe = recipe_for(Path(target), False, not codec, False, codec)
    source = VideoSource(clip(name), recipe.wants)
    assert (source.info.colour, source.info.notes) == (VideoSource(clip(name), Wants()).info.colour, ())
    out = code(tmp_path / target, list(source.frames()), codec, not codec, source.info)
    keys = ("color_range", "color_space", "color_primaries", "color_transfer")
    seen = tuple(judge.video(out)[key] for key in keys)
    assert seen == ("tv", "bt2020nc", "bt2020", transfer)
    assert "1" in judge.video(out)["pix_fmt"].partition("p")[2]  # 10 or 12 bits


def test_it_is_refused_before_anything_is_written(clip: Catalogue, tmp_path: Path) -> None:
    with pytest.raises(SinkError, match="HDR"):
        run(clip("pq.mp4"), tmp_path / "out.webm", Settings())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("name", "transfer"), [("pq.mp4", "PQ"), ("hlg.mp4", "HLG")])
def test_mapping_is_said(name: str, transfer: str, clip: Catalogue) -> None:
    source = VideoSource(clip(name), Wants(frozenset({"yuv420p"}), tonemap=True))
    assert source.info.colour == BT709
    assert any(transfer in note for note in source.info.notes)
    assert len(source.sample(3)) == 3


@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_signal_and_light_are_each_other_s_inverse(transfer: int) -> None:
    signals = np.random.default_rng(0).random((100, 3))
    np.testing.assert_allclose(signal(light(signals, transfer), transfer), signals, atol=1e-5)


def test_white_behind_hdr_is_at_203() -> None:
    """BT.2408: PQ 58 %, HLG 75 %; not PQ's 10 000 cd/m²."""
    for transfer, share in ((PQ, 0.5807), (HLG, 0.75)):
        colour = COLOURS[transfer]
        assert code_values((255, 255, 255), LAYOUT, colour) == (round(64 + 876 * share), 512, 512)
        assert code_values((0, 0, 0), LAYOUT, colour) == (64, 512, 512)


def test_a_colour_behind_hdr_comes_back_from_the_mapping(tmp_path: Path) -> None:
    """Up to the knee, what was mapped up is mapped down to what it was."""
    colours = np.array([[200, 60, 30], [20, 120, 60], [90, 90, 90]]) / 255
    nits = light(from_sdr(colours, PQ), PQ)
    np.testing.assert_allclose(mapped(nits, "gbrp16le", tmp_path), colours, atol=0.012)


@pytest.mark.parametrize("transfer", [PQ, HLG])
@pytest.mark.parametrize("fit", ["cover", "contain"])
def test_a_picture_behind_hdr_is_as_bright_as_a_colour(fit: str, transfer: int) -> None:
    """One of R, G, B and one of luma."""
    like = frames(LAYOUT, SIZE, colour=COLOURS[transfer])[0]
    wanted = code_values((180, 90, 40), LAYOUT, COLOURS[transfer])
    for name, colour in (("gbrp", Colour(0, True, 1, 13)), ("yuv420p", BT709)):
        layout = LAYOUTS[name]
        codes = code_values((180, 90, 40), layout, colour)
        shapes = layout.shapes(32, 48)
        planes = tuple(np.full(shape, value, np.uint8) for shape, value in zip(shapes, codes, strict=True))
        fitted = Fitter(shape_of(like), fit)(Frame(planes, layout, colour))
        for plane, value in zip(fitted, wanted, strict=True):
            np.testing.assert_allclose(plane[32, 48], value, atol=6)
    assert info_of([like]).colour.transfer == transfer
