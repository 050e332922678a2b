"""What can be wished for, in which words."""

import json
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bgstream.errors import ConfigError
from bgstream.live.wishes import BLUR, Wishes

NAMES = [entry.name for entry in fields(Wishes)]
SWITCHES = ["ramp", "mirror", "framing", "pause"]
ANYTHING = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers())


@given(st.dictionaries(st.sampled_from([*NAMES, "background", "strength"]) | st.text(), ANYTHING))
def test_any_words_are_taken_or_refused_with_a_hint(words: dict[str, object]) -> None:
    try:
        now = Wishes().changed(words)
    except ConfigError as error:
        assert error.hint
    else:
        assert json.loads(json.dumps(now.as_dict(), allow_nan=False)) == now.as_dict()
        assert all(type(getattr(now, name)) is type(getattr(Wishes(), name)) for name in NAMES)


@given(st.floats(*BLUR), st.sampled_from(SWITCHES), st.booleans())
def test_text_means_what_the_value_means(blur: float, switch: str, on: bool) -> None:
    said = Wishes().changed({"blur": repr(blur), switch: "on" if on else "off"})
    assert said == Wishes().changed({"strength": blur, switch: on})


@given(st.dictionaries(st.sampled_from(SWITCHES), st.just("toggle")))
def test_toggling_twice_is_nothing(words: dict[str, str]) -> None:
    once = Wishes().changed(words)
    assert all(getattr(once, word) for word in words)
    assert once.changed(words) == Wishes()


@given(st.dictionaries(st.sampled_from(["backdrop", "model", "quality", "fit"]), st.sampled_from(["green", "cover"])))
def test_what_is_not_mentioned_stays(words: dict[str, str]) -> None:
    before = Wishes(blur=33.0, mirror=True)
    try:
        now = before.changed(words)
    except ConfigError:
        return
    assert {name: getattr(now, name) for name in NAMES} == {**before.as_dict(), **words}


@pytest.mark.parametrize("blur", [0.99, 100.1, float("nan"), float("inf"), -5, "0", 10**400])
def test_a_blur_out_of_range_is_refused(blur: object) -> None:
    with pytest.raises(ConfigError, match="blur"):
        Wishes().changed({"blur": blur})


def test_the_nearest_word_is_named() -> None:
    with pytest.raises(ConfigError) as caught:
        Wishes().changed({"mirrored": True})
    assert caught.value.hint == "did you mean 'mirror'?"
