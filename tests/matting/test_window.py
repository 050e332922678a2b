"""How frames of any size become an input that a network takes."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bgstream.frame import LAYOUTS, RGB, Colour, Frame
from bgstream.matting.card import Card, Constant, Fit
from bgstream.matting.cards import find_card
from bgstream.matting.segmenter import Segmenter
from bgstream.matting.session import Device
from bgstream.matting.window import free_size, window
from tests.matting.tiny_networks import write_brightness, write_card

CPU = Device("cpu")
MODNET, RVM = Fit("free", 32, 512, 2048), Fit("free", 16, 0, 512)


@pytest.fixture
def card(tmp_path: Path) -> Card:
    """The mask is the mean of R, G and B, at any size."""
    network = write_brightness(tmp_path / "net.onnx", size=None)
    write_card(network)
    return replace(find_card(str(network)), size=(60, 100))


def ramp(height: int, width: int) -> Frame:
    """Brightness rises from the left to the right."""
    plane = np.broadcast_to(np.linspace(20, 235, width), (height, width)).round().astype(np.uint8)
    return Frame((plane, plane, plane), LAYOUTS["gbrp"], Colour(RGB, True))


@pytest.mark.parametrize(
    ("fit", "frame", "size"),
    [
        (MODNET, (1080, 1920), (512, 896)),
        (MODNET, (1920, 1080), (896, 512)),
        (MODNET, (512, 512), (512, 512)),
        (MODNET, (100, 10_000), (32, 2048)),
        (RVM, (1080, 1920), (288, 512)),
        (RVM, (1920, 1080), (512, 288)),
        (RVM, (480, 640), (384, 512)),
        (RVM, (1, 5000), (16, 512)),
    ],
)
def test_free_sizes(fit: Fit, frame: tuple[int, int], size: tuple[int, int]) -> None:
    assert free_size(fit, frame) == size


@given(height=st.integers(1, 5000), width=st.integers(1, 5000))
def test_free_sizes_keep_their_rules(height: int, width: int) -> None:
    for fit in (MODNET, RVM):
        size = free_size(fit, (height, width))
        assert min(size) >= fit.multiple
        assert max(size) <= fit.longest
        assert {side % fit.multiple for side in size} == {0}


@pytest.mark.parametrize(
    ("frame", "size", "corner"),
    [((90, 160), (56, 100), (2, 0)), ((160, 90), (60, 34), (0, 33)), ((6, 10), (60, 100), (0, 0))],
)
def test_padded_frames_lie_in_the_middle(
    card: Card, frame: tuple[int, int], size: tuple[int, int], corner: tuple[int, int]
) -> None:
    seen = window(replace(card, fit=Fit("pad")), frame)
    assert (seen.tensor, seen.size, seen.corner) == ((60, 100), size, corner)


@pytest.mark.parametrize("fit", [Fit(), Fit("pad"), Fit("free", 4, 40, 200)])
@pytest.mark.parametrize("shape", [(90, 160), (160, 90)])
def test_raw_alpha_covers_the_frame_exactly(card: Card, fit: Fit, shape: tuple[int, int]) -> None:
    """The ramp comes back as a ramp from edge to edge: nothing of the padding, nothing cut off."""
    segmenter = Segmenter(replace(card, fit=fit, mean=(0.1, 0.1, 0.1), std=(0.9, 0.9, 0.9)), CPU)
    rgb, luma = segmenter.see(ramp(*shape))
    raw = segmenter.answer()
    assert raw.shape == segmenter.size == luma.shape == rgb.shape[1:]
    columns = (np.arange(raw.shape[1]) + 0.5) / raw.shape[1]
    picture = np.interp(columns * shape[1] - 0.5, np.arange(shape[1]), np.linspace(20, 235, shape[1]) / 255)
    np.testing.assert_allclose(raw, np.broadcast_to(np.clip((picture - 0.1) / 0.9, 0, 1), raw.shape), atol=0.008)


def test_beside_a_padded_frame_is_the_mean_colour(card: Card) -> None:
    """A network sees no edge there that is brighter or darker than anything."""
    padded = replace(card, fit=Fit("pad"), mean=(0.4, 0.4, 0.4))
    segmenter = Segmenter(padded, CPU)
    segmenter.see(ramp(160, 90))
    segmenter.answer()
    assert not segmenter._tensor[:, :, :33].any()
    assert segmenter._tensor[:, :, 33:67].any()


def test_the_size_follows_the_frame(card: Card) -> None:
    segmenter = Segmenter(replace(card, fit=Fit("free", 4, 40, 200)), CPU)
    assert segmenter.size == (40, 68)  # a 16:9 frame, before one is known
    for shape, size in (((90, 160), (40, 68)), ((160, 90), (68, 40)), ((100, 100), (40, 40)), ((90, 160), (40, 68))):
        segmenter.see(ramp(*shape))
        assert segmenter.answer().shape == segmenter.size == size


def test_a_size_that_is_asked_for_wins(card: Card) -> None:
    for fit in (Fit(), Fit("free", 32, 512, 0)):
        segmenter = Segmenter(replace(card, fit=fit), CPU, (24, 48))
        segmenter.see(ramp(90, 160))
        assert segmenter.answer().shape == (24, 48)
    padded = Segmenter(replace(card, fit=Fit("pad")), CPU, (48, 48))
    padded.see(ramp(90, 160))
    assert padded.answer().shape == (27, 48)


def test_constants_by_size() -> None:
    ratio = Constant("ratio", ((512, 1.0), (1280, 0.375), (1920, 0.25), (3840, 0.125)))
    at = {side: ratio.value((side // 2, side)) for side in (100, 512, 700, 1000, 1280, 1600, 1920, 3840, 8000)}
    assert [at[side] for side in (100, 512, 1280, 1920, 3840, 8000)] == pytest.approx([1, 1, 0.375, 0.25, 0.125, 0.125])
    for side in (700, 1000, 1600):  # between the published sizes the reduced picture stays as large as there
        assert 470 <= side * at[side] <= 513
    assert Constant("one", ((1, 7.0),)).value((20, 30)) == 7
