"""The page's server: who may see and change what, and that it costs nothing while nobody looks."""

import http.client
import io
import json
import socket
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from bgstream.errors import SinkError
from bgstream.frame import Frame
from bgstream.live import pictures
from bgstream.live.board import Board
from bgstream.live.pictures import WIDEST, jpeg
from bgstream.live.preview import MOST, Preview
from bgstream.live.visit import Visit
from bgstream.live.words import LONGEST
from tests.live.boards import Maker, Ready, flat, no_thread_left, showing

RED, BLUE = (200, 60, 30), (30, 60, 200)
JSON = {"Content-Type": "application/json"}


class Visitor:
    """Somebody who asks the server."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        assert parts.hostname == "127.0.0.1"
        self.host, self.path = parts.netloc, parts.path

    def ask(
        self, path: str, body: object = None, *, how: str = "", **said: str | None
    ) -> tuple[int, dict[str, str], bytes]:
        """(status, headers, body) of one request; ``said`` replaces headers, None leaves one out."""
        names = {"Host": self.host} | ({} if body is None else {**JSON, "Origin": f"http://{self.host}"})
        names |= {name.replace("_", "-"): value for name, value in said.items() if value is not None}
        gone = {name.replace("_", "-") for name, value in said.items() if value is None}
        line = http.client.HTTPConnection(self.host, timeout=20)
        line.putrequest(how or ("GET" if body is None else "POST"), path, skip_host=True)
        sent = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        names.setdefault("Content-Length", str(len(sent)))
        for name, value in names.items():
            if name not in gone:
                line.putheader(name, value)
        line.endheaders(sent)
        reply = line.getresponse()
        found = reply.status, dict(reply.getheaders()), reply.read()
        line.close()
        return found

    def want(self, request: object, **said: str | None) -> dict[str, object]:
        status, _, body = self.ask(f"{self.path}set", request, how="POST", **said)
        assert status == 200
        found: dict[str, object] = json.loads(body)
        return found


class Stream:
    """Pictures as they come."""

    def __init__(self, visitor: Visitor) -> None:
        self._line = http.client.HTTPConnection(visitor.host, timeout=20)
        self._line.request("GET", f"{visitor.path}stream", headers={"Host": visitor.host})
        self._reply = self._line.getresponse()
        assert self._reply.headers["Content-Type"] == "multipart/x-mixed-replace; boundary=next"

    def next(self) -> NDArray[np.uint8]:
        """(height, width, 3): the next one."""
        assert self._reply.readline() == b"--next\r\n"
        heads = http.client.parse_headers(self._reply)
        assert heads["Content-Type"] == "image/jpeg"
        coded = self._reply.read(int(heads["Content-Length"]))
        assert self._reply.read(2) == b"\r\n"
        with Image.open(io.BytesIO(coded)) as image:
            return np.asarray(image.convert("RGB"))

    def close(self) -> None:
        self._reply.close()
        self._line.close()


@pytest.fixture
def board() -> Board[Ready]:
    return Maker().board()


@pytest.fixture
def visitor(board: Board[Ready]) -> Iterator[Visitor]:
    with no_thread_left(), Preview(board) as preview:
        yield Visitor(preview.url)


def test_the_page_asks_nobody_else_for_anything(visitor: Visitor) -> None:
    status, heads, body = visitor.ask(visitor.path)
    text = body.decode()
    assert (status, heads["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "default-src 'none'" in heads["Content-Security-Policy"]
    assert "unsafe" not in heads["Content-Security-Policy"]
    assert (heads["Cache-Control"], heads["Referrer-Policy"]) == ("no-store", "no-referrer")
    for foreign in ("http:", "https:", "//cdn", "url(", "@import", "@NONCE@", "@TIERS@", "@MODELS@"):
        assert foreign not in text
    assert "selfie-landscape" in text
    assert visitor.ask(visitor.path)[1]["Content-Security-Policy"] != heads["Content-Security-Policy"], "one nonce each"


def test_figures(visitor: Visitor, board: Board[Ready]) -> None:
    status, _, body = visitor.ask(f"{visitor.path}stats")
    assert status == 200
    found = json.loads(body)
    assert found["wishes"] == board.wishes.as_dict()
    assert found["stats"] == json.loads(json.dumps(board.stats.as_dict()))


def test_the_same_words_as_the_socket(visitor: Visitor, board: Board[Ready]) -> None:
    assert visitor.want({"set": {"blur": 40}}) == {"ok": True, "wishes": board.wishes.as_dict()}
    assert board.wishes.blur == 40
    assert visitor.want({"do": "pause"})["ok"]
    assert board.paused
    for junk in ({"set": {"blurr": 1}}, {"set": {"backdrop": "bad"}}, b"nothing", b"[" * 9999, b"", [1]):
        assert visitor.want(junk)["ok"] is False


@pytest.mark.parametrize(
    "said", [b"GET /\xff\xe9/ HTTP/1.1\r\n\r\n", b"GET /\r\n\r\n", b"\x16\x03\x01\r\n\r\n", b"GET x y z\r\n\r\n"]
)
def test_who_does_not_speak_http_sees_nothing(said: bytes, visitor: Visitor) -> None:
    with socket.create_connection(("127.0.0.1", int(visitor.host.partition(":")[2])), 20) as line:
        line.sendall(said)
        told = b"".join(iter(lambda: line.recv(4096), b""))
    assert not told or told.startswith(b"HTTP/1.0 403") or b"Error code: 400" in told
    assert visitor.ask(visitor.path)[0] == 200


@pytest.mark.parametrize("place", ["", "stream", "stats", "set"])
def test_who_does_not_know_the_token_sees_nothing(place: str, visitor: Visitor, board: Board[Ready]) -> None:
    token = visitor.path.strip("/")
    body = {"do": "stop"} if place == "set" else None
    for path in (
        f"/{place}",
        f"/{token[:-1]}/{place}",
        f"/{token}x/{place}",
        f"/x/{token}/{place}",
        f"/%00%ff/{place}",
    ):
        status, _, told = visitor.ask(path, body)
        assert (status, told) == (403, b"")
    assert not board.stopped


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "localhost:1", "0.0.0.0:{port}", None]
)
@pytest.mark.parametrize("place", ["", "stream", "stats", "set"])
def test_no_other_name_leads_here(host: str | None, place: str, visitor: Visitor, board: Board[Ready]) -> None:
    """A site may let its own name point to 127.0.0.1; the browser would let it read the answer."""
    name = host and host.format(port=visitor.host.partition(":")[2])
    body = {"do": "stop"} if place == "set" else None
    said = {"Origin": f"http://{name}"} if body else {}
    assert visitor.ask(f"{visitor.path}{place}", body, Host=name, **said)[::2] == (403, b"")
    assert not board.stopped


def test_its_own_names_lead_here(visitor: Visitor) -> None:
    name = visitor.host.replace("127.0.0.1", "localhost")
    assert visitor.ask(visitor.path, Host=name)[0] == 200
    assert visitor.want({"get": "stats"}, Host=name, Origin=f"http://{name}")["ok"]


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:1", "https://{host}", None])
def test_no_other_page_changes_anything(origin: str | None, visitor: Visitor, board: Board[Ready]) -> None:
    name = origin and origin.format(host=visitor.host)
    assert visitor.ask(f"{visitor.path}set", {"do": "stop"}, Origin=name)[0] == 403
    assert not board.stopped


def test_a_form_changes_nothing(visitor: Visitor, board: Board[Ready]) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", None):
        assert visitor.ask(f"{visitor.path}set", {"do": "stop"}, Content_Type=kind)[0] == 403
    assert visitor.ask(f"{visitor.path}stats", {"do": "stop"})[0] == 403
    assert visitor.ask(f"{visitor.path}set")[0] == 404
    assert not board.stopped


@pytest.mark.parametrize("length", ["-1", "x", "", "1e3", str(LONGEST + 1), "9" * 5000, "²"])
def test_lengths_that_cannot_be_meant(length: str, visitor: Visitor) -> None:
    said = length.encode().decode("latin-1")
    assert visitor.ask(f"{visitor.path}set", {"do": "stop"}, Content_Length=said)[0] == 413


def test_other_methods_and_places(visitor: Visitor) -> None:
    assert visitor.ask(f"{visitor.path}passwd")[0] == 404
    assert visitor.ask(f"{visitor.path}../../etc/passwd")[0] == 404
    assert visitor.ask(visitor.path, how="DELETE")[0] == 501


def test_pictures_in_their_colours(visitor: Visitor, board: Board[Ready]) -> None:
    stream = Stream(visitor)
    for colour in (RED, BLUE):
        with showing(board, lambda _count, colour=colour: flat(colour)):  # type: ignore[misc]
            seen = [stream.next() for _ in range(3)][-1]
        assert seen.shape == (72, 128, 3)
        np.testing.assert_allclose(seen, np.broadcast_to(colour, seen.shape), atol=4)
    stream.close()


@pytest.mark.parametrize("size", [(720, 1280), (1080, 1920), (2160, 3840), (240, 320), (2, 2), (1280, 720), (242, 962)])
def test_pictures_are_small_and_in_place(size: tuple[int, int]) -> None:
    left, right = flat(RED, size), flat(BLUE, size)
    for mine, theirs in zip(left.planes, right.planes, strict=True):
        mine[:, mine.shape[1] // 2 :] = theirs[:, mine.shape[1] // 2 :]
    with Image.open(io.BytesIO(jpeg(left))) as image:
        seen = np.asarray(image.convert("RGB"))
    height, width = seen.shape[:2]
    assert width <= WIDEST
    assert width == size[1] or width == WIDEST
    assert abs(height / width - size[0] / size[1]) < 0.01
    if size[1] > 100:
        np.testing.assert_allclose(seen[:, : width // 2 - 16].mean(axis=(0, 1)), RED, atol=3)
        np.testing.assert_allclose(seen[:, width // 2 + 16 :].mean(axis=(0, 1)), BLUE, atol=3)


def test_nothing_is_encoded_while_nobody_looks_and_once_for_all_who_do(
    monkeypatch: pytest.MonkeyPatch, visitor: Visitor, board: Board[Ready]
) -> None:
    made: list[Frame] = []

    def encode(frame: Frame) -> bytes:
        made.append(frame)
        return jpeg(frame)

    monkeypatch.setattr(pictures, "jpeg", encode)
    visitor.ask(visitor.path)
    visitor.ask(f"{visitor.path}stats")
    for count in range(50):
        board.show(flat(RED, pts=count))
    assert made == []
    streams = [Stream(visitor), Stream(visitor)]
    with showing(board, lambda count: flat(RED, pts=count)):
        for _ in range(5):
            for stream in streams:
                stream.next()
    for stream in streams:
        stream.close()
    assert len({frame.pts for frame in made}) == len(made)


def test_what_others_saw_long_ago_is_not_shown(visitor: Visitor, board: Board[Ready]) -> None:
    first = Stream(visitor)
    with showing(board, lambda _count: flat(RED)):
        first.next()
    first.close()
    second = Stream(visitor)
    with showing(board, lambda _count: flat(BLUE)):
        seen = second.next()
    np.testing.assert_allclose(seen, np.broadcast_to(BLUE, seen.shape), atol=4)
    second.close()


def test_it_ends_while_somebody_looks_and_others_dawdle(monkeypatch: pytest.MonkeyPatch, board: Board[Ready]) -> None:
    monkeypatch.setattr(Visit, "timeout", None)  # or their patience, not ours, would end it
    with no_thread_left():
        preview = Preview(board).__enter__()
        visitor = Visitor(preview.url)
        stream, waiting = Stream(visitor), Stream(visitor)
        port = int(visitor.host.partition(":")[2])
        silent, half = (socket.create_connection(("127.0.0.1", port)) for _ in range(2))
        half.sendall(b"GET / HT")
        with showing(board, lambda _count: flat(RED)):
            stream.next()  # and then never again: its pictures pile up
        ending = threading.Thread(target=preview.__exit__, args=(None, None, None))
        ending.start()
        ending.join(30)
        ended = not ending.is_alive()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))
        for line in (stream, waiting, silent, half):
            line.close()
        assert ended
        ending.join()


def test_a_visitor_who_hangs_up_without_having_seen_anything_is_forgotten(visitor: Visitor) -> None:
    for stream in [Stream(visitor) for _ in range(MOST)]:
        stream.close()
    until = time.monotonic() + 30
    while True:
        try:
            assert visitor.ask(visitor.path)[0] == 200
            break
        except (ConnectionError, http.client.HTTPException):  # turned away: they are thought to be there
            assert time.monotonic() < until


def test_a_visitor_who_hangs_up_is_forgotten(board: Board[Ready]) -> None:
    with no_thread_left(), Preview(board) as preview:
        visitor = Visitor(preview.url)
        for _ in range(MOST * 2):  # more than may look at a time: each has to go before the next comes
            stream = Stream(visitor)
            with showing(board, lambda _count: flat(RED)):
                stream.next()
            stream.close()
        assert visitor.ask(visitor.path)[0] == 200


def test_too_many_are_turned_away_and_those_who_are_there_stay(board: Board[Ready]) -> None:
    with Preview(board) as preview:
        visitor = Visitor(preview.url)
        streams = [Stream(visitor) for _ in range(MOST)]
        with pytest.raises((ConnectionError, http.client.HTTPException)):
            visitor.ask(visitor.path)
        with showing(board, lambda _count: flat(RED)):
            for stream in streams:
                stream.next()
        for stream in streams:
            stream.close()


def test_a_port_that_is_taken(board: Board[Ready]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SinkError) as caught, Preview(board, taken.getsockname()[1]):
            pass
    assert caught.value.hint


def test_two_cameras_have_two_tokens(board: Board[Ready]) -> None:
    with Preview(board) as one, Preview(board) as other:
        mine, theirs = Visitor(one.url), Visitor(other.url)
        assert len(mine.path) > 30
        assert theirs.ask(f"{mine.path}stats")[0] == 403
