"""``bgstream probe``."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bgstream.cli.parser import Parser
from bgstream.errors import BgstreamError

if TYPE_CHECKING:
    from bgstream.probing import Facts
    from bgstream.progress import Progress

EXAMPLES = """\
examples:
  bgstream probe clip.mov            what it is, whether its alpha works, what each output would keep
  bgstream probe clip.mov --codecs   the same for all codecs, not only the usual ones
  bgstream probe *.mp4 --json        for programs: {"files": [{…}, …]}

Frames are counted and timed by decoding, not read off the header. Status 1: a file cannot be read at all.
"""


def parser() -> Parser:
    """The flags of ``bgstream probe``."""
    made = Parser(
        prog="bgstream probe",
        usage="bgstream probe FILE [FILE…] [--codecs] [--json]",
        description=f"What a file is, and what would become of it.\n\n{EXAMPLES}",
    )
    made.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a clip, a picture or a sound file")
    made.add_argument("--codecs", action="store_true", help="outputs: all codecs that each suffix can hold")
    made.add_manners()
    return made


def run(words: list[str]) -> int:
    """Parse, look, tell; status 1 where a file cannot be read.

    With ``--json`` one document: ``files``, a list in the order given. Of a file that can be read all attributes of
    :class:`bgstream.probing.facts.Facts`, and ``outputs``, a list of :class:`bgstream.probing.fates.Fate`; of another
    one ``path``, ``error``, ``kind`` (of the error) and ``hint``.
    """
    made = parser()
    if not words:
        made.print_help()
        return 2
    said = made.parse(words)
    rows, failed = [], False
    for path in said.files:
        try:
            rows.append(_look(path, said))
        except BgstreamError as error:
            if said.debug:
                raise
            failed = True
            rows.append({"path": str(path), "error": str(error), "kind": type(error).__name__, "hint": error.hint})
            print(f"bgstream: {error}", f"hint: {error.hint}" * bool(error.hint), sep="\n", file=sys.stderr)
    if said.json:
        print(json.dumps({"files": rows}, ensure_ascii=False))
    return 1 if failed else 0


def _look(path: Path, said: argparse.Namespace) -> dict[str, Any]:
    from bgstream.probing import probe
    from bgstream.probing.fates import outputs_for

    facts: Facts = probe(path, _reporter(said))
    fates = outputs_for(facts, said.codecs)
    if not said.json:
        from bgstream.probing.table import tell

        if path != said.files[0]:
            print()
        tell(facts, fates, sys.stdout)
    return {**facts.as_dict(), "outputs": [fate.as_dict() for fate in fates]}


def _reporter(said: argparse.Namespace) -> "Progress":
    from bgstream.progress import Bar, Lines, Silent

    if said.quiet or not (said.json or sys.stderr.isatty()):
        return Silent()
    return Lines(as_json=True) if said.json else Bar()
