"""What ``bgstream bench`` does."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

from bgstream.bench.advice import QUALITIES, State, advise
from bgstream.bench.clip import Excerpts, write_clip
from bgstream.bench.cores import Cores, counts, processors, time_cores
from bgstream.bench.kernels import time_kernels
from bgstream.bench.machine import share, this_machine
from bgstream.bench.measure import Run, on_colour, paced, run_floor, run_job
from bgstream.bench.networks import Answer, time_networks
from bgstream.bench.page import page
from bgstream.bench.result import Measured, Result
from bgstream.bench.sizes import SIZES, Size, fit, time_size
from bgstream.evaluate.report import write_text
from bgstream.matting.cached import Sessions
from bgstream.matting.cards import find_card
from bgstream.matting.choose import GENERAL
from bgstream.matting.session import find_device
from bgstream.matting.tiers import find_tier
from bgstream.partial import check_target
from bgstream.progress import Progress
from bgstream.protocols import Wants
from bgstream.settings import Settings
from bgstream.sources import open_source
from bgstream.sources.synthetic import SyntheticSource
from bgstream.warmup import compile_kernels

PERSON = "selfie-landscape"


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for; see ``bgstream bench --help``.

    Attributes:
        clip: to measure with; None: a synthetic one.
        quick: less of everything, and neither resolutions nor processors.
        output: a page with charts; has resolutions and processors even if ``quick``.
    """

    clip: Path | None = None
    quick: bool = False
    output: Path | None = None


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured.

    Attributes:
        qualities: that are run.
        seconds: that a run of the main job lasts.
        answer: seconds for each network.
        call: seconds for each kernel.
        frames: of the clip, at most.
        sizes: resolutions.
    """

    qualities: tuple[str, ...]
    seconds: float
    answer: float
    call: float
    frames: int
    sizes: tuple[str, ...]


FULL = Effort(QUALITIES, 1.5, 0.4, 0.1, 120, tuple(SIZES))
QUICK = Effort(QUALITIES[:2], 0.8, 0.2, 0.02, 48, ("360p", "720p", "1080p"))


def bench(request: Request, tell: Progress) -> Result:
    """Measure this machine, and write the page if one is asked for.

    Args:
        request: what is asked for.
        tell: hears what is being measured.

    Raises:
        SourceError: the clip cannot be read.
        SinkError: the page cannot be written.
    """
    if request.output is not None:
        check_target(request.output, request.clip or request.output / "none", overwrite=True)
    try:
        with TemporaryDirectory(prefix="bgstream-bench-") as folder:
            result = _Job(request, Path(folder), tell).result()
    finally:
        tell.stop()
    if request.output is not None:
        write_text(request.output, page(result))
    return result


class _Job:
    """One measurement, part by part."""

    def __init__(self, request: Request, folder: Path, tell: Progress) -> None:
        self._request, self._folder, self._tell = request, folder, tell
        self._effort = QUICK if request.quick else FULL
        self._device = find_device("auto")

    def result(self) -> Result:
        """Measure everything; the parts that say most come first."""
        effort, began = self._effort, time.perf_counter()
        compile_kernels(self._tell, [find_tier(quality) for quality in effort.qualities])
        clips = self._clips()
        info = open_source(clips.of(1), Wants()).info
        clip = Measured(self._request.clip.name if self._request.clip else "synthetic", info.size, float(info.rate))
        networks = tuple(self._networks(clips))
        self._tell.phase("decoding and encoding alone")
        floor = paced(lambda frames: run_floor(clips.of(frames), self._folder), effort.seconds / 2, 60)
        runs = tuple(self._runs(clips, networks))
        self._tell.phase("kernels")
        kernels = tuple(time_kernels(info.size, effort.call))
        wide = not self._request.quick or self._request.output is not None
        sizes = tuple(self._sizes()) if wide else ()
        costs = tuple(fit(stage, list(sizes)) for stage in sizes[0].run.stage_ms) if sizes else ()
        cores = tuple(self._cores(clips)) if wide else ()
        return Result(
            this_machine(self._device.name),
            clip,
            floor,
            runs,
            networks,
            kernels,
            sizes,
            costs,
            cores,
            advise(clip, floor, runs, self._state()),
            round(time.perf_counter() - began, 1),
        )

    def _state(self) -> State:
        general = find_card(GENERAL)
        tuned = Sessions().find(general.load(), general.size, self._device.name) is not None
        return State(self._device, processors(), tuned, share())

    def _clips(self) -> Excerpts:
        clip, most = self._request.clip, self._effort.frames
        if clip is None:
            self._tell.phase("making a clip")
            source, clip = SyntheticSource((720, 1280), Fraction(25), most), self._folder / "synthetic.mp4"
            write_clip(source.frames(), source.info, clip)
        return Excerpts(clip, self._folder, most)

    def _networks(self, clips: Excerpts) -> Iterator[Answer]:
        frame = open_source(clips.of(1), Wants()).sample(1)[0]
        for answer in time_networks(frame, self._device, self._effort.answer):
            yield answer
            self._tell.phase(f"networks: {answer.model} {answer.size[1]}×{answer.size[0]}: {answer.ms:.1f} ms")

    def _runs(self, clips: Excerpts, networks: Sequence[Answer]) -> Iterator[Run]:
        """Every quality with the model that it chooses, and the usual one with the person network."""
        usual = Settings().quality
        plans = [(quality, quality, "auto") for quality in self._effort.qualities]
        guess = 1000 / (20 + min(answer.ms for answer in networks if answer.model == GENERAL))
        for name, quality, model in [*plans, (f"{usual} {PERSON}", usual, PERSON)]:
            self._tell.phase(f"the whole job: -q {quality} -m {model}")
            settings, least = on_colour(quality, model), 2 * find_tier(quality).span  # key frames repeat

            def take(frames: float, name: str = name, settings: Settings = settings, least: int = least) -> Run:
                return run_job(clips.of(max(frames, least)), self._folder, name, settings)

            run = paced(take, self._effort.seconds, 60 if model == PERSON else guess)
            guess = 0.6 * run.fps  # the next quality is slower
            yield run

    def _sizes(self) -> Iterator[Size]:
        for name in self._effort.sizes:
            self._tell.phase(f"resolutions: {name}")
            yield time_size(name, self._folder, self._device, self._effort.seconds / 2)

    def _cores(self, clips: Excerpts) -> Iterator[Cores]:
        clip = clips.of(self._effort.frames / 3)
        for number in counts():
            self._tell.phase(f"processors: {number}")
            yield time_cores(number, clip, self._folder)
