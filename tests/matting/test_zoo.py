"""The cards of networks that are not shipped: their arithmetic, against networks of the same signature.

The numbers here are those of the networks' authors and of rembg, written down a second time.
"""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from bgstream.errors import ConfigError, ModelError
from bgstream.frame import LAYOUTS, RGB, Colour, Frame
from bgstream.library.places import checked_path, locate
from bgstream.matting.card import Card
from bgstream.matting.cards import find_card, pullable, shipped
from bgstream.matting.segmenter import Segmenter
from bgstream.matting.session import Device
from tests.library.shelf import own_room
from tests.matting.signatures import SHIFT, WEIGHTS, write_linear, write_recurrent

CPU = Device("cpu")
IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
HALF, SHIFTED = ((0.5,) * 3, (0.5,) * 3), ((0.5,) * 3, (1.0,) * 3)
SEVEN = [str(1959 + k) for k in range(7)]
# name: input, outputs, (height, width) for a 16:9 frame, mean and std, whether the graph ends in logits
PLAIN: dict[str, tuple[str, list[str], tuple[int, int], Any, bool]] = {
    "u2net": ("input.1", SEVEN, (320, 320), IMAGENET, False),
    "u2net_human_seg": ("input.1", SEVEN, (320, 320), IMAGENET, False),
    "silueta": ("input.1", SEVEN, (320, 320), IMAGENET, False),
    "isnet-general-use": ("input_image", ["output_image", "b"], (1024, 1024), SHIFTED, False),
    "birefnet-general": ("input_image", ["output_image"], (1024, 1024), IMAGENET, True),
    "birefnet-general-lite": ("input_image", ["output_image"], (1024, 1024), IMAGENET, True),
    "birefnet-portrait": ("input_image", ["output_image"], (1024, 1024), IMAGENET, True),
    "bria-rmbg": ("pixel_values", ["alphas"], (1024, 1024), IMAGENET, False),
    "modnet-photographic": ("input", ["output"], (512, 896), HALF, False),
    "modnet-webcam": ("input", ["output"], (512, 896), HALF, False),
}
FREE = {"modnet-photographic", "modnet-webcam"}
RECURRENT = {"rvm-mobilenetv3", "rvm-resnet50"}
COLOUR = (200, 120, 40)


def with_weights(card: Card, network: Path) -> Card:
    return replace(card, weights=network, sha256="", download=None)


def flat(rgb: tuple[int, int, int], shape: tuple[int, int] = (90, 160)) -> Frame:
    red, green, blue = (np.full(shape, value, np.uint8) for value in rgb)
    return Frame((green, blue, red), LAYOUTS["gbrp"], Colour(RGB, True))


def test_every_card_is_looked_at() -> None:
    assert set(pullable()) == PLAIN.keys() | RECURRENT
    assert not set(pullable()) & set(shipped())


@pytest.mark.parametrize("name", PLAIN)
def test_arithmetic_of_single_frame_networks(name: str, tmp_path: Path) -> None:
    source, outputs, size, (mean, std), logits = PLAIN[name]
    declared: Any = ("height", "width") if name in FREE else size
    network = write_linear(tmp_path / "net.onnx", source, outputs, declared)
    segmenter = Segmenter(with_weights(pullable()[name], network), CPU)
    segmenter.see(flat(COLOUR))
    raw = segmenter.answer()
    fed = (np.array(COLOUR) / 255 - np.array(mean)) / np.array(std)
    linear = float(np.dot(WEIGHTS, fed) + SHIFT)
    expected = 1 / (1 + np.exp(-linear)) if logits else linear
    assert 0 < expected < 1
    assert raw.shape == size
    np.testing.assert_allclose(raw, expected, atol=2e-5)
    assert not segmenter.card.recurrent


@pytest.mark.parametrize("name", sorted(RECURRENT))
def test_arithmetic_of_recurrent_networks(name: str, tmp_path: Path) -> None:
    segmenter = Segmenter(with_weights(pullable()[name], write_recurrent(tmp_path / "net.onnx")), CPU)
    assert segmenter.card.recurrent
    assert segmenter.card.foreground_name == "fgr"
    mean = sum(COLOUR) / 3 / 255
    for frame in range(4):
        segmenter.see(flat(COLOUR))
        raw = segmenter.answer()
        assert raw.shape == (288, 512)
        # the ratio is 1 at this size; states 1..4 grew by 0.01 … 0.04 of the mean, a frame
        np.testing.assert_allclose(raw, mean * (0.1 + frame * 0.1), atol=2e-5)
    segmenter.reset()
    segmenter.see(flat(COLOUR))
    np.testing.assert_allclose(segmenter.answer(), mean * 0.1, atol=2e-5)
    segmenter.see(flat(COLOUR, (160, 90)))  # another size: remembered pictures would not fit
    np.testing.assert_allclose(segmenter.answer(), mean * 0.1, atol=2e-5)
    assert segmenter.size == (512, 288)


def test_a_larger_recurrent_network_reduces_inside(tmp_path: Path) -> None:
    card = with_weights(pullable()["rvm-mobilenetv3"], write_recurrent(tmp_path / "net.onnx"))
    segmenter = Segmenter(card, CPU, (720, 1280))
    segmenter.see(flat(COLOUR))
    np.testing.assert_allclose(segmenter.answer(), sum(COLOUR) / 3 / 255 * 0.1 * 0.375, atol=2e-5)


@pytest.mark.parametrize("name", [*PLAIN, *sorted(RECURRENT)])
def test_what_is_known_of_the_files(name: str) -> None:
    card = pullable()[name]
    known = card.download
    assert known is not None
    assert all(url.startswith("https://") and url.endswith(f"/{known.file}") for url in known.urls)
    assert len(known.checksum) == {"md5": 32, "sha256": 64}[known.algorithm]
    assert (name in {"bria-rmbg"}) == (known.terms == "non-commercial")
    assert (name in RECURRENT) == (known.terms == "copyleft") == card.licence.startswith("GPL")
    assert card.subject in {"person", "any"}


def test_a_name_that_was_not_pulled_says_how(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    own_room(tmp_path, monkeypatch)
    with pytest.raises(ModelError, match="'u2net' is not on this machine") as caught:
        find_card("u2net")
    assert caught.value.hint == "bgstream models pull u2net (176 MB, Apache-2.0)"
    with pytest.raises(ModelError):
        pullable()["u2net"].load()
    with pytest.raises(ConfigError) as unknown:
        find_card("u2nett")
    assert "'u2net'" in unknown.value.hint


def test_a_card_of_ones_own_may_name_a_download(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import bgstream_models

    own_room(tmp_path, monkeypatch)
    path = tmp_path / "mine.toml"
    text = (bgstream_models.folder() / "zoo" / "silueta.toml").read_text(encoding="utf-8")
    path.write_text(text.replace("silueta.onnx", "mine.onnx"), encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        find_card(str(path))
    assert f"bgstream models pull {path}" in caught.value.hint


@pytest.fixture
def u2net() -> Card:
    """The card, with the published weights."""
    card = pullable()["u2net"]
    said = os.environ.get("BGSTREAM_U2NET_ONNX")
    if said:
        return with_weights(card, Path(said))
    if card.download is None or locate(card.download) is None:
        pytest.skip("u2net.onnx (176 MB) is not here: pull it, or name it in BGSTREAM_U2NET_ONNX")
    return with_weights(card, checked_path(card.download))


def test_the_published_u2net(u2net: Card) -> None:
    """Against the network itself, fed with R, G, B / 255 by ImageNet's mean and deviation; no resampling in between."""
    import onnxruntime as ort

    with np.load(Path(__file__).parents[1] / "models" / "selfie_reference.npz") as stored:
        picture: NDArray[np.uint8] = np.pad(stored["selfie_input"][0], ((32, 32), (32, 32), (0, 0)), mode="edge")
    red, green, blue = (np.ascontiguousarray(picture[..., k]) for k in range(3))
    segmenter = Segmenter(u2net, CPU)
    segmenter.see(Frame((green, blue, red), LAYOUTS["gbrp"], Colour(RGB, True)))
    raw = segmenter.answer()
    batch = ((picture / 255 - IMAGENET[0]) / IMAGENET[1]).transpose(2, 0, 1)[None].astype(np.float32)
    session = ort.InferenceSession(str(u2net.weights), providers=["CPUExecutionProvider"])
    expected = session.run(None, {session.get_inputs()[0].name: batch})[0][0, 0]
    np.testing.assert_allclose(raw, expected, atol=1e-3)
    assert raw[80:160, 160].mean() > 0.9  # the face
