"""What the tests of everything from file to file share: the fixture clips, and judges from outside."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.media.catalogue import Catalogue
from tests.media.judge import Judge

ROOT = Path(__file__).parents[1]


def need(program: str) -> str:
    """The path of a program that a test needs; without it the test is skipped, or fails where none may skip."""
    found = shutil.which(program)
    if found is not None:
        return found
    reason = f"{program} is not installed"
    if os.environ.get("BGSTREAM_REQUIRE_ALL") == "1":
        pytest.fail(f"{reason}, and BGSTREAM_REQUIRE_ALL=1 lets nothing be skipped")
    pytest.skip(reason)


@pytest.fixture(autouse=True, scope="session")
def untuned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test depends on what `bgstream tune` has measured on this machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BGSTREAM_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """``clip("vfr.mp4")`` is the path of that fixture clip; see ``tests/media/catalogue.py``. Never written to."""
    return Catalogue(tmp_path_factory.mktemp("clips"))


@pytest.fixture(scope="session")
def judge() -> Judge:
    """ffprobe and ffmpeg of the system: readers that share no code with what wrote the files."""
    return Judge(need("ffprobe"), need("ffmpeg"))


@pytest.fixture(scope="session")
def chromium() -> str:
    """A real browser."""
    return need("chromium")


@pytest.fixture(scope="session")
def examples() -> Path:
    """The clips that are shipped with the project."""
    return ROOT / "examples"
