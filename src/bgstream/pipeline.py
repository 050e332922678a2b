"""The main job from top to bottom: Source → Matter → compose(Backdrop) → Sink."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from bgstream.ahead import ahead
from bgstream.backdrops import Blur
from bgstream.compose import compose
from bgstream.frame import Frame, Matted
from bgstream.job import Job, decide
from bgstream.matters import Made, make_matter
from bgstream.matting.cached import Sessions
from bgstream.matting.shelf import Shelves
from bgstream.progress import Clock, Progress, Report, Silent
from bgstream.protocols import Sink
from bgstream.settings import Settings
from bgstream.sinks import notes_of, open_sink
from bgstream.sinks.caveats import caveats
from bgstream.sources.piped import is_pipe, spooled
from bgstream.targets import find_place, folders_made
from bgstream.warmup import compile_blur, compile_kernels, compile_key_frames

DEPTH = 4  # frames between two threads: enough to even out, little memory


def run(
    source: Path,
    target: Path | None,
    settings: Settings,
    progress: Progress | None = None,
    shelves: Shelves | None = None,
) -> Report:
    """Matte one clip or picture and write it; see :func:`bgstream.remove`. ``shelves``: networks loaded before."""
    tell = progress or Silent()
    clock = Clock()
    try:
        if not is_pipe(source):
            return _run(decide(source, target, settings), tell, clock, shelves)
        find_place(source, target, settings, still=False)  # a missing name is told before anything is read
        tell.phase("reading standard input")
        with spooled() as file:
            return replace(_run(decide(file, target, settings), tell, clock, shelves), source=str(source))
    finally:
        tell.stop()


def _run(job: Job, tell: Progress, clock: Clock, shelves: Shelves | None) -> Report:
    if job.earlier.complete:
        return _report(job, clock, _Done())
    compile_kernels(tell, [job.tier])
    if isinstance(job.behind, Blur):
        compile_blur(tell, job.clip.info.layout)
    tell.phase("looking at the clip")
    made = make_matter(job.settings, job.tier, job.device, job.clip, clock, shelves)
    if made.keyed:
        compile_key_frames(tell)
    tell.start(f"{job.source.name} → {job.place.path.name}", job.clip.info.duration)
    flow, count = Clock(), 0
    with (
        closing(job.behind),
        folders_made(job.place, job.settings),
        open_sink(job.place.path, job.recipe, job.clip.info, job.delivery) as sink,
        closing(ahead(_timed(job, clock), DEPTH)) as frames,
        closing(ahead(_composed(job, made.matter(frames), sink, clock), DEPTH)) as pictures,
    ):
        for count, picture in enumerate(pictures, 1):
            with clock("encode"):
                sink.write(picture)
            tell.step(count, picture.time, flow)
    return _report(job, clock, _Done(count, count / flow.seconds, made, notes_of(sink)))


@dataclass(frozen=True, slots=True)
class _Done:
    """What came of a job: frames written, frames a second, what matted them, what the sink saw."""

    frames: int = 0
    fps: float = 0.0
    made: Made | None = None
    notes: tuple[str, ...] = ()


def _report(job: Job, clock: Clock, done: _Done) -> Report:
    made, info = done.made, job.clip.info
    notes = (*job.place.notes, *job.earlier.notes)
    if made is not None:
        notes += (*info.notes, *caveats(job.recipe, info, job.delivery), *made.notes, *done.notes)
        notes += tuple(filter(None, [made.ledger.note, job.device.note, Sessions().note]))
    return Report(
        source=str(job.source),
        target=str(job.place.path),
        frames=done.frames,
        seconds=round(clock.seconds, 3),
        fps=round(done.fps, 2),
        model=made.name if made else "none",
        device=job.device.name if made else "none",
        limited_by=clock.limit if made else "none",
        stage_ms={stage: round(1000 * busy / max(1, done.frames), 3) for stage, busy in clock.busy.items()},
        keyframes=made.ledger.as_dict() if made and made.ledger.frames else {},
        notes=notes,
    )


def _composed(job: Job, mattes: Iterator[Matted], sink: Sink, clock: Clock) -> Iterator[Frame]:
    """In the matter's own thread: alpha and luma are still in that core's cache."""
    for matted in islice(mattes, job.lead, None):
        with clock("refine"):
            picture = sink.blank(matted.frame)
            compose(matted, job.behind, picture)
        yield picture


def _timed(job: Job, clock: Clock) -> Iterator[Frame]:
    frames = islice(job.clip.frames(), job.skipped, None)
    while True:
        with clock("decode"):
            frame = next(frames, None)
        if frame is None:
            return
        yield frame
