"""Cards as files: TOML in, :class:`bgstream.matting.card.Card` out; whatever is unknown or wrong is refused.

The keys, with the values that a card may leave out::

    name, title, licence, origin   texts; ``licence`` is an SPDX name
    subject = "any"                or "person"
    file, sha256                   the weights beside the card; or, with [download], their name as published
    commercial = true              false, or ``copyleft = true``: has to be accepted when it is pulled
    copyleft = false

    [input]                        the picture, RGB from 0 to 1 before mean and std
    name = ""                      the tensor; the first image input if left out
    size = [height, width]         unless fit = "free"
    fit = "stretch"                or "pad", "free"; see :class:`bgstream.matting.card.Fit`
    multiple, short, longest       of fit = "free"
    layout = "nchw"                or "nhwc"
    mean, std                      three numbers each

    [output]
    alpha = ""                     the tensor; the first output if left out
    foreground = ""                the subject's colours, if there are any
    levels = [0.03, 0.97]          alpha that counts as nothing and as all
    activation = "none"            or "sigmoid". There is no "minmax": a stretch of each answer from its own
                                   minimum to its maximum makes masks of noise from empty frames, and pumps

    [[state]]                      recurrent networks: zero at first, then the last frame's output
    input, output                  the tensors

    [[constant]]                   inputs with a number
    input                          the tensor
    value                          the number, or
    table = [[side, value], ...]   by the longest side of the network's input

    [download]                     weights that are not shipped
    urls                           where they are published
    size = 0                       in bytes
    sha256 or md5                  as published; none: the first file that comes is recorded
    also = []                      names under which rembg keeps the same file
"""

import tomllib
from collections.abc import Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import pairwise
from pathlib import Path
from typing import Any

from bgstream.errors import ModelError, nearest
from bgstream.library.download import Download
from bgstream.library.places import own_path
from bgstream.matting.card import LEVELS, Card, Constant, Fit, Size, State
from bgstream.matting.window import WIDE, free_size

EXAMPLE = "see bgstream_models/u2netp.toml for a card that works"
KEYS = {
    "card": "name title subject file sha256 licence origin commercial copyleft input output state constant download",
    "input": "name size fit multiple short longest layout mean std",
    "output": "alpha foreground activation levels",
    "state": "input output",
    "constant": "input value table",
    "download": "urls size sha256 md5 also",
}
Table = dict[str, Any]


def read_card(entry: Path | Traversable) -> Card:
    """Read one card.

    Raises:
        ModelError: it is no TOML, or a key is missing, unknown or of the wrong kind.
    """
    try:
        data = tomllib.loads(entry.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ModelError(f"card {entry.name}: {error}", EXAMPLE) from None
    try:
        _refuse_unknown(data, entry.name)
        return _card(data, entry)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelError(f"card {entry.name}: missing or wrong {error}", EXAMPLE) from None


def _refuse_unknown(data: Table, name: str) -> None:
    tables = [("card", data), ("input", data["input"]), ("output", data["output"])]
    tables += [("download", data["download"])] if "download" in data else []
    tables += [(kind, table) for kind in ("state", "constant") for table in data.get(kind, [])]
    for kind, table in tables:
        known = KEYS[kind].split()
        for key in table:
            if key not in known:
                raise ModelError(f"card {name}: unknown key '{key}'", nearest(key, known))


def _card(data: Table, entry: Path | Traversable) -> Card:
    inputs, outputs = data["input"], data["output"]
    fit = _fit(inputs)
    download = _download(data) if "download" in data else None
    folder = entry.parent if isinstance(entry, Path) else resources.files("bgstream_models")
    return Card(
        name=str(data["name"]),
        title=str(data["title"]),
        subject=_one_of(data, "subject", "any", "person"),
        weights=own_path(download) if download else folder / str(data["file"]),
        sha256="" if download else str(data["sha256"]),
        licence=str(data["licence"]),
        origin=str(data["origin"]),
        input_name=str(inputs.get("name", "")),
        alpha_name=str(outputs.get("alpha", "")),
        size=free_size(fit, WIDE) if fit.how == "free" else _size(inputs["size"]),
        channels_last=_one_of(inputs, "layout", "nchw", "nhwc") == "nhwc",
        mean=_triple(inputs["mean"]),
        std=_triple(inputs["std"]),
        sigmoid=_one_of(outputs, "activation", "none", "sigmoid") == "sigmoid",
        levels=_levels(outputs.get("levels", LEVELS)),
        fit=fit,
        states=tuple(State(str(pair["input"]), str(pair["output"])) for pair in data.get("state", [])),
        constants=tuple(_constant(table) for table in data.get("constant", [])),
        foreground_name=str(outputs.get("foreground", "")),
        download=download,
    )


def _levels(values: Sequence[float]) -> tuple[float, float]:
    black, white = (float(value) for value in values)
    if not 0 <= black < white <= 1:
        raise ValueError("'levels': two numbers, rising, from 0 to 1")
    return black, white


def _fit(inputs: Table) -> Fit:
    how = _one_of(inputs, "fit", "stretch", "pad", "free")
    rules = {key: int(inputs.get(key, default)) for key, default in (("multiple", 1), ("short", 0), ("longest", 0))}
    said = [key for key in rules if key in inputs]
    if how != "free" and said:
        raise ValueError(f"'{said[0]}': it goes with fit = \"free\" only")
    if how == "free" and ("size" in inputs or not (rules["short"] or rules["longest"])):
        raise ValueError("fit = \"free\": it takes 'short' or 'longest' instead of 'size'")
    if rules["multiple"] < 1 or min(rules.values()) < 0:
        raise ValueError("'multiple', 'short' or 'longest'")
    return Fit(how, **rules)


def _constant(table: Table) -> Constant:
    if ("value" in table) == ("table" in table):
        raise ValueError("constant: it takes either 'value' or 'table'")
    pairs = table["table"] if "table" in table else [[1, table["value"]]]
    rows = tuple((int(side), float(value)) for side, value in pairs)
    rising = all(low < high for (low, _), (high, _) in pairwise(rows))
    if not rows or not rising or (len(rows) > 1 and min(value for _, value in rows) <= 0):
        raise ValueError("'table': sides have to rise, values to be positive")
    return Constant(str(table["input"]), rows)


def _download(data: Table) -> Download:
    said, file = data["download"], str(data["file"])
    if Path(file).name != file or file == ".." or ("sha256" in said and "md5" in said):
        raise ValueError("'file' or checksum")
    algorithm = "md5" if "md5" in said else "sha256"
    terms = "" if data.get("commercial", True) is True else "non-commercial"
    return Download(
        name=str(data["name"]),
        file=file,
        urls=tuple(str(url) for url in said["urls"]),
        licence=str(data["licence"]),
        terms=terms or ("" if data.get("copyleft", False) is False else "copyleft"),
        size=int(said.get("size", 0)),
        algorithm=algorithm,
        checksum=str(said.get(algorithm, "")),
        also=tuple(str(name) for name in said.get("also", [])),
    )


def _one_of(table: Table, key: str, *known: str) -> str:
    """One of the known words, the first if nothing is said."""
    word = str(table.get(key, known[0]))
    if word not in known:
        raise ValueError(f"'{key}': '{word}', known: {', '.join(known)}")
    return word


def _size(values: list[int]) -> Size:
    height, width = (int(side) for side in values)
    if min(height, width) < 1:
        raise ValueError("'size'")
    return height, width


def _triple(values: list[float]) -> tuple[float, float, float]:
    red, green, blue = (float(value) for value in values)
    return red, green, blue
