"""Outputs appear whole or not at all: written beside the target under another name, renamed when done."""

import os
import secrets
from pathlib import Path

from bgstream.errors import ConfigError, SinkError


def check_target(target: Path, source: Path, overwrite: bool) -> None:
    """Refuse a target that cannot be written or that would harm something, before any work is done.

    Raises:
        ConfigError: it is the source itself, or exists and was not named by the user.
        SinkError: its folder is missing or may not be written to, or it is a folder.
    """
    if target.exists() and source.exists() and target.samefile(source):
        raise ConfigError(f"the output is the input: {target}", "give another name with -o")
    if target.is_dir():
        raise SinkError(f"{target} is a folder", f"give a file in it: -o {target / 'out.webm'}")
    parent = target.absolute().parent
    if not parent.is_dir():
        raise SinkError(f"no such folder: {parent}", f"make it first: mkdir -p '{parent}'")
    if not os.access(parent, os.W_OK):
        raise SinkError(f"the folder {parent} may not be written to", "choose another place with -o")
    if target.exists() and not overwrite:
        raise ConfigError(f"{target} exists already", "add -y to replace it, or name another output with -o")


class Partial:
    """A temporary file beside ``target`` that becomes the target, or goes."""

    def __init__(self, target: Path) -> None:
        self._target = Path(os.path.realpath(target))  # a link stays a link; what it points to is replaced
        self.path = self._target.with_name(f".{target.stem[:80]}.{secrets.token_hex(4)}.part{target.suffix}")

    def commit(self) -> None:
        """Put the finished file in place, in one step."""
        self.path.replace(self._target)

    def discard(self) -> None:
        """Remove what was written."""
        self.path.unlink(missing_ok=True)
