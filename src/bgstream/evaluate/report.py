"""Reports: one page that holds everything, without scripts and without requests."""

from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from bgstream.errors import SinkError
from bgstream.evaluate.baselines import Beside
from bgstream.evaluate.cells import beside_table, clip_rows, group_rows, heat_table, point_rows
from bgstream.evaluate.chart import chart, dots
from bgstream.evaluate.matrix import Point
from bgstream.evaluate.measures import Measure
from bgstream.evaluate.pictures import Strip, worst_strips
from bgstream.evaluate.result import Result
from bgstream.evaluate.score import ClipScore
from bgstream.evaluate.style import CHART, PAGE
from bgstream.evaluate.table import number
from bgstream.evaluate.timeline import timeline
from bgstream.partial import write_whole

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
TILES = ("iou", "mad", "eiou", "dtssd", "flick", "undecided", "agree", "presence")


@dataclass(frozen=True, slots=True)
class Document:
    """What a report is about.

    Attributes:
        result: shown in detail; of a matrix the point with the least MAD.
        every: each how many frames counted.
        points: of the matrix; empty without one.
        besides: baselines beside the result.
    """

    result: Result
    every: int = 1
    points: tuple[Point, ...] = ()
    besides: tuple[Beside, ...] = field(default=())


def write_text(target: Path, text: str) -> None:
    """Write a file, whole or not at all.

    Raises:
        SinkError: it cannot be written.
    """
    try:
        write_whole(target, text.encode())
    except OSError as error:
        raise SinkError(f"cannot write {target}: {error.strerror}", "choose another place with -o") from None


def page(document: Document) -> str:
    """The report as HTML. Pictures of worst frames are read from the clips now.

    Raises:
        SourceError: a clip cannot be read any more.
    """
    result = document.result
    body = [_header(document)]
    if document.points:
        body += [_matrix(document.points), f"<h2>In detail: {escape(result.title)}, which has the least MAD</h2>"]
    body.append(_tiles(result))
    if document.besides:
        body += ["<h2>Beside others, over the same clips</h2>", beside_table(document.besides, result.measures)]
        body.append(_wider(document.every))
    if len(result.clips) > 1:
        body += ["<h2>By category</h2>", heat_table(result.measures, group_rows(result.categories()))]
        more = heat_table(result.measures, group_rows(result.groups()))
        body.append(f"<details><summary>The index's own categories and tags</summary>{more}</details>")
    body += ["<h2>By clip</h2>", heat_table(result.measures, clip_rows(result), notes=True)]
    body += ["<h2>Worst frames</h2>", _legend(result)]
    body += [_clip(clip, document.every) for clip in result.clips if not clip.missing]
    body.append(_definitions(result.measures))
    return whole("bgstream eval", "\n".join(body), PAGE + CHART)


def whole(title: str, body: str, style: str) -> str:
    """A page that holds everything: nothing in it runs, and nothing is asked of anybody."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title>\n<style>{style}</style></head>\n<body><main>\n{body}\n</main></body></html>\n"
    )


def _header(document: Document) -> str:
    result = document.result
    frames = sum(len(clip.rows) for clip in result.scored)
    clips = f"{len(result.scored)} clip{'s' * (len(result.scored) != 1)} and pictures"
    sampled = f", 1 frame in {document.every}" if document.every > 1 else ""
    against = "measured by itself, without a truth" if _blind(result) else "against the truth"
    told = f"{clips if len(result.clips) > 1 else '1 clip'}, {frames} frames{sampled}, {against}"
    title = f"{len(document.points)} ways over a suite" if document.points else result.title
    warn = "".join(f'<span class="warn">{escape(line)}</span>' for line in result.complaints())
    tags = f'<div class="tags">{warn}</div>' if warn else ""
    return f'<header><h1>{escape(title)}</h1><p class="muted">{told}.</p>{tags}</header>'


def _tiles(result: Result) -> str:
    means = result.mean()
    known = {measure.key: measure for measure in result.measures}
    tiles = [
        f'<div class="tile"><b>{number(means[key])}</b><span>{m.title} {m.arrow} {m.unit}</span></div>'
        for key in TILES
        if means.get(key) is not None and (m := known[key])
    ]
    return f'<div class="tiles">{"".join(tiles)}</div>'


def _matrix(points: tuple[Point, ...]) -> str:
    beaten = {dot.name for dot in dots(list(points), "mad") if dot.beaten}
    told = "Filled: no other point is both faster and better. Hollow: another point beats it in both."
    return (
        f'<h2>Quality against speed</h2><div class="card"><p class="muted">{told}</p>{chart(list(points))}</div>'
        f"{heat_table(points[0].result.measures, point_rows(points, beaten), extra='ms a frame')}"
    )


def _wider(every: int) -> str:
    told = "Change over time is taken over wider steps here than in the baselines: compare it with --every 1 only."
    return f'<p class="muted">{told}</p>' if every > 1 else ""


def _legend(result: Result) -> str:
    if _blind(result):
        return '<p class="muted">Frames with the most flicker and undecided alpha, in units of the clip\'s means.</p>'
    return (
        '<p class="muted">The frames with the largest MAD of each clip. In the difference, orange is backdrop that was '
        "kept and blue is subject that was lost.</p>"
    )


def _clip(clip: ClipScore, every: int) -> str:
    entry = clip.entry
    labels = "".join(f"<span>{escape(label)}</span>" for label in dict.fromkeys((entry.category, *entry.tags)) if label)
    warn = "".join(f'<span class="warn">{escape(note)}</span>' for note in clip.notes)
    strips = "".join(_strip(strip, clip) for strip in worst_strips(clip, every))
    tags = f'<div class="tags">{labels}{warn}</div>' if labels or warn else ""
    return f'<section class="card"><h3>{escape(entry.name)}</h3>{tags}{timeline(clip)}{strips}</section>'


def _strip(strip: Strip, clip: ClipScore) -> str:
    values = next(row.values for row in clip.rows if row.index == strip.index)
    told = " · ".join(
        f"{measure.title} {number(values[measure.key])}"
        for measure in clip.measures
        if measure.key in TILES and values.get(measure.key) is not None
    )
    head = "" if clip.entry.still else f"frame {strip.index} "
    figures = "".join(
        f'<figure><img src="{panel.uri}" width="{panel.size[1]}" height="{panel.size[0]}" alt="{panel.title}">'
        f"<figcaption>{panel.title}</figcaption></figure>"
        for panel in strip.panels
    )
    return f'<div class="strip"><h4>{head}<span class="muted">{told}</span></h4>{figures}</div>'


def _definitions(measures: tuple[Measure, ...]) -> str:
    rows = "".join(
        f"<dt>{measure.title} {measure.arrow} {measure.unit}</dt>"
        f"<dd>{escape(measure.says)}{f' ({escape(measure.source)})' if measure.source else ''}</dd>"
        for measure in measures
    )
    return f'<h2>What the figures mean</h2><div class="card"><dl>{rows}</dl></div>'


def _blind(result: Result) -> bool:
    return any(clip.entry.alpha is None for clip in result.clips)
