"""``bgstream cam set | get | pause | resume | stop``: speak to the camera that runs."""

import argparse
import json
from typing import Any

from bgstream.cli.parser import Parser
from bgstream.errors import ConfigError, nearest

EXAMPLES = """\
examples:
  bgstream cam set background=beach.jpg            another backdrop, at once
  bgstream cam set background=blur blur=30 mirror=toggle
  bgstream cam get                                 how it goes
  bgstream cam get wishes                          what is set
  bgstream cam pause                               a picture instead of you; resume goes on
  bgstream cam stop
"""
VERBS = ("set", "get", "pause", "resume", "toggle", "stop")
FIGURES = ("stats", "wishes")


def parser() -> Parser:
    """The flags of all verbs."""
    made = Parser(
        prog="bgstream cam",
        usage="bgstream cam {set WORD=VALUE … | get [stats | wishes] | pause | resume | toggle | stop} [--json]",
        description=f"Speak to the camera that runs.\n\n{EXAMPLES}",
    )
    made.add_argument("verb", metavar="VERB", help=", ".join(VERBS))
    made.add_argument("words", nargs="*", metavar="WORD", help="set: WORD=VALUE, several; get: stats or wishes")
    made.add_manners()
    return made


def run(words: list[str]) -> int:
    """Parse, ask, tell.

    Raises:
        ConfigError: the words cannot be meant.
        SinkError: no camera is running.
        BgstreamError: the camera says no.
    """
    said = parser().parse(words)
    if said.verb not in VERBS:
        raise ConfigError(f"'bgstream cam' knows no '{said.verb}'", nearest(said.verb, VERBS))
    request = _request(said)
    from bgstream.live.client import ask

    reply = ask(request)
    if said.json:
        print(json.dumps(reply, ensure_ascii=False))
    elif not said.quiet:
        print(_told(reply, said.verb))
    return 0


def _request(said: argparse.Namespace) -> dict[str, Any]:
    if said.verb == "set":
        return {"set": _wishes(said.words)}
    if said.verb == "get":
        return {"get": _figure(said.words)}
    if said.words:
        raise ConfigError(f"'{said.verb}' takes no more words", f"leave out '{said.words[0]}'")
    return {"do": said.verb}


def _wishes(said: list[str]) -> dict[str, Any]:
    from bgstream.live.client import absolute
    from bgstream.live.wishes import Wishes

    words = {}
    for text in said:
        word, equals, value = text.partition("=")
        if not equals:
            raise ConfigError(f"'{text}' says no value", f"for example: {word}=VALUE")
        words[word] = value
    if not words:
        raise ConfigError("'set' what?", "for example: bgstream cam set background=beach.jpg blur=20")
    Wishes().changed(words)  # refused here where it is refused in any case
    return absolute(words)


def _figure(said: list[str]) -> str:
    if len(said) > 1:
        raise ConfigError(f"one at a time: {' '.join(said)}", "bgstream cam get stats")
    figure = said[0] if said else "stats"
    if figure not in FIGURES:
        raise ConfigError(f"'get' knows no '{figure}'", nearest(figure, FIGURES))
    return figure


def _told(reply: dict[str, Any], verb: str) -> str:
    if "stats" in reply:
        from bgstream.live.stats import Stats

        return Stats(**reply["stats"]).line
    if verb == "stop":
        return "stopped"
    return "\n".join(f"{word}={_text(value)}" for word, value in reply["wishes"].items())


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, float) else str(value)
