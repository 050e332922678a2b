"""Which output each of many inputs gets: decided once, by names alone, before any work."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bgstream.batch.inputs import Input, found_again
from bgstream.errors import ConfigError, SinkError
from bgstream.partial import check_folder
from bgstream.settings import Settings
from bgstream.sinks.formats import containers
from bgstream.sinks.recipes import NUMBERED, PIPE
from bgstream.targets import default_target

AGAIN = "_cutout"  # marks a result that would otherwise be an input the next time
MARKS: tuple[Callable[[Path], str], ...] = (  # tells inputs apart whose results would have one name
    lambda source: source.suffix[1:].lower(),
    lambda source: source.absolute().parent.name,
    lambda source: f"{source.absolute().parent.name}_{source.suffix[1:].lower()}",
)


@dataclass(frozen=True, slots=True)
class Planned:
    """One input and its output.

    Attributes:
        source: the input.
        target: the output.
        note: why it has not its usual name; empty: it has.
    """

    source: Path
    target: Path
    note: str = ""


def plan(inputs: Sequence[Input], folder: Path | None, settings: Settings) -> list[Planned]:
    """An output for each input, all of them different, none of them an input.

    Args:
        inputs: see :func:`bgstream.batch.inputs.find_inputs`.
        folder: where results go, with the folders that a pattern went through; None: beside the inputs.
        settings: say what is written.

    Raises:
        ConfigError: the output is no folder, or the settings are for one input.
        SinkError: the folder is not there and not to be made, or may not be written to.
    """
    if settings.key_file:
        raise ConfigError("--key-file is for one input", "run it for each clip, or write .webm with alpha")
    if folder is not None:
        _check_output(folder, settings.mkdir)
    jobs = [Planned(one.path, _usual(one, folder, settings)) for one in inputs]
    sources = {job.source.absolute() for job in jobs}
    jobs = [_kept_off(job) if job.target.absolute() in sources else job for job in jobs]
    return _told_apart(jobs)


def _check_output(folder: Path, mkdir: bool) -> None:
    if str(folder) == PIPE:
        raise ConfigError("several inputs do not go into one pipe", "-o FOLDER, or one input at a time")
    if folder.is_dir():
        check_folder(folder, "")
        return
    suffix = folder.suffix.lower()
    if folder.exists() or NUMBERED.search(folder.name) or suffix in {*containers(), *containers(still=True)}:
        raise ConfigError(f"several inputs go into a folder, not into {folder}", "-o FOLDER, with --mkdir if it is new")
    if not mkdir:
        raise SinkError(f"no such folder: {folder}", "add --mkdir to make it")


def _usual(one: Input, folder: Path | None, settings: Settings) -> Path:
    where = None if folder is None else folder / one.below
    target = default_target(one.path, settings, where)
    if one.found and not settings.matte and found_again(target, one.found):
        return _renamed(one.path, target, "", AGAIN)
    return target


def _renamed(source: Path, target: Path, mark: str, end: str = "") -> Path:
    """A target's name with something that tells it apart behind the source's, and an end."""
    rest = target.name[len(source.stem) :]
    if end and rest.startswith(end):
        end = ""
    return target.with_name(f"{source.stem}{mark and '_'}{mark}{end}{rest}")


def _kept_off(job: Planned) -> Planned:
    """Never over another input."""
    target = _renamed(job.source, job.target, "", AGAIN)
    note = f"{job.source} goes into {target.name}: {job.target.name} is an input"
    return replace(job, target=target, note=note)


def _told_apart(jobs: Sequence[Planned]) -> list[Planned]:
    """Different names for results that would lie in one place; others keep theirs."""
    groups: dict[str, list[Planned]] = {}
    for job in jobs:
        groups.setdefault(_place(job.target), []).append(job)
    taken = {place for place, group in groups.items() if len(group) == 1}
    chosen: dict[Path, Planned] = {}
    for group in groups.values():
        for job in group if len(group) == 1 else _marked(group, taken):
            chosen[job.source] = job
    return [chosen[job.source] for job in jobs]


def _marked(group: Sequence[Planned], taken: set[str]) -> list[Planned]:
    """The first kind of mark that tells all of a group apart, else numbers."""
    numbered = {job.source: str(number) for number, job in enumerate(group, 1)}
    for mark in (*MARKS, numbered.__getitem__):
        targets = [_renamed(job.source, job.target, mark(job.source)) for job in group]
        places = {_place(target) for target in targets}
        if len(places) == len(group) and not places & taken:
            break
    taken |= places
    return [
        replace(
            job,
            target=target,
            note=f"{job.source} goes into {target.name}: there are {len(group)} for {job.target.name}",
        )
        for job, target in zip(group, targets, strict=True)
    ]


def _place(target: Path) -> str:
    """The same for names that some systems hold to be the same."""
    return str(target.absolute()).casefold()
