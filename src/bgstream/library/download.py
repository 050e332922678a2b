"""What is known of a weights file that is not shipped, and whether a file is the one that is meant."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

TERMS = {
    "copyleft": "copyleft: a work that contains these weights may have to be given away under the same licence",
    "non-commercial": "not for commercial use",
}


@dataclass(frozen=True, slots=True)
class Download:
    """A weights file that its authors, or somebody else, publish.

    Attributes:
        name: the model's name, as ``--model`` takes it.
        file: the file's name, as published.
        urls: where it is published; the first one that serves it is taken.
        licence: SPDX name.
        terms: empty, or the key in ``TERMS`` of what a user has to accept first.
        size: in bytes; 0 where nobody says.
        algorithm: ``sha256`` or ``md5``, whichever was published.
        checksum: in hexadecimal; empty where none is published: then the first file that comes is recorded,
            and another one is refused later.
        also: names under which rembg keeps the same file.
    """

    name: str
    file: str
    urls: tuple[str, ...]
    licence: str
    terms: str = ""
    size: int = 0
    algorithm: str = "sha256"
    checksum: str = ""
    also: tuple[str, ...] = ()

    @property
    def command(self) -> str:
        """How a user gets it, and what that means, on one line."""
        accept = " --accept-licence" if self.terms else ""
        facts = [megabytes(self.size) if self.size else "size unknown", self.licence, self.terms]
        return f"bgstream models pull {self.name}{accept} ({', '.join(fact for fact in facts if fact)})"


def megabytes(count: int) -> str:
    """A number of bytes for people: ``4.6 MB``, ``176 MB``."""
    millions = count / 1e6
    return f"{millions:.1f} MB" if millions < 10 else f"{millions:.0f} MB"


def digest(path: Path, algorithm: str) -> str:
    """A file's checksum in hexadecimal.

    Args:
        path: the file.
        algorithm: ``sha256`` or ``md5``.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.new(algorithm, usedforsecurity=False)).hexdigest()


def objection(path: Path, download: Download, recorded: str = "") -> str:
    """Why a file is not the one that is meant, in a few words; empty if it is.

    Args:
        path: the file.
        download: what is known of it.
        recorded: sha256 of the file that came the first time; counts where no checksum is published.

    Raises:
        OSError: it cannot be read.
    """
    size = path.stat().st_size
    if download.size and size != download.size:
        return f"{size} bytes instead of {download.size}"
    algorithm, wanted = (download.algorithm, download.checksum) if download.checksum else ("sha256", recorded)
    found = digest(path, algorithm) if wanted else ""
    return f"its {algorithm} is {found}, not {wanted}" if found != wanted else ""
