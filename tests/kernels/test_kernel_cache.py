"""Kernels are compiled once, cached where they can be, never stale, and run where nothing may be written."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import bgstream_kernels
import numba
import pytest
from bgstream_kernels import planes

CHILD = """
import json, numpy as np
from numba.core import event
compiled = []
class Ear(event.Listener):
    def on_start(self, event): compiled.append(event.data["dispatcher"].py_func.__name__)
    def on_end(self, event): pass
ear = Ear()
event.register("numba:compile", ear)
from bgstream_kernels import sharpen
step = np.repeat(np.array([[0, 64, 192, 255]], np.uint8), 6, axis=0)
out = np.empty_like(step)
sharpen(step, out)
print(json.dumps({"compiled": compiled, "out": out.tolist()}))
"""


class Install:
    """A copy of the kernels in which nobody, root included, can write a cache: a file stands in its place."""

    def __init__(self, folder: Path) -> None:
        self.site, self.home = folder / "site", folder / "home"
        self.package, self.home_cache = self.site / "bgstream_kernels", self.home / "cache"
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(Path(bgstream_kernels.__file__).parent, self.package, ignore=ignored)
        (self.package / "__pycache__").touch()
        self.home.mkdir()

    def run(self) -> dict[str, Any]:
        """Sharpen a picture in a process of its own."""
        own = {"HOME", "XDG_CACHE_HOME", "LOCALAPPDATA", "PYTHONPATH", "NUMBA_CACHE_DIR", "NUMBA_DISABLE_JIT"}
        surroundings = {name: value for name, value in os.environ.items() if name not in own}
        surroundings |= {"PYTHONPATH": str(self.site), "HOME": str(self.home)}
        surroundings |= dict.fromkeys(("XDG_CACHE_HOME", "LOCALAPPDATA"), str(self.home_cache))
        done = subprocess.run([sys.executable, "-c", CHILD], env=surroundings, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer


@pytest.fixture
def install(tmp_path: Path) -> Install:
    return Install(tmp_path)


def test_a_read_only_install_compiles_in_the_first_process_only(install: Install) -> None:
    first, second = install.run(), install.run()
    assert "sharpen" in first["compiled"]
    assert second["compiled"] == []
    assert second["out"] == first["out"]
    assert list(install.home.rglob("*.nbc"))
    assert (install.package / "__pycache__").is_file()


def test_what_changes_in_a_module_that_a_kernel_uses_is_compiled_anew_once(install: Install) -> None:
    install.run()
    callee = install.package / "planes.py"
    callee.write_text(callee.read_text() + "\n# changed\n")
    assert "sharpen" in install.run()["compiled"]
    assert install.run()["compiled"] == []


def test_where_nothing_may_be_written_kernels_run_all_the_same(install: Install) -> None:
    expected = install.run()["out"]
    shutil.rmtree(install.home_cache)
    for path in (install.home_cache, install.home / "Library"):  # a file where a folder would be: Linux, macOS
        path.touch()
    again = [install.run(), install.run()]
    assert all("sharpen" in one["compiled"] and one["out"] == expected for one in again)


def test_every_module_has_a_stamp_of_its_own() -> None:
    stamps = {name: planes.source_stamp(name) for name in ("planes", "sharpen", "guided", "fitting")}
    assert len(set(stamps.values())) == len(stamps)
    assert planes.source_stamp("no_such_module") is None


def test_without_a_folder_for_the_cache_a_kernel_still_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    real = numba.njit

    def homeless(*functions: Any, **options: Any) -> Any:
        if options.get("cache"):
            raise RuntimeError("cannot cache function: no locator available")
        return real(*functions, **options)

    monkeypatch.setattr(numba, "njit", homeless)

    def double(value: int) -> int:
        return 2 * value

    assert planes.jit(double)(21) == 42
