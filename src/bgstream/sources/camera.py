"""A camera, through FFmpeg: what it sends, with the time at which it was taken, and never a damaged picture."""

import threading
import time
from collections.abc import Generator, Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av.error

from bgstream.devices.cameras import Camera
from bgstream.devices.modes import Mode
from bgstream.errors import SourceError
from bgstream.frame import MICRO, Frame, Planes
from bgstream.protocols import SourceInfo
from bgstream.sources.capture import LAYOUT, TAGS, Capture, whole
from bgstream.sources.opened import SILENCE, Opened, opened

if TYPE_CHECKING:
    from av.packet import Packet
    from av.video.codeccontext import VideoCodecContext
    from av.video.stream import VideoStream

PLAUSIBLE = 1.0  # seconds that a picture may be old when it arrives


class CameraSource:
    """A camera's pictures: yuv420p, studio range, BT.601; ``pts`` is when each was taken, ``time.monotonic()`` in µs.

    The device is opened when the first frame is asked for and closed when the iterator is. Frames own their memory
    and may be kept. Damaged pictures are left out and counted in ``damaged``.

    Args:
        camera: which one.
        mode: one of its modes, or :data:`bgstream.devices.modes.DEFAULT` where the system lists none.
    """

    def __init__(self, camera: Camera, mode: Mode) -> None:
        self._camera, self._mode = camera, mode
        self._stopped = threading.Event()
        self.damaged = 0
        self.info = SourceInfo(Path(camera.path), mode.size, LAYOUT, TAGS, rate=mode.rate, time_base=MICRO)

    def sample(self, count: int) -> list[Frame]:  # noqa: ARG002 - the seam's shape
        """None: what a camera has not sent yet cannot be looked at."""
        return []

    def stop(self) -> None:
        """End :meth:`frames`, from any thread, within 0.2 s, even while the camera sends nothing. For good."""
        self._stopped.set()

    def frames(self) -> Generator[Frame, None, None]:
        """Pictures as they come, until :meth:`stop` or closing; pts rises.

        Raises:
            SourceError: the camera is busy (the message names who holds it), takes no such mode, has been unplugged,
                or has sent nothing whole for :data:`SILENCE` seconds.
        """
        if self._stopped.is_set():
            return
        try:
            with opened(self._camera, self._mode, self._stopped) as camera:
                yield from self._taken(camera)
        except SourceError:
            if not self._stopped.is_set():  # else it is the stop itself that has cut the camera off
                raise

    def _taken(self, camera: Opened) -> Iterator[Frame]:
        decoder, capture, last = camera.decoder(), Capture(self._mode.size), 0
        end = time.monotonic() + SILENCE
        while (packet := camera.packet(end)) is not None:
            pts = max(last + 1, taken_at(packet.pts, camera.unit, time.monotonic()))
            planes = _decoded(packet, decoder, capture)
            del packet  # gives the driver its buffer back before anybody keeps us waiting
            if planes is None:
                self.damaged += 1
                continue
            last = pts
            yield Frame(planes, LAYOUT, TAGS, pts, MICRO)
            end = time.monotonic() + SILENCE


def taken_at(stamp: int | None, unit: Fraction, arrival: float) -> int:
    """When a picture was taken, in µs by ``time.monotonic()``.

    Args:
        stamp: the driver's, in units of ``unit``. It counts where it can be by the same clock, which is so where
            it lies in the second before ``arrival``.
        unit: seconds.
        arrival: when the picture came, in seconds by ``time.monotonic()``; it counts where the stamp does not.
    """
    said = None if stamp is None else float(stamp * unit)
    plausible = said is not None and 0 <= arrival - said <= PLAUSIBLE
    return round(1_000_000 * (said if said is not None and plausible else arrival))


def _decoded(packet: "Packet[VideoStream]", decoder: "VideoCodecContext", capture: Capture) -> Planes | None:
    """A picture's planes, or None where it is damaged."""
    if not whole(packet, decoder.name):
        return None
    try:
        pictures = decoder.decode(packet)
    except av.error.FFmpegError:
        return None
    return capture(pictures[-1]) if pictures and not pictures[-1].is_corrupt else None
