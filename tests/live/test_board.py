"""The board: all of a change or nothing, and a pause that nothing undoes."""

import threading
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bgstream.errors import BgstreamError, SourceError
from bgstream.live.board import Board
from bgstream.live.wishes import Wishes
from tests.live.boards import Maker, Ready, flat

STEPS = st.lists(
    st.sampled_from(["turn", "bad"])
    | st.fixed_dictionaries({}, optional={"pause": st.sampled_from([True, False, "toggle"]), "blur": st.floats(1, 100)})
)


@given(STEPS)
def test_any_order_of_turns_and_changes(steps: list[str | dict[str, object]]) -> None:
    """Against a plain account of what pause must be."""
    maker = Maker()
    board, paused, blur = maker.board(), False, Wishes().blur
    for count, step in enumerate(steps):
        if step == "turn":
            board.turn_pause()
            paused = not paused
        elif isinstance(step, dict):
            now = board.change(step)
            paused = not paused if step.get("pause") == "toggle" else bool(step.get("pause", paused))
            blur = float(str(step.get("blur", blur)))
            assert now == board.wishes
        else:
            with pytest.raises(SourceError):
                board.change({"backdrop": "bad", "pause": not paused, "blur": 50})
        assert (board.paused, board.wishes.pause, board.wishes.blur) == (paused, paused, blur)
        assert maker.woken <= count + 1
    assert maker.woken == len(steps) - steps.count("bad")


def during(words: dict[str, object], act: Callable[[Board[Ready]], None], wishes: Wishes | None = None) -> Board[Ready]:
    """The board after something was done while a change was being made ready."""
    maker = Maker()
    board = maker.board(wishes)
    thread = threading.Thread(target=board.change, args=({"model": "slow", **words},))
    thread.start()
    assert maker.loading.wait(20)
    act(board)
    maker.loaded.set()
    thread.join()
    assert board.wishes.model == "slow"
    return board


def turn_twice(board: Board[Ready]) -> None:
    board.turn_pause()
    board.turn_pause()


def test_a_pause_while_a_network_loads_holds() -> None:
    assert during({}, lambda board: board.turn_pause()).paused
    assert during({"pause": False}, lambda board: board.turn_pause()).paused


def test_a_pause_that_two_ask_for_at_once_is_a_pause() -> None:
    assert during({"pause": True}, lambda board: board.turn_pause()).paused
    assert during({"pause": "toggle"}, lambda board: board.turn_pause()).paused


def test_going_on_while_a_network_loads_holds() -> None:
    paused = Wishes(pause=True)
    assert not during({}, lambda board: board.turn_pause(), paused).paused
    assert during({}, turn_twice, paused).paused


def test_what_cannot_be_made_changes_nothing_and_wakes_nobody() -> None:
    maker = Maker()
    board = maker.board()
    before = board.scene
    for words in ({"backdrop": "bad", "blur": 3}, {"blurr": 3}, {"blur": 1e9}):
        with pytest.raises(BgstreamError):
            board.change(words)
    assert board.scene is before
    assert maker.woken == 0


def look(board: Board[Ready], after: int, found: list[object]) -> threading.Thread:
    thread = threading.Thread(target=lambda: found.append(board.look(after, 20)))
    thread.start()
    return thread


def test_who_looks_gets_a_copy_of_what_leaves_next() -> None:
    board = Maker().board()
    found: list[tuple[int, object]] = []
    thread = look(board, 0, found)  # type: ignore[arg-type]
    frame = flat((200, 60, 30))
    while thread.is_alive():
        board.show(frame)
    number, seen = found[0]
    assert number > 0
    for mine, theirs in zip(seen.planes, frame.planes, strict=True):  # type: ignore[attr-defined]
        np.testing.assert_array_equal(mine, theirs)
        assert not np.shares_memory(mine, theirs)


def test_nothing_is_kept_while_nobody_looks() -> None:
    board = Maker().board()
    board.show(flat((1, 2, 3)))
    assert board.look(0, 0) is None


def test_stopping_sends_those_away_who_look() -> None:
    board = Maker().board()
    found: list[object] = []
    thread = look(board, 0, found)
    board.stop()
    thread.join(20)
    assert found == [None]
    assert board.stopped
