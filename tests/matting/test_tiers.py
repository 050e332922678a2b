"""The quality tiers: the file can be read, its order is told, an unknown name gets the nearest."""

import tomllib
from importlib import resources
from itertools import pairwise

import pytest

from bgstream.errors import ConfigError
from bgstream.matting.flow import Flow
from bgstream.matting.tiers import Tier, find_tier, tiers
from bgstream.settings import Settings

NAMES = ["draft", "fast", "balanced", "best"]


def test_all_tiers_quickest_first() -> None:
    assert list(tiers()) == NAMES
    assert [tier.name for tier in tiers().values()] == NAMES


def test_every_line_of_the_file_is_taken() -> None:
    text = resources.files("bgstream.matting").joinpath("tiers.toml").read_text(encoding="utf-8")
    for name, row in tomllib.loads(text).items():
        tier = find_tier(name)
        for field, value in row.items():
            said = getattr(tier, field)
            assert (list(said) if isinstance(said, tuple) else said) == value, (name, field)


@pytest.mark.parametrize("name", NAMES)
def test_values_make_sense(name: str) -> None:
    tier = find_tier(name)
    assert tier.title
    assert tier.flow == "none" or Flow[tier.flow.upper()]
    assert tier.ahead >= 0
    assert (tier.span > 1) == (tier.drift > 0)
    for flag in ("alone", "attention", "solve", "foreground"):
        assert isinstance(getattr(tier, flag), bool), flag
    assert find_tier(name) is tier


def test_a_better_tier_does_no_less() -> None:
    def effort(tier: Tier) -> tuple[bool, ...]:
        flow = tier.flow
        return not tier.alone, flow != "none", flow == "fine", tier.attention, tier.solve

    for lesser, better in pairwise(NAMES):
        one, other = find_tier(lesser), find_tier(better)
        assert all(mine <= more for mine, more in zip(effort(one), effort(other), strict=True)), better
        assert one.ahead <= other.ahead
        assert one.foreground <= other.foreground
        assert (one.span, one.drift) >= (other.span, other.drift)


def test_the_default_is_one_of_them() -> None:
    assert find_tier(Settings().quality).name == Settings().quality


@pytest.mark.parametrize(("wrong", "near"), [("balancd", "balanced"), ("bets", "best"), ("Fast", "fast")])
def test_an_unknown_name_is_refused_with_the_nearest(wrong: str, near: str) -> None:
    with pytest.raises(ConfigError, match=f"unknown quality '{wrong}'") as caught:
        find_tier(wrong)
    assert near in caught.value.hint


def test_a_name_like_no_other_is_refused_with_all() -> None:
    with pytest.raises(ConfigError) as caught:
        find_tier("xyzzy")
    for name in NAMES:
        assert name in caught.value.hint
