"""Where writing fails: one SinkError with a hint, and no file, whole or half, is left."""

import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from bgstream.errors import ConfigError, NoAlphaChannel, SinkError
from bgstream.frame import LAYOUTS
from bgstream.sinks import recipe_for
from tests.media.judge import Judge
from tests.media.synthetic import frames, write

TARGETS = ("out.webm", "out.mkv", "out.mp4", "matte.mkv")


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """No file of this process may grow beyond ``size`` bytes inside."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 300 KB of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no tmpfs can be mounted here: {mounted.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def too_much(target: Path) -> None:
    """Write more than 300 KB of noise."""
    made = frames(LAYOUTS["yuv420p"], (256, 256), noisy=True)
    alpha = np.random.default_rng(1).integers(0, 256, (256, 256)).astype(np.uint8)
    write(target, made, alpha, green=target.suffix == ".mp4", matte=target.stem == "matte")


@pytest.mark.parametrize("name", TARGETS)
def test_disk_full(name: str, small_disk: Path) -> None:
    with pytest.raises(SinkError, match="cannot write") as caught:
        too_much(small_disk / name)
    assert "room" in caught.value.hint
    assert list(small_disk.iterdir()) == []


@pytest.mark.parametrize("name", TARGETS)
def test_disk_full_leaves_the_old_file(name: str, small_disk: Path) -> None:
    (small_disk / name).write_bytes(b"old")
    with pytest.raises(SinkError):
        too_much(small_disk / name)
    assert [(path.name, path.read_bytes()) for path in small_disk.iterdir()] == [(name, b"old")]


@pytest.mark.parametrize("name", TARGETS)
def test_file_too_large(name: str, tmp_path: Path) -> None:
    """The same without the right to mount: the system lets no file grow beyond 50 KB."""
    with files_up_to(50_000), pytest.raises(SinkError, match="cannot write") as caught:
        too_much(tmp_path / name)
    assert caught.value.hint
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", TARGETS)
def test_no_such_folder(name: str, tmp_path: Path) -> None:
    with pytest.raises(SinkError, match="cannot write") as caught:
        too_much(tmp_path / "nowhere" / name)
    assert caught.value.hint
    assert list(tmp_path.iterdir()) == []


def test_alpha_is_refused_where_it_would_be_lost() -> None:
    with pytest.raises(NoAlphaChannel) as caught:
        recipe_for(Path("a.mp4"), still=False, transparent=True, matte=False)
    assert "a.webm" in caught.value.hint
    assert caught.value.exit_status == 2


@pytest.mark.parametrize(
    ("name", "still", "matte", "word"),
    [
        ("a.avi", False, False, ".webm"),
        ("a.wbm", False, False, "'.webm'"),
        ("a.png", False, False, ".webm"),
        ("a.webm", True, False, ".png"),
        ("a.webm", False, True, ".mkv"),
    ],
)
def test_kinds_that_cannot_be_meant(name: str, still: bool, matte: bool, word: str) -> None:
    with pytest.raises(ConfigError) as caught:
        recipe_for(Path(name), still, transparent=True, matte=matte)
    assert word in caught.value.hint


def test_suffixes_in_capitals_are_the_same(tmp_path: Path, judge: Judge) -> None:
    assert judge.video(write(tmp_path / "OUT.WEBM", frames()))["codec_name"] == "vp9"


def test_the_longest_names_that_a_folder_takes(tmp_path: Path) -> None:
    """What is written beside has a name as well, and names are limited by bytes."""
    assert write(tmp_path / f"{'名' * 83}.mkv", frames()).exists()
