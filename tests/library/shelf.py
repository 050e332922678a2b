"""A web server on this machine that serves files well, or badly on purpose."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest


@dataclass
class Book:
    """One file, and how it is served.

    Attributes:
        body: its bytes.
        etag: entity tag; empty: none.
        ranges: parts may be asked for.
        strict: ``If-Range`` is honoured.
        cuts: how many bytes the first answers send before the connection breaks.
        statuses: what the first answers say instead.
        location: where askers are sent on to.
        sized: the length is told.
        hold: an answer stops here, after the bytes of ``cuts``, until it is set.
    """

    body: bytes = b""
    etag: str = '"one"'
    ranges: bool = True
    strict: bool = True
    cuts: list[int] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    location: str = ""
    sized: bool = True
    hold: threading.Event | None = None


@dataclass
class Shelf:
    """Books by path, and who asked: (path, Range, If-Range) of each request."""

    url: str = ""
    books: dict[str, Book] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)

    def put(self, name: str, book: Book) -> str:
        """Serve a book; returns its address."""
        self.books[f"/{name}"] = book
        return f"{self.url}/{name}"


class _Handler(BaseHTTPRequestHandler):
    shelf: Shelf

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on the tests' stderr."""

    def do_GET(self) -> None:
        wanted, unless = self.headers.get("Range", ""), self.headers.get("If-Range", "")
        self.shelf.asked.append((self.path, wanted, unless))
        book = self.shelf.books.get(self.path)
        if book is None or book.statuses or book.location:
            self._refuse(book)
            return
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and book.ranges else 0
        if start and book.strict and unless != book.etag:
            start = 0
        if start >= len(book.body) and start:
            self._head(416, {"Content-Range": f"bytes */{len(book.body)}"})
            return
        self._send(book, start)

    def _refuse(self, book: Book | None) -> None:
        if book is not None and book.location:
            self._head(302, {"Location": book.location})
        else:
            self._head(book.statuses.pop(0) if book else 404, {})

    def _send(self, book: Book, start: int) -> None:
        rest = book.body[start:]
        headers = {"ETag": book.etag} if book.etag else {}
        if book.sized:
            headers["Content-Length"] = str(len(rest))
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(book.body) - 1}/{len(book.body)}"
        self._head(206 if start else 200, headers)
        with suppress(ConnectionError):  # an asker that was stopped has hung up
            self.wfile.write(rest[: book.cuts.pop(0)] if book.cuts else rest)
        if book.hold is not None:
            self.wfile.flush()
            book.hold.wait(60)

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()


@contextmanager
def serving() -> Iterator[Shelf]:
    """A server on a free port, as long as the body runs."""
    shelf = Shelf()
    handler = type("Handler", (_Handler,), {"shelf": shelf})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        shelf.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield shelf
        finally:
            server.shutdown()
            thread.join()


def own_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The models folder of one test: nothing outside the test's own folder is seen or written, no proxy asked."""
    for name in ("U2NET_HOME", "REMBG_HOME", "XDG_DATA_HOME", "BGSTREAM_MIRROR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("BGSTREAM_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"
