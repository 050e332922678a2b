"""The index of a suite: which clips, which truths, which categories. An index is not trusted."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bgstream.errors import ConfigError, SourceError, nearest
from bgstream.evaluate.document import read_json
from bgstream.evaluate.read import CLIPS, PICTURES
from bgstream.media import check_file

INDEX_HINT = 'an index is a JSON list: [{"name": …, "category": …, "tags": […], "input": …, "alpha": …}]'
ADDRESS = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]+:|^[\\/]{2}|\\")
SAFE_NAME = re.compile(r"[^./\\\x00-\x1f][^/\\\x00-\x1f]*")

# Our categories, and the index's categories and tags that belong to each.
CATEGORIES: dict[str, frozenset[str]] = {
    "person": frozenset({"person", "two-people"}),
    "hair": frozenset({"hair"}),
    "fur": frozenset({"fur"}),
    "product": frozenset({"object", "product", "spin"}),
    "low contrast": frozenset({"low-contrast", "dark-on-dark"}),
    "translucent": frozenset({"translucent"}),
    "fast motion": frozenset({"fast-motion"}),
    "empty frames": frozenset({"empty-frames"}),
    "spin": frozenset({"spin"}),
    "green screen": frozenset({"greenscreen"}),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One clip or picture of a suite.

    Attributes:
        name: unique; predictions are found by it.
        alpha: the truth; None where there is none.
        source: the clip that was matted; None where it is not known.
        category, tags: as the index says.
        still: a single picture.
        frames: how many the index promises; 0 where it does not say.
    """

    name: str
    alpha: Path | None
    source: Path | None = None
    category: str = ""
    tags: tuple[str, ...] = ()
    still: bool = False
    frames: int = 0

    @property
    def labels(self) -> frozenset[str]:
        """Everything it can be asked for by: name, category, tags, our categories."""
        own = {self.category, *self.tags} - {""}
        return frozenset({self.name, *own, *(name for name, labels in CATEGORIES.items() if labels & own)})


def load_suite(index: Path, only: str | None = None) -> list[Entry]:
    """The entries of an index that have a truth.

    Args:
        index: the JSON file; relative paths in it start at its folder and stay inside it.
        only: a category (ours or the index's), a tag or a name.

    Raises:
        SourceError: it cannot be read or is no index, or names what must not be opened.
        ConfigError: nothing belongs to ``only``.
    """
    entries = [_entry(row, index) for row in _rows(index)]
    names = [entry.name for entry in entries]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise SourceError(f"{index} names '{min(twice)}' twice", "every entry needs a name of its own")
    entries = [entry for entry in entries if entry.alpha is not None]
    if not entries:
        raise SourceError(f"{index} holds no entry with a truth", INDEX_HINT)
    wanted = [entry for entry in entries if only is None or only in entry.labels]
    if not wanted:
        known = frozenset[str]().union(*(entry.labels for entry in entries))
        raise ConfigError(f"nothing in {index} belongs to '{only}'", nearest(str(only), known))
    return wanted


def find_prediction(folder: Path, name: str) -> Path | None:
    """``NAME.mkv`` (or another clip or picture) or the folder ``NAME`` below ``folder``; None if there is neither."""
    places = [folder / f"{name}{suffix}" for suffix in (*CLIPS, *PICTURES)] + [folder / name]
    return next((place for place in places if place.exists()), None)


def _rows(index: Path) -> list[Any]:
    rows = read_json(index, INDEX_HINT)
    if not isinstance(rows, list):
        raise SourceError(f"{index} is no index: a list is wanted", INDEX_HINT)
    return rows


def _entry(row: Any, index: Path) -> Entry:
    if not isinstance(row, dict) or not isinstance(row.get("name"), str):
        raise SourceError(f"{index}: an entry has no name", INDEX_HINT)
    name, tags, frames = row["name"], row.get("tags", []), row.get("frames", 0)
    if not SAFE_NAME.fullmatch(name):
        raise SourceError(f"{index}: {name!r} cannot be a file's name", "use letters, digits, - and _")
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise SourceError(f"{index}: the tags of {name} are no list of words", INDEX_HINT)
    if not isinstance(frames, int) or frames < 0:
        raise SourceError(f"{index}: {name} has {frames!r} frames", "give a whole number, or leave it out")
    still = row.get("type") == "still"
    return Entry(
        name,
        _path(row, "alpha", index),
        _path(row, "input", index),
        str(row.get("category", "")),
        tuple(tags),
        still,
        1 if still else frames,
    )


def _path(row: dict[str, Any], key: str, index: Path) -> Path | None:
    """A file (or a folder of pictures) of an entry: inside the index's folder, or a plain file that exists."""
    said = row.get(key)
    if said is None:
        return None
    if not isinstance(said, str) or "\x00" in said or ADDRESS.match(said):
        raise SourceError(
            f"{index}: {key} of {row['name']} is no local path: {said!r}",
            "nothing is fetched from a network; write folder/file.mkv",
        )
    path = Path(said)
    if path.is_absolute():
        check_file(path)
        return path
    if ".." in path.parts:
        raise SourceError(f"{index}: {key} of {row['name']} leaves the index's folder: {said}", "move it inside")
    whole = index.parent / path
    if not whole.is_dir():
        check_file(whole)
    return whole
