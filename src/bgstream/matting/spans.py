"""A clip cut into spans, each from one key frame to the next: as long as movement, memory and past success allow."""

from collections.abc import Iterable, Iterator

from bgstream.matting.look import Look
from bgstream.matting.pace import Pace

LOST = 1.2  # of the frame's area that the flow loses on the way, gathered: carrying alpha farther is a guess
MEMORY = 128 << 20  # bytes of frames in one span


class Spans:
    """Cuts looks into spans: the looks after one key frame up to the next, which is the last.

    A shot's first look is a span by itself. How long spans get follows what carrying has been good for: twice as long
    as before while nothing drifts, as short as those that had to be made shorter.

    Args:
        pace: says how many looks a span has at most.
    """

    def __init__(self, pace: Pace) -> None:
        self.pace, self._reach = pace, pace.longest

    def __call__(self, looks: Iterable[Look]) -> Iterator[list[Look]]:
        """Spans in order; all looks, each once."""
        span: list[Look] = []
        lost = 0.0
        for look in looks:
            if look.link is None:
                if span:
                    yield span
                yield [look]
                span, lost = [], 0.0
                continue
            span.append(look)
            lost += 1 - float(look.link.trust_back.mean())
            if (
                len(span) >= min(self._reach, self.pace.longest)
                or lost >= LOST
                or len(span) * look.frame.nbytes >= MEMORY
            ):
                yield span
                span, lost = [], 0.0
        if span:
            yield span

    def learn(self, length: int, parts: int) -> None:
        """A span of ``length`` looks had to be cut into ``parts``; 1 is as it was."""
        self._reach = min(self.pace.longest, max(2, 2 * length if parts == 1 else -(-length // parts)))
