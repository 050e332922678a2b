"""How large a network is asked live: as large as its answers still come in time, measured once on this machine."""

import time
from collections.abc import Callable, Sequence

from bgstream.matting.cached import options_for
from bgstream.matting.card import Card, Size
from bgstream.matting.choice import MOST_THREADS, SMALL, cores
from bgstream.matting.session import Device, Session
from bgstream.matting.tensors import match_tensors
from bgstream.matting.tune import question
from bgstream.matting.window import WIDE, window

LATE = 10.0  # frames that an answer may take: age costs edges, a smaller input now and then the whole subject
SIDES = (256, 224, 192)  # smaller inputs that are tried; at 160 the general network no longer sees some subjects
HOPELESS = 3.0  # times the time there is: a first question that takes longer is not repeated


def live_size(card: Card, device: Device, rate: float) -> Size | None:
    """The first of :func:`live_sizes`."""
    return live_sizes(card, device, rate)[0]


def live_sizes(card: Card, device: Device, rate: float) -> tuple[Size | None, ...]:
    """The size at which a network is to be asked about live frames, and the next smaller one that it takes.

    Measures for a second or two. A large network's answers come late and have to be carried to the present frame, which
    costs more the older they are; a smaller input costs outline, and one that is too small overlooks subjects. So the
    largest is taken whose answers come within :data:`LATE` frames, with :func:`live_threads` at work on them and
    nothing beside them; the next smaller one is for when there is something beside them.

    Args:
        card: the network.
        device: where it runs.
        rate: frames a second.

    Returns:
        (height, width), or None for the card's own; only one where every frame is asked about, where the network takes
        no other size, and where it is the smallest.

    Raises:
        ModelError: the weights or the card are of no use.
        DeviceError: the device refused the network.
    """
    data = card.load()
    if device.quick or card.recurrent or len(data) < SMALL:
        return (None,)
    own = window(card, WIDE).tensor
    session = Session(card.name, data, device, options_for(data, own, device.name, live_threads()))
    smaller = [(side, side) for side in SIDES if side * side < own[0] * own[1]] if _free(card, session) else []
    most = LATE / rate
    found = first_within([own, *smaller], lambda size: seconds(card, session, size, most), most)
    following = [size for size in smaller if size[0] * size[1] < found[0] * found[1]][:1]
    return (None if found == own else found, *following)


def live_threads() -> int:
    """Threads for a large network's question: all cores but the one that the frames themselves need in time."""
    return max(1, min(cores() - 1, MOST_THREADS))


def first_within(sizes: Sequence[Size], takes: Callable[[Size], float], most: float) -> Size:
    """The first size, largest first, at which a network takes at most ``most`` seconds; the last if none does.

    Args:
        sizes: (height, width), at least one. The last is not measured: there is nothing to choose any more.
        takes: measures one, in seconds.
        most: seconds.
    """
    return next((size for size in sizes[:-1] if takes(size) <= most), sizes[-1])


def seconds(card: Card, session: Session, size: Size, most: float) -> float:
    """What one question takes: the quicker of two after one that warms up, or that one where it is hopeless."""
    outputs, feeds = question(card, session, size)
    took = []
    for _ in range(3):
        began = time.perf_counter()
        session.ask(outputs, feeds)
        took.append(time.perf_counter() - began)
        if took[0] > HOPELESS * most:
            break
    return min(took[1:] or took)


def _free(card: Card, session: Session) -> bool:
    """Whether the graph leaves the picture's height and width open."""
    image = match_tensors(card, session).image
    shape = next(entry.shape for entry in session.inputs if entry.name == image)
    sides = shape[1:3] if card.channels_last else shape[2:4]
    return not any(isinstance(side, int) and side > 0 for side in sides)
