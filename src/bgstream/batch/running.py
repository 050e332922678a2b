"""One input after the other: what is done already is left, what fails does not stop the rest."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

from bgstream.backdrops import backdrop
from bgstream.batch.inputs import find_inputs
from bgstream.batch.outcome import DONE, FAILED, SKIPPED, Outcome
from bgstream.batch.plan import Planned, plan
from bgstream.errors import BgstreamError
from bgstream.matters import refuse_nonsense
from bgstream.matting.session import find_device
from bgstream.matting.shelf import Shelves
from bgstream.matting.tiers import find_tier
from bgstream.pipeline import run
from bgstream.progress import Clock, Progress
from bgstream.settings import Settings
from bgstream.sources import parse_span


def run_many(
    words: Sequence[str], folder: Path | None, settings: Settings, progress: Callable[[], Progress]
) -> Iterator[Outcome]:
    """Work on all that words mean, one after the other; networks are loaded once.

    What is wrong for every input is told before any work. An exception such as Ctrl-C ends it at the input in hand,
    of which nothing is left.

    Args:
        words: files, folders, patterns.
        folder: where results go; None: beside the inputs.
        settings: the same for all.
        progress: makes one that hears of the next input.

    Yields:
        What became of each, as it is known.

    Raises:
        BgstreamError: settings that cannot be meant or met, an output that is no folder, or nothing to work on.
    """
    jobs = plan(find_inputs(words), folder, settings)
    _check(settings)
    each = replace(settings, mkdir=True) if folder is not None else settings  # folders in a folder that was given
    shelves = Shelves()
    for number, job in enumerate(jobs, 1):
        place = f"{number} of {len(jobs)}"
        yield _one(job, each, shelves, partial(_numbered, progress, place))


def _check(settings: Settings) -> None:
    """What holds for every input."""
    refuse_nonsense(settings)
    find_tier(settings.quality)
    parse_span(settings.start, settings.end)
    find_device(settings.device)
    with closing(backdrop(settings.backdrop, settings.fit)):
        pass


def _one(job: Planned, settings: Settings, shelves: Shelves, progress: Callable[[], Progress]) -> Outcome:
    made = Outcome(job.source, job.target, DONE, note=job.note)
    try:
        if not settings.overwrite and job.target.exists() and job.source.exists():
            if _newer(job):
                return replace(made, status=SKIPPED)
            hint = "add -y to replace it"
            return replace(made, status=FAILED, error=f"{job.target} exists already, older than its input", hint=hint)
        return replace(made, report=run(job.source, job.target, settings, progress(), shelves))
    except BgstreamError as error:
        hint = error.hint if job.source.exists() else f"{error.hint}; an output stands behind -o"
        return replace(made, status=FAILED, error=str(error), hint=hint)


def _numbered(progress: Callable[[], Progress], place: str) -> "Numbered":
    return Numbered(progress(), place)


def _newer(job: Planned) -> bool:
    return job.target.stat().st_mtime_ns >= job.source.stat().st_mtime_ns


class Numbered:
    """Tells another which input it is about.

    Args:
        inner: hears the rest.
        place: ``3 of 12``.
    """

    def __init__(self, inner: Progress, place: str) -> None:
        self._inner, self._place = inner, place

    def start(self, title: str, seconds: float) -> None:
        """Frames begin to flow."""
        self._inner.start(f"{self._place}: {title}", seconds)

    def phase(self, text: str) -> None:
        """Something that takes a moment begins."""
        self._inner.phase(f"{self._place}: {text}")

    def step(self, frames: int, time: float, clock: Clock) -> None:
        """A frame has been written."""
        self._inner.step(frames, time, clock)

    def stop(self) -> None:
        """The run has ended."""
        self._inner.stop()
