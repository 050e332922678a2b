"""What the page's server answers to a request.

Only who knows the token in the address is heard, and only by the server's own names, so that no other site can reach
it through a name that it points here (DNS rebinding). What changes something must come from the page itself.
"""

import hmac
import json
import secrets
import select
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from importlib import resources
from typing import Any

from bgstream.errors import BgstreamError
from bgstream.live.board import Board
from bgstream.live.pictures import Pictures
from bgstream.live.words import LONGEST, answer, parse, refusal
from bgstream.matting.cards import pullable, shipped
from bgstream.matting.tiers import tiers

RATE = 15.0  # pictures a second
GLANCE = 0.25  # seconds between looks whether the viewer, or the server, has gone
BOUNDARY = b"--next\r\n"
NO_MORE = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


@dataclass(slots=True)
class House:
    """What visitors come for.

    Attributes:
        board: of the camera.
        pictures: what leaves it.
        token: who knows it may come in.
        hosts: what the server may be called.
        ended: everybody is to leave.
    """

    board: Board[Any]
    pictures: Pictures
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    hosts: tuple[str, ...] = ()
    ended: threading.Event = field(default_factory=threading.Event)


class Visit(BaseHTTPRequestHandler):
    """One request.

    Args:
        house: what is visited.
        rest: as the server says.
    """

    timeout = 10.0  # seconds for a request to come, or a picture to go

    def __init__(self, house: House, *rest: Any) -> None:
        self._house = house
        super().__init__(*rest)

    def handle(self) -> None:
        """One request; a client that goes away or dawdles is no error."""
        with suppress(ConnectionError, TimeoutError):
            super().handle()

    def finish(self) -> None:
        """Close; see :meth:`handle`."""
        with suppress(ConnectionError, TimeoutError, ValueError):
            super().finish()

    def log_message(self, *_words: Any) -> None:
        """Nothing: the terminal belongs to the camera."""

    def do_GET(self) -> None:
        """The page, its picture, its figures."""
        ways = {"": self._page, "stream": self._stream, "stats": self._stats}
        place = self._place()
        if place is None:
            self._send(HTTPStatus.FORBIDDEN, b"")
        elif place not in ways:
            self._send(HTTPStatus.NOT_FOUND, b"")
        else:
            ways[place]()

    def do_POST(self) -> None:
        """What the page wants."""
        length = self.headers.get("Content-Length", "")
        own = self.headers.get("Origin") == f"http://{self.headers.get('Host')}"
        if self._place() != "set" or not own or self.headers.get_content_type() != "application/json":
            self._send(HTTPStatus.FORBIDDEN, b"")
        elif not length.isascii() or not length.isdigit() or int(length[:9]) > LONGEST:
            self._send(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, b"")
        else:
            try:
                reply = answer(self._house.board, parse(self.rfile.read(int(length))))
            except BgstreamError as error:
                reply = refusal(error)
            self._send_json(reply)

    def _place(self) -> str | None:
        """What is asked for; None for who may not."""
        _, _, rest = self.path.partition("/")
        token, slash, place = rest.partition("/")
        known = hmac.compare_digest(token.encode(), self._house.token.encode()) and bool(slash)
        return place if known and self.headers.get("Host") in self._house.hosts else None

    def _page(self) -> None:
        nonce = secrets.token_urlsafe(16)
        text = resources.files("bgstream.live").joinpath("page.html").read_text(encoding="utf-8")
        names = {"NONCE": [nonce], "TIERS": list(tiers()), "MODELS": [*shipped(), *pullable()]}
        for name, values in names.items():
            text = text.replace(f"@{name}@", escape(" ".join(values)))
        own = f"'nonce-{nonce}'"
        rules = f"default-src 'none'; img-src 'self' data:; connect-src 'self'; script-src {own}; style-src {own}"
        self._send(HTTPStatus.OK, text.encode(), "text/html; charset=utf-8", f"{rules}; {NO_MORE}")

    def _stats(self) -> None:
        board = self._house.board
        self._send_json({"ok": True, "stats": board.stats.as_dict(), "wishes": board.wishes.as_dict()})

    def _send_json(self, reply: dict[str, Any]) -> None:
        self._send(HTTPStatus.OK, json.dumps(reply).encode(), "application/json")

    def _send(
        self, status: HTTPStatus, body: bytes, kind: str = "text/plain", rules: str = "default-src 'none'"
    ) -> None:
        self._head(status, kind, rules)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _head(self, status: HTTPStatus, kind: str, rules: str = "default-src 'none'") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", rules)
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")

    def _stream(self) -> None:
        self._head(HTTPStatus.OK, "multipart/x-mixed-replace; boundary=next")
        self.end_headers()
        self.wfile.write(BOUNDARY)
        seen = self._house.board.look(0, 0)  # what others saw last may be old: begin with what leaves from now on
        number, due = seen[0] if seen else 0, time.monotonic()
        while not self._house.ended.wait(max(0.0, due - time.monotonic())):
            made = self._house.pictures.newest(number, GLANCE)
            if made is None:
                if self._gone() or self._house.board.stopped:
                    return
                continue
            number, coded = made
            due = time.monotonic() + 1 / RATE
            head = f"Content-Type: image/jpeg\r\nContent-Length: {len(coded)}\r\n\r\n".encode()
            # The boundary at once: browsers show a picture when they see where it ends.
            self.wfile.write(head + coded + b"\r\n" + BOUNDARY)

    def _gone(self) -> bool:
        """The viewer has hung up; it has nothing to say after its request."""
        return bool(select.select([self.connection], [], [], 0)[0])
