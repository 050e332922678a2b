"""What can be asked of a running camera, and its answers: the same words for the socket and the page.

{"set": {"backdrop": "beach.jpg", "blur": 20}}      → {"ok": true, "wishes": {…}}
{"get": "stats"}, {"get": "wishes"}                 → {"ok": true, "stats": {…}}, {"ok": true, "wishes": {…}}
{"do": "pause"}, "resume", "toggle", "stop"         → {"ok": true, "wishes": {…}}
anything else                                       → {"ok": false, "error": "…", "hint": "…", "kind": "ConfigError"}
"""

import json
from collections.abc import Callable
from typing import Any

from bgstream.errors import BgstreamError, ConfigError, nearest
from bgstream.live.board import Board

LONGEST = 64 << 10  # bytes of a request
SWITCHES: dict[str, Callable[[bool], bool]] = {  # whether to be paused, from whether it is
    "pause": lambda _paused: True,
    "resume": lambda _paused: False,
    "toggle": lambda paused: not paused,
}
DEEDS = (*SWITCHES, "stop")
FIGURES = ("stats", "wishes")
VERBS = ("set", "get", "do")


def parse(line: bytes) -> dict[str, Any]:
    """A request.

    Raises:
        ConfigError: it is none.
    """
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        raise ConfigError("this is no JSON", 'for example: {"get": "stats"}') from None
    if not isinstance(found, dict) or len(found) != 1:
        raise ConfigError("a request is one object with one word", 'for example: {"set": {"blur": 20}}')
    return found


def takes_long(request: dict[str, Any]) -> bool:
    """It may load a network or a film."""
    return "set" in request and not _only_pause(request["set"])


def _only_pause(words: Any) -> bool:
    return isinstance(words, dict) and set(words) == {"pause"}


def answer(board: Board[Any], request: dict[str, Any]) -> dict[str, Any]:
    """Do what is asked, and say how it went; never raises."""
    try:
        ((verb, what),) = request.items()
        verb = _known(verb, VERBS, "a request")
        return {"ok": True, **{"set": _set, "get": _get, "do": _do}[verb](board, what)}
    except BgstreamError as error:
        return refusal(error)
    except Exception as error:  # ours to mend, but no reason for a camera to fail: told to who asked
        return refusal(ConfigError(f"{type(error).__name__}: {error}", "please report this"))


def _known(word: Any, words: tuple[str, ...], place: str) -> str:
    if word not in words:
        raise ConfigError(f"{place} knows no {word!r}", nearest(str(word), words))
    return str(word)


def refusal(error: BgstreamError) -> dict[str, Any]:
    """An answer that says no."""
    return {"ok": False, "error": str(error), "hint": error.hint, "kind": type(error).__name__}


def _set(board: Board[Any], words: Any) -> dict[str, Any]:
    if not isinstance(words, dict):
        raise ConfigError("'set' takes an object", 'for example: {"set": {"blur": 20}}')
    wanted = board.wishes.changed(words).pause  # settled once: "toggle" is not to be turned twice
    if _only_pause(words):
        return _pause(board, wanted)
    if "pause" in words:
        words = {**words, "pause": wanted}
        if wanted:
            board.pause(True)  # at once: what else is asked for may take a while
    return {"wishes": board.change(words).as_dict()}


def _pause(board: Board[Any], wanted: bool) -> dict[str, Any]:
    """At once, even while somebody else's change is being made ready."""
    board.pause(wanted)
    return {"wishes": board.wishes.as_dict()}


def _get(board: Board[Any], what: Any) -> dict[str, Any]:
    what = _known(what, FIGURES, "'get'")
    return {"stats": board.stats.as_dict()} if what == "stats" else {"wishes": board.wishes.as_dict()}


def _do(board: Board[Any], what: Any) -> dict[str, Any]:
    what = _known(what, DEEDS, "'do'")
    if what == "stop":
        board.stop()
        return {"wishes": board.wishes.as_dict()}
    return _pause(board, SWITCHES[what](board.paused))
