"""All clips of one evaluation, and their means by category and tag."""

from dataclasses import dataclass
from typing import Any

from bgstream.evaluate.measures import BLIND, TRUTH, Measure, Values, keys, mean
from bgstream.evaluate.score import ClipScore
from bgstream.evaluate.suite import CATEGORIES

ALL = "ALL"


@dataclass(frozen=True, slots=True)
class Group:
    """The mean over clips that belong together.

    Attributes:
        name: a category, ``#tag``, or ``ALL``.
        clips: how many.
        values: means over the clips that have the figure.
    """

    name: str
    clips: int
    values: Values


@dataclass(frozen=True, slots=True)
class Result:
    """What was scored.

    Attributes:
        title: names it in reports.
        clips: in the order of the index.
    """

    title: str
    clips: tuple[ClipScore, ...]

    @property
    def scored(self) -> list[ClipScore]:
        """The clips that have a prediction."""
        return [clip for clip in self.clips if not clip.missing]

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The figures that apply."""
        return BLIND if any(clip.entry.alpha is None for clip in self.clips) else TRUTH

    def mean(self, names: frozenset[str] | None = None) -> Values:
        """Means over all scored clips, or those named."""
        return self._means([clip for clip in self.scored if names is None or clip.entry.name in names])

    def categories(self) -> list[Group]:
        """Our categories (:data:`bgstream.evaluate.suite.CATEGORIES`) that have clips here."""
        return self._groups({name: labels for name, labels in CATEGORIES.items() if self._having(labels)})

    def groups(self) -> list[Group]:
        """The index's categories, then its tags (``#tag``), then ``ALL``; names as in baselines files."""
        named = sorted({clip.entry.category for clip in self.scored} - {""})
        tags = sorted({tag for clip in self.scored for tag in clip.entry.tags})
        found = [self._group(name, [c for c in self.scored if c.entry.category == name]) for name in named]
        found += [self._group(f"#{tag}", [c for c in self.scored if tag in c.entry.tags]) for tag in tags]
        return [*found, self._group(ALL, self.scored)]

    def complaints(self) -> list[str]:
        """One line for every clip that is missing or lacks frames."""
        lines = []
        for clip in self.clips:
            if clip.missing:
                lines.append(f"{clip.entry.name}: {'; '.join(clip.notes) or 'no prediction found'}")
            elif clip.short:
                lines.append(f"{clip.entry.name}: short, {len(clip.rows)} of {clip.expected} frames")
        return lines

    def as_dict(self) -> dict[str, Any]:
        """Plain values: clips, groups, categories."""
        return {
            "clips": [clip.as_dict() for clip in self.clips],
            "groups": {group.name: {**group.values, "n": group.clips} for group in self.groups()},
            "categories": {group.name: {**group.values, "n": group.clips} for group in self.categories()},
        }

    def _having(self, labels: frozenset[str]) -> list[ClipScore]:
        return [clip for clip in self.scored if labels & {clip.entry.category, *clip.entry.tags}]

    def _groups(self, labels: dict[str, frozenset[str]]) -> list[Group]:
        return [self._group(name, self._having(wanted)) for name, wanted in labels.items()]

    def _group(self, name: str, clips: list[ClipScore]) -> Group:
        return Group(name, len(clips), self._means(clips))

    def _means(self, clips: list[ClipScore]) -> Values:
        return {key: mean([clip.values.get(key) for clip in clips]) for key in keys(self.measures)}
