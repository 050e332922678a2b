"""From settings and a clip to the matter that mattes it: networks, a chroma key, a clean plate, or a mix."""

from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from bgstream.backdrops import parse_colour
from bgstream.errors import ConfigError
from bgstream.frame import HDR_TRANSFERS, Frame
from bgstream.matting.cards import find_card
from bgstream.matting.chain import NetworkMatter, Plan
from bgstream.matting.choose import choose
from bgstream.matting.key import ChromaKey
from bgstream.matting.keying.bounded import Bounded
from bgstream.matting.keying.median import estimated_plate
from bgstream.matting.ledger import Ledger
from bgstream.matting.person import alone
from bgstream.matting.plate import CleanPlate
from bgstream.matting.said import region_starts, subject_starts
from bgstream.matting.say import Say, parse_say
from bgstream.matting.session import Device
from bgstream.matting.shelf import Shelf, Shelves
from bgstream.matting.tiers import Tier
from bgstream.progress import Clock
from bgstream.protocols import Matter, Source, Wants
from bgstream.settings import Settings
from bgstream.sources import is_still, open_source
from bgstream.sources.like import picture_like

KEYERS = ("key", "plate")
KEY_SAMPLES, PLATE_SAMPLES = 8, 32


@dataclass(frozen=True, slots=True)
class Made:
    """A matter, its name for people, and what they should know about it.

    ``keyed``: alpha is carried between key frames; ``ledger`` is filled while frames are matted.
    """

    matter: Matter
    name: str
    notes: tuple[str, ...] = ()
    keyed: bool = False
    ledger: Ledger = field(default_factory=Ledger)


def split_model(settings: Settings) -> tuple[str, str]:
    """The keyer (``key``, ``plate`` or nothing) and the network (or nothing) that ``--model`` asks for.

    ``--plate`` or ``--key-colour`` alone mean their keyer.

    Raises:
        ConfigError: the mix makes no sense.
    """
    model = settings.model
    if model == "auto" and (settings.plate or settings.key_colour):
        model = "plate" if settings.plate else "key"
    first, plus, second = model.partition("+")
    keyer, network = (first, second) if first in KEYERS else ("", model)
    if plus and not (keyer and network):
        raise ConfigError(f"model '{model}' is no mix of a keyer and a network", "for example: key+u2netp")
    for word, said, owner in (("plate", settings.plate, "plate"), ("key_colour", settings.key_colour, "key")):
        if said and keyer != owner:
            raise ConfigError(f"{word} is for model '{owner}', not '{model}'", f"use --model {owner}")
    return keyer, network


def refuse_nonsense(settings: Settings) -> None:
    """Tell what is wrong with the settings by themselves, before any work; choosing needs the clip.

    Raises:
        ConfigError: a wrong word, or a mix that makes no sense.
        ModelError: weights that are missing or of no use.
    """
    _say(settings)
    _, network = split_model(settings)
    if network not in ("", "auto"):
        find_card(network)


def _say(settings: Settings) -> Say:
    return parse_say(settings.subject, settings.box, settings.point, settings.keep, settings.remove)


def make_matter(
    settings: Settings, tier: Tier, device: Device, clip: Source, clock: Clock, shelves: Shelves | None = None
) -> Made:
    """What mattes a clip, by what the user says and by what the clip shows.

    Args:
        settings: what the user says.
        tier: how hard to try.
        device: where networks run.
        clip: what is to be matted.
        clock: counts what the work takes.
        shelves: networks that other clips have loaded already, and where those of this one are left.

    Raises:
        ConfigError: settings that do not fit each other or the clip.
        ModelError: weights that are missing or of no use.
    """
    keyer, network = split_model(settings)
    shelf = (shelves or Shelves()).shelf(device, apart=not clip.info.still)
    if not keyer:
        return _network(network, settings, tier, shelf, clip, clock)
    key = _keyer(keyer, settings, clip, clock)
    if not network:
        return Made(key, keyer)
    made = _network(network, settings, tier, shelf, clip, clock)
    return replace(made, matter=Bounded(key, made.matter, clock), name=f"{keyer}+{made.name}")


def _network(model: str, settings: Settings, tier: Tier, shelf: Shelf, clip: Source, clock: Clock) -> Made:
    skipped = float(clip.info.cut.skipped) if clip.info.cut else 0.0
    said, length = _say(settings), clip.info.duration
    said.check(clip.info.size, skipped + length if length else 0.0)
    say = said.since(skipped)
    choice = choose(model, "all" if say.places else say.subject, tier, shelf, clip)
    network = shelf.take(choice.card, choice.size)
    starts, notes = subject_starts(clip, say, partial(alone, network))
    keep, more = region_starts(clip, say.keep, back=True)
    remove, most = region_starts(clip, say.remove, back=True)
    plan = Plan(choice, tier, settings, say, starts, keep, remove)
    matter = NetworkMatter(plan, network, shelf, clock)
    return Made(matter, choice.card.name, (*notes, *more, *most), matter.keyed, matter.ledger)


def _keyer(name: str, settings: Settings, clip: Source, clock: Clock) -> ChromaKey | CleanPlate:
    if name == "key":
        colour = parse_colour(settings.key_colour) if settings.key_colour else None
        samples = clip.sample(KEY_SAMPLES)
        return ChromaKey(colour, samples, clock, spill=settings.spill, shadow=settings.shadow)
    if not settings.plate:
        return CleanPlate(None, clip.sample(PLATE_SAMPLES), clock, shadow=settings.shadow)
    return CleanPlate(_plate(Path(settings.plate), clip), [], clock, shadow=settings.shadow)


def _plate(path: Path, clip: Source) -> Frame:
    """A clean plate from a picture, or from a clip of the empty scene."""
    sdr = clip.info.colour.transfer not in HDR_TRANSFERS
    source = open_source(path, Wants(frozenset({clip.info.layout.name}), clip.info.aspect == 1, tonemap=sdr))
    if is_still(path):
        return picture_like(source.sample(1)[0], clip.info)
    return replace(estimated_plate(source.sample(PLATE_SAMPLES)), colour=clip.info.colour)
