"""The scripts beside the product: they run, and what the others' recipes make of a clip is a matte."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bgstream.evaluate.job import score_one

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
COUNT = 3


def script(name: str, *words: str | Path) -> str:
    line = [sys.executable, str(BENCHMARKS / name), *map(str, words)]
    return subprocess.run(line, capture_output=True, check=True, text=True).stdout


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip; ``truth.mkv`` beside it."""
    folder = tmp_path_factory.mktemp("peers")
    script("peers/make_clip.py", folder / "clip.mp4", folder / "truth.mkv", "--size", "160x96", "--frames", str(COUNT))
    return folder / "clip.mp4"


@pytest.mark.parametrize("role", ["rembg's recipe", "backgroundremover-like"])
def test_a_recipe_finds_the_subject(role: str, clip: Path, tmp_path: Path) -> None:
    if role == "backgroundremover-like" and not shutil.which("ffmpeg"):
        pytest.skip("there is no ffmpeg")
    matte = tmp_path / "matte.mkv"
    told = json.loads(script("peers/run.py", "--role", role, clip, matte, "matte"))
    assert told["frames"] == COUNT
    assert told["cpu"] > 0
    result = score_one(matte, clip.with_name("truth.mkv"), None, 1)
    assert result.complaints() == []
    iou = result.mean()["iou"]
    assert iou is not None
    assert iou > 0.9


def test_every_kernel_of_the_benchmark_runs() -> None:
    line = [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", "--benchmark-disable"]
    done = subprocess.run([*line, str(BENCHMARKS / "kernels.py")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout
