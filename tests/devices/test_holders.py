"""Who holds a device."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bgstream.devices.holders import Holder, holders

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="there is no /proc elsewhere")
HOLD = "import sys; device = open('/dev/full'); print('on', flush=True); sys.stdin.read()"


def test_another_program_is_named_while_it_holds() -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None and other.stdout.readline() == b"on\n"
        name = Path(f"/proc/{other.pid}/comm").read_text().strip()
        assert Holder(other.pid, name) in holders("/dev/full")
        other.communicate()
    assert other.pid not in {holder.pid for holder in holders("/dev/full")}


def test_this_program_does_not_count() -> None:
    with Path("/dev/full").open("rb"):
        assert os.getpid() not in {holder.pid for holder in holders("/dev/full")}


def test_what_is_no_device_has_no_holder(tmp_path: Path) -> None:
    with (tmp_path / "file").open("w"):
        assert holders(str(tmp_path / "file")) == []
    assert holders(str(tmp_path / "nothing")) == []


def test_where_no_process_may_be_looked_into_nobody_is_found(tmp_path: Path) -> None:
    (tmp_path / "123").mkdir()  # a process whose fd folder cannot be read
    (tmp_path / "124" / "fd").mkdir(parents=True)
    assert holders("/dev/full", tmp_path) == []


def test_a_name_that_cannot_be_read_is_a_question_mark(tmp_path: Path) -> None:
    (tmp_path / "124" / "fd").mkdir(parents=True)
    (tmp_path / "124" / "fd" / "3").symlink_to("/dev/full")
    assert holders("/dev/full", tmp_path) == [Holder(124, "?")]
    assert str(Holder(124, "zoom")) == "zoom (124)"
