"""``doctor`` and ``warm-up``: what the machine offers, and kernels that are ready."""

import json
from pathlib import Path

import bgstream_kernels

from bgstream import doctor
from tests.cli.command import bgstream


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


def test_warm_up_compiles_what_is_missing_and_nothing_twice() -> None:
    assert bgstream("warm-up").out.startswith("kernels are ready")
    again = bgstream("warm-up")
    assert again.out.startswith("kernels are ready")
    assert again.lines("reading kernels")
    assert not again.lines("compiling"), "what a second run would have to compile it says"
    folder = Path(bgstream_kernels.__file__).parent / "__pycache__"
    assert len(list(folder.glob("*.nbc"))) >= 10
