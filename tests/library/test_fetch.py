"""Over the wire: whole, resumed, retried, refused; against a server that misbehaves in every known way."""

from pathlib import Path
from typing import Any

import pytest

from bgstream.errors import ModelError
from bgstream.library.fetch import ATTEMPTS
from bgstream.library.pull import Order, pull
from tests.library.conftest import BODY, Describe
from tests.library.shelf import Book, Shelf


class Watched:
    """Hears everything; stops like Ctrl-C once so many bytes are here."""

    def __init__(self, stop_at: int = 0) -> None:
        self.begun: list[tuple[int, int]] = []
        self.have, self.retries, self.stopped, self._stop_at = 0, 0, 0, stop_at

    def begin(self, total: int, have: int) -> None:
        self.begun.append((total, have))

    def step(self, have: int) -> None:
        self.have = have
        if self._stop_at and have >= self._stop_at:
            raise KeyboardInterrupt

    def retry(self, reason: str) -> None:
        self.retries += 1

    def stop(self) -> None:
        self.stopped += 1


def order(pauses: list[float] | None = None, **said: Any) -> Order:
    return Order(pause=(pauses if pauses is not None else []).append, **said)


def left(models: Path) -> set[str]:
    return {path.name for path in models.iterdir() if path.suffix != ".lock"}


def test_a_whole_file(describe: Describe, book: Book, shelf: Shelf, models: Path) -> None:
    watch = Watched()
    done = pull(describe(), order(watch=watch))
    assert (done.path, done.source) == (models / "net.onnx", f"{shelf.url}/net.onnx")
    assert done.path.read_bytes() == BODY
    assert left(models) == {"net.onnx", "net.onnx.json"}
    assert (watch.begun, watch.have, watch.stopped) == ([(len(BODY), 0)], len(BODY), 1)
    assert shelf.asked == [("/net.onnx", "", "")]


def test_a_cut_connection_is_resumed_where_it_ended(describe: Describe, book: Book, shelf: Shelf) -> None:
    book.cuts = [1_500_000, 1000]
    pauses: list[float] = []
    assert pull(describe(), order(pauses)).path.read_bytes() == BODY
    assert [ask[1] for ask in shelf.asked] == ["", "bytes=1500000-", "bytes=1501000-"]
    assert shelf.asked[1][2] == '"one"'
    assert pauses == [1, 2]  # the second attempt brought next to nothing


def test_what_came_is_kept_for_the_next_run(describe: Describe, book: Book, shelf: Shelf, models: Path) -> None:
    book.cuts = [1_500_000, *[0] * ATTEMPTS]
    pauses: list[float] = []
    with pytest.raises(ModelError, match="cut") as caught:
        pull(describe(), order(pauses))
    assert "kept" in caught.value.hint
    assert pauses == [1, 2, 4, 8]
    assert left(models) == {"net.onnx.part", "net.onnx.part.json"}
    book.cuts = []
    assert pull(describe(), order()).path.read_bytes() == BODY
    assert shelf.asked[-1][1] == "bytes=1500000-"
    assert left(models) == {"net.onnx", "net.onnx.json"}


def test_ctrl_c_leaves_a_part_to_go_on_with(describe: Describe, book: Book, shelf: Shelf, models: Path) -> None:
    watch = Watched(stop_at=1_000_000)
    with pytest.raises(KeyboardInterrupt):
        pull(describe(), order(watch=watch))
    assert left(models) == {"net.onnx.part", "net.onnx.part.json"}
    assert watch.stopped == 1
    assert pull(describe(), order()).path.read_bytes() == BODY
    assert int(shelf.asked[-1][1].removeprefix("bytes=").rstrip("-")) >= 1_000_000


def test_stopped_between_the_last_byte_and_the_check(describe: Describe, shelf: Shelf, models: Path) -> None:
    models.mkdir()
    (models / "net.onnx.part").write_bytes(BODY)
    assert pull(describe(), order()).path.read_bytes() == BODY
    assert shelf.asked == []


@pytest.mark.parametrize(
    "served",
    [
        {"ranges": False},  # knows no ranges: sends everything
        {"etag": 'W/"one"'},  # a weak tag vouches for no byte, so no part is asked for
        {"etag": ""},
    ],
)
def test_where_resuming_is_impossible_it_begins_again(describe: Describe, shelf: Shelf, served: dict[str, Any]) -> None:
    shelf.put("net.onnx", Book(BODY, cuts=[1_500_000], **served))
    assert pull(describe(), order()).path.read_bytes() == BODY
    assert len(shelf.asked) == 2


@pytest.mark.parametrize("strict", [True, False])
def test_a_file_changed_in_between_is_not_glued_together(
    describe: Describe, book: Book, shelf: Shelf, strict: bool
) -> None:
    """Also where the server ignores ``If-Range`` and sends the rest of the new file."""
    book.body, book.cuts = BODY[::-1], [1_500_000, *[0] * ATTEMPTS]
    with pytest.raises(ModelError):
        pull(describe(), order())
    shelf.put("net.onnx", Book(BODY, etag='"two"', strict=strict))
    assert pull(describe(), order()).path.read_bytes() == BODY


def test_a_part_longer_than_the_file_begins_again(describe: Describe, book: Book, shelf: Shelf, models: Path) -> None:
    pull_part = Watched(stop_at=1)
    with pytest.raises(KeyboardInterrupt):
        pull(describe(), order(watch=pull_part))
    (models / "net.onnx.part").write_bytes(BODY + b"more")
    assert pull(describe(), order()).path.read_bytes() == BODY
    assert len(shelf.asked) == 3  # the rest; refused with 416; everything


def test_a_passing_failure_is_tried_again(describe: Describe, book: Book) -> None:
    book.statuses = [503, 429]
    watch, pauses = Watched(), list[float]()
    assert pull(describe(), order(pauses, watch=watch)).path.read_bytes() == BODY
    assert (pauses, watch.retries) == ([1, 2], 2)


def test_not_found_is_told_at_once(describe: Describe, shelf: Shelf) -> None:
    pauses: list[float] = []
    with pytest.raises(ModelError, match="404") as caught:
        pull(describe(), order(pauses))
    assert "--mirror" in caught.value.hint
    assert (pauses, len(shelf.asked)) == ([], 1)


def test_the_next_address_is_asked(describe: Describe, shelf: Shelf) -> None:
    urls = (f"{shelf.url}/gone", shelf.put("bad", Book(BODY[::-1])), shelf.put("good", Book(BODY)))
    done = pull(describe(urls=urls), order())
    assert done.source == urls[2]
    assert done.path.read_bytes() == BODY


def test_a_proxy_is_honoured(describe: Describe, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    url = "http://localhost:9/net.onnx"
    shelf.books[url] = Book(BODY)
    monkeypatch.delenv("no_proxy")
    monkeypatch.setenv("http_proxy", shelf.url)
    assert pull(describe(urls=(url,)), order()).path.read_bytes() == BODY
    assert shelf.asked[0][0] == url


def test_nobody_there(describe: Describe, models: Path) -> None:
    pauses: list[float] = []
    with pytest.raises(ModelError, match="cannot be reached"):
        pull(describe(urls=("http://127.0.0.1:9/net.onnx",)), order(pauses))
    assert len(pauses) == ATTEMPTS - 1
    assert left(models) == set()


def test_another_size_is_refused_before_it_comes(describe: Describe, book: Book, models: Path) -> None:
    book.body = BODY[:-1]
    with pytest.raises(ModelError, match=f"{len(BODY) - 1} bytes or more instead of {len(BODY)}"):
        pull(describe(), order())
    assert left(models) == set()


def test_a_file_without_end_is_refused(describe: Describe, book: Book) -> None:
    book.body, book.sized = BODY * 2, False
    with pytest.raises(ModelError, match="instead of"):
        pull(describe(), order())


def test_an_untold_length_is_no_obstacle(describe: Describe, book: Book) -> None:
    book.sized = False
    assert pull(describe(size=0), order()).path.read_bytes() == BODY


def test_redirects_within_the_rules_are_followed(describe: Describe, book: Book, shelf: Shelf) -> None:
    shelf.put("moved", Book(location=f"{shelf.url}/net.onnx"))
    assert pull(describe(urls=(f"{shelf.url}/moved",)), order()).path.read_bytes() == BODY


@pytest.mark.parametrize("target", ["http://example.com/net.onnx", "file:///etc/passwd", "ftp://127.0.0.1/net.onnx"])
def test_a_redirect_to_anything_but_https_is_refused(describe: Describe, shelf: Shelf, target: str) -> None:
    shelf.put("moved", Book(location=target))
    with pytest.raises(ModelError, match=r"only https|not allowed"):
        pull(describe(urls=(f"{shelf.url}/moved",)), order())


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/net.onnx",
        "file:///etc/passwd",
        "ftp://example.com/x",
        "/etc/passwd",
        "http://127.0.0.1.evil/",
    ],
)
def test_an_address_that_is_not_https_is_not_asked(describe: Describe, url: str) -> None:
    with pytest.raises(ModelError, match="only https") as caught:
        pull(describe(urls=(url,)), order())
    assert "--from" in caught.value.hint
