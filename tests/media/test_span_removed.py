"""``start`` and ``end`` from the settings to the file: pictures, sound, words, and what is said of the subject."""

from pathlib import Path

import pytest

import bgstream
from bgstream.errors import ConfigError
from tests.media.catalogue import Catalogue
from tests.media.judge import Judge

MODEL = "selfie-landscape"


def test_a_part_with_all_that_goes_along(clip: Catalogue, tmp_path: Path, judge: Judge) -> None:
    out = tmp_path / "out.webm"
    report = bgstream.remove(
        clip("worded.mkv"), out, model=MODEL, quality="draft", start="3f", end="0.32", point="48,32@0.2"
    )
    assert report.frames == 5
    assert [float(time) for time in judge.times(out)] == pytest.approx([k / 25 for k in range(5)], abs=0.001)
    assert len(judge.streams(out, "audio")) == 1
    assert [text for _, _, text in judge.cues(out)] == ["one", "two"]
    assert [title for _, _, title in judge.chapters(out)] == ["Anfang", "Mitte & mehr"]
    assert not any("left out" in note for note in report.notes)


def test_subtitles_that_are_not_wanted(clip: Catalogue, tmp_path: Path, judge: Judge) -> None:
    out = tmp_path / "out.webm"
    bgstream.remove(clip("worded.mkv"), out, model=MODEL, quality="draft", end="2f", subtitles=False)
    assert (judge.streams(out, "subtitle"), judge.chapters(out)) == ([], [])


@pytest.mark.parametrize(("point", "said"), [("48,32@0.08", "0.08 s lies before"), ("48,32@0.9", "nothing is left")])
def test_a_place_outside_the_part_is_refused(point: str, said: str, clip: Catalogue, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=said):
        bgstream.remove(clip("worded.mkv"), tmp_path / "out.webm", model=MODEL, start="0.12", point=point)
    assert list(tmp_path.iterdir()) == []
