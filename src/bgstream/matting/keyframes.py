"""Key frames: a large network is asked about some frames; in between alpha is carried from both sides.

Which frames are chosen by need. A span's end is asked about first; if what is carried there from its beginning differs
from the answer by more than the tier allows, the frame in the middle is asked about too, and so on in both halves.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from itertools import compress, pairwise

from bgstream.matting.carrying import Key, Part, arrived, drift, filled, key_of
from bgstream.matting.desk import Desk
from bgstream.matting.ledger import Ledger
from bgstream.matting.look import Float, Look
from bgstream.matting.spans import Spans
from bgstream.progress import Clock

AHEAD = 1  # spans that are asked about before the oldest is needed: always as many, so that results are the same


class KeyFrames:
    """Gives looks their raw alpha, the network's own or a carried one.

    Args:
        desk: where the network is asked.
        spans: how the clip is cut, and from which drift a span is asked about in its middle.
        levels: raw alpha that counts as nothing and as all; see :class:`bgstream.matting.card.Card`.
        clock: counts as stage "model", waiting for answers included.
        ledger: filled.
    """

    def __init__(self, desk: Desk, spans: Spans, levels: tuple[float, float], clock: Clock, ledger: Ledger) -> None:
        self._desk, self._spans, self._levels = desk, spans, levels
        self._clock, self.ledger = clock, ledger
        self._before: Key | None = None

    def __call__(self, looks: Iterable[Look]) -> Iterator[Look]:
        """The same looks in order, with raw alpha; some spans later."""
        waiting: deque[tuple[list[Look], Future[Float]]] = deque()
        with self._desk as desk:
            ahead = max(AHEAD, 2 * desk.batch)
            for span in self._spans(looks):
                with self._clock("model"):
                    waiting.append((span, desk.ask(span[-1])))
                if len(waiting) > ahead:
                    yield from self._settled(*waiting.popleft())
            while waiting:
                yield from self._settled(*waiting.popleft())

    def _settled(self, span: Sequence[Look], answer: Future[Float]) -> list[Look]:
        with self._clock("model"):
            self._desk.flush()
            raws = {len(span): answer.result()}
            end, alone = key_of(span[-1], raws[len(span)]), span[0].link is None or self._before is None
            if not alone and len(span) > 1:
                assert self._before is not None
                keys = {0: self._before, len(span): end}
                parts = self._cut(span, keys)
                self._spans.learn(len(span), len(parts))
                raws |= {k: key.raw for k, key in keys.items()}
                for part in parts:
                    raws |= filled(part)
                self.ledger.asked += len(keys) - 2
            self.ledger.asked += 1
            self.ledger.frames += len(span)
            self.ledger.seconds, self.ledger.slack = self._desk.seconds, self._spans.pace.slack
            self._spans.pace.tick(len(span))
            self._before = end
            return [replace(look, raw=raws[k]) for k, look in enumerate(span, 1)]

    def _cut(self, span: Sequence[Look], keys: dict[int, Key]) -> list[Part]:
        """Ask about more frames until nothing drifts; ``keys``, by their place after the span's first, is added to."""
        places, done = [(0, len(span))], []
        while places:
            parts = [Part(span, first, last, keys[first], keys[last]) for first, last in places]
            drifting = [part.last - part.first > 1 and self._drifts(part) for part in parts]
            done += list(compress(parts, (not astray for astray in drifting)))
            halves = [(first, (first + last) // 2, last) for first, last in compress(places, drifting)]
            asked = {middle: self._desk.ask(span[middle - 1]) for _, middle, _ in halves}
            self._desk.flush()
            keys |= {place: key_of(span[place - 1], answer.result()) for place, answer in asked.items()}
            places = [pair for half in halves for pair in pairwise(half)]
        return done

    def _drifts(self, part: Part) -> bool:
        found = drift(arrived(part), part.after.raw, self._levels)
        if found > self._spans.pace.drift:
            return True
        self.ledger.drift += found
        self.ledger.carried += 1
        return False
