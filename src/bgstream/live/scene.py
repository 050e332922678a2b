"""Wishes made ready: the backdrop that was loaded, the networks that were, and the matter that they make."""

from dataclasses import dataclass, replace
from itertools import repeat
from pathlib import Path

from bgstream.backdrops import Blur, backdrop
from bgstream.errors import ConfigError
from bgstream.frame import Frame
from bgstream.live.governor import Level, levels_of
from bgstream.live.wishes import Wishes
from bgstream.matters import KEYERS
from bgstream.matting.card import Card
from bgstream.matting.cards import find_card
from bgstream.matting.chain import NetworkMatter, Plan
from bgstream.matting.choice import SMALL
from bgstream.matting.choose import Choice
from bgstream.matting.live import live_sizes, live_threads
from bgstream.matting.person import PERSON, TWIN
from bgstream.matting.segmenter import Segmenter
from bgstream.matting.session import Device
from bgstream.matting.shelf import Shelf
from bgstream.matting.tiers import find_tier
from bgstream.progress import Clock
from bgstream.protocols import Backdrop
from bgstream.settings import Settings


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What is shown, and how the subject is cut out of it.

    Attributes:
        wishes: what it was made from.
        backdrop: what is behind.
        plan: how frames are matted.
        networks: the network of the plan, and where it may be asked at a smaller size, that.
        shelf: where others are taken from.
    """

    wishes: Wishes
    backdrop: Backdrop
    plan: Plan
    networks: tuple[Segmenter, ...]
    shelf: Shelf

    @property
    def levels(self) -> tuple[Level, ...]:
        """What can be given up of it."""
        return levels_of(self.plan.tier, self.networks[0].heavy)

    def matter(self, level: Level, clock: Clock) -> NetworkMatter:
        """What mattes frames from here on, with no memory of those before; the networks stay loaded."""
        plan = self.plan
        said = replace(plan.settings, refine=level.refine, clean=level.clean, smooth=level.steady)
        network = self.networks[-1 if level.small else 0]
        network = network if network.card.recurrent else network.twin()
        second = plan.second.twin() if plan.second else None  # eyes of its own: another thread may try another scene
        tier = plan.tier if level.fine else replace(plan.tier, solve=False, foreground=False)
        plan = replace(plan, tier=tier, settings=said, interval=level.interval, second=second)
        return NetworkMatter(plan, network, self.shelf, clock)

    def cuts_like(self, other: "Scene") -> bool:
        """Whether frames are matted as in another scene."""
        return self.plan is other.plan


class Scenes:
    """Makes scenes, each from the one before as far as that serves; for :class:`bgstream.live.board.Board`.

    Args:
        device: where networks run.
        rate: frames a second, for the size at which a large network is asked.
        warm: a frame such as will come: what is made is tried on it once, so that the first real one waits for nothing.
    """

    def __init__(self, device: Device, rate: float, warm: Frame) -> None:
        self._device, self._rate, self._warm = device, rate, warm
        self._shelf = Shelf(device)

    def __call__(self, wishes: Wishes, before: Scene | None) -> Scene:
        """A scene of wishes.

        Raises:
            ConfigError: a word that means nothing, or cannot be had live.
            SourceError: a backdrop that cannot be read.
            ModelError: weights that are missing or of no use.
        """
        behind = self._backdrop(wishes, before)
        if before is not None and (before.wishes.model, before.wishes.quality) == (wishes.model, wishes.quality):
            scene = replace(before, wishes=wishes, backdrop=behind)
        else:
            scene = self._cutting(wishes, behind, before)
        if isinstance(behind, Blur):  # the one that is shown, perhaps: only now that all the rest can be had
            behind.strength, behind.ramp = wishes.blur, wishes.ramp
        return scene

    def _cutting(self, wishes: Wishes, behind: Backdrop, before: Scene | None) -> Scene:
        """With another network, or another tier of the same."""
        tier, card = find_tier(wishes.quality), _card(wishes.model)
        kept = before is not None and before.wishes.model == wishes.model
        networks = before.networks if before is not None and kept else self._networks(card)
        plan = Plan(
            Choice(card),
            tier,
            Settings(quality=wishes.quality, model=wishes.model),
            live=True,
            second=self._twin(card) if card.subject == "person" and not card.recurrent else None,
        )
        scene = Scene(wishes, behind, plan, networks, self._shelf)
        if not (kept and card.recurrent):
            _try(scene, self._warm)
        return scene

    def _backdrop(self, wishes: Wishes, before: Scene | None) -> Backdrop:
        same = before is not None and (before.wishes.backdrop, before.wishes.fit) == (wishes.backdrop, wishes.fit)
        return before.backdrop if before is not None and same else _behind(wishes)

    def _networks(self, card: Card) -> tuple[Segmenter, ...]:
        sizes = live_sizes(card, self._device, self._rate)
        threads = 0 if len(card.load()) < SMALL else live_threads()  # a small one is asked in the loop's own thread
        return tuple(Segmenter(card, self._device, size, threads=threads) for size in sizes)

    def _twin(self, card: Card) -> Segmenter:
        """The person network that confirms what another one says."""
        other = find_card(PERSON if card.name == TWIN else TWIN)
        return self._shelf.take(other)


def _try(scene: Scene, frame: Frame) -> None:
    """Whatever the governor may choose, once, so that no frame waits for a kernel that is read from the cache."""
    for level in scene.levels:
        for _ in scene.matter(level, Clock())(repeat(frame, level.interval + 1)):
            pass
    scene.networks[0].reset()


def refuse_nonsense(wishes: Wishes) -> None:
    """Tell what is wrong with wishes before anything is loaded.

    Raises:
        BgstreamError: as :class:`Scenes` would.
    """
    find_tier(wishes.quality)
    _card(wishes.model)
    _behind(wishes).close()


def _behind(wishes: Wishes) -> Backdrop:
    if wishes.backdrop == "transparent":
        raise ConfigError("a camera has no transparency", "-b blur, a colour, a picture or a video")
    return backdrop(wishes.backdrop, wishes.fit)


def _card(model: str) -> Card:
    name = TWIN if model == "auto" else model
    keyer = name.partition("+")[0]
    if keyer in KEYERS and not Path(name).exists():
        raise ConfigError(f"model '{keyer}' needs a whole clip to look at", "live: a network, such as selfie-landscape")
    return find_card(name)
