"""Small networks made on the spot: the answer is a known function of the picture."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper


def write_brightness(
    path: Path, logits: bool = False, last: bool = False, size: tuple[int, int] | None = (24, 32)
) -> Path:
    """A network whose mask is the mean of R, G and B (or, with ``logits``, 8·mean - 4).

    Args:
        path: where to.
        logits: answer outside 0..1.
        last: channels last.
        size: fixed (height, width), or None for free.
    """
    sides: list[int | str] = list(size) if size else ["height", "width"]
    shape = [1, *sides, 3] if last else [1, 3, *sides]
    axis = 3 if last else 1
    nodes = [helper.make_node("ReduceMean", ["picture"], ["mean"], axes=[axis], keepdims=1)]
    tensors = []
    if logits:
        tensors = [
            helper.make_tensor("gain", TensorProto.FLOAT, [1], [8.0]),
            helper.make_tensor("shift", TensorProto.FLOAT, [1], [-4.0]),
        ]
        nodes += [
            helper.make_node("Mul", ["mean", "gain"], ["scaled"]),
            helper.make_node("Add", ["scaled", "shift"], ["mask"]),
        ]
    else:
        nodes.append(helper.make_node("Clip", ["mean", "low", "high"], ["mask"]))
        tensors = [helper.make_tensor(n, TensorProto.FLOAT, [], [v]) for n, v in (("low", 0.0), ("high", 1.0))]
    out_shape = [1, *sides, 1] if last else [1, 1, *sides]
    graph = helper.make_graph(
        nodes,
        "brightness",
        [helper.make_tensor_value_info("picture", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("mask", TensorProto.FLOAT, out_shape)],
        initializer=tensors,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))
    return path


CARD = """\
name = "tiny"
title = "brightness"
file = "{file}"
sha256 = "{sha256}"
licence = "CC0-1.0"
origin = "made by the tests"
[input]
name = "picture"
size = [{size[0]}, {size[1]}]
layout = "{layout}"
mean = [0.0, 0.0, 0.0]
std = [1.0, 1.0, 1.0]
[output]
alpha = "mask"
activation = "{activation}"
levels = [0.1, 0.9]
"""


def write_card(
    network: Path,
    activation: str = "none",
    layout: str = "nchw",
    sha256: str | None = None,
    size: tuple[int, int] = (24, 32),
) -> Path:
    """The card beside a network; with its right checksum unless another is given."""
    import hashlib

    digest = hashlib.sha256(network.read_bytes()).hexdigest() if sha256 is None else sha256
    text = CARD.format(file=network.name, sha256=digest, layout=layout, activation=activation, size=size)
    path = network.with_suffix(".toml")
    path.write_text(text)
    return path


def disc(
    size: tuple[int, int], centre: tuple[float, float], radius: float
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """A boolean disc."""
    rows, columns = np.mgrid[: size[0], : size[1]]
    inside: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] = np.hypot(rows - centre[0], columns - centre[1]) < radius
    return inside
