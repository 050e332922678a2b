"""What a run tells of its kernels: each step that compiles, and nothing of those that are read."""

from collections.abc import Callable

import numba
import pytest

from bgstream import warmup
from bgstream.matting.tiers import find_tier
from bgstream.progress import Silent


class Hearing(Silent):
    """Keeps the phases it hears of."""

    def __init__(self) -> None:
        self.phases: list[str] = []

    def phase(self, text: str) -> None:
        """Keep it."""
        self.phases.append(text)


class Steps:
    """Stands in for the exercise: one step that compiles two functions, between two that compile nothing."""

    def __init__(self, *_: object) -> None:
        self.steps: list[tuple[str, Callable[[], None]]] = [
            ("old", lambda: None),
            ("new", self._compile),
            ("older", lambda: None),
        ]

    def _compile(self) -> None:
        for number in (1, 2):
            assert numba.njit(lambda value: value + 1)(number) == number + 1


def test_only_steps_that_compile_are_told_and_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warmup, "_Exercise", Steps)
    told = Hearing()
    warmup.compile_kernels(told, [find_tier("fast")])
    assert told.phases == ["reading kernels", "compiling kernels 2/3: new (once on this machine)"]


def test_what_is_compiled_is_not_compiled_again() -> None:
    tiers = [find_tier("draft")]
    warmup.compile_kernels(Silent(), tiers)
    told = Hearing()
    warmup.compile_kernels(told, tiers)
    assert told.phases == ["reading kernels"]
