"""The names that outputs get."""

from dataclasses import dataclass
from pathlib import Path

from bgstream.errors import ConfigError, SinkError
from bgstream.partial import same_file
from bgstream.settings import Settings
from bgstream.sinks.formats import containers
from bgstream.sinks.recipes import NUMBERED, PIPE, SEQUENCE, kind_of
from bgstream.sources.still import is_still


@dataclass(frozen=True, slots=True)
class Place:
    """Where one output goes.

    Attributes:
        path: a file, a folder or ``name_%05d.png`` for numbered pictures, or ``-`` for a pipe.
        numbered: pictures are written there, one for each frame.
        overwrite: what is there already may be replaced.
        notes: what the user should know about the choice.
    """

    path: Path
    numbered: bool = False
    overwrite: bool = True
    notes: tuple[str, ...] = ()

    @property
    def pipe(self) -> bool:
        """It is no file at all."""
        return str(self.path) == PIPE

    @property
    def folder(self) -> Path:
        """The folder that has to be there."""
        path = self.path.absolute()
        return path if self.numbered and not NUMBERED.search(path.name) else path.parent


def default_target(source: Path, settings: Settings, folder: Path | None = None) -> Path:
    """Where the output goes when nobody says: under the input's name, or one that is not the input's.

    A picture becomes ``.png``, a matte ``_matte.mkv``, a clip ``.webm``, on a colour or beside a key ``.mp4``.

    Args:
        source: the input.
        settings: say what is written.
        folder: where; by default beside the input.

    Raises:
        ConfigError: the input is a pipe and has no name.
    """
    if str(source) == PIPE:
        raise ConfigError("standard input has no name that the output could have", "name it: -o out.webm")
    place = source.parent if folder is None else folder
    still = is_still(source)
    if settings.matte:
        return place / f"{source.stem}_matte{'.png' if still else '.mkv'}"
    opaque = settings.backdrop != "transparent" or bool(settings.key_file)
    suffix = ".png" if still else (".mp4" if opaque else ".webm")
    target = place / f"{source.stem}{suffix}"
    return place / f"{source.stem}_cutout{suffix}" if same_file(target, source) else target


def find_place(source: Path, target: Path | None, settings: Settings, still: bool) -> Place:
    """Where the output of one input goes.

    Args:
        source: the input.
        target: what the user said; None: nothing.
        settings: say what is written, and whether folders are made.
        still: the input is a picture, not a clip.

    Raises:
        ConfigError: it is neither a file's name nor a folder's.
        SinkError: it is a folder and has a file's name.
    """
    if target is None:
        return Place(default_target(source, settings), overwrite=settings.overwrite)
    if str(target) == PIPE or kind_of(target) != SEQUENCE:
        return Place(target)
    if NUMBERED.search(target.name):
        return Place(target, numbered=not still)
    _check_named_folder(target, settings.mkdir, still)
    if still:
        return Place(default_target(source, settings, target), overwrite=settings.overwrite)
    note = f"{target} is a folder: one picture for each frame; a single file: -o {target / (source.stem + '.webm')}"
    return Place(target, numbered=True, notes=(note,))


def _check_named_folder(target: Path, mkdir: bool, still: bool) -> None:
    suffix = ".png" if still else ".webm"
    if target.is_dir():
        if target.suffix.lower() in {*containers(), *containers(still=True)}:
            raise SinkError(f"{target} is a folder", f"give a file in it: -o {target / ('out' + suffix)}")
    elif target.exists():
        raise ConfigError(f"{target} has no suffix that says what to write", f"for example: -o {target}{suffix}")
    elif not mkdir:
        what = "to put it in there" if still else "for numbered pictures"
        raise ConfigError(
            f"there is no folder {target}, and a file's name has a suffix",
            f"-o {target}{suffix}, or --mkdir to make the folder, {what}",
        )
