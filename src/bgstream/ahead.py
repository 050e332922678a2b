"""One stage in one thread, with a bounded queue."""

import threading
from collections import deque
from collections.abc import Generator, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class _Queue(Generic[T]):
    """What passes between the two threads, under one lock."""

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.items: deque[T] = deque()
        self.changed = threading.Condition()
        self.ended = False  # the producer is through, or failed
        self.unwanted = False  # the consumer has gone
        self.error: BaseException | None = None


def ahead(iterator: Iterator[T], depth: int) -> Generator[T, None, None]:
    """Run an iterator in a thread of its own, at most ``depth`` items ahead.

    An exception in the iterator is raised here, after the items before it. Closing this generator (or
    leaving it by an exception) ends the thread and closes the iterator; the thread never outlives it.

    Args:
        iterator: what to run; used by the new thread only.
        depth: items that may wait, at least 1.
    """
    queue: _Queue[T] = _Queue(depth)
    thread = threading.Thread(target=_produce, args=(iterator, queue), name="bgstream-ahead")
    thread.start()
    try:
        while True:
            with queue.changed:
                queue.changed.wait_for(lambda: queue.items or queue.ended)
                if not queue.items:
                    break
                item = queue.items.popleft()
                queue.changed.notify_all()
            yield item
    finally:
        with queue.changed:
            queue.unwanted = True
            queue.items.clear()
            queue.changed.notify_all()
        thread.join()
    if queue.error is not None:
        raise queue.error


def _produce(iterator: Iterator[T], queue: _Queue[T]) -> None:
    try:
        for item in iterator:
            with queue.changed:
                queue.changed.wait_for(lambda: queue.unwanted or len(queue.items) < queue.depth)
                if queue.unwanted:
                    break
                queue.items.append(item)
                queue.changed.notify_all()
    except BaseException as error:  # handed on, and raised in the consumer's thread
        queue.error = error
    finally:
        try:
            if isinstance(iterator, Generator):
                iterator.close()
        except BaseException as error:
            queue.error = queue.error or error
        with queue.changed:
            queue.ended = True
            queue.changed.notify_all()
