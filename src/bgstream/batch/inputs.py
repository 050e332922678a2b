"""From words to files: a file is itself, a folder its pictures and clips, a pattern what it matches."""

import glob
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from bgstream.errors import SourceError
from bgstream.partial import same_file
from bgstream.sources import PICTURE_SUFFIXES

CLIPS = (
    ".3gp .apng .asf .avi .dv .flv .gif .ivf .m2ts .m4v .mj2 .mkv .mov .mp4 .mpeg .mpg .mts .mxf .ogv .ts .vob .webm"
    " .wmv .y4m"
)
SUFFIXES = PICTURE_SUFFIXES | frozenset(CLIPS.split())
OWN = re.compile(r"_(cutout|matte)$")  # ends the names of results that lie beside inputs
KEY = "_key"  # ends the name of a key that lies beside its fill


@dataclass(frozen=True, slots=True)
class Input:
    """A file to be worked on.

    Attributes:
        path: the file.
        below: the folders between where a pattern begins and the file.
        found: the folder or pattern that found it; empty: the user named it.
    """

    path: Path
    below: Path = Path()
    found: str = ""


def is_many(words: Sequence[str]) -> bool:
    """Whether words mean a batch: several of them, a folder, or a pattern. A file of that very name is a file."""
    return len(words) != 1 or Path(words[0]).is_dir() or _is_pattern(words[0])


def find_inputs(words: Iterable[str]) -> list[Input]:
    """The files that words mean: as named, and what was found in natural order (``a2`` before ``a10``), each once.

    In folders and for patterns, hidden files and our own results (``*_cutout.*``, ``*_matte.*``, ``clip_key.mp4``
    beside ``clip.mp4``) are left out; so are files that are no pictures or clips by their suffix, unless a pattern
    names the suffix.

    Raises:
        SourceError: a folder or pattern has nothing to offer. A named file that is missing is found missing later.
    """
    unique: dict[str, Input] = {}
    for word in words:
        for found in _meant(word):
            unique.setdefault(os.path.realpath(found.path), found)
    return list(unique.values())


def found_again(target: Path, found: str) -> bool:
    """Whether a result would be an input the next time that a folder or a pattern is looked through."""
    if Path(found).is_dir():
        return same_file(target.absolute().parent, Path(found))
    last = Path(found).name
    inside = Path(os.path.realpath(target)).is_relative_to(os.path.realpath(_base(found)))
    return inside and (last == "**" or fnmatch(target.name, last))


def _meant(word: str) -> list[Input]:
    path = Path(word)
    if path.is_dir():
        files = [file for file in path.iterdir() if not file.name.startswith(".") and _is_media(file)]
        inputs = [Input(file, found=word) for file in files if not _is_ours(file)]
        if not inputs:
            raise SourceError(f"no picture or clip in the folder {path}", f"for its folders too: '{path}/**/*'")
    elif _is_pattern(word):
        inputs = list(_matching(word))
        if not inputs:
            raise SourceError(f"nothing matches {word}", "check the pattern; in quotes it is ours, not the shell's")
    else:
        return [Input(path)]
    return sorted(inputs, key=lambda one: _natural(str(one.path)))


def _matching(pattern: str) -> Iterator[Input]:
    base, last = _base(pattern), Path(pattern).name
    named = Path(last).suffix and not glob.has_magic(Path(last).suffix)
    for name in glob.iglob(pattern, recursive=True):  # noqa: PTH207 - that of pathlib finds hidden files too
        path = Path(name)
        if not path.is_file() or not (named or _is_media(path)):
            continue
        if _is_ours(path) and not Path(last).stem.endswith(("_cutout", "_matte", KEY)):
            continue
        yield Input(path, path.parent.relative_to(base), pattern)


def _base(pattern: str) -> Path:
    """The folder that a pattern begins in."""
    parts = Path(pattern).parts[:-1]
    fixed = next((index for index, part in enumerate(parts) if glob.has_magic(part)), len(parts))
    return Path(*parts[:fixed])


def _is_ours(path: Path) -> bool:
    """By its name, and for a key also by the fill beside it."""
    if path.stem.endswith(KEY):
        return path.with_name(path.stem.removesuffix(KEY) + path.suffix).exists()
    return OWN.search(path.stem) is not None


def _is_pattern(word: str) -> bool:
    return glob.has_magic(word) and not Path(word).exists()


def _is_media(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and path.is_file()


def _natural(name: str) -> list[tuple[bool, int, str]]:
    """Sorts numbers in names by value."""
    return [(part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in re.split(r"(\d+)", name.lower())]
