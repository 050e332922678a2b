"""Session options by measurement: what is chosen, what is remembered, and what a damaged memory does: nothing."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bgstream.errors import SinkError
from bgstream.matting import cached, choice, tune
from bgstream.matting.cached import Sessions, cache_folder
from bgstream.matting.cards import find_card, shipped
from bgstream.matting.choice import Choice, choice_from, usual
from bgstream.matting.segmenter import Segmenter
from bgstream.matting.session import Device, Session
from bgstream.matting.tune import Timing, best, usual_size
from tests.matting.signatures import write_recurrent
from tests.matting.tiny_networks import write_brightness, write_card

CPU = Device("cpu")
DATA, SIZE = b"a network", (24, 32)
ONE, TWO, FOUR = Choice(1), Choice(2), Choice(4)
LEAN = Choice(1, arena=False)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of the test's own, not made yet."""
    path = tmp_path / "cache" / "bgstream"
    monkeypatch.setenv("BGSTREAM_CACHE", str(path))
    return path


def timed(**ms: float) -> list[Timing]:
    """Timings by the name of the options; ``wrong_``: with another answer."""
    named = {"one": ONE, "two": TWO, "four": FOUR, "lean": LEAN}
    return [Timing(named[name.removeprefix("wrong_")], value, "wrong" not in name, 1.0) for name, value in ms.items()]


@pytest.mark.parametrize(
    ("timings", "wanted"),
    [
        (timed(one=10, two=5.5), TWO),
        (timed(one=10, two=8.5), ONE),  # a second thread that saves a seventh is worth more to the codec
        (timed(one=10, two=5.5, four=5), TWO),
        (timed(one=10, two=5.5, four=3), FOUR),
        (timed(one=10, two=9, four=5), FOUR),
        (timed(one=10, two=20, lean=9.9), ONE),  # noise
        (timed(one=10, lean=8), LEAN),
        (timed(one=10, two=5, lean=4), TWO),  # lean with two threads was not measured: a first round
        (timed(one=10, wrong_lean=8), ONE),
        (timed(one=10, wrong_two=1), ONE),
    ],
)
def test_threads_have_to_pay_and_answers_to_stay(timings: list[Timing], wanted: Choice) -> None:
    assert best(timings) == wanted


@pytest.mark.parametrize("name", ["selfie-landscape", "u2netp"])
def test_every_option_gives_the_same_answer(name: str) -> None:
    """What bgstream promises of tuning, on the networks that it ships."""
    card = find_card(name)
    data, rng = card.load(), np.random.default_rng(0)
    picture = rng.random((1, 3, *(card.size if name != "u2netp" else (96, 96))), np.float32)
    answers = set()
    for options in (ONE, TWO, FOUR, Choice(1, pattern=False), LEAN):
        session = Session(name, data, CPU, choice=options)
        answers.add(session.run(session.outputs[0].name, {session.inputs[0].name: picture}).tobytes())
    assert len(answers) == 1


def quick(monkeypatch: pytest.MonkeyPatch, quiet: float = 0.0) -> None:
    monkeypatch.setattr(tune, "ROUNDS", (2, 2))
    monkeypatch.setattr(tune, "QUIET", quiet)


def test_a_measurement(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick(monkeypatch)
    monkeypatch.setattr(tune, "cores", lambda: 4)
    network = write_brightness(tmp_path / "net.onnx")
    write_card(network)
    card = find_card(str(network))
    found = tune.tune(card, card.load(), card.size, 0.0)
    assert {timing.choice.threads for timing in found.timings} == {1, 2, 4}
    assert all(timing.ms > 0 and timing.same for timing in found.timings)
    assert found.usual == ONE
    assert found.best in {timing.choice for timing in found.timings}
    assert found.ms(found.usual) > 0


def test_on_a_busy_machine_nothing_is_concluded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick(monkeypatch, quiet=1e9)
    monkeypatch.setattr(tune, "best", lambda timings: timings[-1].choice)
    network = write_brightness(tmp_path / "net.onnx")
    write_card(network)
    card = find_card(str(network))
    found = tune.tune(card, card.load(), card.size, 0.0)
    assert found.busy
    assert found.best == found.usual


def test_a_network_with_states_can_be_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick(monkeypatch)
    text = 'name = "r"\ntitle = "r"\nsubject = "person"\nfile = "net.onnx"\nsha256 = ""\nlicence = "x"\norigin = "x"\n'
    text += '[input]\nname = "src"\nsize = [16, 24]\nmean = [0.0, 0.0, 0.0]\nstd = [1.0, 1.0, 1.0]\n'
    text += '[output]\nalpha = "pha"\n[[constant]]\ninput = "downsample_ratio"\nvalue = 0.5\n'
    text += "".join(f'[[state]]\ninput = "r{k}i"\noutput = "r{k}o"\n' for k in range(1, 5))
    write_recurrent(tmp_path / "net.onnx")
    (tmp_path / "net.toml").write_text(text)
    card = find_card(str(tmp_path / "net.toml"))
    assert tune.tune(card, card.load(), card.size, 0.0).size == (16, 24)


def test_networks_are_measured_at_the_size_that_they_are_asked_at() -> None:
    assert usual_size(find_card("u2netp")) == (320, 320)
    assert usual_size(find_card("selfie-landscape")) == (144, 256)


def test_what_is_kept_is_found_again(folder: Path) -> None:
    assert Sessions().find(DATA, SIZE, "cpu") is None
    Sessions().keep(DATA, SIZE, "cpu", LEAN)
    Sessions().keep(DATA, (48, 64), "cpu", FOUR)
    sessions = Sessions()
    assert (sessions.find(DATA, SIZE, "cpu"), sessions.find(DATA, (48, 64), "cpu")) == (LEAN, FOUR)
    assert sessions.find(DATA, (50, 64), "cpu") == FOUR  # the nearest size
    assert sessions.find(DATA, (8, 8), "cpu") == LEAN
    assert sessions.find(DATA, SIZE, "cuda") is None
    assert sessions.find(b"another", SIZE, "cpu") is None
    assert [path.name for path in folder.iterdir()] == ["sessions.json"]


def test_another_machine_is_another_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    Sessions().keep(DATA, SIZE, "cpu", LEAN)
    for name, value in (("_processor", "another"), ("cores", 99), ("_runtime", "0.1")):
        with monkeypatch.context() as patch:
            patch.setattr(choice, name, lambda value=value: value)
            assert Sessions().find(DATA, SIZE, "cpu") is None, name
    assert Sessions().find(DATA, SIZE, "cpu") == LEAN


def test_forgotten() -> None:
    Sessions().keep(DATA, SIZE, "cpu", LEAN)
    assert Sessions().forget()
    assert not Sessions().forget()
    assert Sessions().find(DATA, SIZE, "cpu") is None


BAD = {
    "text": "no json",
    "cut short": '{"format": 1, "sessions": {',
    "nothing": "",
    "binary": "\x00\x01",
    "a list": "[]",
    "a number": "7",
    "another format": '{"format": 2, "sessions": {}}',
    "no sessions": '{"format": 1}',
    "sessions as a list": '{"format": 1, "sessions": [1]}',
    "an entry as a number": '{"format": 1, "sessions": {"a": 1}}',
    "deep": "[" * 100_000,
}


@pytest.mark.parametrize("text", BAD.values(), ids=list(BAD))
def test_a_damaged_file_is_left_out_of_account_and_told(folder: Path, text: str) -> None:
    folder.mkdir(parents=True)
    (folder / "sessions.json").write_text(text)
    sessions = Sessions()
    assert "left out of account" in sessions.note
    assert sessions.find(DATA, SIZE, "cpu") is None
    sessions.keep(DATA, SIZE, "cpu", LEAN)  # and it heals
    assert (Sessions().note, Sessions().find(DATA, SIZE, "cpu")) == ("", LEAN)


@pytest.mark.parametrize("make", ["folder", "bytes"])
def test_what_is_no_text_at_all_is_left_out_of_account(folder: Path, make: str) -> None:
    folder.mkdir(parents=True)
    path = folder / "sessions.json"
    path.mkdir() if make == "folder" else path.write_bytes(b"\xff\xfe\x00\xd8")
    assert "left out of account" in Sessions().note
    segmenter = Segmenter(find_card("selfie"), CPU)
    assert segmenter._network._session._session.get_session_options().intra_op_num_threads == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"threads": 0},
        {"threads": 9},
        {"threads": 10**30},
        {"threads": True},
        {"threads": "2"},
        {"threads": 1.5},
        {"pattern": 1},
        {"arena": None},
        {"more": 1},
    ],
)
def test_options_that_are_none_are_not_taken(folder: Path, changed: dict[str, Any]) -> None:
    Sessions().keep(DATA, SIZE, "cpu", LEAN)
    said = json.loads((folder / "sessions.json").read_text())
    for entry in said["sessions"].values():
        entry["choice"] |= changed
    (folder / "sessions.json").write_text(json.dumps(said))
    assert Sessions().find(DATA, SIZE, "cpu") is None
    assert choice_from({"threads": 2, "pattern": True, "arena": False}) == Choice(2, arena=False)


def test_sizes_that_are_none_come_last(folder: Path) -> None:
    Sessions().keep(DATA, SIZE, "cpu", LEAN)
    Sessions().keep(DATA, (500, 500), "cpu", FOUR)
    said = json.loads((folder / "sessions.json").read_text())
    for entry in said["sessions"].values():
        entry["size"] = [0, -1] if entry["size"] == list(SIZE) else entry["size"]
    (folder / "sessions.json").write_text(json.dumps(said))
    assert Sessions().find(DATA, SIZE, "cpu") == FOUR


def test_a_folder_that_cannot_be_written_to_is_told(folder: Path) -> None:
    folder.parent.mkdir()
    folder.write_text("a file in its place")
    with pytest.raises(SinkError, match="cannot write") as caught:
        Sessions().keep(DATA, SIZE, "cpu", LEAN)
    assert "BGSTREAM_CACHE" in caught.value.hint
    assert folder.read_text() == "a file in its place"


def test_a_write_that_fails_leaves_the_old_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Sessions().keep(DATA, SIZE, "cpu", LEAN)

    def refused(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", refused)
        with pytest.raises(SinkError, match="No space left"):
            Sessions().keep(DATA, SIZE, "cpu", FOUR)
    assert Sessions().find(DATA, SIZE, "cpu") == LEAN
    assert [path.name for path in folder.iterdir()] == ["sessions.json"]


def test_a_session_takes_what_was_kept() -> None:
    card = find_card("selfie")

    def threads() -> int:
        session = Segmenter(card, CPU)._network._session._session
        return int(session.get_session_options().intra_op_num_threads)

    assert threads() == 1
    Sessions().keep(card.load(), card.size, "cpu", TWO)
    assert threads() == 2


def test_without_a_measurement_nothing_is_read_or_written(folder: Path) -> None:
    for card in shipped().values():
        Segmenter(card, CPU)
    assert not folder.parent.exists()
    assert usual(100) == ONE
    assert usual(10**7).threads == min(choice.cores(), 8)


def test_the_place_is_the_systems_unless_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BGSTREAM_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert "bgstream" in cache_folder().parts
    monkeypatch.setenv("BGSTREAM_CACHE", "~/mine")
    assert cache_folder() == Path.home() / "mine"
    assert cached.Sessions().path.parent == cache_folder()
