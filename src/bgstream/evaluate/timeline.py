"""Small drawings of a clip over time, as inline SVG."""

from bgstream.evaluate.measures import BLIND, TRUTH, Measure
from bgstream.evaluate.score import ClipScore, Row
from bgstream.evaluate.table import number

WIDTH, LANE, GAP, LEFT = 1160, 64, 26, 64
TITLE = 110  # room that a name takes, in pixels
BINS = 800  # points that a line may have; of a long clip each stands for the worst of its frames
LANES = {TRUTH: ("mad", "dtssd"), BLIND: ("flick", "undecided")}


def timeline(clip: ClipScore) -> str:
    """One lane for each of two figures, the worst frames marked; empty for stills."""
    if len(clip.rows) < 2:
        return ""
    wanted = {measure.key: measure for measure in clip.measures}
    lanes = [wanted[key] for key in LANES[clip.measures]]
    last = clip.rows[-1].index
    height = len(lanes) * (LANE + GAP) + 18
    drawn = [_lane(clip.rows, lane, position, last) for position, lane in enumerate(lanes)]
    feet = f'<text x="{LEFT}" y="{height - 4}">frame 0</text>'
    feet += f'<text x="{WIDTH}" y="{height - 4}" text-anchor="end">{last}</text>'
    titles = "".join(_title(lane, position, clip, last) for position, lane in enumerate(lanes))
    marks = "".join(_mark(index, last, height - 18) for index in clip.worst)
    label = f"{' and '.join(lane.title for lane in lanes)} by frame"
    head = f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{label}">'
    return head + "".join(drawn) + titles + marks + feet + "</svg>"


def _lane(rows: tuple[Row, ...], lane: Measure, position: int, last: int) -> str:
    points = _binned([(row.index, value) for row in rows if (value := row.values.get(lane.key)) is not None])
    top = max((value for _, value in points), default=0.0) or 1.0
    base = (position + 1) * (LANE + GAP) - 4
    xy = [(_x(index, last), base - LANE * value / top) for index, value in points]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in xy)
    area = f"{xy[0][0]:.1f},{base} {line} {xy[-1][0]:.1f},{base}" if xy else ""
    kind = "lane second" if position else "lane"
    return (
        f'<g class="{kind}"><line class="grid" x1="{LEFT}" y1="{base}" x2="{WIDTH}" y2="{base}"/>'
        f'<text x="{LEFT - 8}" y="{base - LANE + 10}" text-anchor="end">{number(top)}</text>'
        f'<text x="{LEFT - 8}" y="{base}" text-anchor="end">0</text>'
        f'<polygon class="area" points="{area}"/><polyline class="line" points="{line}"/></g>'
    )


def _title(lane: Measure, position: int, clip: ClipScore, last: int) -> str:
    """A lane's name, moved aside where a mark's number stands at the left of the first lane."""
    crowded = position == 0 and any(_x(index, last) < LEFT + TITLE for index in clip.worst)
    x = LEFT + TITLE if crowded else LEFT
    y = position * (LANE + GAP) + GAP - 11
    return f'<text class="title" x="{x}" y="{y}">{lane.title} <tspan>{lane.unit}</tspan></text>'


def _mark(index: int, last: int, bottom: int) -> str:
    x = _x(index, last)
    anchor = "end" if x > WIDTH - 40 else "start"
    return (
        f'<line class="mark" x1="{x:.1f}" y1="16" x2="{x:.1f}" y2="{bottom}"/>'
        f'<text class="worst" x="{x + (-3 if anchor == "end" else 3):.1f}" y="14" text-anchor="{anchor}">{index}</text>'
    )


def _x(index: int, last: int) -> float:
    return LEFT + (WIDTH - LEFT) * index / max(1, last)


def _binned(points: list[tuple[int, float]]) -> list[tuple[int, float]]:
    step = -(-len(points) // BINS) or 1
    return [max(points[start : start + step], key=lambda point: point[1]) for start in range(0, len(points), step)]
