"""U²-Net's small network: free in size, quicker, and otherwise the published one."""

import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bgstream_models import folder
from numpy.typing import NDArray

Array = NDArray[np.float32]
Answer = Callable[[str | Path, Array], Array]

WEIGHTS = "u2netp.onnx"
TOLERANCE = 1e-4  # sums in another order; 2e-5 where it was made


def planes(picture: NDArray[Any]) -> Array:
    """Return one picture (H, W, 3) uint8 scaled as the card says."""
    given = tomllib.loads((folder() / "u2netp.toml").read_text(encoding="utf-8"))["input"]
    scaled = (picture / 255 - given["mean"]) / given["std"]
    return np.ascontiguousarray(scaled.transpose(2, 0, 1)[None], np.float32)


@pytest.fixture(scope="module")
def picture(reference: dict[str, NDArray[Any]]) -> NDArray[Any]:
    """The astronaut in the middle of 320×320 pixels."""
    return np.pad(reference["selfie_input"][0], ((32, 32), (32, 32), (0, 0)), mode="edge")


def test_answer_is_the_originals(answer: Answer, originals: Path, picture: NDArray[Any]) -> None:
    expected = answer(originals / WEIGHTS, planes(picture))
    assert expected.max() > 0.9
    np.testing.assert_allclose(answer(WEIGHTS, planes(picture)), expected, atol=TOLERANCE)


@pytest.mark.parametrize(("height", "width"), [(32, 32), (64, 96), (224, 320)])
def test_at_other_multiples_of_32_it_is_the_original_made_free(
    answer: Answer, originals: Path, tmp_path: Path, picture: NDArray[Any], height: int, width: int
) -> None:
    onnx = pytest.importorskip("onnx")
    from bgstream_models.free_u2netp import free

    plain = tmp_path / "plain.onnx"
    plain.write_bytes(free(onnx.load(originals / WEIGHTS)).SerializeToString())
    seen = planes(picture[60 : 60 + height, :width])
    np.testing.assert_allclose(answer(WEIGHTS, seen), answer(plain, seen), atol=TOLERANCE)


def test_other_sizes_are_extended_by_their_last_row_and_column(answer: Answer, picture: NDArray[Any]) -> None:
    seen = planes(picture[100:175, 60:171])
    extended = np.pad(seen, ((0, 0), (0, 0), (0, 21), (0, 17)), mode="edge")
    assert extended.shape[2:] == (96, 128)
    np.testing.assert_array_equal(answer(WEIGHTS, seen), answer(WEIGHTS, extended)[:, :, :75, :111])


def test_no_size_within_is_computed() -> None:
    """What keeps ONNX Runtime in its blocked layout, which is where the speed comes from."""
    onnx = pytest.importorskip("onnx")
    graph = onnx.load_model_from_string((folder() / WEIGHTS).read_bytes()).graph
    constants = {weights.name for weights in graph.initializer}
    enlargements = [node for node in graph.node if node.op_type == "Resize"]
    assert len(enlargements) > 30
    assert all(len(node.input) == 3 and node.input[2] in constants for node in enlargements)
    assert sum(node.op_type == "Shape" for node in graph.node) == 1


@pytest.mark.parametrize(("height", "width"), [(256, 256), (192, 320), (175, 311)])
def test_any_size_runs(answer: Answer, picture: NDArray[Any], height: int, width: int) -> None:
    top, left = (320 - height) // 2, (320 - width) // 2
    mask = answer(WEIGHTS, planes(picture[top : top + height, left : left + width]))
    assert mask.shape == (1, 1, height, width)
    # The face is the subject; the range of the answer is that of an alpha.
    assert mask[0, 0, height // 4 : height // 2, width // 2].mean() > 0.9
    assert 0 <= mask.min() <= mask.max() <= 1


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_an_empty_frame_stays_empty(answer: Answer, grey: int) -> None:
    mask = answer(WEIGHTS, planes(np.full((320, 320, 3), grey, np.uint8)))
    assert mask.max() < 0.2


def test_freeing_again_gives_the_same_bytes(originals: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("onnx")
    from bgstream_models import free_u2netp

    target = tmp_path / WEIGHTS
    monkeypatch.setattr(sys, "argv", ["free_u2netp", str(originals / WEIGHTS), str(target)])
    free_u2netp.main()
    assert target.read_bytes() == (folder() / WEIGHTS).read_bytes()
