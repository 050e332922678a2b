"""Rewrites the size-free small U²-Net so that it costs less and answers the same, up to rounding.

1. Every enlargement states its factor instead of computing a size at run time. ONNX Runtime then keeps all maps in
   its blocked layout. Factors fit only where every halving is exact, so the picture is first extended, within the
   graph, to multiples of 32 by repeating its last row and column, and the mask is cut to the picture's size.
   For sizes that are such multiples nothing is added.
2. The fusing 1×1 convolution is folded into the side outputs, whose enlargement is linear. The full-size side
   output (64 → 1 channels, for which the blocked layout computes at least 8) becomes a 1×1 convolution to its nine
   taps and one that shifts and adds them.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from bgstream_models._graphs import assembled, needed, renamed

STRIDE = 32  # five halvings
TAPS = 9
NOTICE = " Then the same computed with less work: fixed enlargement factors, folded side outputs (_quick.py)."


class Rewriter:
    """Gathers the nodes and weights of the new graph.

    Attributes:
        weights: all constants by name, those of the old graph included.
        maker: the old graph's node behind every tensor.
        nodes: of the new graph, in order.
    """

    def __init__(self, graph: onnx.GraphProto) -> None:
        self.weights: dict[str, NDArray[Any]] = {w.name: numpy_helper.to_array(w) for w in graph.initializer}
        self.maker = {name: node for node in graph.node for name in node.output}
        self.nodes: list[onnx.NodeProto] = []

    def add(self, kind: str, inputs: Sequence[str], output: str, **attributes: Any) -> str:
        """Append a node; return its output's name."""
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def constant(self, name: str, values: Any, dtype: type[np.generic] = np.float32) -> str:
        """Store a constant; return its name."""
        self.weights[name] = np.ascontiguousarray(values, dtype)
        return name

    def extend(self, source: str, target: str) -> str:
        """Add what makes both sides multiples of `STRIDE`; return the name of the original (height, width)."""
        first, end = self.constant("two", [2], np.int64), self.constant("four", [4], np.int64)
        size = self.add("Slice", [self.add("Shape", [source], "shape"), first, end], "size")
        below = self.add("Neg", [size], "below")
        missing = self.add("Mod", [below, self.constant("stride", STRIDE, np.int64)], "missing")  # sign of the divisor
        before = self.constant("before", [0] * 6, np.int64)  # nothing above and left, no pictures or channels
        pads = self.add("Concat", [before, missing], "pads", axis=0)
        self.add("Pad", [source, pads], target, mode="edge")
        return size

    def crop(self, source: str, size: str, target: str) -> None:
        """Add the cut to the first `size` rows and columns."""
        start, axes = self.constant("start", [0, 0], np.int64), self.constant("axes", [2, 3], np.int64)
        self.add("Slice", [source, start, size, axes], target)

    def convolve(self, source: str, target: str, kernel: NDArray[Any], bias: NDArray[Any] | None = None) -> str:
        """Add a convolution that keeps the size; return `target`."""
        names = [source, self.constant(f"{target}.kernel", kernel)]
        names += [self.constant(f"{target}.bias", bias)] if bias is not None else []
        rows, columns = kernel.shape[2:]
        pads = [rows // 2, columns // 2] * 2
        return self.add("Conv", names, target, kernel_shape=[rows, columns], pads=pads)

    def enlarge(self, source: str, target: str, factor: int) -> str:
        """Add a linear enlargement; return `target`."""
        region = self.constant("roi", [])  # means nothing in this mode, but opset 11 wants it
        scale = self.constant(f"times{factor}", [1, 1, factor, factor])
        how = {"mode": "linear", "coordinate_transformation_mode": "half_pixel"}
        return self.add("Resize", [source, region, scale], target, **how)

    def fuse(self, fusing: onnx.NodeProto) -> str:
        """Add the side outputs, each weighted as `fusing` does it, and their sum; return its name."""
        sides = self.maker[fusing.input[0]].input
        shares, offset = (self.weights[name] for name in fusing.input[1:])
        for level, (side, share) in enumerate(zip(sides, shares.ravel(), strict=True)):
            conv = self.maker[side] if level == 0 else self.maker[self.maker[side].input[0]]
            kernel, bias = (self.weights[name] * share for name in conv.input[1:])
            if level == 0:
                taps = self.convolve(conv.input[0], "taps", kernel[0].reshape(-1, TAPS).T[:, :, None, None])
                shifts = np.eye(TAPS).reshape(1, TAPS, 3, 3)
                total = self.convolve(taps, "side0", shifts, bias + offset)
                continue
            low = self.convolve(conv.input[0], f"low{level}", kernel, bias)
            total = self.add("Add", [total, self.enlarge(low, f"side{level}", 2**level)], f"sum{level}")
        return total


def quicken(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return the quick form of the network that `free_u2netp.free` gives; same input and output, any size."""
    graph = model.graph
    work = Rewriter(graph)
    fusing = work.maker[work.maker["mask"].input[0]]
    joining = work.maker[fusing.input[0]]
    replaced = {"mask", fusing.output[0], joining.output[0], *joining.input}
    size = work.extend("input", "extended")
    for node in graph.node:
        if node.output[0] in replaced:
            continue
        if node.op_type == "Resize":
            work.enlarge(node.input[0], node.output[0], 2)
        else:
            work.nodes.append(renamed(node, {"input": "extended"}))
    work.crop(work.add("Sigmoid", [work.fuse(fusing)], "extended mask"), size, "mask")
    weights = [numpy_helper.from_array(values, name) for name, values in work.weights.items()]
    return assembled(model, needed(work.nodes, "mask"), weights, graph.doc_string + NOTICE)
