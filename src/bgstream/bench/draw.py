"""Line charts as inline SVG, without scripts: fps over resolution or processors, milliseconds over megapixels."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from bgstream.evaluate.chart import decades, steps
from bgstream.evaluate.table import number

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 1160, 360, 56, 130, 34, 44
COLOURS = 6  # of lines, see LINES

# What evaluate/style.py does not have: one colour for each line, told apart by dashes too.
LINES = """\
svg.chart .l0{stroke:var(--accent);fill:var(--accent)}
svg.chart .l1{stroke:var(--second);fill:var(--second)}
svg.chart .l2{stroke:#0d9488;fill:#0d9488}
svg.chart .l3{stroke:#a855f7;fill:#a855f7}
svg.chart .l4{stroke:var(--muted);fill:var(--muted)}
svg.chart .l5{stroke:var(--bad);fill:var(--bad)}
svg.chart polyline{fill:none!important;stroke-width:2;stroke-linejoin:round}
svg.chart .fitted{stroke-dasharray:4 4;opacity:.6}
svg.chart text.name{stroke:none;fill:var(--ink);font-weight:400}
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chart.

    Attributes:
        name: stands at its end.
        points: (x, y), x rising.
        fitted: drawn as dashes without dots: it was computed, not measured.
        colour: which of the colours; by default the line's own place.
    """

    name: str
    points: Sequence[tuple[float, float]]
    fitted: bool = False
    colour: int | None = None


@dataclass(frozen=True, slots=True)
class Axes:
    """What a chart's axes say.

    Attributes:
        title: over the chart.
        below: under the x axis.
        ticks: places on the x axis and what stands there.
        logarithmic: both axes are; y starts at 0 otherwise.
    """

    title: str
    below: str
    ticks: Sequence[tuple[float, str]]
    logarithmic: bool = False


def line_chart(axes: Axes, lines: Sequence[Line]) -> str:
    """An SVG element, to stand in a page."""
    xs = [x for line in lines for x, _ in line.points] + [place for place, _ in axes.ticks]
    ys = [y for line in lines for _, y in line.points if y > 0 or not axes.logarithmic]
    across = _scale((min(xs), max(xs)), (LEFT, WIDTH - RIGHT), axes.logarithmic)
    low = min(ys) / 1.3 if axes.logarithmic else 0.0
    high = 1.15 * max(ys)
    up = _scale((low, high), (HEIGHT - BOTTOM, TOP), axes.logarithmic)
    head = f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(axes.title)}">'
    parts = [head, f'<text class="title" x="{LEFT}" y="18">{escape(axes.title)}</text>']
    parts += [_across(up(value), f"{value:g}") for value in (decades(low, high) if axes.logarithmic else steps(high))]
    parts += [_upright(across(place), name) for place, name in axes.ticks]
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(f'<text x="{middle}" y="{HEIGHT - 6}" text-anchor="middle">{escape(axes.below)}</text>')
    parts += [_drawn(line, index, across, up) for index, line in enumerate(lines)]
    parts += _names(lines, up)
    return "".join([*parts, "</svg>"])


def _scale(span: tuple[float, float], room: tuple[float, float], logarithmic: bool) -> Callable[[float], float]:
    """Values to pixels."""
    low, high = (math.log(value) for value in span) if logarithmic else span
    width = (high - low) or 1.0

    def place(value: float) -> float:
        at = math.log(value) if logarithmic else value
        return room[0] + (room[1] - room[0]) * (at - low) / width

    return place


def _across(y: float, name: str) -> str:
    line = f'<line class="grid" x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}"/>'
    return f'{line}<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{name}</text>'


def _upright(x: float, name: str) -> str:
    line = f'<line class="grid" x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{HEIGHT - BOTTOM}"/>'
    return f'{line}<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{escape(name)}</text>'


def _drawn(line: Line, index: int, across: Callable[[float], float], up: Callable[[float], float]) -> str:
    kind = f"l{(index if line.colour is None else line.colour) % COLOURS}"
    path = " ".join(f"{across(x):.1f},{up(y):.1f}" for x, y in line.points)
    drawn = f'<polyline class="{kind}{" fitted" * line.fitted}" points="{path}"/>'
    if line.fitted:
        return drawn
    dots = (
        f'<circle class="{kind}" cx="{across(x):.1f}" cy="{up(y):.1f}" r="3.5">'
        f"<title>{escape(line.name)}: {number(y)}</title></circle>"
        for x, y in line.points
    )
    return drawn + "".join(dots)


def _names(lines: Sequence[Line], up: Callable[[float], float]) -> list[str]:
    """The lines' names at their ends, moved apart where they would meet."""
    parts, last = [], -math.inf
    for line in sorted((line for line in lines if not line.fitted), key=lambda line: up(line.points[-1][1])):
        last = max(up(line.points[-1][1]) + 4, last + 14)
        parts.append(f'<text class="name" x="{WIDTH - RIGHT + 8}" y="{last:.1f}">{escape(line.name)}</text>')
    return parts
