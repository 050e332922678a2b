"""Matting a whole suite with every model and quality, and scoring what comes out."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bgstream.errors import ConfigError, SinkError, SourceError
from bgstream.evaluate.result import Result
from bgstream.evaluate.score import ClipScore, score_clip
from bgstream.evaluate.suite import Entry
from bgstream.pipeline import run
from bgstream.progress import Report
from bgstream.settings import Settings

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """One point of the matrix before it is run.

    Attributes:
        model: as in :class:`bgstream.settings.Settings`.
        quality: likewise; None leaves the default.
    """

    model: str
    quality: str | None = None

    @property
    def name(self) -> str:
        """What charts and tables call it."""
        model = Path(self.model).name
        return model if self.quality is None else f"{model} {self.quality}"

    @property
    def folder(self) -> str:
        """A folder name for its mattes."""
        return re.sub(r"[^\w.-]+", "_", self.name).strip(".") or "_"

    def settings(self) -> Settings:
        """What the pipeline is told: the matte alone, without sound.

        Raises:
            ConfigError: there is no such setting.
        """
        said: dict[str, Any] = {"model": self.model, "matte": True, "audio": False}
        if self.quality is not None:
            said["quality"] = self.quality
        return Settings.layered(None, said)


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the matrix.

    Attributes:
        plan: model and quality.
        ms: milliseconds a frame over all clips (over the pictures where there are no clips), loading left out.
        result: the scores.
        reports: what each run told, by entry.
    """

    plan: Plan
    ms: float
    result: Result
    reports: dict[str, Report]

    @property
    def name(self) -> str:
        """What charts and tables call it."""
        return self.plan.name

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        speed = {name: {"ms": _ms(report), "model": report.model} for name, report in self.reports.items()}
        told = {"model": self.plan.model, "quality": self.plan.quality, "ms": self.ms, "runs": speed}
        return {**told, "mean": self.result.mean(), **self.result.as_dict()}


def plans(models: list[str], qualities: list[str]) -> list[Plan]:
    """Every model with every quality.

    Raises:
        ConfigError: two of them would be called the same, or a setting does not exist.
    """
    either: list[str | None] = [*qualities] or [None]
    found = [Plan(model, quality) for model in models for quality in either]
    for plan in found:
        plan.settings()
    if len({plan.folder for plan in found}) < len(found):
        raise ConfigError("two points of the matrix have the same name", "name every model and quality once")
    return found


def run_matrix(points: list[Plan], entries: list[Entry], folder: Path, every: int, tell: Tell) -> Iterator[Point]:
    """Matte and score every entry at every point; mattes are left in ``folder/POINT/NAME.mkv`` (``.png``).

    Raises:
        ConfigError, ModelError, DeviceError: a point cannot be run at all. An entry that cannot be matted is
            reported as missing.
    """
    for plan in points:
        room = folder / plan.folder
        make_folder(room)
        clips, reports = [], {}
        for number, entry in enumerate(entries, 1):
            tell(f"{plan.name}: {entry.name} ({number} of {len(entries)})")
            clip, report = _one(plan, entry, room, every)
            clips.append(clip)
            if report is not None:
                reports[entry.name] = report
        yield Point(plan, _speed(entries, reports), Result(plan.name, tuple(clips)), reports)


def make_folder(path: Path) -> None:
    """Make a folder for results, parents included.

    Raises:
        SinkError: it cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SinkError(f"cannot make the folder {path}: {error.strerror}", "choose another place") from None


def _one(plan: Plan, entry: Entry, room: Path, every: int) -> tuple[ClipScore, Report | None]:
    if entry.source is None:
        return ClipScore(entry, None, notes=("the index names no input",)), None
    target = room / f"{entry.name}{'.png' if entry.still else '.mkv'}"
    try:
        report = run(entry.source, target, plan.settings())
    except SourceError as error:  # the others can still be matted; this one is reported as missing
        return ClipScore(entry, None, notes=(str(error),)), None
    return score_clip(entry, target, every), report


def _speed(entries: list[Entry], reports: dict[str, Report]) -> float:
    """Milliseconds a frame: each clip counts by its frames."""
    stills = {entry.name for entry in entries if entry.still}
    moving = [report for name, report in reports.items() if name not in stills]
    counted = moving or list(reports.values())
    frames = sum(report.frames for report in counted)
    return sum(_ms(report) * report.frames for report in counted) / frames if frames else 0.0


def _ms(report: Report) -> float:
    return 1000 / report.fps if report.fps else 0.0
