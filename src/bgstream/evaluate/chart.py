"""The quality-against-speed chart, as SVG: one panel a figure, points that are beaten in both drawn hollow."""

import math
from dataclasses import dataclass
from html import escape

from bgstream.evaluate.matrix import Point
from bgstream.evaluate.style import CHART
from bgstream.evaluate.table import number

WIDTH, HEIGHT, LEFT, TOP, BOTTOM, RIGHT = 1160, 430, 56, 44, 52, 30
PANELS = (("mad", "mean MAD ×1000"), ("dtssd", "mean dtSSD ×100"))
LETTER, LINE = 6.8, 15  # room that a letter and a line of text take, in pixels


@dataclass(frozen=True, slots=True)
class Dot:
    """One point of one panel: milliseconds a frame, a figure (lower is better), and whether another beats both."""

    name: str
    ms: float
    value: float
    beaten: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """Where one panel lies and what its axes span: x logarithmic, y from 0."""

    x: float
    width: float
    fast: float
    slow: float
    top: float

    def place(self, ms: float, value: float) -> tuple[float, float]:
        """Pixels of a point."""
        share = math.log(ms / self.fast) / math.log(self.slow / self.fast)
        room = HEIGHT - TOP - BOTTOM
        return self.x + self.width * share, TOP + room * (1 - value / self.top)


def chart(points: list[Point]) -> str:
    """An SVG element without a name space, to stand in a page; empty where nothing was measured."""
    drawn = []
    for position, (key, title) in enumerate(PANELS):
        found = dots(points, key)
        if found:
            drawn.append(_panel(found, title, position))
    if not drawn:
        return ""
    head = f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="quality against speed">'
    return head + "".join(drawn) + "</svg>"


def chart_file(points: list[Point]) -> str:
    """The same as a file of its own."""
    ground = f'<style>{CHART}</style><rect class="ground" width="{WIDTH}" height="{HEIGHT}"/>'
    size = f'xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}"'
    start, rest = (chart(points) or '<svg class="chart"></svg>').split(">", 1)
    return f"{start.replace('<svg', f'<svg {size}')}>{ground}{rest}"


def dots(points: list[Point], key: str) -> list[Dot]:
    """The points that have a speed and a figure, fastest first."""
    known = [(point.name, point.ms, value) for point in points if (value := point.result.mean().get(key)) is not None]
    known = [dot for dot in known if dot[1] > 0]
    found = [Dot(name, ms, y, any(m < ms and v < y for _, m, v in known)) for name, ms, y in known]
    return sorted(found, key=lambda dot: (dot.ms, dot.value))


def _panel(found: list[Dot], title: str, position: int) -> str:
    width = WIDTH / 2 - LEFT - RIGHT
    speeds, top = [dot.ms for dot in found], max(dot.value for dot in found)
    left = LEFT + position * WIDTH / 2
    panel = Panel(left, width, min(speeds) / 1.5, max(*speeds, min(speeds) * 5) * 1.9, 1.15 * top or 1.0)
    return (
        f'<g><text class="title" x="{panel.x}" y="20">{title}</text>'
        f"{_grid(panel)}"
        f'<polyline class="front" points="{_front(panel, found)}"/>{_dots(panel, found)}</g>'
    )


def _front(panel: Panel, found: list[Dot]) -> str:
    """Steps along the points that none beats: what can be had at each speed."""
    steps: list[tuple[float, float]] = []
    for x, y in (panel.place(dot.ms, dot.value) for dot in found if not dot.beaten):
        steps += [(x, steps[-1][1]), (x, y)] if steps else [(x, y)]
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in steps)


def _grid(panel: Panel) -> str:
    bottom = HEIGHT - BOTTOM
    parts = []
    for value in steps(panel.top):
        _, y = panel.place(panel.slow, value)
        parts.append(f'<line class="grid" x1="{panel.x}" y1="{y:.1f}" x2="{panel.x + panel.width}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{panel.x - 8}" y="{y + 4:.1f}" text-anchor="end">{value:g}</text>')
    for ms in decades(panel.fast, panel.slow):
        x, _ = panel.place(ms, 0)
        parts.append(f'<line class="grid" x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{bottom}"/>')
        parts.append(f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{ms:g}</text>')
    middle = panel.x + panel.width / 2
    parts.append(f'<text x="{middle}" y="{HEIGHT - 12}" text-anchor="middle">milliseconds a frame, this machine</text>')
    return "".join(parts)


def _dots(panel: Panel, found: list[Dot]) -> str:
    parts: list[str] = []
    taken: list[tuple[float, float, float]] = []  # x, y, width of labels that stand already
    for dot in found:
        x, y = panel.place(dot.ms, dot.value)
        kind, label = ("beaten", "name lost") if dot.beaten else ("best", "name")
        room = LETTER * len(dot.name)
        left = x - 6 if x - 6 + room <= panel.x + panel.width + RIGHT else x + 6 - room
        line = _free(left, y - 9, room, taken)
        taken.append((left, line, room))
        told = f"{dot.name}: {dot.ms:.1f} ms, {number(dot.value)}{' (beaten in both)' if dot.beaten else ''}"
        parts.append(f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="6"><title>{escape(told)}</title></circle>')
        parts.append(f'<text class="{label}" x="{left:.1f}" y="{line:.1f}">{escape(dot.name)}</text>')
    return "".join(parts)


def _free(x: float, y: float, room: float, taken: list[tuple[float, float, float]]) -> float:
    """The nearest line, from ``y`` outwards, on which a label meets no other."""

    def meets(line: float) -> bool:
        return any(abs(line - v) < LINE and x < u + w and u < x + room for u, v, w in taken)

    lines = (y + sign * step for step in range(0, HEIGHT, LINE) for sign in (-1, 1))
    return next((line for line in lines if not meets(line)), y)


def steps(top: float) -> list[float]:
    """Round values from 0 to the top, four to eight of them."""
    unit = 10 ** math.floor(math.log10(top))
    step = next(unit * part for part in (0.1, 0.2, 0.5, 1.0, 2.0) if top / (unit * part) <= 8)
    return [round(step * number, 10) for number in range(int(top / step) + 1)]


def decades(low: float, high: float) -> list[float]:
    """1, 2 and 5 times the powers of ten between two values."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    return [part * 10.0**power for power in powers for part in (1, 2, 5) if low <= part * 10.0**power <= high]
