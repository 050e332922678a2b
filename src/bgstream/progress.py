"""What a run tells while it works: a clock for each stage, and reporters for people, pipes and programs."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol, TextIO

STAGES = ("decode", "model", "refine", "encode")


class Clock:
    """Busy seconds of each stage; each stage is timed by one thread only."""

    def __init__(self) -> None:
        self.busy = dict.fromkeys(STAGES, 0.0)
        self._began = time.perf_counter()

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        """Count what runs inside as ``stage``."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.busy[stage] += time.perf_counter() - began

    @property
    def seconds(self) -> float:
        """Seconds since the clock was made."""
        return time.perf_counter() - self._began

    @property
    def limit(self) -> str:
        """The stage that the others wait for: model and refine share a thread, so the pair is weighed as one."""
        matting = self.busy["model"] + self.busy["refine"]
        if matting >= max(self.busy["decode"], self.busy["encode"]):
            return "model" if self.busy["model"] >= self.busy["refine"] else "refine"
        return "decode" if self.busy["decode"] >= self.busy["encode"] else "encode"


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did.

    Attributes:
        source, target: file names.
        frames: frames written.
        seconds: of work, models and kernels loaded included.
        fps: frames a second.
        model, device: what was used.
        limited_by: the stage that the others waited for.
        stage_ms: busy milliseconds a frame, by stage; "model" is also the time that a large network is waited for.
        keyframes: how many frames a large network was asked about, of how many, and how far alpha that was carried
            between them went astray; empty where the network is asked about each frame in turn.
        notes: what a user should know.
    """

    source: str
    target: str
    frames: int
    seconds: float
    fps: float
    model: str
    device: str
    limited_by: str
    stage_ms: dict[str, float] = field(default_factory=dict)
    keyframes: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for ``--json``."""
        return asdict(self)


class Progress(Protocol):
    """Hears of a run's steps."""

    def start(self, title: str, seconds: float) -> None:
        """Frames begin to flow; ``seconds``: the clip's length, 0 if unknown."""

    def phase(self, text: str) -> None:
        """Something that takes a moment begins (kernels compile, a model is chosen)."""

    def step(self, frames: int, time: float, clock: Clock) -> None:
        """A frame of a time of the clip has been written."""

    def stop(self) -> None:
        """The run has ended, well or not."""


class Silent:
    """Says nothing."""

    def start(self, title: str, seconds: float) -> None:
        """Nothing."""

    def phase(self, text: str) -> None:
        """Nothing."""

    def step(self, frames: int, time: float, clock: Clock) -> None:
        """Nothing."""

    def stop(self) -> None:
        """Nothing."""


class Lines(Silent):
    """A plain line now and then, for pipes and logs; or one JSON object a line (NDJSON) for programs.

    Args:
        stream: where to.
        as_json: NDJSON.
        every: seconds between lines.
    """

    def __init__(self, stream: TextIO | None = None, as_json: bool = False, every: float = 2.0) -> None:
        self._stream, self._json, self._every = stream or sys.stderr, as_json, every
        self._next, self._total = every, 0.0

    def start(self, title: str, seconds: float) -> None:
        """Say what begins."""
        self._total = seconds
        self._say(title, event="start", duration=round(seconds, 3))

    def phase(self, text: str) -> None:
        """Say what is done first."""
        self._say(text, event="phase")

    def step(self, frames: int, time: float, clock: Clock) -> None:
        """Say how far it is, every few seconds."""
        if clock.seconds < self._next:
            return
        self._next = clock.seconds + self._every
        fps = frames / clock.seconds
        share = f", {min(100, 100 * time / self._total):.0f} %" if self._total else ""
        self._say(
            f"{frames} frames{share}, {fps:.1f} fps, limited by {clock.limit}",
            event="progress",
            frames=frames,
            time=round(time, 3),
            fps=round(fps, 2),
            limited_by=clock.limit,
        )

    def _say(self, text: str, **fields: Any) -> None:
        line = json.dumps({**fields, "text": text}) if self._json else text
        print(line, file=self._stream, flush=True)


class Bar:
    """A live bar on a terminal: share, frames a second, time left, and what limits the speed."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        self._bar = RichProgress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._bar.add_task("starting", total=None, rate="")
        self._bar.start()

    def start(self, title: str, seconds: float) -> None:
        """Show the bar."""
        self._bar.reset(self._task, description=title, total=seconds or None, rate="")

    def phase(self, text: str) -> None:
        """Show what is done first."""
        self._bar.update(self._task, description=text)

    def step(self, frames: int, time: float, clock: Clock) -> None:
        """Move the bar."""
        rate = f"{frames / clock.seconds:5.1f} fps, {clock.limit}-bound"
        self._bar.update(self._task, completed=time, rate=rate)

    def stop(self) -> None:
        """Take the bar away."""
        self._bar.stop()
