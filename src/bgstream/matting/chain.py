"""The matter made of networks, step by step: asked → linked → which subject → cleaned → steadied → finished.

Every step is a generator over looks; each can be left out. Every matte belongs to the frame it is yielded with.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bgstream.frame import Frame, Matted
from bgstream.matting.asking import Asker
from bgstream.matting.attention import Attention
from bgstream.matting.bounding import bounded
from bgstream.matting.choose import Choice
from bgstream.matting.clean import cleaned
from bgstream.matting.finish import Finisher
from bgstream.matting.flow import Flow, Linker, enlarged
from bgstream.matting.look import Look
from bgstream.matting.motion import Movers
from bgstream.matting.person import Witnesses
from bgstream.matting.regions import Regions
from bgstream.matting.say import Say
from bgstream.matting.segmenter import Segmenter
from bgstream.matting.session import Device
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
    """

    choice: Choice
    tier: Tier
    settings: Settings
    say: Say = field(default_factory=Say)
    starts: Sequence[Start] = ()
    keep: Starts = ()
    remove: Starts = ()


class NetworkMatter:
    """Mattes frames with a network, and with two small ones as witnesses where persons are meant.

    Args:
        plan: what is to be done.
        network: the network of ``plan.choice``.
        device: where the witnesses run.
        clock: counts the stages "model" and "refine".
    """

    def __init__(self, plan: Plan, network: Segmenter, device: Device, clock: Clock) -> None:
        self._plan, self._network, self._clock = plan, network, clock
        self._witnesses = Witnesses(device) if plan.choice.person else None

    def __call__(self, frames: Iterator[Frame]) -> Iterator[Matted]:
        """Matte frames in order, one for one; the tier says how far it looks ahead."""
        finish = Finisher(self._plan.tier, self._plan.settings, self._clock, self._network.card.levels)
        for look in self._looks(frames):
            yield finish(look)

    def _looks(self, frames: Iterable[Frame]) -> Iterator[Look]:
        plan, tier, clock = self._plan, self._plan.tier, self._clock
        recurrent = self._network.card.recurrent  # such a network is steady by itself, and sees every frame once
        steady = plan.settings.smooth and not recurrent
        flow = Flow[tier.flow.upper()] if tier.flow != "none" else None
        if flow and self._network.card.subject == "any":  # beside such a network a fine flow costs little
            flow = Flow.FINE
        asked = Asker(self._network, self._witnesses, clock)(frames)
        looks = self._meant(asked, flow, steady)
        if tier.finer > 1:
            looks = enlarged(looks, tier.finer, clock)
        if tier.attention and not recurrent:
            looks = Attention(self._network, clock)(looks)
        if plan.settings.clean:
            looks = cleaned(looks, clock, tier.ahead)
        if steady:
            looks = Stabiliser(clock, tier.ahead)(looks) if flow else smoothed(looks, clock)
        if plan.keep or plan.remove:
            looks = Regions(plan.keep, plan.remove, clock)(looks)
        return looks

    def _meant(self, looks: Iterator[Look], flow: Flow | None, steady: bool) -> Iterator[Look]:
        """Only what is meant: by the user's word, by the witnesses, by what moves on its own."""
        plan, clock, ahead = self._plan, self._clock, self._plan.tier.ahead
        followed = plan.say.places or plan.say.subject in ("largest", "center")
        said = followed or plan.keep or plan.remove
        if said or (flow and (steady or self._witnesses)):
            looks = Linker(flow or Flow.COARSE, clock)(looks)
        if self._witnesses is not None:
            if steady and flow:
                looks = Stabiliser(clock, ahead, "person")(looks)
            looks = bounded(looks, clock, ahead, plan.choice.certain)
        elif steady and flow and plan.choice.card.subject == "any" and not said and plan.say.subject == "auto":
            looks = Movers(clock)(looks)
        return Tracker(plan.say, clock, plan.starts)(looks) if followed else looks
