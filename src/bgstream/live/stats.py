"""What the running camera tells of itself, measured over the last seconds."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

WINDOW = 2.0  # seconds that figures are taken over


@dataclass(frozen=True, slots=True)
class Stats:
    """How it goes.

    Attributes:
        state: ``starting``, ``live``, ``idle`` (nobody watches), ``paused``, ``trouble`` or ``off``.
        text: what is shown or said about it; empty while all is well.
        camera, output, model: their names.
        size: (height, width) of the output.
        fps, target: frames a second that leave, and that the camera is asked for.
        latency, latency_99: milliseconds from when a picture was taken to when it has left; median and 99th percentile.
        cpu: of one core, 0..; 1 is one core busy.
        frames, dropped, damaged: since the start: live frames that left, camera frames that a newer one replaced, and
            camera frames that could not be decoded.
        level: what the governor has switched off; empty for nothing.
        seconds: since the start.
    """

    state: str = "starting"
    text: str = ""
    camera: str = ""
    output: str = ""
    model: str = ""
    size: tuple[int, int] = (0, 0)
    fps: float = 0.0
    target: float = 0.0
    latency: float = 0.0
    latency_99: float = 0.0
    cpu: float = 0.0
    frames: int = 0
    dropped: int = 0
    damaged: int = 0
    level: str = ""
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    @property
    def line(self) -> str:
        """For people."""
        if self.state != "live":
            return f"{self.state}{': ' if self.text else ''}{self.text}, CPU {100 * self.cpu:.1f} %"
        told = f", {self.level}" if self.level else ""
        return (
            f"{self.fps:.1f} fps, latency {self.latency:.0f} ms (99 %: {self.latency_99:.0f}),"
            f" CPU {100 * self.cpu:.0f} %, {self.dropped} of {self.frames + self.dropped} dropped{told}"
        )


class Meter:
    """Counts the frames that leave; called by the loop only.

    Args:
        clock, cpu: seconds that pass, and seconds that the processor was busy for us.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, cpu: Callable[[], float] = time.process_time
    ) -> None:
        self._clock, self._cpu = clock, cpu
        self._began = clock()
        self._sent: deque[tuple[float, float]] = deque()  # when, and how old
        self._busy: deque[tuple[float, float]] = deque([(self._began, cpu())])
        self.frames = 0

    def sent(self, taken: float) -> None:
        """A live frame has left.

        Args:
            taken: when its picture was taken, by the meter's clock.
        """
        now = self._clock()
        self.frames += 1
        self._sent.append((now, now - taken))

    @property
    def fps(self) -> float:
        """Frames a second over the last seconds."""
        self._forget()
        if len(self._sent) < 2:
            return 0.0
        return (len(self._sent) - 1) / max(1e-6, self._sent[-1][0] - self._sent[0][0])

    def figures(self) -> dict[str, float]:
        """fps, latency, latency_99, cpu, frames and seconds of :class:`Stats`."""
        now = self._clock()
        fps = self.fps
        self._busy.append((now, self._cpu()))
        while len(self._busy) > 2 and self._busy[1][0] <= now - WINDOW:
            self._busy.popleft()
        (then, busy), (_, used) = self._busy[0], self._busy[-1]
        ages = sorted(age for _, age in self._sent)
        return {
            "fps": round(fps, 2),
            "latency": round(1000 * median(ages), 1) if ages else 0.0,
            "latency_99": round(1000 * ages[-(-99 * len(ages) // 100) - 1], 1) if ages else 0.0,
            "cpu": round((used - busy) / max(1e-6, now - then), 4),
            "frames": self.frames,
            "seconds": round(now - self._began, 1),
        }

    def _forget(self) -> None:
        while self._sent and self._sent[0][0] < self._clock() - WINDOW:
            self._sent.popleft()
