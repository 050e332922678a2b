"""Reads a TensorFlow Lite file into a plain list of operators and tensors.

Only what a translator needs is kept, with the schema's oddities resolved here: the two fields for an
operator's code, buffers without data, and numbers that arrive as NumPy scalars. Needs the development
package ``ai-edge-litert``, which carries the generated flatbuffer schema.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

IDENTIFIER = b"TFL3"
DTYPES: Mapping[int, np.dtype[Any]] = {
    schema.TensorType.FLOAT32: np.dtype("<f4"),
    schema.TensorType.FLOAT16: np.dtype("<f2"),
    schema.TensorType.INT32: np.dtype("<i4"),
}


class ConversionError(ValueError):
    """The file holds something the converter does not know how to translate."""


@dataclass(frozen=True)
class Tensor:
    """One value of the graph: an activation if `data` is None, otherwise a constant.

    Attributes:
        name: As stored in the file; not promised to be unique.
        shape: Channels last, as TensorFlow Lite has it.
        data: The constant's values in that shape.
    """

    name: str
    shape: tuple[int, ...]
    data: NDArray[Any] | None


@dataclass(frozen=True)
class Operator:
    """One step of the graph.

    Attributes:
        code: Number of the builtin operator.
        custom: Name of the custom operator, empty for a builtin one.
        inputs: Numbers of the tensors read.
        outputs: Numbers of the tensors written.
        options: The builtin operator's options by name (enums as numbers).
        custom_options: The custom operator's options, as raw bytes.
    """

    code: int
    custom: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    options: Mapping[str, int]
    custom_options: bytes


@dataclass(frozen=True)
class Network:
    """One graph with its operators in the order they run, one input and one output."""

    tensors: tuple[Tensor, ...]
    operators: tuple[Operator, ...]
    input: int
    output: int


def read(path: Path) -> Network:
    """Read a TensorFlow Lite file.

    Raises:
        ConversionError: The file is of another kind, or has several graphs, inputs or outputs.
    """
    content = path.read_bytes()
    if content[4:8] != IDENTIFIER:
        raise ConversionError(f"{path}: not a TensorFlow Lite file")
    model = schema.ModelT.InitFromPackedBuf(content, 0)
    if len(model.subgraphs) != 1:
        raise ConversionError(f"{path}: {len(model.subgraphs)} graphs, 1 expected")
    graph = model.subgraphs[0]
    if len(graph.inputs) != 1 or len(graph.outputs) != 1:
        raise ConversionError(f"{path}: one input and one output expected")
    return Network(
        tensors=tuple(_tensor(tensor, model.buffers) for tensor in graph.tensors),
        operators=tuple(_operator(operator, model.operatorCodes) for operator in graph.operators),
        input=int(graph.inputs[0]),
        output=int(graph.outputs[0]),
    )


def _tensor(tensor: Any, buffers: list[Any]) -> Tensor:
    shape = tuple(int(length) for length in tensor.shape)
    raw = buffers[tensor.buffer].data
    data = None
    # A buffer without data means that the tensor is computed.
    if raw is not None and len(raw):
        if tensor.type not in DTYPES:
            raise ConversionError(f"{tensor.name.decode()}: constant of unknown type {tensor.type}")
        data = np.frombuffer(bytes(raw), DTYPES[tensor.type]).reshape(shape)
    return Tensor(tensor.name.decode(), shape, data)


def _operator(operator: Any, codes: list[Any]) -> Operator:
    kind = codes[operator.opcodeIndex]
    options = operator.builtinOptions
    custom_options = operator.customOptions
    return Operator(
        # Files written before and after the code outgrew one byte use one field or the other.
        code=max(int(kind.deprecatedBuiltinCode), int(kind.builtinCode)),
        custom=kind.customCode.decode() if kind.customCode else "",
        inputs=tuple(int(index) for index in operator.inputs),
        outputs=tuple(int(index) for index in operator.outputs),
        options={} if options is None else {name: int(value) for name, value in vars(options).items()},
        custom_options=b"" if custom_options is None else bytes(custom_options),
    )
