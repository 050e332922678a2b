"""Where weights that are not shipped lie: in bgstream's own folder, or where rembg keeps its own.

Nothing here opens a connection.
"""

import os
from pathlib import Path

from platformdirs import user_data_path

from bgstream.errors import ModelError
from bgstream.library.download import Download, objection
from bgstream.library.record import Record, read_record


def models_folder() -> Path:
    """``$BGSTREAM_MODELS``, or the place that the system provides for a program's data."""
    said = os.environ.get("BGSTREAM_MODELS")
    return Path(said).expanduser() if said else user_data_path("bgstream", appauthor=False) / "models"


def own_path(download: Download) -> Path:
    """Where bgstream keeps a file; it need not be there."""
    return models_folder() / download.file


def record_path(download: Download) -> Path:
    """Where the record of a file is kept; it need not be there."""
    return models_folder() / f"{download.file}.json"


def recorded(download: Download) -> Record | None:
    """What was pulled before, if anything was.

    Raises:
        ModelError: the record cannot be read.
    """
    return read_record(record_path(download))


def rembg_paths(download: Download) -> list[Path]:
    """Where rembg would have put the same file, old places (``~/.u2net``) and new ones (``~/.rembg/models``)."""
    data = os.environ.get("XDG_DATA_HOME", "")
    flat = [os.environ.get("U2NET_HOME", ""), data and f"{data}/.u2net", "~/.u2net"]
    nested = [os.environ.get("REMBG_HOME", ""), data and f"{data}/rembg", "~/.rembg"]
    found = [Path(folder) / name for folder in flat if folder for name in download.also]
    found += [Path(folder, "models", Path(name).stem, name) for folder in nested if folder for name in download.also]
    return list(dict.fromkeys(path.expanduser() for path in found))


def candidates(download: Download) -> list[Path]:
    """Existing files of the right name and size, bgstream's own first; their checksums were not looked at."""
    places = [own_path(download), *rembg_paths(download)]
    found = [path for path in places if path.is_file()]
    return [path for path in found if not download.size or path.stat().st_size == download.size]


def locate(download: Download) -> Path | None:
    """The file that would be used, by name and size; None if it has to be pulled.

    Weights under a restricted licence count only once the user has accepted it, wherever they lie.

    Raises:
        ModelError: the record of what was accepted cannot be read.
    """
    if download.terms and recorded(download) is None:
        return None
    return next(iter(candidates(download)), None)


def checked_path(download: Download) -> Path:
    """The file to use, its checksum looked at.

    Raises:
        ModelError: it has not been pulled, or what is there is another file.
    """
    if locate(download) is None:
        raise ModelError(f"model '{download.name}' is not on this machine", download.command)
    known = recorded(download)
    reasons = []
    for path in candidates(download):
        reason = objection(path, download, known.sha256 if known else "")
        if not reason:
            return path
        reasons.append(f"{path}: {reason}")
    raise ModelError(f"model '{download.name}' is damaged, or another file: {reasons[0]}", download.command)
