"""Converts MediaPipe's selfie segmentation networks from TensorFlow Lite to ONNX.

Usage: ``python -m bgstream_models.convert_selfie IN.tflite OUT.onnx``

The operators are walked in order and each is translated by a table, so any network built from those
operators goes through. The result has one input ``input`` [batch, 3, H, W], RGB from 0 to 1, and one output
``mask`` [batch, 1, H, W] from 0 to 1. The same input gives the same bytes. Needs the development packages
``onnx`` and ``ai-edge-litert``.
"""

import argparse
from pathlib import Path

import onnx
from onnx import helper

from bgstream_models._graphs import declare
from bgstream_models._operators import TRANSLATIONS, Builder
from bgstream_models._tflite import ConversionError, Network, Operator, read

OPSET = 14  # the first with HardSwish
IR_VERSION = 7  # the one that came with opset 14, so that old runtimes take the file
NOTICE = (
    "MediaPipe Selfie Segmentation by Google LLC, Apache-2.0. "
    "Changed: converted from TensorFlow Lite to ONNX, 16-bit weights widened to float32 (convert_selfie.py)."
)


def translate(builder: Builder, operator: Operator) -> None:
    """Add the nodes of one operator.

    Raises:
        ConversionError: The operator, or an option of it, is not covered.
    """
    if operator.code not in TRANSLATIONS:
        raise ConversionError(f"operator {operator.code} is not translated")
    if operator.options.get("fusedActivationFunction", 0):
        raise ConversionError("fused activations are not translated")
    TRANSLATIONS[operator.code](builder, operator)


def declared(name: str, network: Network, index: int) -> onnx.ValueInfoProto:
    """Declare the tensor `index` as an input or output, channels first, for any number of pictures."""
    _, height, width, channels = network.tensors[index].shape
    return declare(name, channels, height, width)


def convert(network: Network) -> onnx.ModelProto:
    """Translate a whole network.

    Raises:
        ConversionError: An operator, or an option of one, is not covered.
    """
    builder = Builder(network)
    for operator in network.operators:
        translate(builder, operator)
    graph = helper.make_graph(
        builder.nodes,
        "selfie",
        [declared("input", network, network.input)],
        [declared("mask", network, network.output)],
        builder.initialisers,
        doc_string=NOTICE,
    )
    model = helper.make_model(
        graph, producer_name="bgstream", ir_version=IR_VERSION, opset_imports=[helper.make_opsetid("", OPSET)]
    )
    onnx.checker.check_model(model, full_check=True)
    return model


def main() -> None:
    """Convert the file named first on the command line into the one named second."""
    parser = argparse.ArgumentParser(description="Convert a MediaPipe selfie network to ONNX.")
    parser.add_argument("source", type=Path, help="the .tflite file")
    parser.add_argument("target", type=Path, help="the .onnx file to write")
    options = parser.parse_args()
    try:
        model = convert(read(options.source))
    except (OSError, ConversionError) as error:
        parser.exit(1, f"{parser.prog}: {error}\n")
    options.target.write_bytes(model.SerializeToString(deterministic=True))


if __name__ == "__main__":
    main()
