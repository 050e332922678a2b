"""What every look at the machine gives."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at.

    Attributes:
        topic: what kind of thing.
        name: which.
        state: ``ok``, ``absent`` (fine, but not to be had) or ``problem``.
        detail: what was found.
        fix: what to do about a problem or an absence.
    """

    topic: str
    name: str
    state: str
    detail: str
    fix: str = ""
