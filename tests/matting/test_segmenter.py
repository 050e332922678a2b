"""From planes to raw alpha: the tensor is the picture, the answer is the network's."""

from pathlib import Path

import numpy as np
import pytest

from bgstream.errors import ModelError
from bgstream.frame import LAYOUTS, RGB, Colour, Frame, code_values
from bgstream.matting.cards import find_card
from bgstream.matting.exposure import Exposure
from bgstream.matting.segmenter import Segmenter
from bgstream.matting.session import Device
from tests.matting.tiny_networks import write_brightness, write_card

CPU = Device("cpu")


def asked(segmenter: Segmenter, frame: Frame, gain: float = 1.0) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    segmenter.see(frame)
    return segmenter.answer(gain)


def flat(rgb: tuple[int, int, int], layout_name: str, colour: Colour) -> Frame:
    layout = LAYOUTS[layout_name]
    values = code_values(rgb, layout, colour)
    shapes = layout.shapes(90, 160)
    planes = tuple(np.full(shape, value, layout.dtype) for shape, value in zip(shapes, values, strict=True))
    return Frame(planes, layout, colour)


@pytest.mark.parametrize("layout", ["yuv420p", "yuv422p", "yuv444p10le", "yuv420p12le", "gbrp", "gbrp10le"])
@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("matrix", [1, 5, 9])
def test_answer_follows_the_colour_in_every_layout(tmp_path: Path, layout: str, full: bool, matrix: int) -> None:
    network = write_brightness(tmp_path / "net.onnx")
    write_card(network)
    colour = Colour(RGB, True) if layout.startswith("gbrp") else Colour(matrix, full)
    raw = asked(Segmenter(find_card(str(network)), CPU), flat((200, 100, 30), layout, colour))
    assert raw.shape == (24, 32)
    np.testing.assert_allclose(raw, (200 + 100 + 30) / 3 / 255, atol=0.006)  # rounding of the code values


@pytest.mark.parametrize("last", [False, True])
def test_logits_become_alpha_by_a_fixed_rule(tmp_path: Path, last: bool) -> None:
    network = write_brightness(tmp_path / "net.onnx", logits=True, last=last)
    write_card(network, activation="sigmoid", layout="nhwc" if last else "nchw")
    raw = asked(Segmenter(find_card(str(network)), CPU), flat((255, 255, 255), "gbrp", Colour(RGB, True)))
    np.testing.assert_allclose(raw, 1 / (1 + np.exp(-4.0)), atol=1e-5)


def test_luma_is_that_of_the_frame_whatever_the_normalisation() -> None:
    segmenter = Segmenter(find_card("u2netp"), CPU, (64, 64))
    rgb, luma = segmenter.see(flat((255, 0, 0), "gbrp", Colour(RGB, True)))
    np.testing.assert_allclose(luma, 0.2126, atol=1e-4)
    np.testing.assert_allclose(rgb[0], 1, atol=1e-4)


def test_gain_brightens_up_to_white(tmp_path: Path) -> None:
    network = write_brightness(tmp_path / "net.onnx")
    write_card(network)
    segmenter = Segmenter(find_card(str(network)), CPU)
    dark = flat((51, 51, 51), "gbrp", Colour(RGB, True))
    np.testing.assert_allclose([asked(segmenter, dark, gain).mean() for gain in (1, 2, 9)], [0.2, 0.4, 1], atol=1e-4)


def test_exposure_leaves_day_alone_and_is_steady_in_the_dark() -> None:
    exposure = Exposure()
    assert exposure(np.full((3, 24, 32), 0.85, np.float32)) == 1
    exposure.reset()
    gains = [exposure(np.full((3, 24, 32), 0.2 * (1 + 0.5 * (k % 2)), np.float32)) for k in range(40)]
    assert gains[0] == pytest.approx(4)
    assert max(np.abs(np.diff(gains[1:])) / gains[1:-1]) < 0.04
    assert exposure(np.zeros((3, 24, 32), np.float32)) <= 4


def test_an_empty_frame_is_no_subject() -> None:
    """No stretch from a frame's own minimum to its maximum: grey stays nothing."""
    for name in ("selfie", "selfie-landscape", "u2netp"):
        raw = asked(Segmenter(find_card(name), CPU), flat((128, 128, 128), "yuv420p", Colour(1)))
        assert raw.max() < 0.3, name


def test_a_wrong_card_is_an_error_with_a_hint(tmp_path: Path) -> None:
    network = write_brightness(tmp_path / "net.onnx")
    card = write_card(network)
    text = card.read_text()
    for old, new, said in (
        ('alpha = "mask"', 'alpha = "nothing"', "no output 'nothing'"),
        ('name = "picture"', 'name = "picure"', "no input 'picure'"),
    ):
        card.write_text(text.replace(old, new))
        with pytest.raises(ModelError, match=said) as caught:
            Segmenter(find_card(str(card)), CPU)
        assert "card" in caught.value.hint


def test_a_size_that_the_network_does_not_take_is_told(tmp_path: Path) -> None:
    card = write_card(write_brightness(tmp_path / "net.onnx"))
    segmenter = Segmenter(find_card(str(card)), CPU, (32, 32))
    with pytest.raises(ModelError, match="failed") as caught:
        asked(segmenter, flat((1, 2, 3), "gbrp", Colour(RGB, True)))
    assert "card" in caught.value.hint


def test_logits_behind_a_card_that_says_none_are_told(tmp_path: Path) -> None:
    """They would look like a hard mask, and nobody would know why."""
    card = write_card(write_brightness(tmp_path / "net.onnx", logits=True), activation="none")
    with pytest.raises(ModelError, match="instead of 0 to 1") as caught:
        asked(Segmenter(find_card(str(card)), CPU), flat((255, 255, 255), "gbrp", Colour(RGB, True)))
    assert "sigmoid" in caught.value.hint
