"""The rules of the translation one by one, without a whole network."""

import dataclasses
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("ai_edge_litert", reason="carries the schema, and has no wheel for this platform")

from bgstream_models import convert_selfie
from bgstream_models._operators import Builtin, same_padding
from bgstream_models._tflite import ConversionError, Network, Operator, Tensor

RELU = Operator(Builtin.RELU, "", (0,), (1,), {}, b"")


def network(*operators: Operator) -> Network:
    shape = (1, 4, 6, 3)
    tensors = tuple(Tensor("same name", shape, None) for _ in range(3))
    return Network(tensors, operators, 0, len(operators))


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "expected"),
    [(256, 3, 2, (0, 1)), (32, 5, 2, (1, 2)), (16, 3, 1, (1, 1)), (16, 5, 1, (2, 2)), (9, 1, 1, (0, 0))],
)
def test_same_padding(size: int, kernel: int, stride: int, expected: tuple[int, int]) -> None:
    assert same_padding(size, kernel, stride) == expected


def test_channels_come_first_and_names_stay_apart() -> None:
    second = dataclasses.replace(RELU, inputs=(1,), outputs=(2,))
    graph = convert_selfie.convert(network(RELU, second)).graph
    batch, *lengths = graph.input[0].type.tensor_type.shape.dim
    assert batch.dim_param == "batch"
    assert [length.dim_value for length in lengths] == [3, 4, 6]
    assert [list(node.input) for node in graph.node] == [["input"], [graph.node[0].output[0]]]
    assert list(graph.node[1].output) == ["mask"]


@pytest.mark.parametrize(
    ("operator", "message"),
    [
        (dataclasses.replace(RELU, code=9), "operator 9"),
        (dataclasses.replace(RELU, options={"fusedActivationFunction": 1}), "fused"),
        (dataclasses.replace(RELU, inputs=(2,)), "not the result of an earlier operator"),
        (dataclasses.replace(RELU, code=Builtin.CUSTOM, custom="Other"), "'Other'"),
        (dataclasses.replace(RELU, code=Builtin.DEQUANTIZE), "a constant is expected"),
        (
            dataclasses.replace(RELU, code=Builtin.RESIZE_BILINEAR, options={"halfPixelCenters": 0, "alignCorners": 0}),
            "half-pixel",
        ),
        (
            dataclasses.replace(RELU, code=Builtin.AVERAGE_POOL_2D, options={"filterHeight": 2, "filterWidth": 2}),
            "whole picture",
        ),
    ],
)
def test_the_unknown_is_refused(operator: Operator, message: str) -> None:
    with pytest.raises(ConversionError, match=message):
        convert_selfie.convert(network(operator))


def test_another_kind_of_file_is_refused_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "noise.tflite"
    source.write_bytes(np.arange(64, dtype=np.uint8).tobytes())
    monkeypatch.setattr(sys, "argv", ["convert_selfie", str(source), str(tmp_path / "out.onnx")])
    with pytest.raises(SystemExit) as stopped:
        convert_selfie.main()
    assert stopped.value.code == 1
    assert "not a TensorFlow Lite file" in capsys.readouterr().err
    assert not (tmp_path / "out.onnx").exists()
