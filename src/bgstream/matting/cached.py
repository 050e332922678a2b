"""What bgstream remembers about this machine, in the user's cache folder: session options and compiled engines.

Nothing is written there but by ``bgstream tune`` and, for its engines, by TensorRT.
"""

import json
import os
import secrets
from contextlib import suppress
from dataclasses import asdict, replace
from hashlib import sha256
from math import log
from pathlib import Path
from typing import Any

from bgstream.errors import SinkError
from bgstream.matting.choice import Choice, choice_from, machine, usual

FILE, FORMAT = "sessions.json", 1
Size = tuple[int, int]


def cache_folder() -> Path:
    """``$BGSTREAM_CACHE``, or the place that the system provides for what can be made again; it need not be there."""
    from platformdirs import user_cache_path

    said = os.environ.get("BGSTREAM_CACHE")
    return Path(said).expanduser() if said else user_cache_path("bgstream", appauthor=False)


class Sessions:
    """The session options that were measured, as they are in the file now.

    Attributes:
        path: the file; it need not be there.
        note: why what is there is left out of account; else empty.
    """

    def __init__(self) -> None:
        self.path = cache_folder() / FILE
        self.note = ""
        self._entries: dict[str, dict[str, Any]] = {}
        try:
            self._entries = _entries(self.path.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            pass
        except OSError as error:
            self.note = f"tuning left out of account: {self.path}: {error.strerror}"
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            self.note = f"tuning left out of account: {self.path} is damaged; 'bgstream tune' writes it anew"

    def find(self, data: bytes, size: Size, device: str) -> Choice | None:
        """The options for a network on this machine; those of the nearest size where its own was not measured.

        Args:
            data: the ONNX file's bytes.
            size: (height, width) of its input.
            device: where it runs.
        """
        if not self._entries:
            return None
        wanted = _about(data, device)
        alike = [entry for entry in self._entries.values() if wanted.items() <= entry.items()]
        found = [(_distance(entry.get("size"), size), choice_from(entry.get("choice"))) for entry in alike]
        valid = [(distance, choice) for distance, choice in found if choice is not None]
        return min(valid, key=lambda pair: pair[0])[1] if valid else None

    def keep(self, data: bytes, size: Size, device: str, choice: Choice) -> None:
        """Remember options; the file changes in one step.

        Raises:
            SinkError: the folder cannot be written to.
        """
        entry = {**_about(data, device), "size": list(size), "choice": asdict(choice)}
        key = f"{entry['sha256']} {size[0]}x{size[1]} {device}, {entry['machine']}"
        self._entries[key] = entry
        fresh = self.path.with_name(f"{FILE}.{secrets.token_hex(4)}.new")
        text = json.dumps({"format": FORMAT, "sessions": self._entries}, indent=1)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_text(text + "\n", encoding="utf-8")
            fresh.replace(self.path)
        except OSError as error:
            with suppress(OSError):  # it may not even be there; the first failure is the one to tell
                fresh.unlink()
            raise _unwritable(self.path, error) from None

    def forget(self) -> bool:
        """Remove all that was measured; returns whether there was a file.

        Raises:
            SinkError: it cannot be removed.
        """
        there = self.path.exists()
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(self.path, error) from None
        self._entries = {}
        return there


def options_for(data: bytes, size: Size, device: str, threads: int = 0) -> Choice:
    """The options for a network: those measured here, else the usual ones.

    Args:
        data: the ONNX file's bytes.
        size: (height, width) of its input.
        device: where it runs.
        threads: that share one question, whatever was measured; 0 for what was.
    """
    found = Sessions().find(data, size, device) or usual(len(data))
    return replace(found, threads=threads or found.threads)


def _entries(text: str) -> dict[str, dict[str, Any]]:
    said = json.loads(text)
    if said["format"] != FORMAT:
        raise ValueError(said["format"])
    return {str(key): dict(entry) for key, entry in said["sessions"].items()}


def _about(data: bytes, device: str) -> dict[str, str]:
    return {"machine": machine(), "device": device, "sha256": sha256(data).hexdigest()}


def _distance(said: Any, size: Size) -> float:
    """How unlike two input sizes are: by the logarithm of their areas, any rubbish last."""
    if not isinstance(said, list) or len(said) != 2 or not all(type(side) is int and side > 0 for side in said):
        return float("inf")
    return abs(log(said[0] * said[1] / (size[0] * size[1]))) + (1e-9 if tuple(said) != size else 0)


def _unwritable(path: Path, error: OSError) -> SinkError:
    hint = "set BGSTREAM_CACHE to a folder that may be written to"
    return SinkError(f"cannot write {path}: {error.strerror}", hint)
