"""Nothing opens a connection but 'bgstream models pull': who imports what shows it."""

import ast
from pathlib import Path

import pytest

from tests.structure.test_layers import ROOT, SOURCE, imported, modules

NETWORK = {"urllib", "http", "socket", "ssl", "socketserver", "ftplib", "smtplib", "asyncio", "requests", "httpx"}
HARMLESS = {"urllib.parse", "urllib.parse.quote", "urllib.parse.urlsplit"}  # text in, text out
WEB = SOURCE / "library" / "web.py"
# Each of these is imported by those beside it and by nobody else.
CHAIN = {
    "bgstream.library.web": {"library/fetch.py", "library/pull.py"},
    "bgstream.library.fetch": {"library/pull.py"},
    "bgstream.library.pull": {"cli/models.py"},
}


def every_module() -> list[Path]:
    return [*modules(), *(ROOT / "kernels").rglob("*.py"), *(ROOT / "models").rglob("*.py")]


@pytest.mark.parametrize("path", every_module(), ids=lambda path: str(path.relative_to(ROOT)))
def test_only_one_module_opens_connections(path: Path) -> None:
    found = {name for name in imported(ast.parse(path.read_text())) if name.split(".")[0] in NETWORK} - HARMLESS
    assert not found - {"urllib"} or path == WEB, f"{path.name} imports {sorted(found)}"


@pytest.mark.parametrize("module", CHAIN)
def test_only_pull_gets_there(module: str) -> None:
    users = {
        str(path.relative_to(SOURCE))
        for path in modules()
        if any(name == module or name.startswith(f"{module}.") for name in imported(ast.parse(path.read_text())))
    }
    assert users == CHAIN[module]
