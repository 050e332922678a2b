"""Other programs' figures over the same clips, read from a file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bgstream.errors import SourceError
from bgstream.evaluate.document import read_json
from bgstream.evaluate.measures import TRUTH, Values, keys, mean
from bgstream.evaluate.result import Result

BASELINES_HINT = 'a baselines file is JSON: {"name": {"clips": {"clip": {"iou": …, "mad": …}}}}'


@dataclass(frozen=True, slots=True)
class Baseline:
    """One program.

    Attributes:
        name: what it is called.
        clips: its figures by clip.
        about: what it is, one line; may be empty.
    """

    name: str
    clips: dict[str, Values]
    about: str = ""


@dataclass(frozen=True, slots=True)
class Beside:
    """A baseline and a result over the clips that both have.

    Attributes:
        name: the baseline.
        title: the result.
        clips: how many clips both have.
        theirs, ours: means over these clips.
        worst: the clip whose MAD is worst beside theirs, and ours over theirs there; None where none is known.
        about: what the baseline is.
    """

    name: str
    title: str
    clips: int
    theirs: Values
    ours: Values
    worst: tuple[str, float] | None = None
    about: str = ""

    def ratio(self, key: str) -> float | None:
        """Ours over theirs; None where one is missing or theirs is 0."""
        ours, theirs = self.ours.get(key), self.theirs.get(key)
        return ours / theirs if ours is not None and theirs else None


def load_baselines(path: Path) -> list[Baseline]:
    """Read a file like ``{"name": {"clips": {"clip": {"iou": 0.9, …}}}, "_about": {"name": "…"}}``.

    Raises:
        SourceError: it cannot be read or is no such file.
    """
    document = read_json(path, BASELINES_HINT)
    if not isinstance(document, dict):
        raise SourceError(f"{path} is no baselines file", BASELINES_HINT)
    about = document.get("_about", {})
    told = about if isinstance(about, dict) else {}
    rows = {name: row for name, row in document.items() if not name.startswith("_")}
    return [Baseline(name, _clips(row, name, path), str(told.get(name, ""))) for name, row in rows.items()]


def beside(result: Result, baselines: list[Baseline]) -> list[Beside]:
    """Each baseline that shares clips with a result."""
    rows = []
    scored = {clip.entry.name for clip in result.scored}
    for baseline in baselines:
        shared = frozenset(scored & baseline.clips.keys())
        if shared:
            theirs = {key: mean([baseline.clips[name].get(key) for name in sorted(shared)]) for key in keys(TRUTH)}
            ours, worst = result.mean(shared), _worst(result, baseline)
            rows.append(Beside(baseline.name, result.title, len(shared), theirs, ours, worst, baseline.about))
    return rows


def _worst(result: Result, baseline: Baseline) -> tuple[str, float] | None:
    ratios = []
    for clip in result.scored:
        ours, theirs = clip.values.get("mad"), baseline.clips.get(clip.entry.name, {}).get("mad")
        if ours is not None and theirs:
            ratios.append((ours / theirs, clip.entry.name))
    if not ratios:
        return None
    ratio, name = max(ratios)
    return name, ratio


def _clips(row: Any, name: str, path: Path) -> dict[str, Values]:
    clips = row.get("clips") if isinstance(row, dict) else None
    if not isinstance(clips, dict) or not all(isinstance(figures, dict) for figures in clips.values()):
        raise SourceError(f"{path}: '{name}' has no clips", BASELINES_HINT)
    return {clip: _figures(figures) for clip, figures in clips.items()}


def _figures(figures: dict[str, Any]) -> Values:
    """The known figures that are numbers."""
    known = {key: figures.get(key) for key in keys(TRUTH)}
    return {key: float(value) for key, value in known.items() if isinstance(value, int | float)}
