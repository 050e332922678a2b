"""One run of the main job, and the floor below it: decoding and encoding alone."""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from bgstream.ahead import ahead
from bgstream.bench.clip import write_clip
from bgstream.pipeline import DEPTH, run
from bgstream.progress import Clock, Silent
from bgstream.settings import Settings
from bgstream.sinks import recipe_for
from bgstream.sources import open_source

BACKDROP = "#00ff00"


@dataclass(frozen=True, slots=True)
class Run:
    """What one run cost.

    Attributes:
        name: what was run.
        model: the network that was used; empty for the floor.
        frames: frames that it worked on.
        fps: frames a second, from the first frame on.
        cpu_ms: CPU milliseconds a frame, of all threads.
        cores: processors kept busy, on average.
        stage_ms: milliseconds a frame that each stage was busy, in its own thread.
        limited_by: the stage that the others waited for; empty for the floor.
        keyframes: as in :class:`bgstream.progress.Report`.
    """

    name: str
    model: str
    frames: int
    fps: float
    cpu_ms: float
    cores: float
    stage_ms: dict[str, float] = field(default_factory=dict)
    limited_by: str = ""
    keyframes: dict[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


class Meter(Silent):
    """Wall and CPU time between the first frame and the end of a run."""

    def __init__(self) -> None:
        self.wall = self.cpu = 0.0

    def start(self, title: str, seconds: float) -> None:  # noqa: ARG002 - the seam's shape
        """Frames begin to flow."""
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def stop(self) -> None:
        """The run has ended."""
        self.wall, self.cpu = time.perf_counter() - self.wall, time.process_time() - self.cpu


def run_job(clip: Path, folder: Path, name: str, settings: Settings) -> Run:
    """Matte a clip onto a colour, as H.264."""
    meter = Meter()
    report = run(clip, folder / "out.mp4", settings, meter)
    count = max(1, report.frames)
    return Run(
        name,
        report.model,
        report.frames,
        report.fps,
        round(1000 * meter.cpu / count, 3),
        round(meter.cpu / meter.wall, 2),
        report.stage_ms,
        report.limited_by,
        report.keyframes,
    )


def run_floor(clip: Path, folder: Path) -> Run:
    """Decode the same clip and encode its own frames with the same options, in two threads."""
    target = folder / "floor.mp4"
    wants = recipe_for(target, still=False, transparent=False, matte=False).wants
    source = open_source(clip, replace(wants, tonemap=True))
    clock, meter = Clock(), Meter()
    meter.start("", 0)
    with closing(ahead(source.frames(), DEPTH)) as frames:
        count = max(1, write_clip(frames, source.info, target, clock))
    meter.stop()
    stages = {"encode": round(1000 * clock.busy["encode"] / count, 3)}
    cpu_ms = round(1000 * meter.cpu / count, 3)
    return Run("floor", "", count, round(count / meter.wall, 2), cpu_ms, round(meter.cpu / meter.wall, 2), stages)


def paced(take: Callable[[float], Run], seconds: float, guess: float) -> Run:
    """A run that lasts about so long: repeated longer where the first was too short to tell much.

    Args:
        take: runs about so many frames.
        seconds: how long it is to last.
        guess: frames a second that are expected.
    """
    first = take(guess * seconds)
    wanted = first.fps * seconds
    again = take(wanted) if wanted > 2.5 * first.frames else first
    return max(first, again, key=lambda one: one.frames)


def on_colour(quality: str, model: str = "auto") -> Settings:
    """The settings of a run: a quality and a model, on a colour, without sound."""
    return Settings(quality=quality, model=model, backdrop=BACKDROP, tonemap=True, audio=False)
