"""Nothing opens a connection but 'bgstream models pull', and only a running camera listens, on this machine alone.

Who imports what shows the first; how the camera's sockets are bound and dialled shows the second.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bgstream.live.address import LOOPBACK
from tests.structure.test_layers import ROOT, SOURCE, imported, modules

NETWORK = {"urllib", "http", "socket", "selectors", "ssl", "socketserver", "ftplib", "smtplib", "asyncio"}
NETWORK |= {"requests", "httpx", "xmlrpc", "telnetlib", "poplib", "imaplib", "multiprocessing"}
HARMLESS = {"urllib.parse", "urllib.parse.quote", "urllib.parse.urlsplit"}  # text in, text out
WEB = SOURCE / "library" / "web.py"
LIVE = {  # what the camera needs to be spoken to and looked at
    "live/address.py": {"socket"},  # whether this system has Unix sockets
    "live/listener.py": {"socket"},
    "live/control.py": {"socket", "selectors"},
    "live/client.py": {"socket"},
    "live/preview.py": {"socket", "socketserver", "http"},
    "live/visit.py": {"http"},
    "devices/watching.py": {"socket"},  # a pair, to wake itself
}
# Each of these is imported by those beside it and by nobody else.
CHAIN = {
    "bgstream.library.web": {"library/fetch.py", "library/pull.py"},
    "bgstream.library.fetch": {"library/pull.py"},
    "bgstream.library.pull": {"cli/models.py"},
}
DIALLING = {
    "connect",
    "connect_ex",
    "create_connection",
    "sendto",
    "sendmsg",
    "getaddrinfo",
    "gethostbyname",
    "getfqdn",
}
LISTENING = {"bind", "create_server", "_Server", "ThreadingHTTPServer", "HTTPServer", "TCPServer"}


def every_module() -> list[Path]:
    return [*modules(), *(ROOT / "kernels").rglob("*.py"), *(ROOT / "models").rglob("*.py")]


@pytest.mark.parametrize("path", every_module(), ids=lambda path: str(path.relative_to(ROOT)))
def test_only_one_module_opens_connections(path: Path) -> None:
    found = {name for name in imported(ast.parse(path.read_text())) if name.split(".")[0] in NETWORK} - HARMLESS
    allowed = LIVE.get(str(path.relative_to(SOURCE)), set()) if path.is_relative_to(SOURCE) else set()
    left = {name for name in found if name.split(".")[0] not in allowed}
    assert not left - {"urllib"} or path == WEB, f"{path.name} imports {sorted(left)}"


@pytest.mark.parametrize("module", CHAIN)
def test_only_pull_gets_there(module: str) -> None:
    users = {
        str(path.relative_to(SOURCE))
        for path in modules()
        if any(name == module or name.startswith(f"{module}.") for name in imported(ast.parse(path.read_text())))
    }
    assert users == CHAIN[module]


def calls(name: str, of: set[str]) -> Iterator[tuple[str, ast.Call]]:
    """Calls of functions and methods of these names in a module."""
    for node in ast.walk(ast.parse((SOURCE / name).read_text())):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if called in of:
                yield called, node


@pytest.mark.parametrize("name", LIVE)
def test_the_camera_listens_on_this_machine_alone(name: str) -> None:
    """A path (a Unix socket), or (LOOPBACK, port)."""
    assert LOOPBACK == "127.0.0.1"
    for _, call in calls(name, LISTENING):
        place = ast.unparse(call.args[0])
        assert place == "str(address.path)" or place.startswith("(LOOPBACK, "), f"{name} binds {place}"


def test_the_camera_listens_at_all() -> None:
    assert len(list(calls("live/listener.py", LISTENING))) == 2
    assert [call for call, _ in calls("live/preview.py", LISTENING)] == ["_Server"]


def test_only_the_client_dials_and_only_this_machine() -> None:
    dialled = {name: list(calls(name, DIALLING)) for name in LIVE}
    assert [name for name, found in dialled.items() if found] == ["live/client.py"]
    (_, connecting), *more = dialled["live/client.py"]
    assert not more
    assert ast.unparse(connecting.args[0]) == "target"
    targets = [ast.unparse(call.args[1]) for _, call in calls("live/client.py", {"_connected"})]
    assert sorted(targets) == ["(LOOPBACK, int(said['port']))", "str(place.path)"]


@pytest.mark.parametrize("name", LIVE)
def test_families_are_unix_and_the_old_internet_s(name: str) -> None:
    source = (SOURCE / name).read_text()
    assert "AF_INET6" not in source
    assert "0.0.0.0" not in source
    for _, call in calls(name, {"socket"}):
        assert ast.unparse(call.args[0]) in ("socket.AF_UNIX", "socket.AF_INET")
