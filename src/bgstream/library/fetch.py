"""A file from one address, in as many attempts as it sensibly takes."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing

from bgstream.errors import ModelError
from bgstream.library.part import Part
from bgstream.library.watch import Watch
from bgstream.library.web import Answer, TryAgain, Unavailable, ask

BLOCK = 1 << 18
ATTEMPTS = 5  # failures in a row
STEP = 1 << 20  # bytes that make an attempt a step forward

Pause = Callable[[float], None]


def fetch(url: str, part: Part, size: int, watch: Watch, pause: Pause = time.sleep) -> None:
    """Bring all of a file into ``part``, going on where an earlier attempt ended if the server allows it.

    Args:
        url: the address.
        part: what has come so far, and gets the rest.
        size: bytes of the whole file; 0 if unknown.
        watch: hears how far it is.
        pause: waits a number of seconds between attempts: 1, 2, 4, 8.

    Raises:
        Unavailable: the address does not serve the file.
        ModelError: it cannot be reached for now, or there is no room; what came is kept.
    """
    failures = 0
    while True:
        had = part.length
        try:
            return _attempt(url, part, size, watch)
        except TryAgain as error:
            failures = 1 if part.length - had >= STEP else failures + 1
            if failures == ATTEMPTS:
                raise _given_up(error, part) from None
            watch.retry(str(error))
            pause(2.0 ** (failures - 1))


def _given_up(error: TryAgain, part: Part) -> ModelError:
    """Another address may be asked only while nothing came from this one: it would begin at zero."""
    others = "--mirror and --from FILE are other ways"
    if part.length:
        return ModelError(str(error), f"what came is kept: run the same again to go on; {others}")
    return Unavailable(str(error), f"check the connection; {others}")


def _attempt(url: str, part: Part, size: int, watch: Watch) -> None:
    validator = part.validator(url)
    with closing(ask(url, part.length if validator else 0, validator)) as answer:
        if size and answer.total and answer.total != size:
            raise _wrong_size(url, answer.total, size)
        total = answer.total or size
        part.begin(url, answer.validator, answer.start, total)
        watch.begin(total, answer.start)
        part.append(_blocks(url, answer, total, watch))
    if part.length < total:
        raise TryAgain(f"{url}: the connection was cut")


def _blocks(url: str, answer: Answer, total: int, watch: Watch) -> Iterator[bytes]:
    come = answer.start
    while block := answer.read(BLOCK):
        come += len(block)
        if total and come > total:
            raise _wrong_size(url, come, total)
        yield block
        watch.step(come)


def _wrong_size(url: str, found: int, wanted: int) -> Unavailable:
    message = f"{url} has {found} bytes or more instead of {wanted}: not the file that is meant"
    return Unavailable(message, "try another address with --mirror, or a file with --from FILE")
