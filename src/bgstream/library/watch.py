"""What is told while a file comes: to people on a terminal, to logs, to programs."""

import json
import sys
import time
from typing import Protocol, TextIO

from bgstream.library.download import megabytes


class Watch(Protocol):
    """Hears how far a file has come; :class:`bgstream.progress.Progress` counts frames, this counts bytes."""

    def begin(self, total: int, have: int) -> None:
        """Bytes begin to flow: ``total`` of the whole file (0 if unknown), ``have`` of them here already."""

    def step(self, have: int) -> None:
        """So many bytes are here."""

    def retry(self, reason: str) -> None:
        """Something failed, and will be tried again in a moment."""

    def stop(self) -> None:
        """It has ended, well or not."""


class Unwatched:
    """Says nothing."""

    def begin(self, total: int, have: int) -> None:
        """Nothing."""

    def step(self, have: int) -> None:
        """Nothing."""

    def retry(self, reason: str) -> None:
        """Nothing."""

    def stop(self) -> None:
        """Nothing."""


class Lines(Unwatched):
    """A plain line now and then; or one JSON object a line (NDJSON) for programs.

    Args:
        name: the model.
        as_json: NDJSON.
        stream: where to.
        every: seconds between lines.
    """

    def __init__(self, name: str, as_json: bool = False, stream: TextIO | None = None, every: float = 2.0) -> None:
        self._name, self._json, self._stream, self._every = name, as_json, stream or sys.stderr, every
        self._total, self._next = 0, 0.0

    def begin(self, total: int, have: int) -> None:
        """Say how much is to come."""
        self._total, self._next = total, time.monotonic() + self._every
        kept = f", {megabytes(have)} of it here already" if have else ""
        self._say(f"{self._name}: {megabytes(total) if total else 'a file of unknown size'}{kept}", have)

    def step(self, have: int) -> None:
        """Say how far it is, every few seconds."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + self._every
        share = f" ({100 * have // self._total} %)" if self._total else ""
        self._say(f"{self._name}: {megabytes(have)}{share}", have)

    def retry(self, reason: str) -> None:
        """Say why it takes longer."""
        self._say(f"{reason}; trying again", 0)

    def _say(self, text: str, have: int) -> None:
        fields = {"event": "download", "name": self._name, "bytes": have, "total": self._total, "text": text}
        print(json.dumps(fields, ensure_ascii=False) if self._json else text, file=self._stream, flush=True)


class Bar:
    """A live bar on a terminal: share, amount, speed, time left.

    Args:
        name: the model.
    """

    def __init__(self, name: str) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
        from rich.progress import TransferSpeedColumn as SpeedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), SpeedColumn())
        self._bar = Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True)
        self._task = self._bar.add_task(name, total=None)

    def begin(self, total: int, have: int) -> None:
        """Show the bar."""
        self._bar.start()
        self._bar.reset(self._task, total=total or None, completed=have)

    def step(self, have: int) -> None:
        """Move it."""
        self._bar.update(self._task, completed=have)

    def retry(self, reason: str) -> None:
        """Say above the bar why it takes longer."""
        self._bar.console.print(f"{reason}; trying again", markup=False, highlight=False)

    def stop(self) -> None:
        """Take it away."""
        self._bar.stop()
