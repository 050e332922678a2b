"""The page: what leaves the camera, how it goes, and what can be changed; for this machine's user alone.

A server on 127.0.0.1 answers who knows the token in its address and calls it by its own name; see ``visit.py``.
"""

import os
import socket
import threading
from contextlib import suppress
from functools import partial
from http.server import ThreadingHTTPServer
from socketserver import TCPServer
from types import TracebackType
from typing import Any, Self

from bgstream.errors import SinkError
from bgstream.live.address import LOOPBACK
from bgstream.live.board import Board
from bgstream.live.pictures import Pictures
from bgstream.live.visit import GLANCE, House, Visit

MOST = 24  # connections at a time


class Preview:
    """Serves the page while the ``with`` block lasts.

    Args:
        board: of the camera.
        port: of 127.0.0.1; 0: any that is free.

    Attributes:
        url: what to open; whoever knows it sees the picture and may change it.

    Raises:
        SinkError: on entering: the port is taken.
    """

    def __init__(self, board: Board[Any], port: int = 0) -> None:
        self._board, self._port = board, port
        self.url = ""

    def __enter__(self) -> Self:
        try:
            self._server = _Server((LOOPBACK, self._port), House(self._board, Pictures(self._board)))
        except OSError as error:
            raise SinkError(f"cannot serve the page at port {self._port}: {error.strerror}", "try another") from None
        self.url = f"http://{LOOPBACK}:{self._server.server_port}/{self._server.house.token}/"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(GLANCE,), name="bgstream-preview")
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.hang_up()
        self._server.server_close()  # waits for the threads of all connections


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True
    allow_reuse_address = os.name == "posix"  # elsewhere it would let another program take the port over

    def __init__(self, place: tuple[str, int], house: House) -> None:
        self.house = house
        self._lines: set[socket.socket] = set()
        self._counting = threading.Lock()
        super().__init__(place, partial(Visit, house))

    def server_bind(self) -> None:
        """Bind, without asking the system's name server for our name as the class above would."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = LOOPBACK, self.server_address[1]
        self.house.hosts = (f"{LOOPBACK}:{self.server_port}", f"localhost:{self.server_port}")

    def verify_request(self, request: Any, client_address: Any) -> bool:  # noqa: ARG002 - as it is called
        """Not more than so many at a time."""
        with self._counting:
            if len(self._lines) >= MOST:
                return False
            self._lines.add(request)
        return True

    def shutdown_request(self, request: Any) -> None:
        """A connection has ended."""
        with self._counting:
            self._lines.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Wake every thread that waits for a client."""
        self.house.ended.set()
        with self._counting:
            for line in self._lines:
                with suppress(OSError):  # it has gone by itself
                    line.shutdown(socket.SHUT_RDWR)
