"""The seam between the camera's loop and whoever controls or watches it: socket, keys, signals, page, recorder."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Generic, Protocol, TypeVar

from bgstream.frame import Frame
from bgstream.live.stats import Stats
from bgstream.live.wishes import Wishes

LOOKS = 2.0  # seconds for which somebody who looked counts as looking still


class Scene(Protocol):
    """Wishes made ready, see :class:`bgstream.live.scene.Scene`."""

    @property
    def wishes(self) -> Wishes:
        """What it was made from."""


S = TypeVar("S", bound=Scene)


class Board(Generic[S]):
    """Holds what is wanted and what is; for any thread.

    Args:
        make: makes wishes ready, with what it can keep of the scene before; raises :class:`BgstreamError` where they
            cannot be had, and then nothing changes. Slow work (a network is loaded) is done here, in the thread of
            whoever asks, while the camera goes on as it was.
        wishes: to begin with.
        wake: called after every change, from any thread.

    Attributes:
        stopped: the camera shall end.
        stats: how it goes; replaced by the loop.
    """

    def __init__(self, make: Callable[[Wishes, "S | None"], S], wishes: Wishes, wake: Callable[[], None]) -> None:
        self._make, self._wake = make, wake
        self._changing = threading.Lock()
        self._shown = make(wishes, None), 0  # a scene, and how often pause had been turned when it was asked for
        self._pausing = threading.Lock()
        self._turns: list[None] = []  # grows in one step, whoever turns, a signal's handler too
        self._pictures = threading.Condition()
        self._picture: Frame | None = None
        self._number = self._viewers = 0
        self._looked = -LOOKS
        self.stopped = False
        self.stats = Stats()

    @property
    def scene(self) -> S:
        """What is to be shown from the next frame on."""
        return self._shown[0]

    @property
    def paused(self) -> bool:
        """Nothing of the camera may be shown."""
        return self._paused(len(self._turns))

    @property
    def wishes(self) -> Wishes:
        """What is wanted, pause as it stands."""
        return self._shown[0].wishes.changed({"pause": self.paused})

    @property
    def watched(self) -> bool:
        """Somebody looks on, or did a moment ago."""
        return self._viewers > 0 or time.monotonic() - self._looked < LOOKS

    def change(self, words: Mapping[str, Any]) -> Wishes:
        """Want something else, all of it or, after an error, nothing; returns what is wanted now.

        Raises:
            BgstreamError: the words, or what they ask for, cannot be had.
        """
        with self._changing:
            turned = len(self._turns)
            wishes = self.scene.wishes.changed({"pause": self._paused(turned)}).changed(words)
            scene = self._make(wishes, self.scene)
            # Turned meanwhile: that counts, unless pause was asked for here, too, and would be undone.
            self._shown = scene, len(self._turns) if wishes.pause and "pause" in words else turned
        self._wake()
        return self.wishes

    def _paused(self, turns: int) -> bool:
        """As it stood, or stands, after so many turns."""
        scene, turned = self._shown
        return scene.wishes.pause != bool((turns - turned) % 2)

    def turn_pause(self) -> None:
        """Pause or go on. Takes no lock: for a signal's handler."""
        self._turns.append(None)
        self._wake()

    def pause(self, wanted: bool) -> None:
        """Pause or go on; two who want the same at once do not undo each other's. Not for a signal's handler."""
        with self._pausing:
            if wanted != self.paused:
                self._turns.append(None)
        self._wake()

    def stop(self) -> None:
        """End the camera."""
        self.stopped = True
        self._wake()
        with self._pictures:
            self._pictures.notify_all()

    def show(self, frame: Frame) -> None:
        """By the loop: what has just left. Copied only while somebody looks."""
        if not self._viewers:
            return
        copied = replace(frame, planes=tuple(plane.copy() for plane in frame.planes), keeper=None)
        with self._pictures:
            self._picture, self._number = copied, self._number + 1
            self._pictures.notify_all()

    def look(self, after: int, seconds: float) -> tuple[int, Frame] | None:
        """What has left last, and its number; None if nothing newer than number ``after`` comes in so many seconds."""
        if not self._viewers and time.monotonic() - self._looked > LOOKS / 2:  # in good time: the loop may go idle now
            self._looked = time.monotonic()
            self._wake()
        with self._pictures:
            self._viewers += 1
            try:
                self._pictures.wait_for(lambda: self._number > after or self.stopped, seconds)
                if self._picture is None or self._number <= after:
                    return None
                return self._number, self._picture
            finally:
                self._viewers -= 1
                self._looked = time.monotonic()
