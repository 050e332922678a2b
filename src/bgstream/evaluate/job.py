"""What ``bgstream eval`` does: score one matte, a suite, or a whole matrix, and write the report."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bgstream.evaluate.baselines import Beside, beside, load_baselines
from bgstream.evaluate.chart import chart_file
from bgstream.evaluate.matrix import Point, Tell, make_folder, plans, run_matrix
from bgstream.evaluate.read import PICTURES
from bgstream.evaluate.report import Document, page, write_text
from bgstream.evaluate.result import Result
from bgstream.evaluate.score import ClipScore, score_clip
from bgstream.evaluate.suite import Entry, find_prediction, load_suite
from bgstream.evaluate.table import beside_table, points_table, result_table
from bgstream.media import check_file
from bgstream.partial import check_target


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an evaluation ends with.

    Attributes:
        text: for people.
        data: plain values, for ``--json``.
        complaints: one line for each clip that is missing or lacks frames.
    """

    text: str
    data: dict[str, Any]
    complaints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for; see ``bgstream eval --help``.

    Attributes:
        prediction: a matte; with ``suite`` a folder of mattes; None to run the pipeline.
        truth: the truth of a single matte, if there is one.
        source: the clip that a single matte belongs to, if it is known.
        suite: an index.
        only: a category, tag or name in it.
        every: only every n-th frame counts.
        baselines: a file with other programs' figures.
        models, qualities: the matrix to run.
        keep: a folder for the matrix's mattes; a temporary one without it.
        output: the report.
    """

    prediction: Path | None = None
    truth: Path | None = None
    source: Path | None = None
    suite: Path | None = None
    only: str | None = None
    every: int = 1
    baselines: Path | None = None
    models: tuple[str, ...] = ("auto",)
    qualities: tuple[str, ...] = ()
    keep: Path | None = None
    output: Path | None = None


def evaluate(request: Request, tell: Tell) -> Outcome:
    """Do it.

    Args:
        request: what is asked for.
        tell: hears what is being worked on, one line each.

    Raises:
        SourceError: a file cannot be read, or is not what it claims to be.
        SinkError: the report cannot be written.
        ConfigError: nothing belongs to ``only``, or a model or setting does not exist.
    """
    if request.output is not None:
        check_target(request.output, request.prediction or request.output / "none", overwrite=True)
    if request.prediction is None:
        return _matrix(request, tell)
    return _scores(request, request.prediction, tell)


def score_one(prediction: Path, truth: Path | None, source: Path | None, every: int) -> Result:
    """Score a single matte, against a truth or by itself."""
    for path in filter(None, (prediction, truth, source)):
        if not path.is_dir():
            check_file(path)
    still = prediction.is_file() and prediction.suffix.lower() in PICTURES
    entry = Entry(prediction.stem or prediction.name, truth, source, still=still)
    return Result(prediction.name, (score_clip(entry, prediction, every),))


def score_folder(folder: Path, entries: list[Entry], every: int, tell: Tell) -> Result:
    """Score a folder of mattes against a suite; what is not there is reported as missing."""
    clips = []
    for number, entry in enumerate(entries, 1):
        tell(f"{entry.name} ({number} of {len(entries)})")
        found = find_prediction(folder, entry.name)
        clips.append(ClipScore(entry, None) if found is None else score_clip(entry, found, every))
    return Result(folder.name or str(folder), tuple(clips))


def _scores(request: Request, prediction: Path, tell: Tell) -> Outcome:
    if request.suite is None:
        result = score_one(prediction, request.truth, request.source, request.every)
    else:
        result = score_folder(prediction, load_suite(request.suite, request.only), request.every, tell)
    besides = _besides(request, result)
    if request.output is not None:
        tell("drawing the report")
        write_text(request.output, page(Document(result, request.every, besides=besides)))
    text = [result_table(result), *_beside_text(besides, result)]
    return Outcome("\n\n".join(text), {**result.as_dict(), **_beside_data(besides)}, tuple(result.complaints()))


def _matrix(request: Request, tell: Tell) -> Outcome:
    wanted = plans(list(request.models), list(request.qualities))
    entries = load_suite(request.suite or Path(), request.only)
    with _room(request.keep) as folder:
        points = tuple(run_matrix(wanted, entries, folder, request.every, tell))
        best = min(points, key=_mad)
        besides = _besides(request, *(point.result for point in points))
        if request.output is not None:
            tell("drawing the report")
            document = Document(best.result, request.every, points, besides)
            write_text(request.output, page(document))
            write_text(request.output.with_suffix(".svg"), chart_file(list(points)))
    text = [f"{point.name}\n{result_table(point.result)}" for point in points]
    text += [points_table(list(points)), *_beside_text(besides, best.result)]
    complaints = tuple(f"{point.name}: {line}" for point in points for line in point.result.complaints())
    data = {"points": [point.as_dict() for point in points], **_beside_data(besides)}
    return Outcome("\n\n".join(text), data, complaints)


@contextmanager
def _room(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        make_folder(keep)
        yield keep
        return
    with TemporaryDirectory(prefix="bgstream-eval-") as folder:
        yield Path(folder)


def _mad(point: Point) -> float:
    mad = point.result.mean()["mad"]
    return float("inf") if mad is None else mad


def _besides(request: Request, *results: Result) -> tuple[Beside, ...]:
    """Every baseline beside every result, baseline by baseline."""
    if request.baselines is None:
        return ()
    baselines = load_baselines(request.baselines)
    return tuple(row for baseline in baselines for result in results for row in beside(result, [baseline]))


def _beside_text(besides: tuple[Beside, ...], result: Result) -> list[str]:
    return [beside_table(list(besides), result.measures)] if besides else []


def _beside_data(besides: tuple[Beside, ...]) -> dict[str, Any]:
    return {"baselines": [asdict(row) for row in besides]} if besides else {}
