"""The camera's loop: camera → matter → screen, and what is shown whenever that cannot be."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing

from bgstream.ahead import Latest, latest
from bgstream.errors import BgstreamError, SinkError, SourceError
from bgstream.frame import Frame, Matted
from bgstream.live.board import Board
from bgstream.live.governor import Governor, Level
from bgstream.live.job import Job, LiveSource
from bgstream.live.scene import Scene
from bgstream.live.screen import FILL, Screen
from bgstream.live.told import Told
from bgstream.progress import Clock

TICK = 0.1  # seconds between two looks at what is wanted, while no frame comes
STALE = 0.5  # seconds without a frame from which the last one is not left standing
RETRY = (0.5, 5.0)  # seconds until a camera that failed is tried again: at first, at most
LINGER = 1.0  # seconds that a camera runs on without a reader: calls open a webcam several times while they set up
LONG = 60.0  # seconds to sleep while nobody watches; whatever happens ends that


class Session:
    """Runs until the board says stop.

    Args:
        job: what it works with.
        board: what is wanted; hears what is.
        govern: makes what decides what is done for a frame.
    """

    def __init__(self, job: Job, board: Board[Scene], govern: Callable[[Sequence[Level]], Governor] = Governor) -> None:
        self._job, self._board, self._govern = job, board, govern
        self._cut, self._governor = board.scene, govern(board.scene.levels)
        self._screen, self._told = Screen(job, board), Told(job, board)
        self._pause, self._why = RETRY[0], ""
        self._seen = -LONG  # when somebody looked last
        self._began = (0.0, 0.0)

    def run(self) -> None:
        """Show what is wanted, or why not, until the board says stop.

        Raises:
            SinkError: the output has gone.
        """
        ways = {"paused": self._paused, "idle": self._idle, "live": self._live}
        with self._job.watch:
            try:
                while (wanted := self._wanted) != "off":
                    ways[wanted]()
            finally:
                self._told.say("off", "camera off")
                self._screen.close()

    @property
    def _wanted(self) -> str:
        now, watched = time.monotonic(), self._job.watch.wait(0)  # before the board is read: this takes what woke us
        if watched:
            self._seen = now
        if self._board.stopped:
            return "off"
        if not (watched or self._board.watched) and now - self._seen >= LINGER:
            return "idle"
        return "paused" if self._board.paused else "live"

    def _paused(self) -> None:
        self._told.say("paused", "paused")
        while self._wanted == "paused":
            self._screen.plain("paused", picture=self._job.picture)
            self._job.watch.wait(TICK)
            self._told.publish()

    def _idle(self) -> None:
        """The camera is closed, nothing is computed, and a plain picture stands in the output's buffers."""
        self._told.say("idle", "nobody is watching")
        self._screen.plain("starting", FILL)
        while self._wanted == "idle":
            self._job.watch.wait(LONG)
            self._told.publish()

    def _live(self) -> None:
        """Until something else is wanted, or the camera or the matting fails."""
        if not self._why:
            self._told.say("starting", "starting")
            self._screen.plain("starting")
        try:
            source = self._job.camera()
            with closing(latest(source.frames())) as newest, ExitStack() as ending:
                ending.callback(source.stop)
                self._governor.restart(self._told.dropped)
                while self._wanted == "live":
                    self._span(source, newest)
        except SinkError:
            raise
        except BgstreamError as error:
            self._trouble("no camera" if isinstance(error, SourceError) else "camera error", str(error), error.hint)
        except Exception as error:  # whatever it was: no frame leaves unmatted; it is told, and tried again
            self._trouble("camera error", f"{type(error).__name__}: {error}", "bgstream cam --debug shows where")
        finally:
            self._told.reopened()

    def _trouble(self, text: str, why: str, hint: str) -> None:
        """Told once; a plain picture until the next try."""
        if why != self._why:
            self._job.tell(why, hint)
        self._why = why
        self._told.say("trouble", why)
        until = time.monotonic() + self._pause
        self._pause = min(2 * self._pause, RETRY[1])
        while self._wanted == "live" and (left := until - time.monotonic()) > 0:
            self._screen.plain(text)
            self._told.publish()
            self._job.watch.wait(min(TICK, left))

    def _span(self, source: LiveSource, newest: Latest[Frame]) -> None:
        """With one matter, until another one is needed."""
        scene = self._board.scene
        if not scene.cuts_like(self._cut):
            self._governor = self._govern(scene.levels)
            self._governor.restart(self._told.dropped)
        self._cut, level = scene, self._governor.level
        self._told.level = level.text
        with closing(scene.matter(level, Clock())(self._fed(source, newest, scene, level))) as mattes:  # type: ignore[type-var]
            for matted in mattes:
                if self._wanted != "live":
                    break
                self._show(matted)
            if self._wanted == "paused":  # now: to close networks and camera takes a while
                self._screen.plain("paused", picture=self._job.picture)

    def _fed(self, source: LiveSource, newest: Latest[Frame], scene: Scene, level: Level) -> Iterator[Frame]:
        quiet = time.monotonic()
        while self._wanted == "live" and self._governor.level is level and scene.cuts_like(self._board.scene):
            frames = newest.take(TICK)
            self._told.lost(newest.dropped, source.damaged)
            for frame in frames:
                quiet = time.monotonic()
                self._began = time.perf_counter(), time.thread_time()
                yield frame
            if newest.ended and not newest.take(0):  # this raises what has ended it, if anything has
                raise SourceError("the camera has ended", "it is tried again")
            if time.monotonic() - quiet > STALE:
                self._told.say("starting", "no picture from the camera")
                self._screen.plain("no picture")
                self._told.publish()

    def _show(self, matted: Matted) -> None:
        self._screen.matted(matted, self._board.scene)
        if self._why:
            self._job.tell("the camera is back")
        self._pause, self._why = RETRY[0], ""
        self._told.sent(matted.frame.time)
        wall, cpu = time.perf_counter() - self._began[0], time.thread_time() - self._began[1]
        if self._governor.note(wall, cpu, self._told.dropped):
            self._job.tell(self._governor.level.text or "time enough: everything is done again")
