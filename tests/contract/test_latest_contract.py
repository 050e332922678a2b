"""``latest``: the newest item of a live source, what was dropped counted, and nothing left behind."""

import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager

import pytest

from bgstream.ahead import Latest, ahead, latest

LONG = 20  # seconds after which a hand-over is given up; none takes a noticeable time


def ours() -> int:
    return sum(thread.name == "bgstream-ahead" for thread in threading.enumerate())


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    assert ours() == 0
    yield
    assert ours() == 0


class Camera:
    """0, 1, 2 …, each when it is let go."""

    def __init__(self, count: int = 1_000_000, fails_at: int = -1) -> None:
        self.count, self._fails_at = count, fails_at
        self.closed = threading.Event()
        self.threads: set[str] = set()
        self._changed = threading.Condition()
        self._let_go = self._handed = 0

    def run(self) -> Generator[int, None, None]:
        try:
            for number in range(self.count):
                self.threads.add(threading.current_thread().name)
                self._until(lambda number=number: self._let_go > number)  # type: ignore[misc]
                if number == self._fails_at:
                    raise LookupError(f"at {number}")
                yield number
                with self._changed:
                    self._handed = number + 1
                    self._changed.notify_all()
        finally:
            self.closed.set()

    def let_go(self, count: int) -> None:
        """The first ``count`` items."""
        with self._changed:
            self._let_go = count
            self._changed.notify_all()

    def show(self, count: int) -> None:
        """Let go of the first ``count`` items, and wait until all have been handed over."""
        self.let_go(count)
        self._until(lambda: self._handed >= count)

    def _until(self, done: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(done, LONG)


@contextmanager
def filming(camera: Camera) -> Iterator[Latest[int]]:
    """The newest items of a camera that does not hold back any more when it is left."""
    with closing(latest(camera.run())) as items:
        try:
            yield items
        finally:
            camera.let_go(camera.count)


def test_a_consumer_that_keeps_up_gets_everything() -> None:
    camera = Camera()
    with filming(camera) as items:
        for number in range(50):
            camera.let_go(number + 1)
            assert next(items) == number
        assert items.dropped == 0
    assert camera.threads == {"bgstream-ahead"}


def test_the_newest_is_taken_and_the_others_are_counted() -> None:
    camera = Camera()
    with filming(camera) as items:
        camera.let_go(1)
        assert next(items) == 0
        camera.show(5)
        assert next(items) == 4
        assert items.dropped == 3
        camera.show(6)
        assert next(items) == 5
        assert items.dropped == 3


def test_the_source_never_waits_for_the_consumer() -> None:
    camera = Camera(count=1000)
    with filming(camera) as items:
        camera.let_go(1)
        assert next(items) == 0
        camera.show(1000)
        assert camera.closed.wait(LONG)
        assert list(items) == [999], "its last item is for the consumer, however late that comes"
        assert items.dropped == 998


@pytest.mark.parametrize("count", [0, 1, 2, 100])
def test_taken_and_dropped_are_all_there_is(count: int) -> None:
    items = latest(iter(range(count)))
    taken = list(items)
    assert taken == sorted(set(taken))
    assert taken[-1:] == list(range(count))[-1:]
    assert len(taken) + items.dropped == count


def test_none_and_false_are_items() -> None:
    for item in (None, False, 0):
        assert list(latest(iter([item]))) == [item]


def test_an_exception_comes_after_the_newest_item() -> None:
    camera = Camera(fails_at=3)
    items = latest(camera.run())
    camera.let_go(1)
    assert next(items) == 0
    camera.let_go(4)
    assert camera.closed.wait(LONG)
    assert next(items) == 2
    with pytest.raises(LookupError, match="at 3"):
        next(items)
    assert items.dropped == 1


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, MemoryError])
def test_every_kind_of_exception_is_handed_on(kind: type[BaseException]) -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise kind

    items = latest(failing())
    assert next(items) == 1
    with pytest.raises(kind):
        next(items)


def test_closing_ends_the_thread_and_closes_the_iterator() -> None:
    camera = Camera()
    with filming(camera) as items:
        camera.let_go(1)
        assert next(items) == 0
        assert ours() == 1
    assert camera.closed.is_set()
    assert list(items) == []


def test_leaving_by_an_exception_ends_the_thread() -> None:
    camera = Camera()
    with pytest.raises(ZeroDivisionError), filming(camera) as items:
        camera.let_go(10)
        for item in items:
            1 // (item - item)
    assert camera.closed.is_set()


def test_closing_before_the_first_item_starts_nothing() -> None:
    items = latest(Camera().run())
    items.close()
    assert list(items) == []
    assert items.dropped == 0


def test_a_stage_behind_it_closes_it() -> None:
    camera = Camera()
    camera.let_go(camera.count)
    with closing(ahead(latest(camera.run()), 1)) as items:
        next(items)
        assert ours() == 2
    assert camera.closed.is_set()
