"""Outputs appear whole or not at all: written beside the target under another name, renamed when done."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bgstream.errors import ConfigError, SinkError


def check_target(target: Path, source: Path, overwrite: bool) -> None:
    """Refuse a target that cannot be written or that would harm something, before any work is done.

    Raises:
        ConfigError: it is the source itself, or exists and was not named by the user.
        SinkError: its folder is missing or may not be written to, or it is a folder.
    """
    if same_file(target, source):
        raise ConfigError(f"the output is the input: {target}", "give another name with -o")
    if target.is_dir():
        raise SinkError(f"{target} is a folder", f"give a file in it: -o {target / 'out.webm'}")
    parent = target.absolute().parent
    check_folder(parent, f"make it first: mkdir -p '{parent}'")
    refuse_existing(target, overwrite)


def same_file(one: Path, other: Path) -> bool:
    """Whether two names mean one file: by whatever links, or, where neither is there yet, by the place they lead to."""
    if one.exists() and other.exists():
        return one.samefile(other)
    return os.path.realpath(one) == os.path.realpath(other)


def check_folder(folder: Path, hint: str) -> None:
    """Refuse a folder that is not there or may not be written to.

    Raises:
        SinkError: with ``hint`` where it is missing.
    """
    if not folder.is_dir():
        raise SinkError(f"no such folder: {folder}", hint)
    if not os.access(folder, os.W_OK):
        raise SinkError(f"the folder {folder} may not be written to", "choose another place with -o")


def refuse_existing(target: Path, overwrite: bool) -> None:
    """Refuse to replace what the user did not name.

    Raises:
        ConfigError: it is there.
    """
    if target.exists() and not overwrite:
        raise ConfigError(f"{target} exists already", "add -y to replace it, or name another output with -o")


@contextmanager
def made(folder: Path) -> Iterator[None]:
    """Make a folder, and those above it, where they are missing; after an exception those that are empty go again.

    Raises:
        SinkError: it cannot be made.
    """
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SinkError(f"cannot make the folder {folder}: {error.strerror}", "choose another place with -o") from None
    try:
        yield
    except BaseException:
        with suppress(OSError):  # something lies in it: pictures that a stopped run had finished
            for place in missing:
                place.rmdir()
        raise


class Partial:
    """A temporary file beside ``target`` that becomes the target, or goes."""

    def __init__(self, target: Path) -> None:
        self._target = Path(os.path.realpath(target))  # a link stays a link; what it points to is replaced
        stem = os.fsencode(target.stem)[:80].decode(errors="ignore")  # names are limited by bytes
        self.path = self._target.with_name(f".{stem}.{secrets.token_hex(4)}.part{target.suffix}")

    def commit(self) -> None:
        """Put the finished file in place, in one step."""
        self.path.replace(self._target)

    def discard(self) -> None:
        """Remove what was written."""
        self.path.unlink(missing_ok=True)


def write_whole(target: Path, content: bytes) -> None:
    """Write a small file, whole or not at all.

    Raises:
        OSError: it cannot be written; nothing is left.
    """
    partial = Partial(target)
    try:
        partial.path.write_bytes(content)
        partial.commit()
    finally:
        partial.discard()  # a name that nothing has any more once it was committed
