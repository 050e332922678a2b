"""The page: charts and tables in one file, without scripts and without requests."""

from collections.abc import Iterable, Sequence
from html import escape

from bgstream.bench.draw import LINES, Axes, Line, line_chart
from bgstream.bench.result import Result
from bgstream.bench.table import RUN_HEADS, run_cells
from bgstream.evaluate.report import whole
from bgstream.evaluate.style import CHART, PAGE
from bgstream.evaluate.table import number


def page(result: Result) -> str:
    """All figures as HTML."""
    body = [_header(result), _advice(result), "<h2>A clip to H.264 on a colour</h2>"]
    runs = [run_cells(run) for run in (*result.runs, result.floor)]
    body.append(_table(("", *RUN_HEADS), runs))
    if result.sizes:
        body += ["<h2>Resolutions</h2>", _card(_rates(result)), "<h2>What a megapixel costs</h2>", _costs(result)]
    if len(result.cores) > 1:
        body += ["<h2>Processors</h2>", _card(_cores(result))]
    answers = [(f"{answer.model} {answer.size[1]}×{answer.size[0]}", (answer.ms,)) for answer in result.networks]
    kernels = [(kernel.name, (kernel.ms, kernel.per_megapixel)) for kernel in result.kernels]
    body += ["<h2>Networks</h2>", _table(("", "ms an answer"), answers)]
    body += ["<h2>Kernels, on one thread</h2>", _table(("", "ms", "ms a megapixel"), kernels)]
    return whole("bgstream bench", "\n".join(body), PAGE + CHART + LINES)


def _header(result: Result) -> str:
    machine, clip = result.machine, result.clip
    versions = "".join(f"<span>{escape(f'{name} {version}')}</span>" for name, version in machine.versions.items())
    told = (
        f"{machine.cores} core{'s' * (machine.cores != 1)}, {machine.system}, networks on {machine.device}. "
        f"Clip: {clip.name}, {clip.size[1]}×{clip.size[0]}, {clip.rate:g} fps. Measured in {result.seconds:.0f} s."
    )
    return (
        f'<header><h1>{escape(machine.processor)}</h1><p class="muted">{escape(told)}</p>'
        f'<div class="tags">{versions}</div></header>'
    )


def _advice(result: Result) -> str:
    tiles = [(f"{run.fps:.1f}", f"fps, -q {run.name}") for run in result.runs] + [
        (f"{result.floor.fps:.1f}", "fps, decode + encode alone"),
        (result.advice.limit, "is the limit"),
    ]
    drawn = "".join(f'<div class="tile"><b>{escape(big)}</b><span>{escape(small)}</span></div>' for big, small in tiles)
    lines = "".join(f"<p>{escape(line)}.</p>" for line in (result.advice.says, *result.advice.lines))
    return f'<div class="tiles">{drawn}</div><h2>What limits, and what to do</h2><div class="card">{lines}</div>'


def _rates(result: Result) -> str:
    ticks = [(size.megapixels, size.name) for size in result.sizes]
    lines = [
        Line("no codec", [(size.megapixels, size.alone) for size in result.sizes]),
        Line("file to file", [(size.megapixels, size.run.fps) for size in result.sizes]),
    ]
    model = result.sizes[0].run.model
    title = f"Frames a second by resolution, {model}: matting and compositing from memory on one thread, and with codec"
    return line_chart(Axes(title, "resolution", ticks, logarithmic=True), lines)


def _costs(result: Result) -> str:
    """The stages over megapixels: what was measured, and the lines through it."""
    last = result.sizes[-1].megapixels
    lines = []
    for index, cost in enumerate(result.costs):
        points = [(size.megapixels, size.run.stage_ms[cost.stage]) for size in result.sizes]
        lines.append(Line(cost.stage, points, colour=index))
        ends = [(0.0, max(0.0, cost.fixed)), (last, cost.fixed + cost.slope * last)]
        lines.append(Line(cost.stage, ends, fitted=True, colour=index))
    axes = Axes(
        "Milliseconds a frame, by stage", "megapixels", [(place, f"{place:g}") for place in range(int(last) + 1)]
    )
    rows = [(cost.stage, (cost.fixed, cost.slope, cost.r2)) for cost in result.costs]
    told = "Each stage is busy in its own thread; ms a frame = a + b · megapixels, least squares (dashed)."
    table = _table(("", "a, ms", "b, ms a megapixel", "r²"), rows)
    return _card(line_chart(axes, lines)) + f'{table}<p class="muted">{told}</p>'


def _cores(result: Result) -> str:
    lines = [Line(model, [(one.count, one.fps[model]) for one in result.cores]) for model in result.cores[0].fps]
    ticks = [(one.count, str(one.count)) for one in result.cores]
    return line_chart(Axes("Frames a second by processors, -q fast, file to file", "processors", ticks), lines)


def _card(drawing: str) -> str:
    return f'<div class="card">{drawing}</div>'


def _table(heads: Sequence[str], rows: Iterable[tuple[str, Sequence[float | None]]]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    body = "".join(
        f"<tr><td>{escape(name)}</td>{''.join(f'<td>{number(value)}</td>' for value in values)}</tr>"
        for name, values in rows
    )
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
