"""Quality tiers, as data: ``tiers.toml`` says what each spends its time on."""

import tomllib
from dataclasses import dataclass
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
        size: (height, width) at which the general network is asked; None for its card's own.
        flow: ``none``, ``coarse`` or ``fine``: how carefully the optical flow is found that steadies alpha.
        ahead: frames of look-ahead.
        attention: small subjects get a second look at a crop.
        finer: how many times the network's size raw alpha is worked on at.
        solve: hair and fur are recovered by a matting step in the unknown band.
        foreground: the subject's own colours are estimated at soft edges.
    """

    name: str
    title: str
    alone: bool = False
    size: tuple[int, int] | None = None
    flow: str = "none"
    ahead: int = 0
    attention: bool = False
    finer: float = 1.0
    solve: bool = False
    foreground: bool = False


@cache
def tiers() -> dict[str, Tier]:
    """All tiers by name, quickest first."""
    text = resources.files("bgstream.matting").joinpath("tiers.toml").read_text(encoding="utf-8")
    return {name: _tier(name, row) for name, row in tomllib.loads(text).items()}


def _tier(name: str, row: dict[str, Any]) -> Tier:
    size = row.pop("size", None)
    return Tier(name, size=(int(size[0]), int(size[1])) if size else None, **row)


def find_tier(name: str) -> Tier:
    """The tier of a name.

    Raises:
        ConfigError: there is none.
    """
    known = tiers()
    if name not in known:
        raise ConfigError(f"unknown quality '{name}'", nearest(name, known))
    return known[name]
