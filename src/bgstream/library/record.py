"""A note beside each weights file that was pulled: where it came from, its sha256, which licence was accepted."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from bgstream.errors import ModelError


@dataclass(frozen=True, slots=True)
class Record:
    """What was pulled.

    Attributes:
        name: the model.
        source: address or path that the file came from.
        size: in bytes.
        sha256: of the file that came.
        licence: under which it was pulled; a restricted one was accepted by the user.
    """

    name: str
    source: str
    size: int
    sha256: str
    licence: str

    def write(self, path: Path) -> None:
        """Write it, in one step.

        Raises:
            OSError: the folder cannot be written to.
        """
        fresh = path.with_name(path.name + ".new")
        fresh.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")
        fresh.replace(path)


def read_record(path: Path) -> Record | None:
    """The record in a file; None if there is none.

    Raises:
        ModelError: the file is none of ours, or damaged.
    """
    try:
        return Record(**json.loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, TypeError) as error:
        raise ModelError(
            f"cannot read the record {path}: {error}", "delete that file, then pull the model again"
        ) from None
