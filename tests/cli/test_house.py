"""``doctor`` and ``warm-up``: what the machine offers, and kernels that are ready."""

import json
import os
import subprocess
from pathlib import Path

from bgstream import doctor
from tests.cli.command import BGSTREAM, bgstream


def test_doctor_finds_what_the_main_job_needs() -> None:
    done = bgstream("doctor", "--json")
    findings = json.loads(done.out)
    assert done.status == (1 if any(finding["state"] == "problem" for finding in findings) else 0)
    good = {(finding["topic"], finding["name"]) for finding in findings if finding["state"] == "ok"}
    assert {("codec", "libvpx-vp9"), ("model", "u2netp"), ("device", "cpu"), ("package", "numba")} <= good


def test_doctor_names_the_fix_for_what_is_absent_or_wrong() -> None:
    for finding in doctor.examine():
        assert finding.state in ("ok", "absent", "problem")
        if finding.state == "problem" or (finding.topic == "device" and finding.state == "absent"):
            assert finding.fix, finding


def test_doctor_in_words() -> None:
    done = bgstream("doctor")
    assert "libvpx-vp9" in done.out
    assert "problem" in done.out.splitlines()[-1]


def test_warm_up_fills_the_cache(tmp_path: Path) -> None:
    empty = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    done = subprocess.run([BGSTREAM, "warm-up"], capture_output=True, text=True, env=empty, check=True)
    assert done.stdout.startswith("kernels are ready")
    compiled = {path.name for path in tmp_path.rglob("*.nbc")}
    again = subprocess.run([BGSTREAM, "warm-up"], capture_output=True, text=True, env=empty, check=True)
    assert again.stdout.startswith("kernels are ready")
    assert {path.name for path in tmp_path.rglob("*.nbc")} == compiled
    assert len(compiled) >= 10
