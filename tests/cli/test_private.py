"""Private: no connection is opened, nothing is written but what was asked for."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.cli.command import BGSTREAM, FAST
from tests.conftest import need
from tests.media.catalogue import Catalogue


def homeless(home: Path) -> dict[str, str]:
    """This environment with another home, and without what would switch telemetry off for us."""
    kept = {
        name: value for name, value in os.environ.items() if "TELEMETRY" not in name and not name.startswith("XDG_")
    }
    return {**kept, "HOME": str(home)}


def test_no_connection_is_opened(clip: Catalogue, tmp_path: Path) -> None:
    """The kernel's own record of a whole run, threads and all."""
    trace = tmp_path / "trace"
    tracer = [need("strace"), "-f", "-e", "trace=network", "-o", str(trace)]
    line = [*tracer, str(BGSTREAM), str(clip("plain.mp4")), "-o", str(tmp_path / "out.webm"), *FAST]
    subprocess.run(line, check=True, capture_output=True, env=homeless(tmp_path))
    calls = trace.read_text()
    assert "exited with 0" in calls
    assert re.findall(r".*(?:AF_INET|sendto|sendmsg|connect\().*", calls) == []


def test_a_camera_that_runs_opens_no_connection_either(clip: Catalogue, tmp_path: Path) -> None:
    """It listens on a socket in the user's own folder, and calls nobody."""
    trace = tmp_path / "trace"
    tracer = [need("strace"), "-f", "-e", "trace=network", "-o", str(trace)]
    filming = ["cam", "--camera", str(clip("plain.mp4")), "--to", "none", "--seconds", "1"]
    with tempfile.TemporaryDirectory(prefix="bgs") as runtime:
        environment = {**homeless(tmp_path), "XDG_RUNTIME_DIR": runtime}
        subprocess.run([*tracer, str(BGSTREAM), *filming], check=True, capture_output=True, env=environment)
    calls = trace.read_text()
    assert "exited with 0" in calls
    assert re.findall(r"AF_UNIX.*cam\.sock", calls)
    assert re.findall(r".*(?:AF_INET|connect\().*", calls) == []


def test_nothing_is_left_at_home(clip: Catalogue, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    line = [str(BGSTREAM), str(clip("plain.mp4")), "-o", str(tmp_path / "out.webm"), *FAST]
    subprocess.run(line, check=True, capture_output=True, env=homeless(home))
    assert list(home.rglob("*")) == []


def test_telemetry_of_the_runtime_is_off_before_it_is_imported() -> None:
    name = "ORT_DISABLE_TELEMETRY"
    code = f"import os; os.environ.pop('{name}', None); import bgstream; print(os.environ['{name}'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1"
