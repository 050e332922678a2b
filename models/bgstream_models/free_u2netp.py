"""Makes U²-Net's small network free in size.

Usage: ``python -m bgstream_models.free_u2netp IN.onnx OUT.onnx``

Nothing inside the published graph fixes a size; only the declared input and outputs do, and they become
symbolic. Of the seven outputs the first, the fused map, is kept; what served the others alone is dropped.
The result has one input ``input`` [1, 3, height, width] and one output ``mask`` [1, 1, height, width] from
0 to 1. The weights are untouched: at 320×320 the answer is that of the original. Needs the development
package ``onnx``.
"""

import argparse
from pathlib import Path

import onnx
from onnx import TensorProto, helper

NOTICE = (
    "U²-Net (small) by Xuebin Qin et al., Apache-2.0. "
    "Changed: free input size, only the fused map is an output, input and output renamed (free_u2netp.py)."
)


def needed(nodes: list[onnx.NodeProto], output: str) -> list[onnx.NodeProto]:
    """Return the nodes that `output` depends on, in their order (a graph's nodes come sorted)."""
    wanted, kept = {output}, []
    for node in reversed(nodes):
        if wanted.intersection(node.output):
            wanted.update(node.input)
            kept.append(node)
    return kept[::-1]


def renamed(node: onnx.NodeProto, names: dict[str, str]) -> onnx.NodeProto:
    """Return a copy of `node` that reads and writes tensors under their new names."""
    copy = onnx.NodeProto()
    copy.CopyFrom(node)
    copy.input[:] = [names.get(name, name) for name in node.input]
    copy.output[:] = [names.get(name, name) for name in node.output]
    return copy


def declare(name: str, channels: int) -> onnx.ValueInfoProto:
    """Declare an input or output of any height and width."""
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, (1, channels, "height", "width"))


def free(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return the network with a free input size and the first output only."""
    source, fused = model.graph.input[0].name, model.graph.output[0].name
    names = {source: "input", fused: "mask"}
    nodes = needed(list(model.graph.node), fused)
    used = {name for node in nodes for name in node.input}
    graph = helper.make_graph(
        [renamed(node, names) for node in nodes],
        "u2netp",
        [declare("input", 3)],
        [declare("mask", 1)],
        [weights for weights in model.graph.initializer if weights.name in used],
        doc_string=NOTICE,
    )
    # The versions of the original stay: its nodes are written for them, and every runtime takes them.
    result = helper.make_model(
        graph, producer_name="bgstream", ir_version=model.ir_version, opset_imports=list(model.opset_import)
    )
    onnx.checker.check_model(result, full_check=True)
    return result


def main() -> None:
    """Convert the file named first on the command line into the one named second."""
    parser = argparse.ArgumentParser(description="Make the small U²-Net free in size.")
    parser.add_argument("source", type=Path, help="the published u2netp.onnx")
    parser.add_argument("target", type=Path, help="the .onnx file to write")
    options = parser.parse_args()
    model = free(onnx.load(options.source))
    options.target.write_bytes(model.SerializeToString(deterministic=True))


if __name__ == "__main__":
    main()
