"""Networks of the same signature as the published ones, but with an answer that is known: a sum of what is fed."""

from collections.abc import Sequence
from pathlib import Path

import onnx
from onnx import TensorProto, helper

Side = int | str
WEIGHTS = (0.10, 0.05, 0.02)  # of the normalised R, G, B
SHIFT = 0.4


def write_linear(path: Path, source: str, outputs: Sequence[str], size: tuple[Side, Side]) -> Path:
    """``outputs[0]`` = WEIGHTS · (R, G, B as fed) + SHIFT; all further outputs are that much less by one."""
    nodes = [helper.make_node("Conv", [source, "kernel", "shift"], [outputs[0]])]
    nodes += [helper.make_node("Sub", [outputs[0], "one"], [name]) for name in outputs[1:]]
    constants = [
        helper.make_tensor("kernel", TensorProto.FLOAT, [1, 3, 1, 1], WEIGHTS),
        helper.make_tensor("shift", TensorProto.FLOAT, [1], [SHIFT]),
        helper.make_tensor("one", TensorProto.FLOAT, [], [1.0]),
    ]
    inputs = [_tensor(source, [1, 3, *size])]
    return _save(path, nodes, inputs, [_tensor(name, [1, 1, *size]) for name in outputs], constants)


def write_recurrent(path: Path) -> Path:
    """RVM's signature: ``pha`` = mean of RGB · 0.1 · ratio + sum of the states; each state grows by 0.1 a frame.

    State k grows by 0.1 · k of the frame's mean, and carries the frame's size once it has seen one.
    """
    nodes = [
        helper.make_node("ReduceMean", ["src"], ["mean"], axes=[1], keepdims=1),
        helper.make_node("Mul", ["mean", "downsample_ratio"], ["reduced"]),
        helper.make_node("Mul", ["reduced", "tenth"], ["sum0"]),
        helper.make_node("Identity", ["src"], ["fgr"]),
    ]
    for k in range(1, 5):
        nodes += [
            helper.make_node("Mul", ["mean", f"step{k}"], [f"grown{k}"]),
            helper.make_node("Add", [f"r{k}i", f"grown{k}"], [f"r{k}o"]),
            helper.make_node("Add", [f"sum{k - 1}", f"r{k}i"], [f"sum{k}" if k < 4 else "pha"]),
        ]
    constants = [helper.make_tensor("tenth", TensorProto.FLOAT, [], [0.1])]
    constants += [helper.make_tensor(f"step{k}", TensorProto.FLOAT, [], [0.01 * k]) for k in range(1, 5)]
    inputs = [_tensor("src", ["batch", 3, "height", "width"])]
    inputs += [_tensor(f"r{k}i", [f"b{k}", f"c{k}", f"h{k}", f"w{k}"]) for k in range(1, 5)]
    inputs += [_tensor("downsample_ratio", [1])]
    outputs = [_tensor(name, ["batch", channels, "height", "width"]) for name, channels in (("fgr", 3), ("pha", 1))]
    outputs += [_tensor(f"r{k}o", [f"bo{k}", f"co{k}", f"ho{k}", f"wo{k}"]) for k in range(1, 5)]
    return _save(path, nodes, inputs, outputs, constants)


def _tensor(name: str, shape: Sequence[Side]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def _save(
    path: Path,
    nodes: list[onnx.NodeProto],
    inputs: list[onnx.ValueInfoProto],
    outputs: list[onnx.ValueInfoProto],
    constants: list[onnx.TensorProto],
) -> Path:
    graph = helper.make_graph(nodes, "signature", inputs, outputs, initializer=constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 12)], ir_version=7)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))
    return path
