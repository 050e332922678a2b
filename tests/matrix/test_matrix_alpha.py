"""Every output with alpha × every condition: what comes out is the clip that went in."""

from pathlib import Path

import pytest

from tests.matrix.checking import check
from tests.matrix.filming7 import Studio
from tests.matrix.table import CONDITIONS, Output, outputs
from tests.media.judge import Judge


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory, judge: Judge) -> Studio:
    return Studio(tmp_path_factory.mktemp("matrix"), judge)


@pytest.mark.parametrize("output", outputs(transparent=True), ids=str)
@pytest.mark.parametrize("condition", CONDITIONS)
def test_alpha(output: Output, condition: str, studio: Studio, tmp_path: Path) -> None:
    check(studio.original(condition), studio.come_back(output, condition, tmp_path), output, condition)
