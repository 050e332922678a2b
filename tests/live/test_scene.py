"""Scenes: wishes made ready, with whatever of the scene before still serves."""

from typing import Any

import numpy as np
import pytest

from bgstream.backdrops import Blur, Plain
from bgstream.errors import BgstreamError, ConfigError, ModelError
from bgstream.frame import Frame
from bgstream.live.governor import LEVELS, Level
from bgstream.live.job import COLOUR, LAYOUT
from bgstream.live.scene import Scene, Scenes, refuse_nonsense
from bgstream.live.wishes import Wishes
from bgstream.matting.session import find_device
from bgstream.progress import Clock

SIZE = (90, 160)
GREY = Frame(tuple(np.full(shape, 128, np.uint8) for shape in LAYOUT.shapes(*SIZE)), LAYOUT, COLOUR)


@pytest.fixture(scope="module")
def scenes() -> Scenes:
    return Scenes(find_device("cpu"), 30.0, GREY)


@pytest.fixture(scope="module")
def first(scenes: Scenes) -> Scene:
    return scenes(Wishes(), None)


def test_a_call_is_blurred_and_cut_by_the_small_person_network(first: Scene) -> None:
    assert isinstance(first.backdrop, Blur)
    assert first.plan.live
    assert first.plan.choice.card.name == "selfie-landscape"
    assert first.plan.second is not None, "and another one confirms that somebody is there"
    assert first.levels == LEVELS


def test_strength_and_ramp_change_the_very_backdrop(scenes: Scenes, first: Scene) -> None:
    second = scenes(Wishes(blur=40, ramp=True), first)
    assert second.backdrop is first.backdrop
    assert isinstance(second.backdrop, Blur)
    assert (second.backdrop.strength, second.backdrop.ramp) == (40, True)
    assert second.cuts_like(first)


def test_another_backdrop_leaves_the_matting_alone(scenes: Scenes, first: Scene) -> None:
    second = scenes(Wishes(backdrop="navy"), first)
    assert isinstance(second.backdrop, Plain)
    assert second.cuts_like(first)
    assert second.networks is first.networks


def test_another_quality_keeps_the_network(scenes: Scenes, first: Scene) -> None:
    second = scenes(Wishes(quality="draft"), first)
    assert second.networks is first.networks
    assert not second.cuts_like(first)


def test_another_model_is_loaded(scenes: Scenes, first: Scene) -> None:
    second = scenes(Wishes(model="selfie"), first)
    assert second.plan.choice.card.name == "selfie"
    assert second.plan.second is not None
    assert second.plan.second.card.name == "selfie-landscape"


@pytest.mark.parametrize(
    ("wishes", "kind"),
    [
        ({"backdrop": "transparent"}, ConfigError),
        ({"backdrop": "no-such-thing"}, ConfigError),
        ({"backdrop": "nowhere.jpg"}, BgstreamError),
        ({"fit": "squeeze"}, ConfigError),
        ({"model": "no-such-model"}, BgstreamError),
        ({"model": "key"}, ConfigError),
        ({"model": "plate+u2netp"}, ConfigError),
        ({"model": "u2net"}, ModelError),
        ({"quality": "fats"}, ConfigError),
    ],
)
def test_nonsense_is_refused_at_first_and_later(
    scenes: Scenes,
    first: Scene,
    wishes: dict[str, Any],
    kind: type[BgstreamError],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Any,
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))  # nothing was pulled there
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    for refuse in (refuse_nonsense, lambda said: scenes(said, first)):
        with pytest.raises(kind) as caught:
            refuse(Wishes(**wishes))
        assert caught.value.hint


def test_every_level_gives_each_frame_its_matte(scenes: Scenes, first: Scene) -> None:
    frames = [GREY] * 5
    for level in first.levels:
        mattes = list(first.matter(level, Clock())(iter(frames)))
        assert [matted.frame for matted in mattes] == frames
        assert not any(matted.alpha.any() for matted in mattes), "nobody is there"


def test_a_level_is_what_it_says(first: Scene) -> None:
    level = Level("all", 3, refine=False, clean=False, steady=False, fine=False)
    plan = first.matter(level, Clock())._plan
    assert (plan.interval, plan.settings.refine, plan.settings.clean, plan.settings.smooth) == (3, False, False, False)
    assert not plan.tier.solve
