"""The matter made of networks, step by step: asked → linked → which subject → cleaned → steadied → finished.

Every step is a generator over looks; each can be left out. Every matte belongs to the frame it is yielded with.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from bgstream.frame import Frame, Matted
from bgstream.matting.asking import Asker
from bgstream.matting.attention import Attention
from bgstream.matting.bounding import bounded
from bgstream.matting.choice import MOST_THREADS, cores
from bgstream.matting.choose import Choice
from bgstream.matting.clean import cleaned
from bgstream.matting.desk import Desk
from bgstream.matting.finish import Finisher
from bgstream.matting.flow import Flow, Linker, enlarged
from bgstream.matting.gate import CRISP, Gate
from bgstream.matting.keyframes import KeyFrames
from bgstream.matting.late import LateKeys
from bgstream.matting.ledger import Ledger
from bgstream.matting.look import Float, Look
from bgstream.matting.motion import SCOUT, Movers
from bgstream.matting.pace import Pace
from bgstream.matting.person import Witnesses, alone
from bgstream.matting.regions import Regions
from bgstream.matting.say import Say
from bgstream.matting.segmenter import Segmenter
from bgstream.matting.shelf import Shelf
from bgstream.matting.spans import Spans
from bgstream.matting.sparse import between
from bgstream.matting.stabilise import Stabiliser, smoothed
from bgstream.matting.tiers import Tier
from bgstream.matting.tracking import Start, Tracker
from bgstream.progress import Clock
from bgstream.settings import Settings

Starts = Sequence[Sequence[Start]]


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """How a clip is to be matted: decided once, before its first frame.

    Attributes:
        choice: the network, and whether persons are meant.
        tier: what is spent on it.
        settings: refine, smooth, clean, sharp, choke, feather, foreground.
        say: which subject the user means.
        starts: what that means where a shot begins.
        keep, remove: regions of the user's.
        live: no frame waits for what comes after it, nor, but for a shot's first one, for a large network; see
            :mod:`bgstream.matting.live` for the size and threads to load that with.
        interval: live, frames from one question to a small network to the next.
        second: live, another person network: what ``choice`` marks is shown only while this one confirms that somebody
            is there, see :mod:`bgstream.matting.gate`.
    """

    choice: Choice
    tier: Tier
    settings: Settings
    say: Say = field(default_factory=Say)
    starts: Sequence[Start] = ()
    keep: Starts = ()
    remove: Starts = ()
    live: bool = False
    interval: int = 1
    second: Segmenter | None = None


class NetworkMatter:
    """Mattes frames with a network, and with two small ones as witnesses where persons are meant.

    Args:
        plan: what is to be done.
        network: the network of ``plan.choice``.
        shelf: where the witnesses are taken from.
        clock: counts the stages "model" and "refine".

    Attributes:
        keyed: alpha is carried between key frames.
        ledger: which frames the network was asked about; empty where it is asked about each in turn.
    """

    def __init__(self, plan: Plan, network: Segmenter, shelf: Shelf, clock: Clock) -> None:
        if plan.live:
            plan = replace(plan, tier=plan.tier.live)
        self._plan, self._network, self._device, self._clock = plan, network, shelf.device, clock
        self._witnesses = Witnesses(shelf) if plan.choice.person else None
        self.ledger = Ledger()
        recurrent, tier = network.card.recurrent, plan.tier  # a recurrent network is steady by itself
        self._apart = network.heavy and not recurrent and not (plan.live and shelf.device.quick)
        self.keyed = self._apart and (plan.live or (tier.span > 1 and not shelf.device.quick))
        self._steady = plan.settings.smooth and not recurrent

    def __call__(self, frames: Iterator[Frame]) -> Iterator[Matted]:
        """Matte frames in order, one for one; the tier says how far it looks ahead."""
        finish = Finisher(self._plan.tier, self._plan.settings, self._clock, self._network.card.levels)
        for look in self._looks(frames):
            yield finish(look)

    @property
    def _flow(self) -> Flow | None:
        """How carefully the flow is found: beside a large network that is asked about every frame, finely."""
        said = self._plan.tier.flow
        if self.keyed or (self._plan.live and said == "fine"):
            return Flow.CLOSE
        if said != "none" and self._network.card.subject == "any":
            return Flow.FINE
        return Flow[said.upper()] if said != "none" else None

    def _looks(self, frames: Iterable[Frame]) -> Iterator[Look]:
        plan, tier, clock, flow = self._plan, self._plan.tier, self._clock, self._flow
        looks = self._meant(self._asked(frames))
        if tier.finer > 1:
            looks = enlarged(looks, tier.finer, clock)
        if tier.attention and not self._network.card.recurrent:
            looks = Attention(self._network.twin(), clock)(looks)
        if plan.settings.clean:
            looks = cleaned(looks, clock, tier.ahead)
        if self._steady:
            looks = Stabiliser(clock, tier.ahead)(looks) if flow else smoothed(looks, clock)
        if plan.keep or plan.remove:
            looks = Regions(plan.keep, plan.remove, clock)(looks)
        return looks

    def _asked(self, frames: Iterable[Frame]) -> Iterator[Look]:
        """Looks with raw alpha, the network's own or carried from key frames, and linked where anybody needs that."""
        plan, clock, flow = self._plan, self._clock, self._flow
        sparse = plan.interval > 1 and not self._apart and not self._network.card.recurrent
        interval = 0 if self._apart else plan.interval if sparse else 1
        looks = Asker(self._network, self._witnesses, clock, interval)(frames)
        if self._said or sparse or (flow and (self._steady or self._witnesses or self.keyed)):
            looks = Linker(flow or Flow.COARSE, clock)(looks)
        if self._apart:
            looks = self._late(looks) if plan.live else self._keys(looks)
        if sparse:
            looks = between(looks, clock)
        if plan.second is None:
            return looks
        return Gate(partial(_second, plan.second), clock, CRISP.get(self._network.card.name, 0.0))(looks)

    def _late(self, looks: Iterator[Look]) -> Iterator[Look]:
        """Live: one question at a time, since an answer's age costs more than a network's thread waiting for work."""
        return LateKeys(Desk(self._network, 1), 1, self._clock, self.ledger)(looks)

    def _keys(self, looks: Iterator[Look]) -> Iterator[Look]:
        plan, quick = self._plan, self._device.quick
        desk = Desk(self._network, 1 if quick else min(cores(), MOST_THREADS), self._device.batch)
        pace = Pace(plan.tier.drift, plan.tier.span, plan.settings.fps_budget) if self.keyed else Pace(0.0, 1)
        return KeyFrames(desk, Spans(pace), self._network.card.levels, self._clock, self.ledger)(looks)

    @property
    def _said(self) -> bool:
        return bool(self._followed or self._plan.keep or self._plan.remove)

    @property
    def _followed(self) -> bool:
        return bool(self._plan.say.places) or self._plan.say.subject in ("largest", "center")

    def _meant(self, looks: Iterator[Look]) -> Iterator[Look]:
        """Only what is meant: by the user's word, by the witnesses, by what moves on its own."""
        plan, clock, ahead, flow = self._plan, self._clock, self._plan.tier.ahead, self._flow
        if self._witnesses is not None:
            if self._steady and flow:
                looks = Stabiliser(clock, ahead, "person")(looks)
            looks = bounded(looks, clock, ahead, plan.choice.certain)
        elif (
            self._steady
            and flow
            and plan.choice.card.subject == "any"
            and not self._said
            and plan.say.subject == "auto"
        ):
            looks = Movers(clock, 1 if plan.live else SCOUT)(looks)
        return Tracker(plan.say, clock, plan.starts)(looks) if self._followed else looks


def _second(network: Segmenter, look: Look) -> Float:
    """What another person network says of a frame."""
    return alone(network, look.frame, look.gain)
