"""Results as plain text, for terminals and logs."""

from bgstream.evaluate.baselines import Beside
from bgstream.evaluate.matrix import Point
from bgstream.evaluate.measures import Measure, Values
from bgstream.evaluate.result import Result

NAME, COLUMN = 30, 9  # letters: of the first column, and the least of the others


def result_table(result: Result) -> str:
    """Clips, then means by our categories, the index's categories and tags, and over all."""
    measures = result.measures
    lines = _head(measures)
    for clip in result.clips:
        note = "  " + "; ".join(clip.notes) if clip.notes else ""
        if clip.missing:
            lines.append(f"{_name(clip.entry.name)}  missing{note}")
        else:
            short = f"  short: {len(clip.rows)} of {clip.expected}" if clip.short else ""
            lines.append(_line(clip.entry.name, clip.values, measures) + short + note)
    if len(result.clips) > 1:
        for groups in (result.categories(), result.groups()):
            lines.append("-" * len(lines[0]))
            lines += [_line(f"{group.name} ({group.clips})", group.values, measures) for group in groups]
    return "\n".join([*lines, *_worst(result)])


def points_table(points: list[Point]) -> str:
    """One row a point of the matrix: speed, then means over its clips."""
    measures = points[0].result.measures
    head = _head(measures, ("ms/frame",))
    rows = [
        _line(point.name, {"ms/frame": point.ms, **point.result.mean()}, measures, ("ms/frame",)) for point in points
    ]
    return "\n".join([*head, *rows])


def beside_table(rows: list[Beside], measures: tuple[Measure, ...]) -> str:
    """Every baseline, ours over the clips that both have, and ours over theirs where lower is better."""
    lines = _head(measures)
    for row in rows:
        lines.append(_line(f"{row.name} ({row.clips})", row.theirs, measures))
        lines.append(_line(f"  {row.title}, same clips", row.ours, measures))
        ratios = {measure.key: row.ratio(measure.key) for measure in measures if measure.better < 0}
        worst = f"  worst MAD: {row.worst[1]:.2f} × ({row.worst[0]})" if row.worst else ""
        lines.append(_line("  ours ÷ theirs", ratios, measures) + worst)
    return "\n".join(lines)


def number(value: float | None) -> str:
    """Four figures that matter, so that columns line up; a dash where there is none."""
    if value is None:
        return "–"
    size = abs(value)
    return f"{value:.3f}" if size < 100 else f"{value:.1f}" if size < 10_000 else f"{value:.3g}"


def _head(measures: tuple[Measure, ...], extra: tuple[str, ...] = ()) -> list[str]:
    heads = [(key, key, "") for key in extra]
    heads += [(measure.key, measure.key + measure.arrow, measure.unit) for measure in measures]
    names = "".join(f"{name:>{_room(key)}}" for key, name, _ in heads)
    return [" " * NAME + names, " " * NAME + "".join(f"{unit:>{_room(key)}}" for key, _, unit in heads)]


def _line(name: str, values: Values, measures: tuple[Measure, ...], extra: tuple[str, ...] = ()) -> str:
    keys = [*extra, *(measure.key for measure in measures)]
    return _name(name) + "".join(f"{number(values.get(key)):>{_room(key)}}" for key in keys)


def _room(key: str) -> int:
    return max(COLUMN, len(key) + 3)


def _name(name: str) -> str:
    return f"{name if len(name) <= NAME else name[: NAME - 1] + '…':{NAME}}"


def _worst(result: Result) -> list[str]:
    """The numbers of the worst frames, clip by clip."""
    found = [(clip.entry.name, clip.worst) for clip in result.scored if clip.worst and not clip.entry.still]
    if not found:
        return []
    return ["", "worst frames:", *(f"  {_name(name)}{', '.join(map(str, worst))}" for name, worst in found)]
