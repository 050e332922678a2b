"""Runs the installed command as a user does, and what every refusal has to look like.

``bgstream`` starts the command itself. Long lists of cases use ``inside``, the same command without the second
that a new interpreter takes to import FFmpeg, ONNX Runtime and Numba.
"""

import hashlib
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from bgstream.cli import main

BGSTREAM = Path(sys.executable).parent / "bgstream"
FAST = ("-m", "selfie-landscape")  # the smallest network: what these tests are about is not the matte
TIMEOUT = 240  # seconds; the very first run on a machine compiles the kernels


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    status: int
    out: str
    err: str

    def lines(self, start: str) -> list[str]:
        """The lines on stderr that begin so."""
        return [line for line in self.err.splitlines() if line.startswith(start)]


def bgstream(*words: str | Path, cwd: Path | None = None) -> Done:
    """Run the installed command to its end."""
    done = subprocess.run(
        [BGSTREAM, *words], capture_output=True, cwd=cwd, timeout=TIMEOUT, check=False, stdin=subprocess.DEVNULL
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def inside(capfd: pytest.CaptureFixture[str], *words: str | Path) -> Done:
    """Run the command in this interpreter, in the current folder."""
    capfd.readouterr()
    status = main([str(word) for word in words])
    return Done(status, *capfd.readouterr())


def assert_done(done: Done) -> None:
    """It worked, and no word of complaint."""
    assert done.status == 0, done.err
    assert "Traceback" not in done.err
    assert done.lines("bgstream:") == []


def assert_refused(done: Done, status: int) -> None:
    """One line on what is wrong and one on what to do, on stderr; no traceback."""
    assert done.status == status, done.err + done.out
    assert len(done.lines("bgstream: ")) == 1, done.err
    assert len(done.lines("hint: ")) == 1, done.err
    assert done.err.rstrip().splitlines()[-2:] == [*done.lines("bgstream: "), *done.lines("hint: ")]
    assert "Traceback" not in done.err + done.out


def listing(folder: Path) -> dict[str, str]:
    """Everything below a folder: relative name and checksum (links by where they point to)."""
    return {str(path.relative_to(folder)): _content(path) for path in sorted(folder.rglob("*"))}


def _content(path: Path) -> str:
    if path.is_symlink():
        return f"link to {path.readlink()}"
    return "folder" if path.is_dir() else hashlib.sha256(path.read_bytes()).hexdigest()
