"""One stage in one thread: with a bounded queue, or, for live sources, with room for the newest item only."""

import threading
from collections import deque
from collections.abc import Generator, Iterator
from typing import Generic, Self, TypeVar

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


class _Stage(Generic[T]):
    """An iterator in a thread of its own, from the first item that is taken."""

    def __init__(self, iterator: Iterator[T], queue: _Queue[T]) -> None:
        self.queue = queue
        self._thread = threading.Thread(target=_produce, args=(iterator, queue), name="bgstream-ahead")
        self._left = False

    def take(self, seconds: float | None = None) -> list[T]:
        """The next item; nothing if none comes in so many seconds, or if there is none any more."""
        if self._left:
            return []
        if self._thread.ident is None:
            self._thread.start()
        with self.queue.changed:
            self.queue.changed.wait_for(lambda: self.queue.items or self.queue.ended, seconds)
            if self.queue.items:
                item = self.queue.items.popleft()
                self.queue.changed.notify_all()
                return [item]
            if not self.queue.ended:
                return []
        self.leave()
        if self.queue.error is not None:
            raise self.queue.error
        return []

    def leave(self) -> None:
        """End the thread, and the iterator with it."""
        self._left = True
        with self.queue.changed:
            self.queue.unwanted = True
            self.queue.items.clear()
            self.queue.changed.notify_all()
        if self._thread.ident is not None:
            self._thread.join()


def ahead(iterator: Iterator[T], depth: int) -> Generator[T, None, None]:
    """Run an iterator in a thread of its own, at most ``depth`` items ahead.

    An exception in the iterator is raised here, after the items before it. Closing this generator (or
    leaving it by an exception) ends the thread and closes the iterator; the thread never outlives it.

    Args:
        iterator: what to run; used by the new thread only.
        depth: items that may wait, at least 1.
    """
    stage = _Stage(iterator, _Queue(depth))
    try:
        while item := stage.take():
            yield item[0]
    finally:
        stage.leave()


class Latest(Iterator[T]):
    """What :func:`latest` gives: the newest items, and a count of the others."""

    def __init__(self, iterator: Iterator[T]) -> None:
        self._queue: _Newest[T] = _Newest()
        self._stage = _Stage(iterator, self._queue)

    @property
    def dropped(self) -> int:
        """Items that a newer one has replaced before anybody took them."""
        return self._queue.dropped

    @property
    def ended(self) -> bool:
        """Nothing is left to be taken, and nothing will come."""
        with self._queue.changed:
            return not self._queue.items and (self._queue.ended or self._queue.unwanted)

    def take(self, seconds: float) -> list[T]:
        """The newest item; nothing if none comes in so many seconds, or if it has ``ended``.

        Raises:
            Exception: whatever ended the iterator.
        """
        return self._stage.take(seconds)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> T:
        for item in self._stage.take():
            return item
        raise StopIteration

    def close(self) -> None:
        """End the thread and close the iterator."""
        self._stage.leave()


def latest(iterator: Iterator[T]) -> Latest[T]:
    """Run a live source in a thread of its own and always take its newest item; older ones are dropped and counted.

    The thread never waits for the consumer, so a camera's own queue does not fill up and what is taken is never older
    than the time between two items. The iterator's last item is not dropped. Exceptions are as with :func:`ahead`; the
    thread ends when this is closed.

    Args:
        iterator: what to run; used by the new thread only.
    """
    return Latest(iterator)


def _produce(iterator: Iterator[T], queue: _Queue[T]) -> None:
    try:
        for item in iterator:
            if not queue.put(item):
                break
    except BaseException as error:  # handed on, and raised in the consumer's thread
        queue.error = error
    finally:
        try:
            if isinstance(iterator, Generator | Latest):
                iterator.close()
        except BaseException as error:
            queue.error = queue.error or error
        with queue.changed:
            queue.ended = True
            queue.changed.notify_all()
