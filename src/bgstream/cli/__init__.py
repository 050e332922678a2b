"""The command line: parsing only, no work. One module for each sub-command, imported when it is asked for."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from io import TextIOWrapper
from itertools import pairwise
from types import FrameType
from typing import TextIO

from bgstream.errors import BgstreamError

COMMANDS = {
    "remove": "remove the background of a clip or a picture",
    "cam": "your camera without what is behind you, as a camera that calls can pick",
    "probe": "what a file is: alpha, colour, time, damage; and which outputs would keep what",
    "eval": "measure mattes, with a truth or without one",
    "models": "list the models; pull, find and remove those that are not shipped",
    "bench": "measure this machine: what a clip costs, what limits it, which settings to use",
    "doctor": "what this machine offers, and what to fix",
    "tune": "measure how networks run quickest on this machine's processor, and keep it",
    "warm-up": "compile the kernels now instead of on the first run",
}


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit status: 0 done, 1 failed, 2 the command was wrong, 130 Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that cannot show a letter is no reason to stop
    words = list(sys.argv[1:] if argv is None else argv)
    command, rest = _split(words)
    as_json = "--json" in rest
    try:
        with _terminated_like_ctrl_c():
            return int(import_module(f"bgstream.cli.{command.replace('-', '_')}").run(rest))
    except BgstreamError as error:
        if "--debug" in rest:
            raise
        _say(error, as_json, sys.stderr if _into_a_pipe(rest) else sys.stdout)
        return error.exit_status
    except KeyboardInterrupt:
        print("stopped; nothing half done is left", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of our output has gone: nobody is left to tell
        sys.stderr.close()
        return 1


def _split(words: list[str]) -> tuple[str, list[str]]:
    """The sub-command and its words; a first word that is none of them belongs to ``remove``."""
    if words and words[0] in COMMANDS:
        return words[0], words[1:]
    return "remove", words


def _into_a_pipe(words: list[str]) -> bool:
    """Whether standard output is for pictures alone."""
    return "--output=-" in words or any(flag in ("-o", "--output") and place == "-" for flag, place in pairwise(words))


def _say(error: BgstreamError, as_json: bool, out: TextIO) -> None:
    if as_json:
        import json

        print(json.dumps({"error": str(error), "kind": type(error).__name__, "hint": error.hint}), file=out)
    print(f"bgstream: {error}", file=sys.stderr)
    if error.hint:
        print(f"hint: {error.hint}", file=sys.stderr)


@contextmanager
def _terminated_like_ctrl_c() -> Iterator[None]:
    """While a command runs, a polite request to end (SIGTERM, SIGHUP) unwinds it as Ctrl-C does."""

    def stop(_number: int, _stack: FrameType | None) -> None:
        raise KeyboardInterrupt

    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {name: signal.signal(getattr(signal, name), stop) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)
