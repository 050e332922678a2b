"""Title and comment go over."""

import json
import subprocess
from pathlib import Path

import pytest

import bgstream
from tests.media.catalogue import Catalogue
from tests.media.judge import Judge


@pytest.mark.parametrize("suffix", [".webm", ".mkv", ".mp4"])
def test_title_and_comment_are_kept(suffix: str, clip: Catalogue, judge: Judge, tmp_path: Path) -> None:
    named = tmp_path / "named.mp4"
    tags = ["-metadata", "title=Käse & Brot", "-metadata", "comment=first take"]
    line = ["ffmpeg", "-v", "error", "-i", str(clip("plain.mp4")), "-c", "copy", *tags, str(named)]
    subprocess.run(line, check=True)
    target = tmp_path / f"out{suffix}"
    backdrop = "red" if suffix == ".mp4" else "transparent"
    bgstream.remove(named, target, model="selfie-landscape", backdrop=backdrop)
    show = ["ffprobe", "-v", "error", "-show_entries", "format_tags", "-of", "json", str(target)]
    found = json.loads(subprocess.run(show, capture_output=True, check=True).stdout)["format"]["tags"]
    kept = {key.lower(): value for key, value in found.items()}
    assert (kept["title"], kept["comment"]) == ("Käse & Brot", "first take")
