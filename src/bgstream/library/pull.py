"""``bgstream models pull``: what has to be done, then doing it: fetch or copy, check, put in place.

A file appears under its name only when it is whole and checked. Two at once do not disturb each other: the
second is told so.
"""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from bgstream.errors import ConfigError, ModelError
from bgstream.library.download import TERMS, Download, digest, objection
from bgstream.library.fetch import BLOCK, Pause, fetch
from bgstream.library.lock import alone
from bgstream.library.part import Part
from bgstream.library.places import candidates, models_folder, own_path, record_path, recorded
from bgstream.library.record import Record
from bgstream.library.watch import Unwatched, Watch
from bgstream.library.web import Unavailable


@dataclass(frozen=True, slots=True)
class Order:
    """How a user wants a model pulled.

    Attributes:
        accept: the licence's terms are accepted.
        mirror: base address to ask instead of the published ones; ``$BGSTREAM_MIRROR`` where empty.
        given: a file on disk to take instead of asking anybody.
        watch: hears how far it is.
        pause: waits between attempts.
    """

    accept: bool = False
    mirror: str = ""
    given: Path | None = None
    watch: Watch = field(default_factory=Unwatched)
    pause: Pause = time.sleep


@dataclass(frozen=True, slots=True)
class Pulled:
    """What came of it.

    Attributes:
        path: the checked file.
        source: the address or file that it came from; empty if it was here already.
    """

    path: Path
    source: str = ""


def addresses(download: Download, mirror: str) -> tuple[str, ...]:
    """Where to ask, in order: a mirror replaces the published addresses, it is not tried beside them."""
    base = mirror or os.environ.get("BGSTREAM_MIRROR", "")
    return (f"{base.rstrip('/')}/{quote(download.file)}",) if base else download.urls


def pull(download: Download, order: Order) -> Pulled:
    """See to it that a model's weights are on this machine, whole and checked.

    Raises:
        ConfigError: its licence has terms that were not accepted.
        ModelError: it cannot be had, is another file than the one that is meant, or there is no room.
    """
    before = recorded(download)
    if download.terms and before is None and not order.accept:
        message = f"'{download.name}' is under {download.licence}: {TERMS[download.terms]}"
        raise ConfigError(message, f"if you accept that: bgstream models pull {download.name} --accept-licence")
    known = before.sha256 if before else ""
    try:
        models_folder().mkdir(parents=True, exist_ok=True)
        with alone(models_folder() / f".{download.file}.lock"):
            return _present(download, known) or _brought(download, order, known)
    except OSError as error:
        hint = "set BGSTREAM_MODELS to a folder that may be written to"
        raise ModelError(f"cannot keep models in {models_folder()}: {error}", hint) from None


def _present(download: Download, known: str) -> Pulled | None:
    """What is here already, pulled before or by rembg, is only written down."""
    for path in candidates(download):
        if not objection(path, download, known):
            if not known:
                _write_down(download, path, str(path))
            return Pulled(path)
    return None


def _brought(download: Download, order: Order, known: str) -> Pulled:
    target = own_path(download)
    part = Part(target)
    try:
        source = _source(download, order, part, known)
    finally:
        order.watch.stop()
    with part.path.open("r+b") as stream:
        os.fsync(stream.fileno())
    _write_down(download, part.path, source)
    part.commit(target)
    return Pulled(target, source)


def _source(download: Download, order: Order, part: Part, known: str) -> str:
    """Fill ``part`` from the first place that has the right file, and return that place."""
    if order.given:
        part.begin("", "", 0, 0)
        part.append(_read(order.given))
        _check(part, download, known, str(order.given))
        return str(order.given)
    urls = addresses(download, order.mirror)
    if not urls:
        raise ModelError(f"the card of '{download.name}' names no address", "give --mirror URL or --from FILE")
    if download.size and part.length == download.size:  # stopped between the last byte and the check
        _check(part, download, known, urls[0])
        return urls[0]
    for url in urls[:-1]:
        try:
            return _fetched(url, download, order, part, known)
        except Unavailable:
            continue  # the next one is asked; the last one's refusal is told
    return _fetched(urls[-1], download, order, part, known)


def _fetched(url: str, download: Download, order: Order, part: Part, known: str) -> str:
    fetch(url, part, download.size, order.watch, order.pause)
    _check(part, download, known, url)
    return url


def _check(part: Part, download: Download, known: str, source: str) -> None:
    reason = objection(part.path, download, known)
    if not reason:
        return
    part.discard()
    hint = "pull it again, from elsewhere with --mirror, or give a file with --from FILE"
    if known and not download.checksum:
        hint = f"if you trust the changed file, delete {record_path(download)} and pull again"
    raise Unavailable(f"what came from {source} is damaged or another file: {reason}; it was deleted", hint)


def _read(given: Path) -> Iterator[bytes]:
    try:
        with given.open("rb") as stream:
            while block := stream.read(BLOCK):
                yield block
    except OSError as error:
        raise ModelError(f"cannot read {given}: {error.strerror}", "give the file's path after --from") from None


def _write_down(download: Download, path: Path, source: str) -> None:
    record = Record(download.name, source, path.stat().st_size, digest(path, "sha256"), download.licence)
    record.write(record_path(download))
