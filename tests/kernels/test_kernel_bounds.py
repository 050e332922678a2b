"""No kernel reads or writes beyond an array: compiled afresh with Numba's own check of every index."""

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).with_name("bounds_script.py")


def test_no_index_is_out_of_bounds(tmp_path: Path) -> None:
    checked = os.environ | {"NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, str(SCRIPT)], env=checked, capture_output=True, text=True, check=False, timeout=300
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "every index within bounds" in done.stdout
