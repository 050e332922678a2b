"""Agreement with the independent scorer that the project is measured by, where it lies beside the checkout."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import cv2
import numpy as np
import pytest

from bgstream.evaluate.job import score_folder
from bgstream.evaluate.suite import load_suite
from tests.evaluate import scenes

SCORER = Path(__file__).resolve().parents[2].parent / "shared" / "eval" / "score.py"
KEYS = ("iou", "dice", "acc", "mad", "mse", "sad", "grad", "eiou", "bf", "dtssd", "flick")
NEAR = 1e-6


@pytest.fixture(scope="module")
def scorer() -> ModuleType:
    if not SCORER.is_file():
        pytest.skip(f"{SCORER} is not here: agreement with it cannot be tested")
    spec = importlib.util.spec_from_file_location("independent_scorer", SCORER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """An index and a folder of predictions of every kind that can be read."""
    base = tmp_path_factory.mktemp("suite")
    truth, predictions = scenes.moving(8, empty=3), base / "predictions"
    scenes.write_grey(base / "truth.mkv", truth)
    cv2.imwrite(str(base / "still.png"), scenes.bytes_of(truth[0]))
    near = scenes.noisy(scenes.shifted(truth, 2))
    scenes.write_grey(predictions / "grey.mkv", near)
    scenes.write_alpha(predictions / "alpha.mkv", scenes.shifted(truth, 4))
    scenes.write_alpha(predictions / "web.webm", scenes.noisy(truth, 0.2))
    scenes.write_lossy_grey(predictions / "lossy.mp4", near)
    scenes.write_folder(predictions / "folder", near[::-1])
    scenes.write_grey(predictions / "smaller.mkv", [cv2.resize(a, (64, 48)).astype(np.float32) for a in near])
    scenes.write_grey(predictions / "sampled.mkv", near[::2])
    scenes.write_grey(predictions / "short.mkv", near[:9])
    scenes.write_grey(predictions / "long.mkv", [*near, *near])
    scenes.write_grey(predictions / "blank.mkv", [np.zeros_like(a) for a in truth])
    scenes.write_grey(predictions / "full.mkv", [np.ones_like(a) for a in truth])
    deep = np.rint(near[0] * 65535).astype(np.uint16)
    cv2.imwrite(str(predictions / "deep.png"), deep)
    cv2.imwrite(
        str(predictions / "cut.png"), np.dstack([scenes.bytes_of(near[1])] * 2 + [scenes.bytes_of(near[0])] * 2)
    )
    names = ["grey", "alpha", "web", "lossy", "folder", "smaller", "sampled", "short", "long", "blank", "full", "gone"]
    rows: list[dict[str, Any]] = [
        {"name": name, "category": "ab"[k % 2], "tags": ["all", name], "alpha": "truth.mkv", "frames": len(truth)}
        for k, name in enumerate(names)
    ]
    rows += [
        {"name": name, "category": "still", "tags": [], "alpha": "still.png", "type": "still"}
        for name in ("deep", "cut")
    ]
    return scenes.write_index(base / "index.json", rows), predictions


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # the scorer leaves closing its index to the interpreter
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("every", [1, 2, 3])
def test_clips_groups_and_lengths_agree(scorer: ModuleType, suite: tuple[Path, Path], every: int) -> None:
    index, predictions = suite
    theirs = scorer.run(str(index), str(predictions), every)
    ours = score_folder(predictions, load_suite(index), every, lambda _: None).as_dict()
    assert [clip["name"] for clip in ours["clips"]] == [clip["name"] for clip in theirs["clips"]]
    for mine, other in zip(ours["clips"], theirs["clips"], strict=True):
        assert mine.get("missing") == other.get("missing")
        if not mine.get("missing"):
            assert (mine["short"], mine["frames"]) == (other["short"], other["frames"])
            assert_near(mine, other)
    assert ours["groups"].keys() == theirs["groups"].keys()
    for name, group in theirs["groups"].items():
        assert ours["groups"][name]["n"] == group["n"]
        assert_near(ours["groups"][name], group)


def test_the_result_can_serve_as_a_baseline(suite: tuple[Path, Path]) -> None:
    index, predictions = suite
    told = json.loads(json.dumps(score_folder(predictions, load_suite(index), 1, lambda _: None).as_dict()))
    assert told["clips"][0]["mad"] > 0


def assert_near(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    for key in KEYS:
        if theirs[key] is None:
            assert ours[key] is None, key
        else:
            assert ours[key] == pytest.approx(theirs[key], rel=NEAR, abs=NEAR), (ours.get("name"), key)
