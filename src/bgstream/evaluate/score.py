"""One clip, streamed through the metrics: figures by frame, their means, and which frames are worst."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bgstream.evaluate.align import Alignment, Shot
from bgstream.evaluate.blind import brightness, own_figures, stands_still, step_figures
from bgstream.evaluate.measures import BLIND, TRUTH, Measure, Values, keys, mean
from bgstream.evaluate.metrics import frame_figures
from bgstream.evaluate.read import Alpha
from bgstream.evaluate.suite import Entry
from bgstream.evaluate.temporal import change_figures

WORST = 3  # frames shown of a clip
APART = 12  # worst frames lie at least a twelfth of the clip apart: neighbours look alike


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one frame.

    Attributes:
        index: the frame's number, from 0.
        values: its figures.
    """

    index: int
    values: Values


@dataclass(frozen=True, slots=True)
class ClipScore:
    """What one clip or picture got.

    Attributes:
        entry: what was scored.
        prediction: the matte; None where it is missing.
        values: means over the frames.
        rows: figures by frame.
        expected: frames that there should be.
        notes: what a reader should know: sizes, lengths.
    """

    entry: Entry
    prediction: Path | None
    values: Values = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    expected: int = 0
    notes: tuple[str, ...] = ()

    @property
    def missing(self) -> bool:
        """There is no prediction at all."""
        return self.prediction is None

    @property
    def short(self) -> bool:
        """The prediction lacks frames."""
        return not self.missing and len(self.rows) < self.expected

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The figures that apply: against a truth, or without one."""
        return BLIND if self.entry.alpha is None else TRUTH

    @property
    def worst(self) -> tuple[int, ...]:
        """Numbers of the worst frames, worst first: by MAD; without truth by flicker and undecided share."""
        badness = {row.index: _badness(row.values, self.values) for row in self.rows}
        span = max(1, (max(badness, default=0) + 1) // APART)
        chosen: list[int] = []
        for index in sorted(badness, key=lambda index: (-badness[index], index)):
            if len(chosen) < WORST and badness[index] > 0 and all(abs(index - other) >= span for other in chosen):
                chosen.append(index)
        return tuple(chosen)

    def as_dict(self) -> dict[str, Any]:
        """Plain values; the keys are those of baselines files."""
        told = {"name": self.entry.name, "category": self.entry.category, "tags": list(self.entry.tags)}
        if self.missing:
            return {**told, "missing": True, "notes": list(self.notes)}
        counts = {"frames": len(self.rows), "expected": self.expected, "short": self.short}
        worst = [{"frame": row.index, **row.values} for index in self.worst for row in self.rows if row.index == index]
        return {**told, **self.values, **counts, "notes": list(self.notes), "worst": worst}


def score_clip(entry: Entry, prediction: Path, every: int = 1) -> ClipScore:
    """Score one matte; frames are streamed, two at a time in memory.

    Args:
        entry: what it is to be compared with; without truth, the matte is measured by itself.
        prediction: a clip, a folder of pictures or a picture.
        every: only frames 0, ``every``, 2 × ``every`` … count.

    Raises:
        SourceError: a file cannot be read.
    """
    blind = entry.alpha is None
    shots = Alignment(entry, prediction, 1 if entry.still else every, with_source=blind)
    rows = tuple(_blind_rows(shots) if blind else _rows(shots, entry.still))
    measures = BLIND if blind else TRUTH
    values = {key: mean([row.values.get(key) for row in rows]) for key in keys(measures)}
    return ClipScore(entry, prediction, values, rows, shots.expected, shots.notes)


def _rows(shots: Alignment, still: bool) -> Iterator[Row]:
    before: tuple[Alpha, Alpha] | None = None
    for shot in shots:
        if shot.g is None:
            continue
        values = frame_figures(shot.p, shot.g)
        if before is not None and not still and before[0].shape == shot.p.shape:
            values |= change_figures(shot.p, before[0], shot.g, before[1])
        before = shot.p, shot.g
        yield Row(shot.index, values)


def _blind_rows(shots: Alignment) -> Iterator[Row]:
    before: tuple[Alpha, Alpha | None] | None = None
    for shot in shots:
        values, bright = own_figures(shot.p), _brightness(shot)
        if before is not None and before[0].shape == shot.p.shape:
            still = None if bright is None or before[1] is None else stands_still(bright, before[1])
            values |= step_figures(shot.p, before[0], still)
        before = shot.p, bright
        yield Row(shot.index, values)


def _brightness(shot: Shot) -> Alpha | None:
    return None if shot.frame is None else brightness(shot.frame, shot.p.shape)


def _badness(values: Values, usual: Values) -> float:
    """How bad a frame is: its MAD; without truth, flicker and undecided share in units of the clip's means."""
    if "mad" in values:
        return values["mad"] or 0.0
    parts = ((values.get(key), usual.get(key)) for key in ("flick", "undecided"))
    return sum(value / norm for value, norm in parts if value and norm)
