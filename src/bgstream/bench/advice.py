"""From figures to what limits and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass

from bgstream.bench.measure import Run
from bgstream.bench.result import Advice, Measured
from bgstream.matting.session import Device
from bgstream.matting.tiers import tiers
from bgstream.settings import Settings

QUALITIES = tuple(tiers())
WORK = {"decode": "codec", "encode": "codec", "model": "network", "refine": "kernels"}
WORDS = {
    "codec": "decoding and encoding",
    "network": "the network and what steadies its answers",
    "kernels": "refining and compositing at full size",
}
FULL = 0.85  # of the cores busy: more threads would not help
NEAR = 0.8  # of the codec's own rate: what is left is not ours
QUIET = 0.85  # of a core that one thread gets where nobody else works


@dataclass(frozen=True, slots=True)
class State:
    """What advice depends on beside the figures.

    Attributes:
        device: where networks run.
        cores: that there are.
        tuned: session options were measured.
        share: of a core that one thread gets, from :func:`bgstream.bench.machine.share`.
    """

    device: Device
    cores: int
    tuned: bool
    share: float


def advise(clip: Measured, floor: Run, runs: Sequence[Run], state: State) -> Advice:
    """What limits the default quality on this machine, and which settings to use.

    Args:
        clip: the clip's rate is what counts as real time.
        floor: decoding and encoding alone.
        runs: by quality; the one called like the default quality is judged.
        state: of the machine.
    """
    usual = next(run for run in runs if run.name == Settings().quality)
    limit, says = _limit(usual, floor, state.cores)
    tiers = [run for run in runs if run.name in QUALITIES]
    quality = max((run.name for run in tiers if run.fps >= clip.rate), key=QUALITIES.index, default="")
    lines = [_real_time(quality, clip.rate, tiers), *_persons(runs, clip.rate)]
    if state.device.note:
        lines.append(state.device.note)
    if state.device.name == "cpu" and not state.tuned:
        lines.append("'bgstream tune' was not run here: it finds the quickest way to run the networks, once")
    if state.share < QUIET:
        lines.append(
            f"others are at work on this machine (a thread gets {100 * state.share:.0f} % of a core): measure again"
        )
    return Advice(limit, says, tuple(lines), quality)


def _limit(run: Run, floor: Run, cores: int) -> tuple[str, str]:
    shares: dict[str, float] = {}
    for stage, ms in run.stage_ms.items():
        kind = WORK.get(stage, "network")
        shares[kind] = shares.get(kind, 0.0) + ms
    most = max(shares, key=lambda kind: shares[kind])
    told = f"{run.fps:.1f} fps with -q {run.name}"
    if run.fps >= NEAR * floor.fps:
        return "codec", f"{told}: the codec; decoding and encoding alone reach {floor.fps:.1f}"
    if run.cores >= FULL * cores:
        busy = "the only core is busy" if cores == 1 else f"all {cores} cores are busy"
        return "cores", f"{told}: {busy}, most of all with {WORDS[most]} ({shares[most]:.1f} ms a frame)"
    kind = WORK.get(run.limited_by, "network")
    return kind, f"{told}: {WORDS[kind]} ({shares[kind]:.1f} ms a frame, on {run.cores:.1f} of {cores} cores)"


def _real_time(quality: str, rate: float, tiers: Sequence[Run]) -> str:
    if quality:
        fps = next(run.fps for run in tiers if run.name == quality)
        return f"real time ({rate:g} fps) for a clip like this: -q {quality} ({fps:.1f} fps)"
    quickest = max(tiers, key=lambda run: run.fps)
    nearest = f"-q {quickest.name} comes nearest ({quickest.fps:.1f} fps)"
    return f"no quality keeps up with {rate:g} fps here: {nearest}; --fps-budget {rate:g} asks the network less often"


def _persons(runs: Sequence[Run], rate: float) -> list[str]:
    person = next((run for run in runs if run.name not in QUALITIES), None)
    if person is None or person.fps < rate:
        return []
    return [f"people: -m {person.model} runs at {person.fps:.1f} fps"]
