"""What became of each of many inputs."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bgstream.progress import Report

DONE, SKIPPED, FAILED = "done", "skipped", "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one input.

    Attributes:
        source, target: the files.
        status: ``done``; ``skipped``: the output was there already, newer than the input; ``failed``.
        error, hint: why it failed, and what to do; else empty.
        note: why the output has not its usual name; else empty.
        report: what was done; None unless it was.
    """

    source: Path
    target: Path
    status: str
    error: str = ""
    hint: str = ""
    note: str = ""
    report: Report | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for ``--json``."""
        return asdict(self) | {"source": str(self.source), "target": str(self.target)}


def tally(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """How many were done, skipped, and failed."""
    counted = Counter(outcome.status for outcome in outcomes)
    return {status: counted[status] for status in (DONE, SKIPPED, FAILED)}


def as_document(outcomes: Sequence[Outcome], stopped: bool = False) -> dict[str, Any]:
    """The summary of a batch, for programs."""
    return {"results": [outcome.as_dict() for outcome in outcomes], **tally(outcomes), "stopped": stopped}
