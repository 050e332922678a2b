"""The state that a session is in, and its figures, put on the board every second and whenever the state changes."""

import time
from dataclasses import replace

from bgstream.live.board import Board
from bgstream.live.job import Job
from bgstream.live.scene import Scene
from bgstream.live.stats import Meter, Stats

EVERY = 1.0  # seconds between two figures


class Told:
    """Keeps count.

    Args:
        job: names, size and rate.
        board: where the figures are put.

    Attributes:
        state, text: as in :class:`bgstream.live.stats.Stats`.
        level: what the governor has given up, for people.
    """

    def __init__(self, job: Job, board: Board[Scene]) -> None:
        self._job, self._board, self._meter = job, board, Meter()
        self._next = 0.0
        self._dropped = self._dropped_before = 0
        self._damaged = self._damaged_before = 0
        self.state, self.text, self.level = "starting", "", ""

    @property
    def dropped(self) -> int:
        """Camera frames that a newer one has replaced, since the start."""
        return self._dropped_before + self._dropped

    @property
    def damaged(self) -> int:
        """Camera frames that could not be decoded, since the start."""
        return self._damaged_before + self._damaged

    def lost(self, dropped: int, damaged: int) -> None:
        """So many frames since the camera was opened."""
        self._dropped, self._damaged = dropped, damaged

    def reopened(self) -> None:
        """Whatever counts frames begins at 0 again."""
        self._dropped_before, self._dropped = self.dropped, 0
        self._damaged_before, self._damaged = self.damaged, 0

    def sent(self, taken: float) -> None:
        """A live frame, taken at ``taken`` (seconds, ``time.monotonic``), has left."""
        self._meter.sent(taken)
        self.say("live", "")
        self.publish()

    def say(self, state: str, text: str) -> None:
        """The state is this now."""
        if (state, text) != (self.state, self.text):
            self.state, self.text = state, text
            self.publish(now=True)

    def publish(self, now: bool = False) -> None:
        """Put the figures on the board, if a second has passed."""
        if not now and time.monotonic() < self._next:
            return
        self._next = time.monotonic() + EVERY
        figures = Stats(**self._meter.figures())  # type: ignore[arg-type]
        self._board.stats = replace(
            figures,
            state=self.state,
            text=self.text,
            camera=self._job.name,
            output=self._job.output,
            model=self._board.scene.wishes.model,
            size=self._job.size,
            target=self._job.rate,
            dropped=self.dropped,
            damaged=self.damaged,
            level=self.level,
        )
        self._job.figures(self._board.stats)
