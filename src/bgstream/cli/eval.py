"""``bgstream eval``."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bgstream.cli.parser import Parser
from bgstream.errors import ConfigError

if TYPE_CHECKING:
    from bgstream.evaluate.job import Request

EXAMPLES = """\
examples:
  bgstream eval matte.mkv truth.mkv                       one matte against its truth
  bgstream eval matte.webm truth/ --source clip.mp4 -o report.html
                                                          the worst frames as pictures
  bgstream eval matte.mkv --source clip.mp4               without a truth: flicker, doubt, agreement
  bgstream eval mattes/ --suite index.json -o report.html NAME.mkv, NAME.png, … of a whole suite
  bgstream eval --run index.json --models auto,u2netp -o report.html
                                                          matte the suite, score it, draw report.svg

A matte is a clip, a folder of pictures (one a frame) or a picture; its alpha channel counts, else its grey value.
"""
REPORTS = (".html", ".htm")
SUITE_ONLY = ("only", "baselines")
RUN_ONLY = ("models", "quality", "keep")


def parser() -> Parser:
    """The flags of ``bgstream eval``."""
    made = Parser(
        prog="bgstream eval",
        usage="bgstream eval PRED [GT] [options]   |   bgstream eval --run INDEX [options]",
        description=f"Measure mattes, with a truth or without one.\n\n{EXAMPLES}",
    )
    add = made.add_argument
    add("prediction", nargs="?", type=Path, metavar="PRED", help="the matte; with --suite a folder of mattes")
    add("truth", nargs="?", type=Path, metavar="GT", help="the true matte; without it PRED is measured by itself")
    add("--suite", type=Path, metavar="INDEX", help="a suite's index.json: names truths, sources, categories")
    add("--source", type=Path, metavar="CLIP", help="the clip that was matted: for pictures and for flicker")
    add("-o", "--output", type=Path, metavar="HTML", help="write a report, one page that holds everything")
    add("--every", type=int, default=1, metavar="N", help="only frames 0, N, 2N, … count")
    add("--only", metavar="CATEGORY", help="a category (person, hair, 'green screen', …), a tag or a name")
    add("--baselines", type=Path, metavar="JSON", help="other programs' figures, shown beside")
    add("--run", type=Path, metavar="INDEX", help="matte every entry of this suite first")
    add("--models", type=_words, metavar="A,B", help="with --run: models (default: auto)")
    add("--quality", type=_words, metavar="Q,R", help="with --run: qualities")
    add("--keep", type=Path, metavar="FOLDER", help="with --run: keep the mattes here")
    made.add_manners()
    return made


def run(words: list[str]) -> int:
    """Parse, measure, tell; status 1 where a matte is missing or lacks frames."""
    made = parser()
    if not words:
        made.print_help()
        return 2
    said = made.parse(words)
    _check(said)
    from bgstream.evaluate.job import evaluate
    from bgstream.progress import Lines, Silent

    progress = Silent() if said.quiet else Lines(as_json=said.json)
    outcome = evaluate(_request(said), progress.phase)
    print(json.dumps({**outcome.data, "complaints": outcome.complaints}) if said.json else outcome.text)
    return _complain(outcome.complaints)


def _check(said: argparse.Namespace) -> None:
    """Refuse combinations that cannot be meant."""
    given = {name for name, value in vars(said).items() if value is not None and value is not False}
    if said.run is None and said.prediction is None:
        raise ConfigError("nothing to measure", "give a matte, or --run INDEX")
    if said.run is not None and given & {"prediction", "suite", "source"}:
        raise ConfigError("--run makes the mattes itself", "leave out PRED, --suite and --source")
    if said.suite is not None and given & {"truth", "source"}:
        raise ConfigError("the suite names truths and sources", "leave out GT and --source, or --suite")
    for name in RUN_ONLY if said.run is None else ():
        if name in given:
            raise ConfigError(f"--{name} belongs to --run", "bgstream eval --run INDEX")
    for name in SUITE_ONLY if said.run is None and said.suite is None else ():
        if name in given:
            raise ConfigError(f"--{name} belongs to a suite", "add --suite INDEX or --run INDEX")
    if said.every < 1:
        raise ConfigError(f"--every {said.every} is no step", "1 takes every frame, 5 every fifth")
    if said.output is not None and said.output.suffix.lower() not in REPORTS:
        raise ConfigError(f"a report is a page, not '{said.output.suffix}': {said.output}", "name it report.html")


def _request(said: argparse.Namespace) -> "Request":
    from bgstream.evaluate.job import Request

    return Request(
        prediction=said.prediction,
        truth=said.truth,
        source=said.source,
        suite=said.run or said.suite,
        only=said.only,
        every=said.every,
        baselines=said.baselines,
        models=said.models or ("auto",),
        qualities=said.quality or (),
        keep=said.keep,
        output=said.output,
    )


def _words(text: str) -> tuple[str, ...]:
    words = tuple(word.strip() for word in text.split(","))
    if not all(words):
        raise argparse.ArgumentTypeError(f"'{text}' has an empty word")
    return words


def _complain(complaints: tuple[str, ...]) -> int:
    for line in complaints:
        print(f"bgstream: {line}", file=sys.stderr)
    if complaints:
        print("hint: a mean over missing frames flatters: make these mattes again", file=sys.stderr)
    return 1 if complaints else 0
