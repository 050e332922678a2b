"""Translates TensorFlow Lite operators to ONNX nodes, one entry of `TRANSLATIONS` each.

Activations go from channels last to channels first. An operator, or an option of one, that the translation
does not cover is refused rather than guessed.
"""

from collections.abc import Callable, Mapping
from enum import IntEnum
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from bgstream_models._tflite import ConversionError, Network, Operator

VALID = 1  # the schema's padding; 0 is SAME


class Builtin(IntEnum):
    """Numbers of the operators in TensorFlow Lite's schema."""

    ADD = 0
    AVERAGE_POOL_2D = 1
    CONV_2D = 3
    DEPTHWISE_CONV_2D = 4
    DEQUANTIZE = 6
    LOGISTIC = 14
    MUL = 18
    RELU = 19
    RESIZE_BILINEAR = 23
    CUSTOM = 32
    MEAN = 40
    HARD_SWISH = 117


class Builder:
    """Collects the nodes and initialisers of the ONNX graph while the operators are walked."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.nodes: list[onnx.NodeProto] = []
        self.initialisers: list[onnx.TensorProto] = []
        self.widened: dict[int, NDArray[np.float32]] = {}
        self._names = {network.input: "input"}

    def add(self, kind: str, operator: Operator, inputs: list[str], **attributes: Any) -> None:
        """Append a node that writes `operator`'s output."""
        output = operator.outputs[0]
        # The number keeps names apart: the file does not promise that they differ.
        numbered = f"{output}/{self.network.tensors[output].name}"
        name = "mask" if output == self.network.output else numbered
        self.nodes.append(helper.make_node(kind, inputs, [name], name=f"{kind}_{output}", **attributes))
        self._names[output] = name

    def activation(self, index: int) -> str:
        """Return the ONNX name of a computed tensor."""
        if index not in self._names:
            raise ConversionError(f"{self.network.tensors[index].name}: not the result of an earlier operator")
        return self._names[index]

    def constant(self, index: int) -> NDArray[Any]:
        """Return a constant's values, as float32 where the file stores them in 16 bits."""
        data = self.widened.get(index, self.network.tensors[index].data)
        if data is None:
            raise ConversionError(f"{self.network.tensors[index].name}: a constant is expected here")
        return data

    def initialiser(self, operator: Operator, role: str, values: NDArray[Any]) -> str:
        """Store a constant for `operator` in the graph and return its name."""
        name = f"{operator.outputs[0]}.{role}"
        self.initialisers.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def area(self, index: int) -> tuple[int, int]:
        """Return height and width of an activation."""
        _, height, width, _ = self.network.tensors[index].shape
        return height, width


Translation = Callable[[Builder, Operator], None]


def namesake(kind: str) -> Translation:
    """Return the translation for operators that ONNX has too and that need nothing else."""

    def translate(builder: Builder, operator: Operator) -> None:
        builder.add(kind, operator, [builder.activation(index) for index in operator.inputs])

    return translate


def widen(builder: Builder, operator: Operator) -> None:
    """DEQUANTIZE of a 16-bit constant: no node, the values are kept as float32."""
    builder.widened[operator.outputs[0]] = builder.constant(operator.inputs[0]).astype(np.float32)


def same_padding(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """Return TensorFlow's SAME padding (before, after) along one axis; the odd pixel goes after."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def convolution(builder: Builder, operator: Operator) -> None:
    """CONV_2D (kernel OHWI) and DEPTHWISE_CONV_2D (kernel [1, h, w, C])."""
    source, kernel_index, bias_index = operator.inputs
    options, kernel = operator.options, builder.constant(kernel_index)
    depthwise = operator.code == Builtin.DEPTHWISE_CONV_2D
    if {options["dilationHFactor"], options["dilationWFactor"], options.get("depthMultiplier", 1)} != {1}:
        raise ConversionError("dilation and depth multipliers are not translated")
    strides = (options["strideH"], options["strideW"])
    top = left = bottom = right = 0
    if options["padding"] != VALID:
        height, width = builder.area(source)
        top, bottom = same_padding(height, kernel.shape[1], strides[0])
        left, right = same_padding(width, kernel.shape[2], strides[1])
    channels_first = kernel.transpose((3, 0, 1, 2) if depthwise else (0, 3, 1, 2))
    names = [
        builder.activation(source),
        builder.initialiser(operator, "kernel", channels_first),
        builder.initialiser(operator, "bias", builder.constant(bias_index)),
    ]
    group = len(channels_first) if depthwise else 1
    builder.add("Conv", operator, names, strides=strides, pads=(top, left, bottom, right), group=group)


def transposed_convolution(builder: Builder, operator: Operator) -> None:
    """MediaPipe's ``Convolution2DTransposeBias`` (kernel OHWI), where neighbours do not overlap."""
    if operator.custom != "Convolution2DTransposeBias":
        raise ConversionError(f"unknown custom operator {operator.custom!r}")
    source, kernel_index, bias_index = operator.inputs
    kernel = builder.constant(kernel_index)
    # Three numbers: padding, and two strides. Without overlap nothing is left to pad.
    _, *strides = np.frombuffer(operator.custom_options, "<i4").tolist()
    if strides != list(kernel.shape[1:3]):
        raise ConversionError("a transposed convolution whose stride is not its kernel is not translated")
    names = [
        builder.activation(source),
        builder.initialiser(operator, "kernel", kernel.transpose(3, 0, 1, 2)),  # ONNX wants IOHW
        builder.initialiser(operator, "bias", builder.constant(bias_index)),
    ]
    builder.add("ConvTranspose", operator, names, strides=strides)


def global_pool(builder: Builder, operator: Operator) -> None:
    """AVERAGE_POOL_2D and MEAN, where they cover the whole picture."""
    source, options = operator.inputs[0], operator.options
    if operator.code == Builtin.MEAN:
        axes = set(builder.constant(operator.inputs[1]).ravel().tolist())
        whole = axes == {1, 2} and options["keepDims"] == 1
    else:
        whole = (options["filterHeight"], options["filterWidth"]) == builder.area(source)
        whole = whole and builder.area(operator.outputs[0]) == (1, 1)
    if not whole:
        raise ConversionError("only pooling over the whole picture is translated")
    builder.add("GlobalAveragePool", operator, [builder.activation(source)])


def resize(builder: Builder, operator: Operator) -> None:
    """RESIZE_BILINEAR with centres at half pixels, as a factor."""
    if not operator.options["halfPixelCenters"] or operator.options["alignCorners"]:
        raise ConversionError("only resizing with half-pixel centres is translated")
    before, after = builder.area(operator.inputs[0]), builder.area(operator.outputs[0])
    factors = np.array([1, 1, after[0] / before[0], after[1] / before[1]], np.float32)
    names = [builder.activation(operator.inputs[0]), "", builder.initialiser(operator, "factors", factors)]
    mode = "half_pixel"
    builder.add("Resize", operator, names, mode="linear", coordinate_transformation_mode=mode)


TRANSLATIONS: Mapping[int, Translation] = {
    Builtin.ADD: namesake("Add"),
    Builtin.AVERAGE_POOL_2D: global_pool,
    Builtin.CONV_2D: convolution,
    Builtin.DEPTHWISE_CONV_2D: convolution,
    Builtin.DEQUANTIZE: widen,
    Builtin.LOGISTIC: namesake("Sigmoid"),
    Builtin.MUL: namesake("Mul"),
    Builtin.RELU: namesake("Relu"),
    Builtin.RESIZE_BILINEAR: resize,
    Builtin.CUSTOM: transposed_convolution,
    Builtin.MEAN: global_pool,
    Builtin.HARD_SWISH: namesake("HardSwish"),
}
