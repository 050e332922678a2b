"""The main job from top to bottom: Source → Matter → compose(Backdrop) → Sink."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bgstream.ahead import ahead
from bgstream.backdrops import Blur, refuse_as_target
from bgstream.backdrops import backdrop as named_backdrop
from bgstream.compose import compose
from bgstream.frame import Frame, Matted
from bgstream.matters import make_matter, refuse_nonsense
from bgstream.matting.cached import Sessions
from bgstream.matting.session import find_device
from bgstream.matting.tiers import find_tier
from bgstream.partial import check_target
from bgstream.progress import Clock, Progress, Report, Silent
from bgstream.protocols import Backdrop, Sink, Source
from bgstream.settings import Settings
from bgstream.sinks import Delivery, check_encoder, open_sink, recipe_for
from bgstream.sources import PICTURE_SUFFIXES, open_source
from bgstream.warmup import compile_blur, compile_kernels, compile_key_frames

DEPTH = 4  # frames between two threads: enough to even out, little memory


def default_target(source: Path, settings: Settings) -> Path:
    """Where the output goes when nobody says: beside the input, under a name that is not the input's.

    A picture becomes ``.png``, a matte ``_matte.mkv``, a clip ``.webm``, on a colour ``.mp4``.
    """
    still = source.suffix.lower() in PICTURE_SUFFIXES
    if settings.matte:
        return source.with_name(f"{source.stem}_matte{'.png' if still else '.mkv'}")
    opaque = settings.backdrop != "transparent"
    target = source.with_suffix(".png" if still else (".mp4" if opaque else ".webm"))
    return source.with_name(f"{source.stem}_cutout{target.suffix}") if target == source else target


def run(source: Path, target: Path | None, settings: Settings, progress: Progress | None = None) -> Report:
    """Matte one clip or picture and write it; see :func:`bgstream.remove`."""
    tell = progress or Silent()
    clock = Clock()
    try:
        return _run(source, target, settings, tell, clock)
    finally:
        tell.stop()


def _run(source: Path, target: Path | None, settings: Settings, tell: Progress, clock: Clock) -> Report:
    overwrite = target is not None or settings.overwrite
    target = target or default_target(source, settings)
    behind = named_backdrop(settings.backdrop, settings.fit)
    still = source.suffix.lower() in PICTURE_SUFFIXES
    recipe = recipe_for(
        target, still, settings.backdrop == "transparent", settings.matte, settings.codec, settings.quality
    )
    tier = find_tier(settings.quality)
    refuse_nonsense(settings)
    device = find_device(settings.device)
    clip = open_source(source, recipe.wants, device.name)
    check_target(target, source, overwrite)
    refuse_as_target(target, settings.backdrop)
    check_encoder(recipe, clip.info)
    compile_kernels(tell, [tier])
    if isinstance(behind, Blur):
        compile_blur(tell, clip.info.layout)
    tell.phase("looking at the clip")
    made = make_matter(settings, tier, device, clip, clock)
    if made.keyed:
        compile_key_frames(tell)
    tell.start(f"{source.name} → {target.name}", clip.info.duration)
    flow = Clock()
    delivery = Delivery(audio=settings.audio)
    with (
        closing(behind),
        open_sink(target, recipe, clip.info, delivery) as sink,
        closing(ahead(_timed(clip, clock), DEPTH)) as frames,
        closing(ahead(_composed(made.matter(frames), behind, sink, clock), DEPTH)) as pictures,
    ):
        count = 0
        for count, picture in enumerate(pictures, 1):
            with clock("encode"):
                sink.write(picture)
            tell.step(count, picture.time, flow)
    notes = (*clip.info.notes, *made.notes, *filter(None, [made.ledger.note, device.note, Sessions().note]))
    return Report(
        source=str(source),
        target=str(target),
        frames=count,
        seconds=round(clock.seconds, 3),
        fps=round(count / flow.seconds, 2),
        model=made.name,
        device=device.name,
        limited_by=clock.limit,
        stage_ms={stage: round(1000 * busy / max(1, count), 3) for stage, busy in clock.busy.items()},
        keyframes=made.ledger.as_dict() if made.ledger.frames else {},
        notes=notes,
    )


def _composed(mattes: Iterator[Matted], behind: Backdrop, sink: Sink, clock: Clock) -> Iterator[Frame]:
    """In the matter's own thread: alpha and luma are still in that core's cache."""
    for matted in mattes:
        with clock("refine"):
            picture = sink.blank(matted.frame)
            compose(matted, behind, picture)
        yield picture


def _timed(clip: Source, clock: Clock) -> Iterator[Frame]:
    frames = clip.frames()
    while True:
        with clock("decode"):
            frame = next(frames, None)
        if frame is None:
            return
        yield frame
