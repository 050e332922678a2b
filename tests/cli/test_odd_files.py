"""Files that users really have: each is either done, or refused in one line, and nothing else is left."""

import threading
from pathlib import Path

import pytest

from bgstream.sources import PICTURE_SUFFIXES
from tests.cli.command import FAST, assert_done, assert_refused, inside, listing
from tests.media.judge import Judge

ODD = Path(__file__).parents[3] / "shared" / "eval" / "odd"
NAMES = sorted(path.name for path in ODD.glob("*"))
REFUSED = {
    "audio_only.mp4",
    "text_renamed.mp4",
    "truncated.jpg",
    "truncated_faststart.mp4",
    "truncated_fragmented.mp4",
    "truncated_no_moov.mp4",
    "zero_byte.mp4",
}


@pytest.mark.skipif(not NAMES, reason="the odd files do not lie beside the checkout (../shared/eval/odd)")
@pytest.mark.parametrize("name", NAMES)
def test_done_or_refused(name: str, tmp_path: Path, judge: Judge, capfd: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / ("out.png" if Path(name).suffix in PICTURE_SUFFIXES else "out.webm")
    before = (ODD / name).stat()
    done = inside(capfd, ODD / name, "-o", target, *FAST)
    assert (ODD / name).stat().st_mtime_ns == before.st_mtime_ns
    assert [thread for thread in threading.enumerate() if thread.name == "bgstream-ahead"] == []
    if name in REFUSED:
        assert_refused(done, 1)
        assert listing(tmp_path) == {}
        return
    assert_done(done)
    assert list(listing(tmp_path)) == [target.name]
    assert judge.pts(target)
