"""Networks by themselves: milliseconds of one answer, by size."""

import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass

from bgstream.frame import Frame
from bgstream.matting.cards import find_card
from bgstream.matting.segmenter import Segmenter
from bgstream.matting.session import Device

SIZES: tuple[tuple[str, int | None], ...] = (  # network, and the side of its square input; None: its card's own
    ("selfie", None),
    ("selfie-landscape", None),
    ("u2netp", 320),
    ("u2netp", 256),
    ("u2netp", 224),
)
LEAST = 2  # answers timed at least


@dataclass(frozen=True, slots=True)
class Answer:
    """What a network's answer costs.

    Attributes:
        model: the network.
        size: (height, width) of its input.
        ms: milliseconds of one answer, the down-scaling of the frame included; median.
    """

    model: str
    size: tuple[int, int]
    ms: float


def time_networks(frame: Frame, device: Device, seconds: float) -> Iterator[Answer]:
    """Ask every network about one frame, again and again.

    Args:
        frame: what it is asked about.
        device: where it runs.
        seconds: to be spent on each.
    """
    for model, side in SIZES:
        network = Segmenter(find_card(model), device, (side, side) if side else None)
        _ask(network, frame)
        times: list[float] = []
        while len(times) < LEAST or sum(times) < seconds:
            times.append(_ask(network, frame))
        yield Answer(model, network.size, round(1000 * statistics.median(times), 3))


def _ask(network: Segmenter, frame: Frame) -> float:
    began = time.perf_counter()
    network.see(frame)
    network.answer()
    return time.perf_counter() - began
