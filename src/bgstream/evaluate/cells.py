"""Tables of reports: figures as rows of cells, tinted by how bad they are in their column."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from bgstream.evaluate.baselines import Beside
from bgstream.evaluate.matrix import Point
from bgstream.evaluate.measures import Measure, Values
from bgstream.evaluate.result import ALL, Group, Result
from bgstream.evaluate.table import number

COMPARED = ("iou", "mad", "eiou", "dtssd", "flick")


@dataclass(frozen=True, slots=True)
class Cells:
    """One row of a table.

    Attributes:
        name: the row's head.
        values: figures by key.
        extra: a figure before them.
        note: a remark behind them.
        total: it sums the others up: not tinted, set off.
    """

    name: str
    values: Values
    extra: float | None = None
    note: str = ""
    total: bool = False


def clip_rows(result: Result) -> list[Cells]:
    """One row a clip, and their mean."""
    rows = [Cells(clip.entry.name, clip.values, note=_note(clip.missing, clip.notes)) for clip in result.clips]
    return [*rows, Cells("mean", result.mean(), total=True)] if len(rows) > 1 else rows


def group_rows(groups: list[Group]) -> list[Cells]:
    """One row a group."""
    return [Cells(f"{group.name} ({group.clips})", group.values, total=group.name == ALL) for group in groups]


def point_rows(points: Sequence[Point], beaten: set[str]) -> list[Cells]:
    """One row a point of the matrix; which ones are beaten is marked."""
    return [
        Cells(point.name + (" (beaten)" if point.name in beaten else ""), point.result.mean(), point.ms)
        for point in points
    ]


def beside_table(besides: Sequence[Beside], measures: tuple[Measure, ...]) -> str:
    """Theirs, ours and, where lower is better, ours over theirs; what is better than theirs is set off."""
    compared = [measure for measure in measures if measure.key in COMPARED]
    heads = "".join(f"<th><b>{m.label} {m.arrow}</b>theirs → ours</th>" for m in compared)
    heads += '<th class="note"><b>worst clip</b>MAD ÷ theirs</th>'
    body = []
    for row in besides:
        about = f' title="{escape(row.about)}"' if row.about else ""
        cells = (
            f'<td{about}>{escape(row.title)} <span class="muted">beside</span> {escape(row.name)} ({row.clips})</td>'
        )
        cells += "".join(_beside(row, measure) for measure in compared)
        worst = f"{row.worst[1]:.2f} × {escape(row.worst[0])}" if row.worst else ""
        body.append(f'<tr>{cells}<td class="note">{worst}</td></tr>')
    table = f"<table><thead><tr><th></th>{heads}</tr></thead><tbody>{''.join(body)}</tbody></table>"
    return f'<div class="scroll">{table}</div>'


def _beside(row: Beside, measure: Measure) -> str:
    theirs, ours, ratio = row.theirs.get(measure.key), row.ours.get(measure.key), row.ratio(measure.key)
    better = theirs is not None and ours is not None and (ours - theirs) * measure.better > 0
    told = f" · {ratio:.2f} ×" if ratio is not None and measure.better < 0 else ""
    mine = f'<b class="good">{number(ours)}</b>' if better else number(ours)
    return f'<td><span class="muted">{number(theirs)} →</span> {mine}<span class="muted">{told}</span></td>'


def heat_table(measures: tuple[Measure, ...], rows: list[Cells], extra: str = "", notes: bool = False) -> str:
    """A table of figures, the bad ones of each column tinted."""
    told = [measure for measure in measures if any(row.values.get(measure.key) is not None for row in rows)]
    heads = f"<th><b>{extra}</b></th>" if extra else ""
    heads += "".join(f"<th><b>{measure.label} {measure.arrow}</b>{measure.unit}</th>" for measure in told)
    notes = notes and any(row.note for row in rows)
    heads += "<th></th>" if notes else ""
    tints = {measure.key: _tints(measure, rows) for measure in told}
    body = []
    for position, row in enumerate(rows):
        cells = f"<td>{escape(row.name)}</td>" + (f"<td>{number(row.extra)}</td>" if extra else "")
        cells += "".join(_cell(row.values.get(m.key), tints[m.key][position]) for m in told)
        cells += f'<td class="note">{escape(row.note)}</td>' if notes else ""
        body.append(f'<tr class="all">{cells}</tr>' if row.total else f"<tr>{cells}</tr>")
    table = f"<table><thead><tr><th></th>{heads}</tr></thead><tbody>{''.join(body)}</tbody></table>"
    return f'<div class="scroll">{table}</div>'


def _cell(value: float | None, tint: float) -> str:
    if tint <= 0:
        return f"<td>{number(value)}</td>"
    return f'<td class="heat" style="--t:{tint:.2f}">{number(value)}</td>'


def _tints(measure: Measure, rows: list[Cells]) -> list[float]:
    """0 (best of its column) to 1 (worst) for each row."""
    known = [value for row in rows if not row.total and (value := row.values.get(measure.key)) is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    if not measure.better or high == low:
        return [0.0] * len(rows)

    def tint(row: Cells) -> float:
        value = row.values.get(measure.key)
        if value is None or row.total:
            return 0.0
        share = (value - low) / (high - low)
        return 1 - share if measure.better > 0 else share

    return [tint(row) for row in rows]


def _note(missing: bool, notes: tuple[str, ...]) -> str:
    return "; ".join(("missing", *notes) if missing else notes)
