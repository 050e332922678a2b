"""Lines of subtitles: when they are shown in the part that is used, and what they say."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from av.subtitles.subtitle import AssSubtitle, SubtitleSet

from bgstream.protocols import Cut

if TYPE_CHECKING:
    from av.packet import Packet
    from av.subtitles.stream import SubtitleStream

MILLI = Fraction(1, 1000)
DRAWING = re.compile(rb"\\p[1-9]")  # shapes in Advanced SubStation Alpha: not words


@dataclass(frozen=True, slots=True)
class Cue:
    """What is said, and from when to when, in milliseconds."""

    begin: int
    end: int
    spoken: SubtitleSet


def shown(packet: "Packet[SubtitleStream]", cut: Cut | None) -> tuple[int, int] | None:
    """When a packet is shown and for how long, in its own unit, in the part that is used; None: never."""
    if packet.pts is None:
        return None
    begin, lasting = packet.pts, packet.duration or 0
    if cut is None:
        return begin, lasting
    first = round(cut.begin / packet.time_base)
    last = None if cut.end is None else round(cut.end / packet.time_base)
    if last is not None and begin >= last:
        return None
    end = begin + lasting if last is None else min(begin + lasting, last)
    if end <= first and not (lasting == 0 and begin >= first):
        return None
    return max(begin, first) - first, end - max(begin, first)


def words_in(spoken: SubtitleSet) -> Iterator[bool]:
    """For each part of a subtitle, whether it says something."""
    for part in spoken:
        yield isinstance(part, AssSubtitle) and bool(part.dialogue.strip()) and not DRAWING.search(part.ass)


def joined(said: Sequence[SubtitleSet]) -> SubtitleSet:
    """Several texts as one, line under line."""
    texts = [part.ass.split(b",", 8)[-1] for one in said for part in one if isinstance(part, AssSubtitle)]
    return SubtitleSet.create(b"0,0,Default,,0,0,0,," + rb"\N".join(texts), 0, 0)
