"""The converted selfie networks answer like MediaPipe, and the script gives the shipped files again."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bgstream_models import folder
from numpy.typing import NDArray

Array = NDArray[np.float32]
Answer = Callable[[str | Path, Array], Array]

# The runtime's own optimisations move the answer by up to 8e-4 on some processors.
TOLERANCE = 2e-3

NETWORKS = [
    pytest.param("selfie", "selfie.onnx", "selfie_segmentation.tflite", id="square"),
    pytest.param("selfie_landscape", "selfie-landscape.onnx", "selfie_segmentation_landscape.tflite", id="landscape"),
]


def planes(picture: NDArray[Any]) -> Array:
    """Return one picture (H, W, 3) uint8 as the networks want it."""
    return np.ascontiguousarray(picture.transpose(2, 0, 1)[None], np.float32) / np.float32(255)


def worst(answer: Answer, weights: str, pictures: NDArray[Any], masks: NDArray[Any]) -> float:
    pairs = zip(pictures, masks, strict=True)
    return max(float(np.abs(answer(weights, planes(picture))[0, 0] - mask).max()) for picture, mask in pairs)


@pytest.mark.parametrize(("key", "weights", "source"), NETWORKS)
def test_answers_like_mediapipe(
    answer: Answer, reference: dict[str, NDArray[Any]], key: str, weights: str, source: str
) -> None:
    pictures, masks = reference[f"{key}_input"], reference[f"{key}_mask"]
    assert masks.max() - masks.min() > 0.9
    assert worst(answer, weights, pictures, masks) <= TOLERANCE


@pytest.mark.parametrize(("key", "weights", "source"), NETWORKS)
def test_answers_like_mediapipe_on_all_pictures(
    answer: Answer, originals: Path, key: str, weights: str, source: str
) -> None:
    with np.load(originals / "selfie_reference.npz") as stored:
        assert worst(answer, weights, stored[f"{key}_input"], stored[f"{key}_mask"]) <= TOLERANCE


@pytest.mark.parametrize(("key", "weights", "source"), NETWORKS)
def test_converting_again_gives_the_same_bytes(
    originals: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, weights: str, source: str
) -> None:
    pytest.importorskip("ai_edge_litert", reason="carries the schema, and has no wheel for this platform")
    from bgstream_models import convert_selfie

    target = tmp_path / weights
    monkeypatch.setattr(sys, "argv", ["convert_selfie", str(originals / source), str(target)])
    convert_selfie.main()
    assert target.read_bytes() == (folder() / weights).read_bytes()


@pytest.mark.parametrize(("key", "weights", "source"), NETWORKS)
def test_answers_like_the_interpreter(
    answer: Answer,
    originals: Path,
    reference: dict[str, NDArray[Any]],
    key: str,
    weights: str,
    source: str,
) -> None:
    litert = pytest.importorskip("ai_edge_litert.interpreter", reason="has no wheel for this platform")
    interpreter = litert.Interpreter(str(originals / source), num_threads=1)
    interpreter.allocate_tensors()
    (given,), (found,) = interpreter.get_input_details(), interpreter.get_output_details()
    # Noise alone gives empty masks; noise over a picture does not.
    noise = np.random.default_rng(5).integers(0, 40, reference[f"{key}_input"][0].shape)
    picture = planes(np.clip(reference[f"{key}_input"][0].astype(np.int64) + noise, 0, 255))
    interpreter.set_tensor(given["index"], picture.transpose(0, 2, 3, 1))
    interpreter.invoke()
    expected = interpreter.get_tensor(found["index"])[..., 0]
    assert expected.max() > 0.9
    assert np.abs(answer(weights, picture)[0] - expected).max() <= TOLERANCE
