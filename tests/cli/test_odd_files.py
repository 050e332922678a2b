"""Files that users really have: each is either done, or refused in one line, and nothing else is left."""

import json
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


HDR = "hevc10_pq.mp4"  # not for 8 bits without a word about it
ELSEWHERE = {  # other outputs, and a word of what is said about them
    ("audio_longer_offset.mp4", "out.gif"): "left out: 1 audio track (.gif holds none)",
    ("audio_two_subs.mkv", "out.mov"): "",
    ("odd_641x361_yuv444.mp4", "out.mp4", "-b", "green"): "641×361 made 642×362",
    ("odd_641x361_ffv1.mkv", "f_%03d.png"): "",
    ("rotated90_meta.mp4", "new", "--mkdir"): "",
    ("tiny_2x2.mp4", "out.gif"): "one bit",
    ("vfr.mp4", "out.mov"): "",
    (HDR, "out.webm", "--tonemap"): "HDR",
    (HDR, "out.mov"): "",
    ("one_pixel.png", "new", "--mkdir"): "",
    ("rgb16.png", "out.webp"): "16 bits made R, G, B of 8 bits",
}


@pytest.mark.skipif(not NAMES, reason="the odd files do not lie beside the checkout (../shared/eval/odd)")
@pytest.mark.parametrize("case", ELSEWHERE, ids=" ".join)
def test_other_outputs(case: tuple[str, ...], tmp_path: Path, judge: Judge, capfd: pytest.CaptureFixture[str]) -> None:
    name, target, *words = case
    done = inside(capfd, ODD / name, "-o", tmp_path / target, *words, *FAST, "--json")
    assert_done(done)
    report = json.loads(done.out)
    assert any(ELSEWHERE[case] in note for note in [*report["notes"], ""])
    made = [path for path in sorted(tmp_path.rglob("*")) if path.is_file() and path.suffix != ".json"]
    assert made
    assert not any(path.name.startswith(".") for path in tmp_path.rglob("*"))
    count = len(made) if len(made) > 1 else len(judge.pts(made[0]))
    assert count == report["frames"]


@pytest.mark.skipif(not NAMES, reason="the odd files do not lie beside the checkout (../shared/eval/odd)")
@pytest.mark.parametrize("name", NAMES)
def test_done_or_refused(name: str, tmp_path: Path, judge: Judge, capfd: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / ("out.png" if Path(name).suffix in PICTURE_SUFFIXES else "out.webm")
    before = (ODD / name).stat()
    done = inside(capfd, ODD / name, "-o", target, *FAST)
    assert (ODD / name).stat().st_mtime_ns == before.st_mtime_ns
    assert [thread for thread in threading.enumerate() if thread.name == "bgstream-ahead"] == []
    if name in REFUSED or name == HDR:
        assert_refused(done, 1)
        assert listing(tmp_path) == {}
        return
    assert_done(done)
    assert list(listing(tmp_path)) == [target.name]
    assert judge.pts(target)
