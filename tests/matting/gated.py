"""A clip through the live matter of a call: network, gate, and all."""

from itertools import islice
from pathlib import Path

from bgstream.matting.cards import find_card
from bgstream.matting.chain import NetworkMatter, Plan
from bgstream.matting.choose import Choice
from bgstream.matting.person import PERSON, TWIN
from bgstream.matting.segmenter import Segmenter
from bgstream.matting.session import find_device
from bgstream.matting.shelf import Shelf
from bgstream.matting.tiers import find_tier
from bgstream.progress import Clock
from bgstream.protocols import Wants
from bgstream.settings import Settings
from bgstream.sources.video import VideoSource


def shown_shares(path: Path, frames: int) -> list[float]:
    """How much of each of the first frames is shown, 0..1."""
    device = find_device("cpu")
    shelf, card = Shelf(device), find_card(TWIN)
    plan = Plan(Choice(card), find_tier("fast"), Settings(), live=True, second=shelf.take(find_card(PERSON)))
    clip = VideoSource(path, Wants(frozenset({"yuv420p"})))
    mattes = NetworkMatter(plan, Segmenter(card, device), shelf, Clock())(islice(clip.frames(), frames))
    return [float((matted.alpha > 127).mean()) for matted in mattes]
