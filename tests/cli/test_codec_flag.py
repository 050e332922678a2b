"""``--codec`` on the command line: used, refused, or told why not; never a half file."""

import json
from pathlib import Path

import pytest

from tests.cli.command import FAST, assert_done, assert_refused, inside
from tests.media.catalogue import Catalogue
from tests.media.test_codecs import obstacle


def test_the_usual_codec_by_name(clip: Catalogue, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "out.mp4"
    done = inside(capfd, clip("plain.mp4"), "-o", target, "-b", "green", "--codec", "h264", "--json", *FAST)
    assert_done(done)
    assert json.loads(done.out)["frames"] > 0
    assert target.stat().st_size > 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("-o", "out.mp4", "-b", "green", "--codec", "h265"), ".mp4 with a backdrop takes h264"),
        (("--codec", "h264"), ".webm with alpha takes vp9"),  # transparent, so .webm
    ],
)
def test_a_codec_that_does_not_fit(
    words: tuple[str, ...], said: str, clip: Catalogue, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "clip.mp4"
    source.write_bytes(clip("plain.mp4").read_bytes())
    words = tuple(str(tmp_path / word) if word == "out.mp4" else word for word in words)
    done = inside(capfd, source, *words, *FAST)
    assert_refused(done, 2)
    assert said in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["clip.mp4"]


def test_hardware_that_is_not_there(clip: Catalogue, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    if not obstacle():
        pytest.skip("NVIDIA's encoder can be used on this machine")
    target = tmp_path / "out.mp4"
    done = inside(capfd, clip("plain.mp4"), "-o", target, "-b", "green", "--codec", "h264_nvenc", *FAST)
    assert_refused(done, 1)
    assert "an NVIDIA GPU" in done.err
    assert list(tmp_path.iterdir()) == []
