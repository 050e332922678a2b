"""``bgstream models``: list, pull, path, remove."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bgstream.cli.parser import Parser
from bgstream.errors import ConfigError, ModelError, nearest

if TYPE_CHECKING:
    from bgstream.library.download import Download
    from bgstream.library.watch import Watch
    from bgstream.matting.card import Card

EXAMPLES = """\
examples:
  bgstream models                                    list what is shipped and what can be pulled
  bgstream models pull u2net                         download it, checked; an interrupted download goes on
  bgstream models pull u2net --mirror https://HOST/  from another place (also: BGSTREAM_MIRROR)
  bgstream models pull u2net --from u2net.onnx       from a file; nobody is asked
  bgstream models path u2net                         where it lies
  bgstream models remove u2net                       delete what was pulled

Models that were pulled lie in a folder of the system's choice, or in BGSTREAM_MODELS. Files that rembg
downloaded are used where they are. Nothing is ever downloaded but by 'pull'.
"""
ACTIONS = ("list", "pull", "path", "remove")


def parser() -> Parser:
    """The flags of all actions."""
    made = Parser(
        prog="bgstream models",
        usage="bgstream models [list | pull NAME | path NAME | remove NAME] [options]",
        description=f"List the models, and get those that are not shipped.\n\n{EXAMPLES}",
    )
    made.add_argument(
        "action", nargs="?", metavar="ACTION", default="list", help=f"{', '.join(ACTIONS)}; list if left out"
    )
    made.add_argument("name", nargs="?", metavar="NAME", help="a model's name, or a card (.toml)")
    made.add_argument("--accept-licence", action="store_true", help="pull: its terms (listed) are accepted")
    made.add_argument("--mirror", default="", metavar="URL", help="pull: ask for URL/FILE instead")
    made.add_argument("--from", dest="given", type=Path, metavar="FILE", help="pull: take this file")
    made.add_manners()
    return made


def run(words: list[str]) -> int:
    """Parse, do it, tell."""
    made = parser()
    said = made.parse(words)
    if said.action not in ACTIONS:
        raise ConfigError(f"'bgstream models' knows no '{said.action}'", nearest(said.action, ACTIONS))
    if (said.action == "list") != (said.name is None):
        made.error(f"'{said.action}' takes {'no name' if said.action == 'list' else 'the name of a model'}")
    pulling = said.accept_licence or said.mirror or said.given
    if pulling and said.action != "pull":
        made.error("--accept-licence, --mirror and --from go with 'pull'")
    actions = {"list": _list, "pull": _pull, "path": _path, "remove": _remove}
    return actions[said.action](said)


def _list(said: argparse.Namespace) -> int:
    from bgstream.matting.cards import pullable, shipped

    rows = [_row(card) for card in (*shipped().values(), *pullable().values())]
    if said.json:
        print(json.dumps(rows, ensure_ascii=False))
        return 0
    for row in rows:
        place = "shipped" if row["shipped"] else (row["path"] or f"pull: {row['megabytes']}")
        licence = f"{row['licence']}{', ' if row['terms'] else ''}{row['terms']}"
        print(f"{row['name']:21} {row['subject']:7} {row['size']:9} {licence:29} {place}")
        print(f"    {row['title']}")
    print("\n* the frame's aspect is kept; the size is that for 16:9")
    print("auto (the default) takes a person network where one confirms a person, else u2netp.")
    print("Those with terms behind their licence need --accept-licence: bgstream models pull --help")
    print("Your own network: --model PATH.onnx, with a card PATH.toml beside it or without.")
    return 0


def _row(card: "Card") -> dict[str, Any]:
    from bgstream.library.download import megabytes
    from bgstream.library.places import locate

    known = card.download
    place = locate(known) if known else Path(str(card.weights))
    return {
        "name": card.name,
        "subject": card.subject,
        "size": f"{card.size[1]}×{card.size[0]}" + ("*" if card.fit.how == "free" else ""),
        "recurrent": card.recurrent,
        "licence": card.licence,
        "terms": known.terms if known else "",
        "title": card.title,
        "shipped": known is None,
        "present": place is not None,
        "path": str(place) if place else "",
        "bytes": known.size if known else Path(str(card.weights)).stat().st_size,
        "megabytes": megabytes(known.size) if known and known.size else "size unknown",
    }


def _pull(said: argparse.Namespace) -> int:
    known = _download(said.name)
    from bgstream.library.pull import Order, pull

    order = Order(said.accept_licence, said.mirror, said.given, _watch(known.name, said))
    try:
        done = pull(known, order)
    except KeyboardInterrupt:
        print("stopped; what came is kept: run the same again to go on", file=sys.stderr)
        return 130
    if said.json:
        print(json.dumps({"name": known.name, "path": str(done.path), "source": done.source}, ensure_ascii=False))
    else:
        print(f"{known.name}: {done.path} ({f'from {done.source}' if done.source else 'was here already'}), checked")
    return 0


def _watch(name: str, said: argparse.Namespace) -> "Watch":
    from bgstream.library.watch import Bar, Lines, Unwatched

    if said.quiet:
        return Unwatched()
    if said.json:
        return Lines(name, as_json=True, every=0.5)
    return Bar(name) if sys.stderr.isatty() else Lines(name)


def _path(said: argparse.Namespace) -> int:
    from bgstream.library.places import checked_path
    from bgstream.matting.cards import card_named

    card = card_named(said.name)
    place = str(checked_path(card.download) if card.download else card.weights)
    print(json.dumps({"name": card.name, "path": place}, ensure_ascii=False) if said.json else place)
    return 0


def _remove(said: argparse.Namespace) -> int:
    known = _download(said.name)
    from bgstream.library.places import locate
    from bgstream.library.remove import remove

    gone = remove(known)
    left = locate(known)
    if said.json:
        row = {"name": known.name, "removed": gone, "path": str(left) if left else ""}
        print(json.dumps(row, ensure_ascii=False))
        return 0
    print(f"{known.name}: {'removed' if gone else 'nothing of it was pulled'}")
    if left:
        print(f"note: {left} is rembg's and stays; it will be used")
    return 0


def _download(name: str) -> "Download":
    """What is known of a model's file.

    Raises:
        ModelError: it is shipped, or a file of the user's own.
    """
    from bgstream.matting.cards import card_named

    card = card_named(name)
    if card.download is None:
        raise ModelError(f"'{card.name}' is not one that is pulled: it is at {card.weights}", "use it as it is")
    return card.download
