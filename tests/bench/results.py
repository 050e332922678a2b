"""Results as a measurement would give them, without measuring."""

from bgstream.bench.cores import Cores
from bgstream.bench.kernels import Kernel
from bgstream.bench.machine import Machine
from bgstream.bench.measure import Run
from bgstream.bench.networks import Answer
from bgstream.bench.result import Advice, Measured, Result
from bgstream.bench.sizes import SIZES, Size, fit

CLIP = Measured("<film> & co.mp4", (720, 1280), 25.0)


def run(name: str = "fast", fps: float = 40.0, cores: float = 1.2, **stage_ms: float) -> Run:
    """A run whose stages take 4, 10, 6 and 12 ms, unless told otherwise."""
    stages = {"decode": 4.0, "model": 10.0, "refine": 6.0, "encode": 12.0, **stage_ms}
    return Run(name, "u2netp", 50, fps, 30.0, cores, stages, max(stages, key=lambda stage: stages[stage]))


def floor(fps: float = 100.0) -> Run:
    return Run("floor", "", 50, fps, 15.0, 1.5, {"encode": 9.0})


def sizes() -> tuple[Size, ...]:
    """Stages that cost 1 ms and 2, 3, 4, 5 ms a megapixel."""
    found = []
    for name, size in SIZES.items():
        area = size[0] * size[1] / 1e6
        slopes = {"decode": 2.0, "model": 3.0, "refine": 4.0, "encode": 5.0}
        stages = {stage: 1 + slope * area for stage, slope in slopes.items()}
        found.append(Size(name, size, 300 / (1 + area), run(name, 200 / (1 + area), **stages)))
    return tuple(found)


def result() -> Result:
    """Everything that there can be."""
    return Result(
        machine=Machine("A Processor", 2, "Linux x86_64", "cpu", {"bgstream": "1.2.3"}),
        clip=CLIP,
        floor=floor(),
        runs=(run("draft"), run("fast", 30.0)),
        networks=(Answer("u2netp", (224, 320), 123.4),),
        kernels=(Kernel("down-scale", 2.0, 0.5),),
        sizes=sizes(),
        costs=tuple(fit(stage, list(sizes())) for stage in ("decode", "model", "refine", "encode")),
        cores=(Cores(1, {"u2netp": 5.0}), Cores(2, {"u2netp": 9.0})),
        advice=Advice("network", "the network it is", ("do <this>",), "fast"),
        seconds=12.3,
    )
