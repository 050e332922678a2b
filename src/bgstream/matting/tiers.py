"""Quality tiers, as data: ``tiers.toml`` says what each spends its time on."""

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

from bgstream.errors import ConfigError, nearest


@dataclass(frozen=True, slots=True)
class Tier:
    """What a quality tier does.

    Attributes:
        name: what ``--quality`` takes.
        title: one line for people.
        alone: a confirmed person gets a small person network alone, instead of the general one bounded by two.
        flow: ``none``, ``coarse`` or ``fine``: how carefully the optical flow is found that steadies alpha.
        ahead: frames of look-ahead.
        span: frames from one key frame to the next at most, where a large network is asked on a processor; 1: every
            frame is asked about.
        drift: how far carried alpha may go astray, see :func:`bgstream.matting.carrying.drift`.
        attention: small subjects get a second look at a crop.
        finer: how many times the network's size raw alpha is worked on at.
        solve: hair and fur are recovered by a matting step in the unknown band.
        foreground: the subject's own colours are estimated at soft edges.
    """

    name: str
    title: str
    alone: bool = False
    flow: str = "none"
    ahead: int = 0
    span: int = 1
    drift: float = 0.0
    attention: bool = False
    finer: float = 1.0
    solve: bool = False
    foreground: bool = False

    @property
    def live(self) -> "Tier":
        """The same without what looks ahead or asks a network a second time."""
        return replace(self, ahead=0, attention=False, finer=1.0)


@cache
def tiers() -> dict[str, Tier]:
    """All tiers by name, quickest first."""
    text = resources.files("bgstream.matting").joinpath("tiers.toml").read_text(encoding="utf-8")
    return {name: _tier(name, row) for name, row in tomllib.loads(text).items()}


def _tier(name: str, row: dict[str, Any]) -> Tier:
    return Tier(name, **row)


def find_tier(name: str) -> Tier:
    """The tier of a name.

    Raises:
        ConfigError: there is none.
    """
    known = tiers()
    if name not in known:
        raise ConfigError(f"unknown quality '{name}'", nearest(name, known))
    return known[name]
