"""What one run has to do, decided and checked whole before any work is done or anything is written."""

from dataclasses import dataclass, replace
from pathlib import Path

from bgstream import __version__
from bgstream.backdrops import backdrop, parse_colour, refuse_as_plate
from bgstream.matters import refuse_nonsense
from bgstream.matting.device import Device
from bgstream.matting.session import find_device
from bgstream.matting.tiers import Tier, find_tier
from bgstream.protocols import Backdrop, Source
from bgstream.settings import Settings
from bgstream.sinks import Delivery, Recipe, check_encoder, recipe_for, wants_of
from bgstream.sinks.record import Begun, begun, job_of
from bgstream.sources import is_still, open_source, parse_span
from bgstream.targets import Place, check_place, find_place


@dataclass(frozen=True, slots=True)
class Job:
    """One input, one output.

    Attributes:
        source: the input's file.
        settings: what the user wants.
        place: where the output goes.
        recipe: how it is written.
        delivery: what goes in besides the pictures, and beside it.
        clip: the opened source.
        behind: the backdrop.
        tier: how much is spent on the matte.
        device: where networks run.
        earlier: what an earlier run has left of the same output.
    """

    source: Path
    settings: Settings
    place: Place
    recipe: Recipe
    delivery: Delivery
    clip: Source
    behind: Backdrop
    tier: Tier
    device: Device
    earlier: Begun

    @property
    def lead(self) -> int:
        """Frames before the first that is written which are matted for the memory of what follows."""
        return self.earlier.lead(self.settings)

    @property
    def skipped(self) -> int:
        """Frames that are not even matted."""
        return self.earlier.pictures - self.lead


def decide(source: Path, target: Path | None, settings: Settings) -> Job:
    """What has to be done.

    Args:
        source: the input.
        target: the output; None: beside the input.
        settings: what the user wants.

    Raises:
        BgstreamError: it cannot be meant, or cannot be done: nothing has been touched.
    """
    behind = backdrop(settings.backdrop, settings.fit)
    still = is_still(source)
    place = find_place(source, target, settings, still)
    transparent = settings.backdrop == "transparent" and not settings.key_file
    recipe = recipe_for(place.path, still, transparent, settings.matte, settings.codec, settings.quality)
    delivery = _delivery(settings)
    tier = find_tier(settings.quality)
    refuse_nonsense(settings)
    span = parse_span(settings.start, settings.end)
    device = find_device(settings.device)
    wants = replace(wants_of(recipe, delivery), tonemap=settings.tonemap)
    clip = open_source(source, wants, device.name, span)
    check_place(place, source, settings)
    earlier = Begun()
    if place.numbered:
        name = job_of(source, settings, __version__)
        earlier = begun(place.path, name, settings.overwrite)
        delivery = replace(delivery, job=name, done=earlier.pictures)
    refuse_as_plate(behind, clip.info.size)
    check_encoder(recipe, clip.info)
    return Job(source, settings, place, recipe, delivery, clip, behind, tier, device, earlier)


def _delivery(settings: Settings) -> Delivery:
    key = Path(settings.key_file) if settings.key_file else None
    return Delivery(settings.audio, settings.subtitles, key, settings.quality, parse_colour(settings.matte_colour))
