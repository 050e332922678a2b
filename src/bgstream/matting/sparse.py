"""Live, when time is short: a small network is asked about every second or third frame, and its answer carried on."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from bgstream.matting.look import Float, Look
from bgstream.matting.parts import carried
from bgstream.progress import Clock


def between(looks: Iterable[Look], clock: Clock) -> Iterator[Look]:
    """The same looks in order; one that was not asked about gets the raw alpha of the one before, along the flow.

    Args:
        looks: linked; where a shot begins they were asked about.
        clock: counts as stage "model".
    """
    before: Float | None = None
    for look in looks:
        known = look
        if not look.raw.size:
            assert before is not None and look.link is not None, "a shot's first frame was not asked about"
            with clock("model"):
                known = replace(look, raw=carried(before, look.link.back, repeat=True))
        before = known.raw
        yield known
