"""The camera's ear: a socket of this machine and this user, one JSON object a line each way; see ``words.py``.

Whoever is malformed, slow or silent disturbs neither the camera nor others: nothing blocks, a client has one request
at work at a time and is not read further before it has taken the answer, and when too many have come the one that
has been silent longest goes.
"""

import hmac
import json
import selectors
import socket
import threading
import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from bgstream.errors import BgstreamError, ConfigError
from bgstream.live.address import Address, usual
from bgstream.live.board import Board
from bgstream.live.listener import MOST, listening
from bgstream.live.words import LONGEST, answer, parse, refusal, takes_long

CHUNK = 16 << 10


@dataclass(eq=False, slots=True)
class _Client:
    line: socket.socket
    trusted: bool
    inbox: bytearray = field(default_factory=bytearray)
    outbox: bytearray = field(default_factory=bytearray)
    busy: bool = False  # a request of it is at work
    leaving: bool = False  # it goes when it has its answer
    heard: float = field(default_factory=time.monotonic)


class Control:
    """Answers while the ``with`` block lasts.

    Args:
        board: of the camera.
        address: where to listen; None: where this user's camera does.

    Raises:
        ConfigError: on entering: a camera listens there.
        SinkError: on entering: one cannot listen there.
    """

    def __init__(self, board: Board[Any], address: Address | None = None) -> None:
        self._board, self._address = board, address or usual()
        self._clients: set[_Client] = set()
        self._done: deque[tuple[_Client, dict[str, Any]]] = deque()
        self._ended = False

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            self._listener, self._token = opened.enter_context(listening(self._address))
            self._selector = opened.enter_context(selectors.DefaultSelector())
            self._alarm, self._bell = (opened.enter_context(end) for end in socket.socketpair())
            for end in (self._listener, self._alarm, self._bell):
                end.setblocking(False)
            self._selector.register(self._listener, selectors.EVENT_READ)
            self._selector.register(self._alarm, selectors.EVENT_READ)
            self._worker = ThreadPoolExecutor(1, "bgstream-control-change")
            opened.callback(self._worker.shutdown, cancel_futures=True)
            self._thread = threading.Thread(target=self._serve, name="bgstream-control")
            self._thread.start()
            opened.callback(self._end)
            self._opened = opened.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.close()

    def _end(self) -> None:
        self._ended = True
        self._ring()
        self._thread.join()

    def _ring(self) -> None:
        with suppress(BlockingIOError):  # it rings already
            self._bell.send(b"!")

    def _serve(self) -> None:
        try:
            while not self._ended:
                self._turn()
        finally:
            for client in tuple(self._clients):
                self._drop(client)

    def _turn(self) -> None:
        deaf = self._listener not in self._selector.get_map()
        for key, events in self._selector.select(1.0 if deaf else None):
            if key.fileobj is self._listener:
                self._accept()
            elif key.fileobj is self._alarm:
                self._alarm.recv(CHUNK)
            elif key.data in self._clients:  # else it was dropped for a new one in this turn
                self._attend(key.data, events)
        if deaf:
            self._selector.register(self._listener, selectors.EVENT_READ)
        while self._done:
            client, reply = self._done.popleft()
            client.busy = False
            self._reply(client, reply)

    def _accept(self) -> None:
        try:
            line, _ = self._listener.accept()
        except (BlockingIOError, ConnectionError):
            return
        except OSError:  # no descriptor is free: try again in a while instead of spinning
            self._selector.unregister(self._listener)
            return
        line.setblocking(False)
        idle = [client for client in self._clients if not client.busy]
        if len(self._clients) >= MOST:
            if not idle:
                line.close()
                return
            self._drop(min(idle, key=lambda client: client.heard))
        client = _Client(line, trusted=not self._token)
        self._clients.add(client)
        self._selector.register(line, selectors.EVENT_READ, client)

    def _attend(self, client: _Client, events: int) -> None:
        try:
            if events & selectors.EVENT_READ:
                came = client.line.recv(CHUNK)
                if not came:
                    self._drop(client)
                    return
                client.inbox += came
                client.heard = time.monotonic()
            self._advance(client)
        except BlockingIOError:
            return
        except OSError:
            self._drop(client)

    def _advance(self, client: _Client) -> None:
        """Send what is to be sent, else begin the next request: one a turn, so that all have theirs.

        Raises:
            OSError: the client has gone.
        """
        if client.outbox:
            del client.outbox[: client.line.send(client.outbox)]
        elif b"\n" in client.inbox:
            line, _, rest = client.inbox.partition(b"\n")
            client.inbox = rest
            self._begin(client, bytes(line))
        elif len(client.inbox) > LONGEST:
            client.inbox.clear()
            client.leaving = True
            self._reply(client, refusal(ConfigError("the request is too long", f"at most {LONGEST} bytes")))
        if client.leaving and not client.outbox:
            self._drop(client)
        elif client in self._clients:
            self._watch(client)

    def _begin(self, client: _Client, line: bytes) -> None:
        try:
            request = parse(line)
            if not client.trusted:
                self._check_token(client, request)
                return
        except BgstreamError as error:
            self._reply(client, refusal(error))
            return
        if not takes_long(request):
            self._reply(client, answer(self._board, request))
            return
        client.busy = True
        self._worker.submit(answer, self._board, request).add_done_callback(lambda job: self._finish(client, job))

    def _check_token(self, client: _Client, request: dict[str, Any]) -> None:
        client.trusted = hmac.compare_digest(str(request.get("token")).encode(), self._token.encode())
        if not client.trusted:
            client.leaving = True
            raise ConfigError("the word that opens is not right", f"it is in {self._address.path}")

    def _finish(self, client: _Client, job: "Future[dict[str, Any]]") -> None:
        if not job.cancelled():
            self._done.append((client, job.result()))
            self._ring()

    def _reply(self, client: _Client, reply: dict[str, Any]) -> None:
        if client not in self._clients:
            return
        client.outbox += json.dumps(reply).encode() + b"\n"
        try:
            del client.outbox[: client.line.send(client.outbox)]
        except BlockingIOError:
            pass
        except OSError:
            self._drop(client)
            return
        self._watch(client)

    def _watch(self, client: _Client) -> None:
        """Listen for what is next: that there is room to send, that something comes, or nothing while it is busy."""
        more = client.outbox or b"\n" in client.inbox or client.leaving or len(client.inbox) > LONGEST
        if client.line in self._selector.get_map():
            self._selector.unregister(client.line)
        if not client.busy:
            wanted = selectors.EVENT_WRITE if more else selectors.EVENT_READ
            self._selector.register(client.line, wanted, client)

    def _drop(self, client: _Client) -> None:
        if client not in self._clients:
            return
        self._clients.remove(client)
        if client.line in self._selector.get_map():
            self._selector.unregister(client.line)
        client.line.close()
