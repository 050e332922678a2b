"""Makes U²-Net's small network free in size and in number of pictures, and quicker.

Usage: ``python -m bgstream_models.free_u2netp IN.onnx OUT.onnx``

Nothing inside the published graph fixes a size; only the declared input and outputs do, and they become
symbolic. Of the seven outputs the first, the fused map, is kept; what served the others alone is dropped.
The result has one input ``input`` [batch, 3, height, width] and one output ``mask`` [batch, 1, height, width]
from 0 to 1. Then the graph is rewritten for speed (`_quick`): what it computes stays, to about 1e-5, where both
sides are multiples of 32. Needs the development package ``onnx``.
"""

import argparse
from pathlib import Path

import onnx

from bgstream_models._graphs import assembled, needed, renamed
from bgstream_models._quick import quicken

NOTICE = (
    "U²-Net (small) by Xuebin Qin et al., Apache-2.0. "
    "Changed: free input size and batch, only the fused map is an output, input and output renamed (free_u2netp.py)."
)


def free(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return the network with a free input size and the first output only."""
    source, fused = model.graph.input[0].name, model.graph.output[0].name
    names = {source: "input", fused: "mask"}
    nodes = [renamed(node, names) for node in needed(model.graph.node, fused)]
    return assembled(model, nodes, model.graph.initializer, NOTICE)


def main() -> None:
    """Convert the file named first on the command line into the one named second."""
    parser = argparse.ArgumentParser(description="Make the small U²-Net free in size, and quicker.")
    parser.add_argument("source", type=Path, help="the published u2netp.onnx")
    parser.add_argument("target", type=Path, help="the .onnx file to write")
    options = parser.parse_args()
    model = quicken(free(onnx.load(options.source)))
    options.target.write_bytes(model.SerializeToString(deterministic=True))


if __name__ == "__main__":
    main()
