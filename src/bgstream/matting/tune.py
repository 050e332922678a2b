"""Measures which session options are the quickest for a network on this machine's processor.

Only options that leave every bit of the answer as it is are candidates. Lower levels of graph optimisation are not:
they change it in the last digits, and are slower. GPU providers choose for themselves.

Nothing is measured unasked: on a busy machine a first run would settle for what happened to be quick, and would
write into the user's folders.
"""

import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import log2

import numpy as np
from numpy.typing import NDArray

from bgstream.matting.card import Card, Size
from bgstream.matting.choice import MOST_THREADS, Choice, cores, usual
from bgstream.matting.session import Device, Session
from bgstream.matting.tensors import constants, match_tensors
from bgstream.matting.window import WIDE, window

PAYS = 1.25  # how much quicker twice as many threads have to be: the codec and the kernels want the cores as well
CLEARLY = 1.05  # how much quicker another use of memory has to be than the usual one: less is noise
QUIET = 0.85  # of a core that one thread gets, where nobody else works
ROUNDS = (5, 60)  # at least and at most
LARGE = 100 << 20  # bytes of weights from which every further session costs more memory than it may find
DEVICE = Device("cpu")

Float = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Timing:
    """One set of options, measured.

    Attributes:
        choice: the options.
        ms: median milliseconds for one answer.
        same: the answer is that of the usual options, bit for bit.
        share: of a core that each millisecond of wall time had, as CPU time.
    """

    choice: Choice
    ms: float
    same: bool
    share: float


@dataclass(frozen=True, slots=True)
class Tuning:
    """What was measured of one network at one size.

    Attributes:
        model: its name.
        size: (height, width) of the input.
        usual: what is taken without a measurement.
        best: what is to be taken; ``usual`` where others were at work.
        timings: all that was tried.
        busy: others were at work on the machine: the figures say little.
    """

    model: str
    size: Size
    usual: Choice
    best: Choice
    timings: tuple[Timing, ...]
    busy: bool

    def ms(self, choice: Choice) -> float:
        """What was measured for one of the options."""
        return next(timing.ms for timing in self.timings if timing.choice == choice)


def usual_size(card: Card) -> Size:
    """(height, width) of the input at which a network is asked about a clip of 16:9."""
    return window(card, WIDE).tensor


def tune(card: Card, data: bytes, size: Size, seconds: float = 4.0) -> Tuning:
    """Measure one network: first how many threads, then what they do with memory.

    Args:
        card: the network.
        data: its ONNX file.
        size: (height, width) of the input.
        seconds: to spend, about; a slow network takes what five rounds take.

    Raises:
        ModelError: the network cannot be loaded or does not take that size.
    """
    start = usual(len(data))
    first = _measured(card, data, size, _threads(start, len(data)), seconds / 2)
    leader, second = best(first), first
    if len(data) < LARGE:
        rest = dict.fromkeys([start, leader, replace(leader, pattern=False), replace(leader, arena=False)])
        second = _measured(card, data, size, list(rest), seconds / 2)
    tried = {timing.choice: timing for timing in (*first, *second)}
    busy = statistics.median(timing.share for timing in tried.values() if timing.choice.threads == 1) < QUIET
    found = start if busy else best(second)
    return Tuning(card.name, size, start, found, tuple(tried.values()), busy)


def _threads(start: Choice, weights: int) -> list[Choice]:
    if weights >= LARGE:
        return [Choice(count) for count in sorted({1, start.threads})]
    most = max(start.threads, min(cores(), MOST_THREADS))
    return [Choice(count) for count in sorted({1, 2, 4, most}) if count <= most]


def best(timings: list[Timing]) -> Choice:
    """The options to take: more threads only where they pay, memory used otherwise only where clearly quicker."""
    sound = {timing.choice: timing.ms for timing in timings if timing.same}
    plain = sorted((choice for choice in sound if choice.pattern and choice.arena), key=lambda choice: choice.threads)
    leader = plain[0]
    for choice in plain[1:]:
        if sound[choice] * PAYS ** log2(choice.threads / leader.threads) < sound[leader]:
            leader = choice
    alike = [choice for choice in sound if choice.threads == leader.threads]
    quickest = min(alike, key=lambda choice: sound[choice])
    return quickest if sound[quickest] * CLEARLY < sound[leader] else leader


def _measured(card: Card, data: bytes, size: Size, choices: list[Choice], seconds: float) -> list[Timing]:
    """All in turn, round after round, so that the machine's moods hit all alike; the median of each.

    The usual options are among them.
    """
    sessions = {choice: Session(card.name, data, DEVICE, choice=choice) for choice in choices}
    outputs, feeds = question(card, next(iter(sessions.values())), size)
    answers = {choice: session.ask(outputs, feeds)[0] for choice, session in sessions.items()}
    truth = answers[usual(len(data))]
    walls: dict[Choice, list[float]] = {choice: [] for choice in choices}
    shares: dict[Choice, list[float]] = {choice: [] for choice in choices}
    least, most = ROUNDS
    end = time.perf_counter() + seconds
    for count in range(most):
        if count >= least and time.perf_counter() > end:
            break
        for choice, session in sessions.items():
            wall, cpu = time.perf_counter(), time.process_time()
            session.ask(outputs, feeds)
            walls[choice].append(time.perf_counter() - wall)
            shares[choice].append((time.process_time() - cpu) / walls[choice][-1])
    return [
        Timing(
            choice,
            1000 * statistics.median(walls[choice]),
            answers[choice].tobytes() == truth.tobytes(),
            statistics.median(shares[choice]),
        )
        for choice in choices
    ]


def question(card: Card, session: Session, size: Size) -> tuple[list[str], Mapping[str, Float]]:
    """The outputs that are asked for, and a picture of noise with all that is fed beside it."""
    tensors = match_tensors(card, session)
    shape = (1, *size, 3) if card.channels_last else (1, 3, *size)
    picture = np.random.default_rng(0).random(shape, np.float32)
    return tensors.outputs, {tensors.image: picture, **constants(card, size), **tensors.zeros}
