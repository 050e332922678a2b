"""Where an output goes: the name that it gets, and the files that it must never be."""

from bgstream.targets.checks import check_place, folders_made
from bgstream.targets.places import Place, default_target, find_place

__all__ = ["Place", "check_place", "default_target", "find_place", "folders_made"]
