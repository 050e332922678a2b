"""Alpha alone, through every output that takes it: as many pictures, at their times, grey as alpha is."""

from pathlib import Path

import numpy as np
import pytest

from bgstream.sinks.formats import codecs
from tests.matrix.checking import check_times
from tests.matrix.filming7 import Studio, ellipse
from tests.matrix.seeing import Hints, see
from tests.matrix.table import CONDITIONS, Output, coded_size, outputs
from tests.media.judge import Judge


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory, judge: Judge) -> Studio:
    return Studio(tmp_path_factory.mktemp("matrix"), judge)


@pytest.mark.parametrize("output", outputs(transparent=True, matte=True), ids=str)
@pytest.mark.parametrize("condition", ["vfr", "rotated", "odd", "tracks"])
def test_matte(output: Output, condition: str, studio: Studio, tmp_path: Path, judge: Judge) -> None:
    size = CONDITIONS[condition].size
    raw = ("-f", "rawvideo", "-pixel_format", "gray", "-video_size", f"{size[1]}x{size[0]}")
    before = raw if output.codec == "grey" else ()
    path = studio.film(output, condition, tmp_path)
    out = see(judge, path, looked=False, hints=Hints(before))
    check_times(studio.original(condition), out, output)
    assert out.size == coded_size(output, condition)
    seen = np.frombuffer(judge.samples(path, "gray", *before), np.uint8).reshape(-1, *out.size)
    meant = np.stack([ellipse(size, number) for number in range(len(out.times))]).astype(int)
    error = np.abs(seen[:, : size[0], : size[1]] - meant)
    if codecs()[output.codec].lossless:
        assert error.max() == 0
    else:
        assert error.mean() < 1
        # x264 codes pictures of a few blocks a little differently from process to process.
        assert error[(meant == 0) | (meant == 255)].mean() < 0.5
