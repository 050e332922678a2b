"""``bgstream tune``."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bgstream.cli.parser import Parser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bgstream.matting.cached import Sessions
    from bgstream.matting.tune import Tuning

ABOUT = """\
Measure which session options the networks are quickest with on this machine's processor, and keep them.
The mattes stay the same, bit for bit. Run it while the machine is quiet; nothing is measured unasked."""


def parser() -> Parser:
    """The flags."""
    made = Parser(prog="bgstream tune", description=ABOUT)
    made.add_argument(
        "-m", "--model", nargs="+", metavar="NAME", help="which: names, cards or networks (default: the shipped ones)"
    )
    made.add_argument("--forget", action="store_true", help="remove all that was measured, and measure nothing")
    made.add_manners()
    return made


def run(words: list[str]) -> int:
    """Measure, keep, tell."""
    said = parser().parse(words)
    from bgstream.matting.cached import Sessions

    sessions = Sessions()
    if said.forget:
        there = sessions.forget()
        print(json.dumps({"forgotten": there, "path": str(sessions.path)}) if said.json else _forgotten(there))
        return 0
    rows = []
    for tuning in _tunings(said.model or [], sessions):
        rows.append(_row(tuning))
        if not said.json and not said.quiet:
            print(_table(tuning), flush=True)
    if said.json:
        print(json.dumps({"path": str(sessions.path), "note": sessions.note, "networks": rows}))
        return 0
    if sessions.note:
        print(f"note: {sessions.note}")
    if any(row["kept"] for row in rows):
        print(f"kept in {sessions.path}")
    return 0


def _tunings(models: list[str], sessions: "Sessions") -> "Iterator[Tuning]":
    from bgstream.matting.cards import find_card, shipped
    from bgstream.matting.tune import DEVICE, tune, usual_size

    cards = [find_card(model) for model in models] or list(shipped().values())
    for card in cards:
        data, size = card.load(), usual_size(card)
        tuning = tune(card, data, size)
        if not tuning.busy:
            sessions.keep(data, size, DEVICE.name, tuning.best)
        yield tuning


def _row(tuning: "Tuning") -> dict[str, Any]:
    usual = tuning.ms(tuning.usual)
    return {
        "model": tuning.model,
        "size": list(tuning.size),
        "usual": asdict(tuning.usual),
        "kept": None if tuning.busy else asdict(tuning.best),
        "busy": tuning.busy,
        "options": [
            {**asdict(timing.choice), "ms": timing.ms, "ratio": timing.ms / usual, "same": timing.same}
            for timing in tuning.timings
        ],
    }


def _table(tuning: "Tuning") -> str:
    height, width = tuning.size
    usual = tuning.ms(tuning.usual)
    lines = [f"{tuning.model} at {width}×{height}", f"  {'options':32} {'ms':>8} {'ratio':>6}"]
    for timing in sorted(tuning.timings, key=lambda timing: (timing.choice.threads, timing.ms)):
        marks = [("usual", timing.choice == tuning.usual), ("kept", timing.choice == tuning.best and not tuning.busy)]
        marks += [("other answers", not timing.same)]
        said = ", ".join(word for word, true in marks if true)
        lines.append(f"  {timing.choice!s:32} {timing.ms:8.2f} {timing.ms / usual:6.2f}  {said}".rstrip())
    if tuning.busy:
        lines.append("  nothing is kept: others were at work on this machine; measure again when it is quiet")
    return "\n".join(lines)


def _forgotten(there: bool) -> str:
    return "forgotten; 'bgstream tune' measures anew" if there else "nothing was kept"
