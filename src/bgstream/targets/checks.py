"""The files that an output must never be, and the folders that it needs."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bgstream.backdrops.named import file_behind
from bgstream.errors import ConfigError, SinkError
from bgstream.matting.say import parse_say
from bgstream.partial import check_folder, made, refuse_existing, same_file
from bgstream.settings import Settings
from bgstream.sinks.numbered import Numbered
from bgstream.sinks.pipe import check_output
from bgstream.sinks.recipes import NUMBERED
from bgstream.targets.places import Place


def check_place(place: Place, source: Path, settings: Settings) -> None:
    """Refuse what cannot be written, or would harm something, before any work is done.

    Raises:
        ConfigError: it is the input, or another file that is read; or it exists and was not named by the user.
        SinkError: its folder is missing and not to be made, or may not be written to.
    """
    key = Path(settings.key_file) if settings.key_file else None
    for what, file in _read(source, settings):
        if not place.pipe and (same_file(place.path, file) or (place.numbered and _numbered(place, file))):
            raise ConfigError(f"the output is {what}: {file}", "give another name with -o")
        if key is not None and same_file(key, file):
            raise ConfigError(f"the key file is {what}: {file}", "give another name with --key-file")
    if key is not None:
        _check_key(key, place, settings.mkdir)
    if place.pipe:
        check_output()
        return
    _check_there(place.folder, settings.mkdir)
    if not place.numbered:
        refuse_existing(place.path, place.overwrite)


@contextmanager
def folders_made(place: Place, settings: Settings) -> Iterator[None]:
    """The folders of the outputs, where they are wanted and missing; those that stay empty go again after a failure.

    Raises:
        SinkError: one cannot be made.
    """
    folders = [] if place.pipe else [place.folder]
    if settings.key_file:
        folders.append(Path(settings.key_file).absolute().parent)
    with ExitStack() as stack:
        for folder in folders if settings.mkdir else []:
            stack.enter_context(made(folder))
        yield


def _check_key(key: Path, place: Place, mkdir: bool) -> None:
    if not place.pipe and same_file(key, place.path):
        raise ConfigError(f"the key file is the output: {key}", "give another name with --key-file")
    if key.is_dir():
        raise SinkError(f"the key file {key} is a folder", f"give a file in it: --key-file {key / 'key.mp4'}")
    _check_there(key.absolute().parent, mkdir)


def _check_there(folder: Path, mkdir: bool) -> None:
    """The folder, or where it is to be made the nearest one above it that is there."""
    if mkdir:
        folder = next(place for place in (folder, *folder.parents) if place.exists())
        if not folder.is_dir():
            raise SinkError(f"{folder} is a file, not a folder", "choose another place with -o")
    check_folder(folder, "add --mkdir to make it")


def _read(source: Path, settings: Settings) -> Iterator[tuple[str, Path]]:
    """What is read, and what it is called."""
    yield "the input", source
    behind = file_behind(settings.backdrop)
    if behind is not None:
        yield "the backdrop", behind
    if settings.plate:
        yield "the clean plate", Path(settings.plate)
    said = parse_say(keep=settings.keep, remove=settings.remove)
    for region in said.keep:
        yield "a picture of what to keep", region.path
    for region in said.remove:
        yield "a picture of what to remove", region.path


def _numbered(place: Place, file: Path) -> bool:
    """Whether a file could be one of the numbered pictures."""
    name = Numbered(place.path).pattern
    like = r"\d+".join(re.escape(part) for part in NUMBERED.sub("\0", name, count=1).split("\0"))
    return re.fullmatch(like, file.name) is not None and same_file(file.absolute().parent, place.folder)
