"""What the scripts that edit ONNX graphs share."""

from collections.abc import Mapping, Sequence

import onnx
from onnx import TensorProto, helper

Side = int | str


def needed(nodes: Sequence[onnx.NodeProto], output: str) -> list[onnx.NodeProto]:
    """Return the nodes that `output` depends on, in their order (a graph's nodes come sorted)."""
    wanted, kept = {output}, []
    for node in reversed(nodes):
        if wanted.intersection(node.output):
            wanted.update(node.input)
            kept.append(node)
    return kept[::-1]


def renamed(node: onnx.NodeProto, names: Mapping[str, str]) -> onnx.NodeProto:
    """Return a copy of `node` that reads and writes tensors under their new names."""
    copy = onnx.NodeProto()
    copy.CopyFrom(node)
    copy.input[:] = [names.get(name, name) for name in node.input]
    copy.output[:] = [names.get(name, name) for name in node.output]
    return copy


def declare(name: str, channels: int, height: Side = "height", width: Side = "width") -> onnx.ValueInfoProto:
    """Declare an input or output [batch, channels, height, width] for any number of pictures; text is a free side."""
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, ("batch", channels, height, width))


def assembled(
    model: onnx.ModelProto, nodes: list[onnx.NodeProto], weights: Sequence[onnx.TensorProto], notice: str
) -> onnx.ModelProto:
    """Return the network of `nodes`, from ``input`` to ``mask``, of any size, with those `weights` that are used.

    The versions of `model` stay: its nodes are written for them, and every runtime takes them.
    """
    used = {name for node in nodes for name in node.input}
    graph = helper.make_graph(
        nodes,
        "u2netp",
        [declare("input", 3)],
        [declare("mask", 1)],
        [weight for weight in weights if weight.name in used],
        doc_string=notice,
    )
    result = helper.make_model(
        graph, producer_name="bgstream", ir_version=model.ir_version, opset_imports=list(model.opset_import)
    )
    onnx.checker.check_model(result, full_check=True)
    return result
