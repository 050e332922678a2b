"""``ahead`` in ``ahead``, as the pipeline nests decoder and matter."""

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from bgstream.ahead import ahead


def ours() -> int:
    return sum(thread.name == "bgstream-ahead" for thread in threading.enumerate())


class Stage:
    """Passes items on, tenfold; notes that it was closed."""

    def __init__(self, items: Iterator[int], fails_at: int = -1) -> None:
        self._items, self._fails_at = items, fails_at
        self.closed = False

    def run(self) -> Iterator[int]:
        try:
            for item in self._items:
                if item == self._fails_at:
                    raise LookupError(f"at {item}")
                yield 10 * item
        finally:
            self.closed = True


def test_order_is_kept_through_three() -> None:
    stages: Iterator[int] = iter(range(200))
    for _ in range(3):
        stages = ahead(Stage(stages).run(), 2)
    assert list(stages) == [1000 * k for k in range(200)]
    assert ours() == 0


@pytest.mark.parametrize("failing", [0, 1])
def test_an_exception_in_either_reaches_the_end(failing: int) -> None:
    inner = Stage(iter(range(100)), fails_at=7 if failing == 0 else -1)
    seen = []
    with pytest.raises(LookupError), closing(ahead(inner.run(), 2)) as first:
        outer = Stage(first, fails_at=70 if failing == 1 else -1)
        with closing(ahead(outer.run(), 2)) as second:
            for item in second:
                seen.append(item)  # noqa: PERF402
    assert seen == [100 * k for k in range(7)]
    assert inner.closed
    assert outer.closed
    assert ours() == 0


def test_closing_the_last_closes_all() -> None:
    inner = Stage(iter(range(1_000_000)))
    with closing(ahead(inner.run(), 2)) as first:
        outer = Stage(first)
        with closing(ahead(outer.run(), 2)) as second:
            assert [next(second), next(second)] == [0, 100]
            assert ours() == 2
    assert inner.closed
    assert outer.closed
    assert ours() == 0


def test_two_side_by_side_do_not_disturb_each_other() -> None:
    with closing(ahead(iter(range(50)), 3)) as left, closing(ahead(iter(range(50, 100)), 1)) as right:
        assert list(zip(left, right, strict=True)) == [(k, k + 50) for k in range(50)]
    assert ours() == 0
