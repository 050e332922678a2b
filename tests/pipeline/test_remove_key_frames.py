"""The general network from file to file: few questions, the right mattes, and what the report says of it."""

import json
import subprocess
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

import bgstream
from bgstream.bench.clip import write_clip
from bgstream.sources.synthetic import SyntheticSource
from tests.cli.command import BGSTREAM

SIZE, COUNT = (180, 320), 26


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SyntheticSource]:
    source = SyntheticSource(SIZE, rate=Fraction(25), count=COUNT)
    path = tmp_path_factory.mktemp("film") / "thing.mp4"
    write_clip(source.frames(), source.info, path)
    return path, source


def unions(matte: Path, source: SyntheticSource) -> list[float]:
    """Intersection over union with the truth, frame by frame."""
    with av.open(str(matte)) as container:
        alphas = [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]
    assert len(alphas) == COUNT
    pairs = [(alpha > 127, source.truth(index) > 127) for index, alpha in enumerate(alphas)]
    return [float((mine & true).sum() / (mine | true).sum()) for mine, true in pairs]


def test_few_frames_are_asked_about_and_all_are_right(film: tuple[Path, SyntheticSource], tmp_path: Path) -> None:
    path, source = film
    report = bgstream.remove(path, tmp_path / "matte.mkv", model="u2netp", matte=True)
    keys = report.keyframes
    assert keys["frames"] == COUNT
    assert 3 <= keys["keyframes"] <= COUNT / 3
    assert 0 < keys["residual"] < 0.35
    assert keys["network_ms"] > 0
    found = unions(tmp_path / "matte.mkv", source)
    assert np.mean(found) > 0.97
    assert min(found) > 0.94


def test_two_runs_write_the_same_file(film: tuple[Path, SyntheticSource], tmp_path: Path) -> None:
    for name in ("one.mkv", "two.mkv"):
        bgstream.remove(film[0], tmp_path / name, model="u2netp", matte=True)
    with av.open(str(tmp_path / "one.mkv")) as one, av.open(str(tmp_path / "two.mkv")) as two:
        for first, second in zip(one.decode(video=0), two.decode(video=0), strict=True):
            assert np.array_equal(first.to_ndarray(), second.to_ndarray())


def test_best_asks_about_every_frame(film: tuple[Path, SyntheticSource], tmp_path: Path) -> None:
    report = bgstream.remove(film[0], tmp_path / "matte.mkv", model="u2netp", matte=True, quality="best")
    assert (report.keyframes["keyframes"], report.keyframes["share"]) == (COUNT, 1.0)


def test_the_command_takes_a_budget_and_tells_what_was_asked(
    film: tuple[Path, SyntheticSource], tmp_path: Path
) -> None:
    line = [
        str(BGSTREAM),
        str(film[0]),
        "-m",
        "u2netp",
        "--fps-budget",
        "0.5",
        "--matte",
        "-o",
        str(tmp_path / "matte.mkv"),
    ]
    said = json.loads(subprocess.run([*line, "--json"], capture_output=True, check=True, text=True).stdout)
    assert said["keyframes"]["slack"] <= 1  # faster than asked for: the time is spent on exactness
    assert min(unions(tmp_path / "matte.mkv", film[1])) > 0.94
    words = subprocess.run(line, capture_output=True, check=True, text=True).stdout
    assert f"of {COUNT} frames" in words
