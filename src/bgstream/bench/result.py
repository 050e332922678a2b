"""What a measurement ends with."""

from dataclasses import asdict, dataclass
from typing import Any

from bgstream.bench.cores import Cores
from bgstream.bench.kernels import Kernel
from bgstream.bench.machine import Machine
from bgstream.bench.measure import Run
from bgstream.bench.networks import Answer
from bgstream.bench.sizes import Cost, Size


@dataclass(frozen=True, slots=True)
class Measured:
    """The clip that was measured with.

    Attributes:
        name: the file's, or ``synthetic``.
        size: (height, width) of its frames.
        rate: frames a second.
    """

    name: str
    size: tuple[int, int]
    rate: float


@dataclass(frozen=True, slots=True)
class Advice:
    """What the figures mean.

    Attributes:
        limit: what the default quality waits for: ``codec``, ``network``, ``kernels`` or ``cores``.
        says: the same in a sentence.
        lines: what to do, one sentence each.
        quality: the best that keeps up with the clip's rate; empty where none does.
    """

    limit: str
    says: str
    lines: tuple[str, ...]
    quality: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """All figures.

    Attributes:
        machine: measured on.
        clip: measured with.
        floor: decoding and encoding alone.
        runs: the main job, by quality and model.
        networks: one answer of each.
        kernels: one call of each.
        sizes: the person network's job by resolution; empty with ``--quick``.
        costs: lines through the stages of ``sizes``.
        cores: the job by number of processors; empty with ``--quick``, or where a process cannot be bound.
        advice: what to make of it.
        seconds: that it all took.
    """

    machine: Machine
    clip: Measured
    floor: Run
    runs: tuple[Run, ...]
    networks: tuple[Answer, ...]
    kernels: tuple[Kernel, ...]
    sizes: tuple[Size, ...]
    costs: tuple[Cost, ...]
    cores: tuple[Cores, ...]
    advice: Advice
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for ``--json``."""
        kernels = [{**asdict(kernel), "ms_per_megapixel": kernel.per_megapixel} for kernel in self.kernels]
        sizes = [size.as_dict() for size in self.sizes]
        return {**asdict(self), "kernels": kernels, "sizes": sizes}
