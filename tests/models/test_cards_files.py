"""Cards and files belong together: what a card says is what lies there."""

import hashlib
import subprocess
import sys
import tomllib
from importlib.resources import as_file
from typing import Any

import onnxruntime as ort
import pytest
from bgstream_models import folder

CARDS = sorted(entry.name for entry in folder().iterdir() if entry.name.endswith(".toml"))
WEIGHTS = sorted(entry.name for entry in folder().iterdir() if entry.name.endswith(".onnx"))
ZOO = sorted(entry.name for entry in (folder() / "zoo").iterdir())
FIELDS = {"name", "title", "subject", "file", "sha256", "licence", "origin", "input", "output"}


@pytest.fixture(params=CARDS)
def card(request: pytest.FixtureRequest) -> dict[str, Any]:
    return tomllib.loads((folder() / request.param).read_text(encoding="utf-8"))


def test_every_file_has_one_card() -> None:
    cards = [tomllib.loads((folder() / name).read_text(encoding="utf-8")) for name in CARDS]
    assert sorted(card["file"] for card in cards) == WEIGHTS
    assert sorted(f"{card['name']}.toml" for card in cards) == CARDS


def test_fields(card: dict[str, Any]) -> None:
    assert set(card) == FIELDS
    assert card["subject"] in {"person", "any"}
    assert card["licence"].strip()
    assert card["origin"].strip()
    assert set(card["input"]) == {"name", "size", "layout", "mean", "std"}
    assert card["input"]["layout"] == "nchw"
    assert [len(card["input"][field]) for field in ("size", "mean", "std")] == [2, 3, 3]
    assert set(card["output"]) == {"alpha", "activation", "levels"}
    assert card["output"]["activation"] in {"none", "sigmoid"}


def test_checksum(card: dict[str, Any]) -> None:
    content = (folder() / card["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == card["sha256"]


def test_licence_is_told(card: dict[str, Any]) -> None:
    text = (folder() / "LICENSES.md").read_text(encoding="utf-8")
    assert f"`{card['file']}`" in text
    assert card["licence"] in text


@pytest.mark.parametrize("name", ZOO)
def test_licence_of_what_can_be_pulled_is_told(name: str) -> None:
    told = tomllib.loads((folder() / "zoo" / name).read_text(encoding="utf-8"))
    text = (folder() / "LICENSES.md").read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if f"`{told['file']}`" in line)
    assert told["licence"] in row
    assert f"`{told['name']}`" in row
    assert name == f"{told['name']}.toml"
    assert told["file"] not in WEIGHTS  # nothing of it is shipped


def test_graph_is_as_the_card_says(card: dict[str, Any]) -> None:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    with as_file(folder()) as shipped:
        session = ort.InferenceSession(shipped / card["file"], options, providers=["CPUExecutionProvider"])
    (source,), (mask,) = session.get_inputs(), session.get_outputs()
    assert (source.name, mask.name) == (card["input"]["name"], card["output"]["alpha"])
    assert (source.type, mask.type) == ("tensor(float)", "tensor(float)")
    assert (source.shape[:2], mask.shape[:2]) == (["batch", 3], ["batch", 1])
    assert source.shape[2:] == mask.shape[2:]
    free = all(isinstance(length, str) for length in source.shape[2:])
    assert free or source.shape[2:] == card["input"]["size"]


def test_importing_the_package_needs_no_other() -> None:
    command = "import sys, bgstream_models; print([n for n in ('onnx', 'numpy', 'bgstream') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
