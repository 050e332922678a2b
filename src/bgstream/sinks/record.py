"""What has been made of a numbered sequence, so that a run that was stopped can go on.

While pictures are made, ``part`` beside them has a line about the run and then one for each picture: a line is added
once its picture is in place. When all are there it becomes ``whole``, for people and programs.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bgstream.errors import ConfigError
from bgstream.settings import Settings
from bgstream.sinks.numbered import Numbered

PASSING = ("overwrite", "mkdir", "audio", "subtitles")  # settings that no pixel depends on
LEAD = 48  # frames after which little of what was before is left in a matte
ANEW = "-y makes all pictures anew; or name another place with -o"


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of the pictures that lie there.

    Attributes:
        job: whose they are, see :func:`job_of`.
        times: pts and duration of each picture, in order; of a complete one the last duration alone is known.
        older: pictures of an earlier run that this one replaces.
        complete: these are all.
    """

    job: str
    times: tuple[tuple[int, int], ...] = ()
    older: int = 0
    complete: bool = False


def job_of(source: Path, settings: Settings, version: str) -> str:
    """A digest of everything that decides the pixels: the source's name, size and date, settings, version.

    A file that settings name (a backdrop, a plate) is taken by its name.
    """
    status = source.stat()
    words = {name: word for name, word in asdict(settings).items() if name not in PASSING}
    told = [source.name, status.st_size, status.st_mtime_ns, version, words]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]


def read_record(names: Numbered) -> Record | None:
    """The record beside the pictures, the unfinished one first; None where there is none that can be read."""
    try:
        first, *rest = names.part.read_text(encoding="utf-8").splitlines(keepends=True)
        head = json.loads(first)
        lines = [line.split() for line in rest if line.endswith("\n")]  # the last may have been cut short
        return Record(str(head["job"]), tuple((int(pts), int(span)) for pts, span in lines), int(head["older"]))
    except FileNotFoundError:
        pass
    except (ValueError, KeyError, TypeError, OSError):
        return None
    try:
        told: dict[str, Any] = json.loads(names.whole.read_text(encoding="utf-8"))
        spans = [0] * (len(told["pts"]) - 1) + [int(told["last_duration"])]
        times = tuple((int(pts), span) for pts, span in zip(told["pts"], spans, strict=True))
        return Record(str(told["job"]), times, complete=True)
    except (ValueError, KeyError, TypeError, OSError):
        return None


@dataclass(frozen=True, slots=True)
class Begun:
    """How far an earlier run of the same job has come.

    Attributes:
        pictures: so many are there, from the first on.
        complete: they are all.
    """

    pictures: int = 0
    complete: bool = False

    def lead(self, settings: Settings) -> int:
        """Frames to be matted once more before the first picture that is missing, as mattes follow from earlier ones.

        Where the user has pointed at the subject, all of them: it is followed from there.
        """
        pointed = settings.box or settings.point or settings.keep or settings.remove
        return self.pictures if pointed else min(LEAD, self.pictures)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know."""
        if self.complete:
            return (f"all {self.pictures} pictures are there already: nothing was done; -y makes them anew",)
        return (f"went on after picture {self.pictures}: -y makes all anew",) if self.pictures else ()


def begun(target: Path, job: str, anew: bool) -> Begun:
    """How far this job has come already.

    Args:
        target: see :class:`bgstream.sinks.numbered.Numbered`.
        job: as :func:`job_of` gives it.
        anew: whatever lies there is replaced.

    Raises:
        ConfigError: pictures lie there that are another job's, or nobody's.
    """
    names = Numbered(target)
    there = names.there()
    if anew or not there:
        return Begun()
    record = read_record(names)
    if record is None:
        raise ConfigError(f"there is a picture already that is not ours: {names.path(min(there))}", ANEW)
    if record.job != job:
        raise ConfigError(
            f"the pictures in {names.folder} were made of another source, with other settings or by another version",
            ANEW,
        )
    listed = len(record.times)
    foreign = min(there - set(range(1, max(listed, record.older) + 2)), default=0)  # one may not be listed yet
    if foreign:
        raise ConfigError(f"there is a picture already that is not ours: {names.path(foreign)}", ANEW)
    ours = next((n - 1 for n in range(1, listed + 1) if n not in there), listed)
    return Begun(ours, record.complete and ours == listed)
