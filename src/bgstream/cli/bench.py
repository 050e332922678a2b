"""``bgstream bench``."""

import argparse
import json
import sys
from pathlib import Path

from bgstream.cli.parser import Parser
from bgstream.errors import ConfigError

EXAMPLES = """\
examples:
  bgstream bench                       this machine, with a clip made for it: about a minute
  bgstream bench --quick               the most important part: about a quarter of that
  bgstream bench --clip film.mov       with the beginning of your own clip
  bgstream bench -o page.html          the same as a page with charts

Tells what each stage of the job costs here, what limits it, and which settings to use.
"""
PAGES = (".html", ".htm")


def parser() -> Parser:
    """The flags of ``bgstream bench``."""
    made = Parser(
        prog="bgstream bench",
        usage="bgstream bench [--clip FILE] [--quick] [-o PAGE.html] [options]",
        description=f"Measure this machine.\n\n{EXAMPLES}",
    )
    made.add_argument("--clip", type=Path, metavar="FILE", help="measure with this clip (default: a synthetic one)")
    made.add_argument("stray", nargs="*", help=argparse.SUPPRESS)
    made.add_argument("--quick", action="store_true", help="less of everything")
    made.add_argument("-o", "--output", type=Path, metavar="HTML", help="write a page that holds everything")
    made.add_manners()
    return made


def run(words: list[str]) -> int:
    """Parse, measure, tell."""
    said = parser().parse(words)
    if said.stray:
        raise ConfigError(f"unexpected argument '{said.stray[0]}'", f"a clip is given as --clip {said.stray[0]}")
    if said.output is not None and said.output.suffix.lower() not in PAGES:
        raise ConfigError(f"the output is a page, not '{said.output.suffix}': {said.output}", "name it page.html")
    from bgstream.bench.job import Request, bench
    from bgstream.bench.table import result_table
    from bgstream.progress import Bar, Lines, Silent

    plain = said.json or not sys.stderr.isatty()
    progress = Silent() if said.quiet else Lines(as_json=said.json) if plain else Bar()
    result = bench(Request(said.clip, said.quick, said.output), progress)
    print(json.dumps(result.as_dict()) if said.json else result_table(result))
    return 0
