"""A real browser by its developer tools' protocol, over pipes: no port, no library."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--force-color-profile=srgb",
    "--force-device-scale-factor=1",
    "--window-size=1280,800",
    "--remote-debugging-pipe",
)
UNTIL = "new Promise(done => {{ const look = () => ({}) ? done(true) : setTimeout(look, 20); look(); }})"
# Gives the pipes the numbers that the browser knows, and becomes the browser.
START = """
import fcntl, os, sys
ends = [fcntl.fcntl(int(end), fcntl.F_DUPFD, 10) for end in sys.argv[1:3]]
for end, number in zip(ends, (3, 4)):
    os.dup2(end, number)
os.execv(sys.argv[3], sys.argv[3:])
"""


class Page:
    """One tab.

    Attributes:
        complaints: errors and warnings of the console, exceptions, and requests that failed.
        asked: the addresses that were asked for.
    """

    def __init__(self, reading: IO[bytes], writing: IO[bytes]) -> None:
        self._in, self._out = reading, writing
        self._rest, self._number, self._session = b"", 0, ""
        self.complaints: list[str] = []
        self.asked: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **words: Any) -> dict[str, Any]:
        """The result of one command."""
        self._number += 1
        request = {"id": self._number, "method": method, "params": words}
        if self._session:
            request["sessionId"] = self._session
        self._out.write(json.dumps(request).encode() + b"\0")
        self._out.flush()
        while (message := self._read()).get("id") != self._number:
            self._hear(message)
        assert "error" not in message, message
        result: dict[str, Any] = message["result"]
        return result

    def open(self, url: str) -> None:
        """Go there."""
        self.call("Page.navigate", url=url)

    def value(self, script: str) -> Any:
        """What an expression gives, a promise waited for."""
        found = self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True, userGesture=True
        )
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def until(self, condition: str) -> None:
        """Wait until an expression is true in the page."""
        self.value(UNTIL.format(condition))

    def press(self, key: str, code: str, number: int) -> None:
        """A key on the keyboard, down and up."""
        for kind in ("rawKeyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=code, windowsVirtualKeyCode=number)

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            came = os.read(self._in.fileno(), 1 << 16)
            assert came, "the browser has ended"
            self._rest += came
        message, _, self._rest = self._rest.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        return found

    def _hear(self, message: dict[str, Any]) -> None:
        said = message.get("params", {})
        match message.get("method"):
            case "Runtime.exceptionThrown" | "Log.entryAdded":
                self.complaints.append(json.dumps(said))
            case "Runtime.consoleAPICalled" if said["type"] in ("error", "warning", "assert"):
                self.complaints.append(json.dumps(said["args"]))
            case "Network.requestWillBeSent":
                self.asked.append(said["request"]["url"])


@contextmanager
def browsing(chromium: str, profile: Path) -> Iterator[Page]:
    """A browser with a profile of its own."""
    (to_read, from_us), (from_it, to_write) = os.pipe(), os.pipe()
    words = [sys.executable, "-c", START, str(to_read), str(to_write), chromium, *FLAGS]
    browser = subprocess.Popen(
        [*words, f"--user-data-dir={profile}", "about:blank"], pass_fds=(to_read, to_write), stderr=subprocess.DEVNULL
    )
    os.close(to_read)
    os.close(to_write)
    try:
        with os.fdopen(from_it, "rb") as reading, os.fdopen(from_us, "wb") as writing:
            yield Page(reading, writing)
    finally:  # hung up: the browser ends
        try:
            browser.wait(20)
        finally:
            browser.kill()
            browser.wait()
