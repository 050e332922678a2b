"""A real camera and a real virtual webcam: a user-mode Linux guest, in which scripts of this folder run.

The guest's root is this machine's file system, so a script finds the checkout, the environment and whatever files its
arguments name. ``/dev/video0`` is a camera (vivid), ``/dev/video10`` the virtual webcam "bgstream" and ``/dev/video11``
a second one, "fed camera", that a script may feed as if it were a camera. A boot takes a second: let one script check
many things.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Protocol

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]  # so that scripts can import from each other, as tests.vm.NAME


class Guest(Protocol):
    """What the fixture ``guest`` gives."""

    def __call__(self, script: str, *arguments: str | Path, timeout: float = 300) -> Any:
        """Run a script of this folder in a fresh guest.

        Args:
            script: its file name.
            arguments: handed on.
            timeout: seconds until the guest is ended and the test fails.

        Returns:
            What the script printed, read as JSON; it may say other things on stderr.
        """


@pytest.fixture(scope="session")
def guest(tmp_path_factory: pytest.TempPathFactory) -> Guest:
    """Runs scripts in the guest; see :class:`Guest`. Without a guest the test is skipped, and says how to build one."""
    try:
        found = subprocess.run([HERE / "vm-run"], capture_output=True, text=True, check=False)
        reason = found.stderr.strip() if found.returncode else ""
    except OSError as error:
        reason = f"vm-run needs Linux and bash: {error}"
    if reason and os.environ.get("BGSTREAM_REQUIRE_VM") == "1":
        pytest.fail(f"{reason}, and BGSTREAM_REQUIRE_VM=1 lets nothing be skipped")
    if reason:
        pytest.skip(reason)

    def run(script: str, *arguments: str | Path, timeout: float = 300) -> Any:
        printed = tmp_path_factory.mktemp("guest") / "printed"
        words = [sys.executable, str(HERE / script), *map(str, arguments)]
        command = [str(HERE / "vm-run"), "bash", "-c", 'exec "${@:2}" >"$1"', "bash", str(printed), *words]
        environment = os.environ | {"VM_TIMEOUT": f"{timeout:.0f}", "PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        said = printed.read_text() if printed.exists() else ""
        if done.returncode:
            pytest.fail(f"{script} ended with {done.returncode} in the guest:\n{said}{done.stdout}{done.stderr}")
        return json.loads(said)

    return run
