"""What the tests of the whole loop share: a film with a room that must not be seen, and a session without patience."""

import pytest

from bgstream.frame import Planes
from bgstream.live import session
from tests.live.stage import filmed


@pytest.fixture(scope="session")
def film() -> list[Planes]:
    """Frames of a person in a room, see ``stage.py``. Never written to."""
    return filmed()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is waited for; but a busy machine is no silent camera."""
    monkeypatch.setattr(session, "RETRY", (0.002, 0.01))
    monkeypatch.setattr(session, "LINGER", 0.0)
    monkeypatch.setattr(session, "STALE", 30.0)
