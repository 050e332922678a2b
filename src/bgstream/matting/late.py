"""Live: a large network's answers come late, and alpha is carried from the frame that was asked about to the present.

While a question is worked on, the flow from every new frame back to the one asked about grows by a link each frame, so
an answer can be used at once when it comes, however late. What has come into view since then is not known, but where
person networks are asked about every frame: what they say now and did not say then is added, and the reverse.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Protocol, Self

import numpy as np

from bgstream.matting.carrying import Key, halved, longer
from bgstream.matting.ledger import Ledger
from bgstream.matting.look import Float, Look
from bgstream.matting.parts import carried as carried_flat
from bgstream.progress import Clock


class Answers(Protocol):
    """Where questions are put, see :class:`bgstream.matting.desk.Desk`."""

    @property
    def seconds(self) -> float:
        """Spent by the network so far."""

    def ask(self, look: Look) -> Future[Float]:
        """Raw alpha of a look's frame, in due time."""

    def __enter__(self) -> Self:
        """Begin."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Forget what is still open."""


@dataclass(slots=True, eq=False)
class _Question:
    """A frame that was asked about, and how the present one lies to it.

    Attributes:
        luma, half: of the frame, and the same at half the size.
        person: raw alpha of the person networks, where they were asked.
        answer: of the large network.
        way: (height, width, 2), flow from the present frame to it.
        age: frames since then.
    """

    luma: Float
    half: Float
    person: Float | None
    answer: Future[Float]
    way: Float
    age: int = 0

    def lengthen(self, back: Float) -> None:
        """One frame has passed; ``back`` is its flow to the one before."""
        self.way, self.age = longer(back, self.way), self.age + 1


class LateKeys:
    """Gives linked looks their raw alpha: the newest answer there is, carried to the present frame. Causal.

    It waits only where a shot begins: its first frame is shown with its own answer or not at all, since until then
    nobody knows what of it may be seen. After that no frame waits. Frames are held until they have been answered: a
    source must not write to their memory.

    Args:
        desk: where the network is asked, one frame at a time; entered and left by :meth:`__call__`.
        questions: that may be open at a time. More of them make answers more frequent, but each later.
        clock: counts as stage "model".
        ledger: filled.
    """

    def __init__(self, desk: Answers, questions: int, clock: Clock, ledger: Ledger) -> None:
        self._desk, self._most, self._clock, self.ledger = desk, questions, clock, ledger
        self._open: list[_Question] = []
        self._key: _Question | None = None

    def __call__(self, looks: Iterable[Look]) -> Iterator[Look]:
        """The same looks in order and without delay, with raw alpha.

        Raises:
            ModelError: the network failed; raised by the look at which that shows.
        """
        with self._desk:
            for look in looks:
                with self._clock("model"):
                    known = replace(look, raw=self._raw(look))
                yield known

    @property
    def _known(self) -> list[_Question]:
        return [*self._open, *([self._key] if self._key else [])]

    def _raw(self, look: Look) -> Float:
        if look.link is None:
            self._forget()
        else:
            for question in self._known:
                question.lengthen(look.link.back)
        self._collect()
        if len(self._open) < self._most:
            self._open.append(self._asked(look))
            self._collect()
        if self._key is None:
            self._open[0].answer.result()  # a shot's first frame, fail closed
            self._collect()
        assert self._key is not None
        self.ledger.frames += 1
        self.ledger.late += self._key.age
        self.ledger.seconds = self._desk.seconds
        return self._carried(look, self._key)

    def _forget(self) -> None:
        """What is before a cut says nothing of what is after it."""
        for question in self._open:
            question.answer.cancel()
        self._open, self._key = [], None

    def _asked(self, look: Look) -> _Question:
        self.ledger.asked += 1
        way = np.zeros((*look.luma.shape, 2), np.float32)
        return _Question(look.luma, halved(look.luma), look.person, self._desk.ask(look), way)

    def _collect(self) -> None:
        """The newest answer counts, those to older questions no more."""
        done = [question for question in self._known if question.answer.done()]
        for question in done:
            question.answer.result()  # whatever failed is to be known
        self._key = key = min(done, key=lambda question: question.age, default=None)
        self._open = [one for one in self._open if one not in done and (key is None or one.age < key.age)]

    def _carried(self, look: Look, key: _Question) -> Float:
        raw = key.answer.result()
        if key.age == 0:
            return raw.copy()
        way = key.way.copy()  # made exact in place; the chain itself would gather what that gets wrong
        out = Key(key.luma, key.half, raw).carried(look.luma, halved(look.luma), way)
        if look.person is None or key.person is None:
            return out
        changed = look.person - carried_flat(key.person, way, repeat=True)
        return np.clip(out + changed, np.float32(0), np.float32(1))
