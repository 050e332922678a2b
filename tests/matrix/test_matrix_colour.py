"""Every output on a colour × every condition: what comes out is the clip that went in."""

from pathlib import Path

import pytest

from tests.matrix.checking import check
from tests.matrix.filming7 import Studio
from tests.matrix.table import CONDITIONS, PROMISES, Output, outputs
from tests.media.judge import Judge


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory, judge: Judge) -> Studio:
    return Studio(tmp_path_factory.mktemp("matrix"), judge)


@pytest.mark.parametrize("output", outputs(transparent=False), ids=str)
@pytest.mark.parametrize("condition", CONDITIONS)
def test_colour(output: Output, condition: str, studio: Studio, tmp_path: Path) -> None:
    check(studio.original(condition), studio.come_back(output, condition, tmp_path), output, condition)


@pytest.mark.parametrize("suffix", [suffix for suffix, promise in PROMISES.items() if promise.sound])
def test_sound_is_heard_when_it_was(suffix: str, studio: Studio, tmp_path: Path, judge: Judge) -> None:
    """Not only are the times of packets right: what is in them begins where it did."""
    usual = next(output for output in outputs(transparent=False) if output.suffix == suffix)
    before = judge.heard(studio.source("vfr"))
    assert before == pytest.approx(0.2, abs=0.001)
    assert judge.heard(studio.film(usual, "vfr", tmp_path)) == pytest.approx(before, abs=0.01)
