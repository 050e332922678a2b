"""Figures as plain text, for terminals and logs."""

from collections.abc import Iterable, Sequence

from bgstream.bench.measure import Run
from bgstream.bench.result import Result
from bgstream.evaluate.table import number
from bgstream.progress import STAGES

NAME, COLUMN = 32, 10  # letters: of the first column, and of the others
RUN_HEADS = ("fps", "CPU ms", "cores", *STAGES, "asked")  # the last: share of frames a large network was asked about


def result_table(result: Result) -> str:
    """Everything that was measured, then what limits and what to do."""
    machine, clip = result.machine, result.clip
    versions = ", ".join(f"{name} {version}" for name, version in machine.versions.items())
    blocks = [
        [
            f"{machine.processor}, {machine.cores} core{'s' * (machine.cores != 1)}, {machine.system}, "
            f"networks on {machine.device}",
            versions,
            f"clip: {clip.name}, {clip.size[1]}×{clip.size[0]}, {clip.rate:g} fps",
        ],
        _block("to H.264, stages in ms a frame", RUN_HEADS, [*map(run_cells, result.runs), run_cells(result.floor)]),
        _block("networks", ("ms",), ((f"{a.model} {a.size[1]}×{a.size[0]}", (a.ms,)) for a in result.networks)),
        _block("kernels, one thread", ("ms", "ms/Mpx"), ((k.name, (k.ms, k.per_megapixel)) for k in result.kernels)),
    ]
    if result.sizes:
        blocks += _sizes(result)
    if result.cores:
        models = tuple(result.cores[0].fps)
        rows = [(str(one.count), tuple(one.fps[model] for model in models)) for one in result.cores]
        blocks.append(_block("processors, fps", tuple(f"{model:>{COLUMN}}" for model in models), rows))
    blocks.append([f"limit: {result.advice.limit}", result.advice.says, *(f"- {line}" for line in result.advice.lines)])
    return "\n\n".join("\n".join(lines) for lines in blocks)


def run_cells(run: Run) -> tuple[str, tuple[float | None, ...]]:
    """A run's name, and its figures in the order of :data:`RUN_HEADS`."""
    name = "decode + encode alone" if not run.model else f"-q {run.name.split()[0]} ({run.model})"
    return name, (run.fps, run.cpu_ms, run.cores, *_stages(run), run.keyframes.get("share"))


def _sizes(result: Result) -> list[list[str]]:
    rows = [(size.name, (size.alone, size.run.fps, *_stages(size.run))) for size in result.sizes]
    heads = ("alone fps", "fps", *STAGES)
    costs = [(cost.stage, (cost.fixed, cost.slope, cost.r2)) for cost in result.costs]
    return [
        _block(f"sizes, {result.sizes[0].run.model}", heads, rows),
        _block("ms = a + b · megapixels", ("a", "b", "r²"), costs),
    ]


def _stages(run: Run) -> tuple[float | None, ...]:
    return tuple(run.stage_ms.get(stage) for stage in STAGES)


def _block(title: str, heads: Sequence[str], rows: Iterable[tuple[str, Sequence[float | None]]]) -> list[str]:
    room = [max(COLUMN, len(head) + 2) for head in heads]
    lines = [f"{title:{NAME}}" + "".join(f"{head:>{width}}" for head, width in zip(heads, room, strict=True))]
    for name, values in rows:
        cells = "".join(f"{number(value):>{width}}" for value, width in zip(values, room, strict=True))
        lines.append(f"{name:{NAME}}{cells}")
    return lines
