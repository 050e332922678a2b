"""One stage in one thread: with a bounded queue, or, for live sources, with room for the newest item only."""

import threading
from collections import deque
from collections.abc import Generator, Iterator
from typing import Any, Generic, TypeVar

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

    def put(self, item: T) -> bool:
        """Wait for room; says whether the item is wanted still."""
        with self.changed:
            self.changed.wait_for(lambda: self.unwanted or len(self.items) < self.depth)
            if not self.unwanted:
                self.items.append(item)
                self.changed.notify_all()
            return not self.unwanted


class _Newest(_Queue[T]):
    """Never waits: an item that nobody has taken goes when the next one comes."""

    def __init__(self) -> None:
        super().__init__(1)
        self.dropped = 0

    def put(self, item: T) -> bool:
        with self.changed:
            if not self.unwanted:
                self.dropped += len(self.items)
                self.items.clear()
                self.items.append(item)
                self.changed.notify_all()
            return not self.unwanted


def ahead(iterator: Iterator[T], depth: int) -> Generator[T, None, None]:
    """Run an iterator in a thread of its own, at most ``depth`` items ahead.

    An exception in the iterator is raised here, after the items before it. Closing this generator (or
    leaving it by an exception) ends the thread and closes the iterator; the thread never outlives it.

    Args:
        iterator: what to run; used by the new thread only.
        depth: items that may wait, at least 1.
    """
    return _through(iterator, _Queue(depth))


class Latest(Generator[T, None, None]):
    """What :func:`latest` gives: the newest items, and a count of the others."""

    def __init__(self, iterator: Iterator[T]) -> None:
        self._queue: _Newest[T] = _Newest()
        self._items = _through(iterator, self._queue)

    @property
    def dropped(self) -> int:
        """Items that a newer one has replaced before anybody took them."""
        return self._queue.dropped

    def send(self, value: None) -> T:
        """The next item, as of any generator."""
        return self._items.send(value)

    def throw(self, *failure: Any) -> T:
        """Leave by an exception, as of any generator; the thread ends."""
        return self._items.throw(*failure)

    def close(self) -> None:
        """End the thread and close the iterator."""
        self._items.close()


def latest(iterator: Iterator[T]) -> Latest[T]:
    """Run a live source in a thread of its own and always take its newest item; older ones are dropped and counted.

    The thread never waits for the consumer, so a camera's own queue does not fill up and what is taken is never older
    than the time between two items. The iterator's last item is not dropped. Exceptions and closing are as with
    :func:`ahead`.

    Args:
        iterator: what to run; used by the new thread only.
    """
    return Latest(iterator)


def _through(iterator: Iterator[T], queue: _Queue[T]) -> Generator[T, None, None]:
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
            if not queue.put(item):
                break
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
