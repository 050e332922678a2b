"""`bgstream cam` and those around it as processes of their own: what they print, and what they hold."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from bgstream.devices.holders import holders
from bgstream.live.address import Address
from bgstream.live.client import ask

FOLDER = Path(__file__).parent
RUNTIME = Path("/run/bgstream-test")  # the guest's own: no camera of this machine is spoken to
PATIENCE = 40.0  # seconds for whatever has to come
T = TypeVar("T")


def until(look: Callable[[], T], what: str, seconds: float = PATIENCE) -> T:
    """What ``look`` gives once it gives something.

    Raises:
        TimeoutError: it does not within so many seconds.
    """
    end = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() > end:
            raise TimeoutError(f"after {seconds:.0f} s still not: {what}")
        time.sleep(0.005)
    return found


class Process:
    """A program whose lines are kept as they come. Use it in a ``with`` block: it does not outlive that.

    Args:
        words: the command.
        environment: besides what there is.

    Attributes:
        lines: what it has printed, on stderr too.
    """

    def __init__(self, words: list[str], environment: dict[str, str] | None = None) -> None:
        self.lines: list[str] = []
        pipe, known = subprocess.PIPE, os.environ | (environment or {})
        self.process = subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, text=True, env=known)
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for text in self.process.stdout:
            self.lines.append(text.rstrip("\n"))

    def __enter__(self) -> Self:
        return self

    def end(self, how: signal.Signals = signal.SIGKILL) -> int:
        """Send a signal, and wait; its status."""
        self.process.send_signal(how)
        return self.wait()

    def wait(self) -> int:
        """For its end, and the last of its lines; its status."""
        status = self.process.wait(PATIENCE)
        self._thread.join()
        return status

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        if error is not None:
            print("\n".join(text for text in self.lines if '"kind"' not in text), *self.lines[-1:], file=sys.stderr)
        self.wait()
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()


class Reader(Process):
    """Reads the virtual webcam; see `cam_read`."""

    def __init__(self, device: str = "/dev/video10") -> None:
        super().__init__([sys.executable, str(FOLDER / "cam_read.py"), device])

    @property
    def pictures(self) -> list[dict[str, Any]]:
        """What has been read so far."""
        return [json.loads(text) for text in list(self.lines) if text.startswith('{"kind"')]

    @property
    def opening(self) -> float:
        """When it began to open the webcam, by ``time.monotonic``."""
        return next(float(json.loads(text)["opening"]) for text in self.lines if text.startswith('{"opening"'))

    def more(self, count: int = 1, where: Callable[[dict[str, Any]], bool] = lambda _: True) -> list[dict[str, Any]]:
        """Wait for so many more pictures of a kind; those since the call, of any kind."""
        before = len(self.pictures)

        def look() -> list[dict[str, Any]]:
            since = self.pictures[before:]
            assert self.process.poll() is None, self.lines[-5:]
            return since if sum(bool(where(one)) for one in since) >= count else []

        return until(look, f"{count} more pictures, after {self.lines[-1:]}")

    def settles(self) -> None:
        """Wait until half a second has passed without a picture, or the reader has ended."""
        count, since = -1, time.monotonic()
        while self.process.poll() is None and time.monotonic() - since < 0.5:
            if len(self.lines) != count:
                count, since = len(self.lines), time.monotonic()
            time.sleep(0.02)


class Feed(Process):
    """Feeds the fed camera, once it is told to; see `cam_feed`."""

    def __init__(self, folder: Path, size: str, rate: float = 30) -> None:
        super().__init__([sys.executable, str(FOLDER / "cam_feed.py"), str(folder), size, str(rate)])

    def starts(self) -> None:
        """The camera comes."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        until(lambda: self.lines == ["on"], "something is fed")

    def stops(self) -> None:
        """The camera goes."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert not self.wait()


class Program(Process):
    """``bgstream cam`` with some flags.

    Args:
        words: the flags.
        runtime: where it listens; each needs a folder of its own.
    """

    def __init__(self, *words: str, runtime: Path = RUNTIME) -> None:
        runtime.mkdir(mode=0o700, exist_ok=True)
        self._began, self._address = time.monotonic(), Address(runtime / "bgstream" / "cam.sock")
        super().__init__([sys.executable, "-m", "bgstream", "cam", "--json", *words], {"XDG_RUNTIME_DIR": str(runtime)})

    def prepares(self) -> float:
        """Wait until it is ready and nobody watches; the seconds since its start."""
        until(lambda: any(" → " in text for text in self.told) or self.process.poll() is not None, "it is ready")
        self.reaches("idle")
        return time.monotonic() - self._began

    @property
    def told(self) -> list[str]:
        """What it has told, hints in parentheses."""
        said = [json.loads(text) for text in list(self.lines) if text.startswith("{")]
        return [f"{one['text']} ({one['hint']})".removesuffix(" ()") for one in said if one.get("event") == "told"]

    @property
    def stats(self) -> dict[str, Any]:
        """As ``bgstream cam get stats`` has them; without the command's own second of starting."""
        found: dict[str, Any] = ask({"get": "stats"}, self._address, 5)["stats"]
        return found

    def reaches(self, state: str, seconds: float = PATIENCE) -> float:
        """Wait for a state; the seconds that took."""
        since = time.monotonic()
        until(lambda: self.stats["state"] == state, f"state {state}, told {self.told[-3:]}", seconds)
        return time.monotonic() - since

    def holds(self, device: str) -> bool:
        """Whether it has a device open."""
        return self.process.pid in [one.pid for one in holders(device)]

    @property
    def cpu(self) -> float:
        """Seconds that it has computed, all threads."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def kept(self) -> dict[str, int]:
        """Descriptors, threads, and memory in KiB."""
        here = Path(f"/proc/{self.process.pid}")
        status = dict(text.split(":", 1) for text in (here / "status").read_text().splitlines())
        return {
            "fds": len(list((here / "fd").iterdir())),
            "threads": int(status["Threads"]),
            "rss": int(status["VmRSS"].split()[0]),
        }


def cam(*words: str, runtime: Path = RUNTIME) -> dict[str, Any]:
    """What ``bgstream cam`` does with words for a camera that runs: status and output of the real command."""
    command, known = [sys.executable, "-m", "bgstream", "cam", *words], os.environ | {"XDG_RUNTIME_DIR": str(runtime)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE, env=known)
    return {"status": done.returncode, "out": done.stdout.strip(), "err": done.stderr.strip()}
