"""``benchmarks/gpu.py`` on the processor alone: every row is there, and bound answers are the plain ones."""

import json
import subprocess
import sys
from pathlib import Path

from tests.matting.tiny_networks import write_brightness, write_card

ROOT = Path(__file__).parents[2]


def test_the_table_on_the_processor(tmp_path: Path) -> None:
    network = write_brightness(tmp_path / "net.onnx")
    write_card(network)
    target = tmp_path / "folder" / "table.json"
    line = [sys.executable, str(ROOT / "benchmarks" / "gpu.py"), "--model", str(network), "--device", "cpu"]
    line += ["--rounds", "1", "--frames", "0", "--json", str(target)]
    done = subprocess.run(line, capture_output=True, check=True, text=True)
    said = json.loads(target.read_text())
    assert said["devices"] == {"cpu": ""}
    rows = [(row["batch"], row["way"], row["difference"]) for row in said["rows"]]
    assert rows == [(count, way, 0) for count in (1, 4, 8) for way in ("plain", "bound")]
    assert all(row["ms"] > 0 for row in said["rows"])
    assert all(("up" in row) == (row["way"] == "bound") for row in said["rows"])
    assert done.stdout.count("equal") == 6
