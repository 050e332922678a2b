"""What the tests of the shipped networks share: running a network, and the files they were made from."""

from collections.abc import Callable
from functools import cache
from importlib.resources import as_file
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
from bgstream_models import folder
from numpy.typing import NDArray

Array = NDArray[np.float32]
Answer = Callable[[str | Path, Array], Array]

HERE = Path(__file__).parent
ORIGINALS = HERE.parents[2] / "shared" / "weights"


@cache
def open_network(path: Path) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    return ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])


@pytest.fixture(scope="session")
def answer() -> Answer:
    """The first output of a shipped network (by name) or of any other (by path) for one input."""

    def run(network: str | Path, planes: Array) -> Array:
        with as_file(folder()) as shipped:
            session = open_network(shipped / network)
        result: Array = session.run([session.get_outputs()[0].name], {session.get_inputs()[0].name: planes})[0]
        return result

    return run


@pytest.fixture(scope="session")
def originals() -> Path:
    """The folder with the files the networks were made from; they are not part of the project."""
    if not ORIGINALS.is_dir():
        pytest.skip("the original weights do not lie beside the checkout (../shared/weights)")
    return ORIGINALS


@pytest.fixture(scope="session")
def reference() -> dict[str, NDArray[np.generic]]:
    """Pictures and MediaPipe's own masks, see README.md."""
    with np.load(HERE / "selfie_reference.npz") as stored:
        return dict(stored)
