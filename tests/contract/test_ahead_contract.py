"""``ahead``: one stage in one thread, and nothing of it left behind."""

import threading
from collections.abc import Generator, Iterator
from contextlib import closing

import pytest

from bgstream.ahead import ahead

NAME = "bgstream-ahead"


def alive() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == NAME]


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    assert alive() == []
    yield
    assert alive() == []


class Numbers:
    """0, 1, 2 …; notes how far it went, where it ran and whether it was closed."""

    def __init__(self, count: int = 1_000_000, fails_at: int = -1) -> None:
        self.count, self.fails_at = count, fails_at
        self.made = 0
        self.closed = threading.Event()
        self.threads: set[str] = set()
        self.grown = threading.Condition()

    def run(self) -> Generator[int, None, None]:
        try:
            for number in range(self.count):
                if number == self.fails_at:
                    raise LookupError(f"at {number}")
                self.threads.add(threading.current_thread().name)
                with self.grown:
                    self.made += 1
                    self.grown.notify_all()
                yield number
        finally:
            self.closed.set()

    def wait_for(self, made: int) -> bool:
        """Whether that many were made before long."""
        with self.grown:
            return self.grown.wait_for(lambda: self.made >= made, timeout=20)


@pytest.mark.parametrize("depth", [1, 2, 7])
@pytest.mark.parametrize("count", [0, 1, 100])
def test_all_items_in_order(count: int, depth: int) -> None:
    assert list(ahead(Numbers(count).run(), depth)) == list(range(count))


def test_plain_iterators_will_do() -> None:
    assert list(ahead(iter("abc"), 2)) == ["a", "b", "c"]


def test_none_and_false_are_items() -> None:
    assert list(ahead(iter([None, False, 0, None]), 1)) == [None, False, 0, None]


def test_it_runs_in_a_thread_of_its_own() -> None:
    numbers = Numbers(3)
    list(ahead(numbers.run(), 1))
    assert numbers.threads == {NAME}


@pytest.mark.parametrize("depth", [1, 3])
def test_never_more_than_depth_ahead(depth: int) -> None:
    """Taken ones, ``depth`` that wait, and one in the producer's hand."""
    numbers = Numbers()
    with closing(ahead(numbers.run(), depth)) as items:
        for taken in range(1, 20):
            next(items)
            assert numbers.wait_for(taken + depth), "it does not work ahead"
            assert numbers.made <= taken + depth + 1


def test_an_exception_comes_after_the_items_before_it() -> None:
    seen = []
    with pytest.raises(LookupError, match="at 5"):
        for item in ahead(Numbers(fails_at=5).run(), 3):
            seen.append(item)  # noqa: PERF402 - what came before the failure is the point
    assert seen == [0, 1, 2, 3, 4]


def test_an_exception_at_the_very_start() -> None:
    with pytest.raises(LookupError, match="at 0"):
        next(ahead(Numbers(fails_at=0).run(), 3))


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, MemoryError])
def test_every_kind_of_exception_is_handed_on(kind: type[BaseException]) -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise kind

    items = ahead(failing(), 2)
    assert next(items) == 1
    with pytest.raises(kind):
        next(items)


@pytest.mark.parametrize("taken", [1, 4])
def test_closing_early_ends_the_thread_and_closes_the_iterator(taken: int) -> None:
    numbers = Numbers()
    items = ahead(numbers.run(), 2)
    for _ in range(taken):
        next(items)
    assert len(alive()) == 1
    items.close()
    assert numbers.closed.is_set()
    assert alive() == []
    assert numbers.made <= taken + 3


def test_leaving_by_an_exception_ends_the_thread() -> None:
    numbers = Numbers()
    with pytest.raises(ZeroDivisionError), closing(ahead(numbers.run(), 2)) as items:
        for item in items:
            1 // (item - 3)
    assert numbers.closed.is_set()


def test_closing_before_the_first_item_starts_nothing() -> None:
    items = ahead(Numbers().run(), 2)
    items.close()
    assert list(items) == []


def test_the_iterator_is_closed_at_its_end() -> None:
    numbers = Numbers(4)
    list(ahead(numbers.run(), 2))
    assert numbers.closed.is_set()


def test_an_exception_while_closing_does_not_hang() -> None:
    def stubborn() -> Iterator[int]:
        try:
            yield from range(1000)
        finally:
            raise OSError("cannot close")

    items = ahead(stubborn(), 2)
    next(items)
    try:
        items.close()  # whether it is reported is open; that the thread ends is not
    except OSError as error:
        assert "cannot close" in str(error)
    assert alive() == []
