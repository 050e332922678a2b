"""``bgstream INPUT INPUT …``: a line for each that is done, and a summary."""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bgstream.batch import Outcome
    from bgstream.progress import Progress
    from bgstream.settings import Settings

STOPPED = 130


def run(
    inputs: Sequence[str], folder: Path | None, settings: "Settings", progress: "Callable[[], Progress]", as_json: bool
) -> int:
    """Work on all; returns the exit status: 0 all is done, 1 something failed, 130 stopped by Ctrl-C.

    Args:
        inputs: files, folders, patterns.
        folder: where results go; None: beside the inputs.
        settings: the same for all.
        progress: makes one that hears of the next input.
        as_json: one document at the end instead of lines.
    """
    from bgstream.batch import as_document, run_many, tally

    outcomes: list[Outcome] = []
    stopped = False
    try:
        for outcome in run_many(inputs, folder, settings, progress):
            outcomes.append(outcome)
            if not as_json:
                _tell(outcome)
    except KeyboardInterrupt:
        stopped = True
    if as_json:
        print(json.dumps(as_document(outcomes, stopped)))
    else:
        _tell_notes(outcomes)
        _sum_up(outcomes)
    _tell_failures(outcomes)
    if stopped:
        print("stopped; nothing half done is left, the same command goes on", file=sys.stderr)
        return STOPPED
    return 1 if tally(outcomes)["failed"] else 0


def _tell(outcome: "Outcome") -> None:
    report = outcome.report
    if report is not None:
        print(f"{report.target}: {_frames(report.frames)} in {report.seconds:.1f} s, model {report.model}", flush=True)


def _tell_notes(outcomes: "Sequence[Outcome]") -> None:
    """Each note once, with the input's name if it is about one alone."""
    about: dict[str, list[str]] = {}
    for outcome in outcomes:
        if outcome.note:
            print(f"note: {outcome.note}")
        for note in outcome.report.notes if outcome.report else ():
            about.setdefault(note, []).append(outcome.source.name)
    for note, names in about.items():
        print(f"note: {names[0] if len(names) == 1 else f'{len(names)} files'}: {note}")


def _sum_up(outcomes: "Sequence[Outcome]") -> None:
    from bgstream.batch import tally

    counted = tally(outcomes)
    parts = [f"{counted['done']} done"]
    if counted["skipped"]:
        parts.append(f"{counted['skipped']} skipped: done already (-y does them again)")
    if counted["failed"]:
        parts.append(f"{counted['failed']} failed")
    reports = [outcome.report for outcome in outcomes if outcome.report is not None]
    work = f"{_frames(sum(report.frames for report in reports))} in {sum(report.seconds for report in reports):.1f} s"
    print(f"{', '.join(parts)}; {work}", flush=True)


def _tell_failures(outcomes: "Sequence[Outcome]") -> None:
    for outcome in outcomes:
        if outcome.error:
            named = outcome.error if outcome.source.name in outcome.error else f"{outcome.source}: {outcome.error}"
            print(f"bgstream: {named}", file=sys.stderr)
            if outcome.hint:
                print(f"hint: {outcome.hint}", file=sys.stderr)


def _frames(count: int) -> str:
    return f"{count} frame{'s' * (count != 1)}"
