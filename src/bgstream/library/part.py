"""A file on its way: what has come so far, of which version of which address, kept for the next attempt."""

import errno
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bgstream.errors import ModelError
from bgstream.library.download import megabytes

FULL = {errno.ENOSPC, errno.EDQUOT}


class Part:
    """``NAME.part`` and, beside it, ``NAME.part.json`` on where it comes from.

    Args:
        target: where the whole file will go.
    """

    def __init__(self, target: Path) -> None:
        self.path = target.with_name(target.name + ".part")
        self._note = target.with_name(target.name + ".part.json")

    @property
    def length(self) -> int:
        """Bytes that have come."""
        return self.path.stat().st_size if self.path.exists() else 0

    def validator(self, url: str) -> str:
        """What to show the server so that it goes on with the same version; empty: begin again."""
        try:
            note = json.loads(self._note.read_text(encoding="utf-8"))
            return str(note["validator"]) if note["url"] == url else ""
        except (OSError, ValueError, KeyError, TypeError):
            return ""  # no note, or half of one: the part is of no use

    def begin(self, url: str, validator: str, start: int, total: int) -> None:
        """Keep the first ``start`` bytes, and make sure that the rest will fit.

        Raises:
            ModelError: the disk is too full, or cannot be written to.
        """
        with self._explained():
            self._note.write_text(json.dumps({"url": url, "validator": validator}), encoding="utf-8")
            with self.path.open("ab") as stream:
                stream.truncate(start)
        needed, free = total - start, shutil.disk_usage(self.path.parent).free
        if needed > free:
            raise self._no_room(f"{megabytes(needed)} are needed, {megabytes(free)} are free")

    def append(self, blocks: Iterator[bytes]) -> None:
        """Write what comes; what came stays, whatever happens.

        Raises:
            ModelError: the disk is full, or cannot be written to.
        """
        with self._explained(), self.path.open("ab", buffering=0) as stream:
            for block in blocks:
                rest = memoryview(block)
                while rest:
                    rest = rest[stream.write(rest) :]

    def discard(self) -> None:
        """Remove it."""
        self.path.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)

    def commit(self, target: Path) -> None:
        """Put the whole file in place, in one step."""
        self.path.replace(target)
        self._note.unlink(missing_ok=True)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno in FULL:
                raise self._no_room(f"{megabytes(self.length)} came and are kept") from None
            hint = "set BGSTREAM_MODELS to a folder that may be written to"
            raise ModelError(f"cannot write {self.path}: {error.strerror}", hint) from None

    def _no_room(self, detail: str) -> ModelError:
        hint = "make room, or set BGSTREAM_MODELS to a folder on another disk; then run the same again"
        return ModelError(f"the disk of {self.path.parent} is full: {detail}", hint)
