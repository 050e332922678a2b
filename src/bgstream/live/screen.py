"""What leaves, and the only place where anything does: a frame with the matte that is its own, or a plain picture."""

import time
from collections.abc import Callable

from bgstream.backdrops import Plain
from bgstream.compose import compose
from bgstream.errors import SourceError
from bgstream.frame import Frame, Matted
from bgstream.live.board import Board
from bgstream.live.framing import Framing
from bgstream.live.job import COLOUR, LAYOUT, UNIT, Job
from bgstream.live.scene import Scene
from bgstream.live.slate import GROUND, Slate
from bgstream.protocols import Backdrop

PLAIN = Plain(GROUND)
FILL = 32  # plain pictures that push whatever there was out of a virtual camera's buffers: v4l2loopback has 2 to 32


class Screen:
    """Fills the sink's frames.

    Args:
        job: the sink, its size, and who else sees what leaves.
        board: whoever looks on.
    """

    def __init__(self, job: Job, board: Board[Scene]) -> None:
        self._job, self._board = job, board
        self._slate, self._framing = Slate(job.size, LAYOUT, COLOUR), Framing(job.size)
        if job.picture:
            self._slate.read(job.picture)
        self._behind, self._size = board.scene.backdrop, job.size
        self._broken: Backdrop | None = None

    def matted(self, matted: Matted, scene: Scene) -> None:
        """A frame leaves before a scene's backdrop.

        Raises:
            ValueError: the matte is not the frame's, or does not fill the output: what was there before would leave.
            SinkError: the output has gone.
        """
        if matted.alpha.shape != matted.frame.size:
            raise ValueError(f"a matte of {matted.alpha.shape} for a frame of {matted.frame.size}")
        if scene.backdrop is not self._behind:
            self._behind.close()
            self._behind = scene.backdrop
        if matted.frame.size != self._size:  # the camera came back with another mode
            self._framing, self._size = Framing(self._job.size), matted.frame.size
        shown = self._framing(matted, mirror=scene.wishes.mirror, follow=scene.wishes.framing)
        if not shown.frame.size == shown.alpha.shape == self._job.size:
            raise ValueError(f"a picture of {shown.frame.size} for an output of {self._job.size}")
        try:
            behind = PLAIN if scene.backdrop is self._broken else scene.backdrop
            self._leave(lambda out: compose(shown, behind, out), matted.frame.pts)
        except SourceError as error:  # a clip behind that is damaged further on: the call goes on without it
            self._job.tell(f"{error}; a plain backdrop instead", error.hint)
            self._broken = scene.backdrop
            self._leave(lambda out: compose(shown, PLAIN, out), matted.frame.pts)

    def plain(self, text: str, times: int = 1, picture: str = "") -> None:
        """A plain picture with a short text leaves, or the user's own picture.

        Args:
            text: few words.
            times: how often; :data:`FILL` leaves nothing else in the output's buffers.
            picture: a file.

        Raises:
            SinkError: the output has gone.
        """
        for number in range(times):
            self._leave(lambda out: self._slate(out, text, picture), round(time.monotonic() / UNIT), new=number == 0)

    def close(self) -> None:
        """Say that the camera is off, and end what the backdrop runs."""
        try:
            self.plain("camera off", FILL)
        finally:
            self._behind.close()

    def _leave(self, fill: Callable[[Frame], None], pts: int, new: bool = True) -> None:
        height, width = self._job.size
        like = Frame((), LAYOUT, COLOUR, pts, UNIT)
        out = self._job.sink.blank(like)
        assert out.size == (height, width)
        fill(out)
        self._job.sink.write(out)
        if new:  # the same again is for the output's buffers only
            self._job.seen(out)
            self._board.show(out)
