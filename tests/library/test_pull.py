"""What pulling decides: what is here already, whose word counts, what the user has to accept."""

import errno
import hashlib
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from bgstream.errors import ConfigError, ModelError
from bgstream.library.download import Download
from bgstream.library.lock import alone
from bgstream.library.part import Part
from bgstream.library.places import checked_path, locate
from bgstream.library.pull import Order, pull
from bgstream.library.remove import remove
from tests.library.conftest import BODY, Describe
from tests.library.shelf import Book, Shelf
from tests.library.test_fetch import left, order

MD5 = hashlib.md5(BODY, usedforsecurity=False).hexdigest()


def test_a_wrong_checksum_is_deleted_and_said(describe: Describe, book: Book, models: Path) -> None:
    book.body = BODY[::-1]
    with pytest.raises(ModelError, match=r"sha256.*deleted") as caught:
        pull(describe(), order())
    assert caught.value.hint
    assert left(models) == set()


def test_md5_counts_where_that_is_what_is_published(describe: Describe, book: Book) -> None:
    assert pull(describe(algorithm="md5", checksum=MD5), order()).path.read_bytes() == BODY
    with pytest.raises(ModelError, match="md5"):
        pull(describe(algorithm="md5", checksum=MD5[::-1], file="other", urls=describe().urls), order())


def test_what_is_here_is_not_fetched_again(describe: Describe, book: Book, shelf: Shelf) -> None:
    first = pull(describe(), order())
    again = pull(describe(), order())
    assert (again.path, again.source) == (first.path, "")
    assert len(shelf.asked) == 1


def test_a_damaged_file_is_replaced(describe: Describe, book: Book, models: Path) -> None:
    models.mkdir()
    (models / "net.onnx").write_bytes(BODY[::-1])
    with pytest.raises(ModelError, match="damaged") as caught:
        checked_path(describe())
    assert "bgstream models pull net" in caught.value.hint
    pull(describe(), order())
    assert checked_path(describe()).read_bytes() == BODY


def test_a_mirror_is_asked_instead(describe: Describe, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.put("deep/net%201.onnx", Book(BODY))
    wanted = describe(file="net 1.onnx", urls=("https://example.com/net.onnx",))
    assert pull(wanted, order(mirror=f"{shelf.url}/deep/")).path.read_bytes() == BODY
    remove(wanted)
    monkeypatch.setenv("BGSTREAM_MIRROR", f"{shelf.url}/deep")
    assert pull(wanted, order()).source == f"{shelf.url}/deep/net%201.onnx"


def test_a_mirror_is_trusted_no_more_than_anybody(describe: Describe, shelf: Shelf, models: Path) -> None:
    shelf.put("deep/net.onnx", Book(BODY[::-1]))
    with pytest.raises(ModelError, match="another file"):
        pull(describe(), order(mirror=f"{shelf.url}/deep"))
    assert left(models) == set()


def test_a_file_on_disk_is_copied_and_checked(describe: Describe, shelf: Shelf, tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.write_bytes(BODY[::-1])
    with pytest.raises(ModelError, match="another file"):
        pull(describe(), order(given=given))
    given.write_bytes(BODY)
    done = pull(describe(), order(given=given))
    assert (done.source, done.path.read_bytes()) == (str(given), BODY)
    assert given.exists()
    assert shelf.asked == []


def test_a_card_without_addresses_says_what_to_give(describe: Describe) -> None:
    with pytest.raises(ModelError, match="names no address") as caught:
        pull(describe(urls=()), order())
    assert "--from" in caught.value.hint


def test_a_missing_file_is_said(describe: Describe, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="No such file") as caught:
        pull(describe(), order(given=tmp_path / "nothing"))
    assert "--from" in caught.value.hint


@pytest.mark.parametrize(
    ("variable", "place"),
    [
        ("U2NET_HOME=a", "a/net.onnx"),
        ("XDG_DATA_HOME=b", "b/.u2net/net.onnx"),
        ("REMBG_HOME=c", "c/models/net/net.onnx"),
        ("XDG_DATA_HOME=d", "d/rembg/models/net/net.onnx"),
        ("", "home/.u2net/net.onnx"),
        ("", "home/.rembg/models/net/net.onnx"),
    ],
)
def test_what_rembg_downloaded_is_used(
    describe: Describe, shelf: Shelf, monkeypatch: pytest.MonkeyPatch, models: Path, variable: str, place: str
) -> None:
    if variable:
        name, _, folder = variable.partition("=")
        monkeypatch.setenv(name, str(models.parent / folder))
    path = models.parent / place
    path.parent.mkdir(parents=True)
    path.write_bytes(BODY)
    assert locate(describe()) == checked_path(describe()) == path
    assert pull(describe(), order()).path == path
    assert shelf.asked == []
    assert remove(describe())
    assert path.exists()  # not ours to delete


def test_another_file_in_rembgs_folder_is_not_used(
    describe: Describe, book: Book, tmp_path: Path, models: Path
) -> None:
    path = tmp_path / "home" / ".u2net" / "net.onnx"
    path.parent.mkdir(parents=True)
    path.write_bytes(BODY[::-1])
    with pytest.raises(ModelError, match="another file"):
        checked_path(describe())
    assert pull(describe(), order()).path == models / "net.onnx"
    assert checked_path(describe()) == models / "net.onnx"
    assert path.read_bytes() == BODY[::-1]


@pytest.mark.parametrize("terms", ["copyleft", "non-commercial"])
def test_terms_have_to_be_accepted(describe: Describe, book: Book, shelf: Shelf, tmp_path: Path, terms: str) -> None:
    """Also before a file that rembg downloaded is used."""
    path = tmp_path / "home" / ".u2net" / "net.onnx"
    path.parent.mkdir(parents=True)
    path.write_bytes(BODY)
    bound = describe(terms=terms)
    assert locate(bound) is None
    with pytest.raises(ConfigError, match="MIT") as caught:
        pull(bound, order())
    assert "--accept-licence" in caught.value.hint
    assert pull(bound, order(accept=True)).path == path
    assert checked_path(bound) == path
    assert pull(bound, order()).path == path  # accepted once
    assert shelf.asked == []


def test_without_a_published_checksum_the_first_file_counts(describe: Describe, book: Book, models: Path) -> None:
    loose = describe(checksum="", size=0)
    pull(loose, order())
    noted = json.loads((models / "net.onnx.json").read_text())
    assert noted["sha256"] == hashlib.sha256(BODY).hexdigest()
    assert remove(loose)
    assert left(models) == {"net.onnx.json"}
    book.body = BODY[::-1]
    with pytest.raises(ModelError, match="another file") as caught:
        pull(loose, order())
    assert "net.onnx.json" in caught.value.hint
    (models / "net.onnx").write_bytes(BODY[::-1])
    with pytest.raises(ModelError, match="damaged, or another file"):
        checked_path(loose)


def test_a_damaged_record_is_said(describe: Describe, book: Book, models: Path) -> None:
    pull(describe(), order())
    (models / "net.onnx.json").write_text("{")
    with pytest.raises(ModelError, match="record"):
        pull(describe(), order())


def test_remove_leaves_nothing(describe: Describe, book: Book, models: Path) -> None:
    pull(describe(), order())
    assert remove(describe())
    assert left(models) == set()
    assert not remove(describe())


def test_two_at_once_do_not_disturb_each_other(describe: Describe, book: Book, models: Path) -> None:
    book.cuts, book.hold = [1_000_000], threading.Event()
    told = Event()
    first = threading.Thread(target=lambda: pull(describe(), order(watch=told)))
    first.start()
    assert told.began.wait(60)
    with pytest.raises(ModelError, match="another bgstream is pulling"):
        pull(describe(), order())
    with pytest.raises(ModelError, match="another bgstream is pulling"):
        remove(describe())
    book.hold.set()
    first.join(60)
    assert checked_path(describe()).read_bytes() == BODY


class Event:
    """A watch that tells another thread that bytes flow."""

    def __init__(self) -> None:
        self.began = threading.Event()

    def begin(self, total: int, have: int) -> None:
        self.began.set()

    def step(self, have: int) -> None: ...

    def retry(self, reason: str) -> None: ...

    def stop(self) -> None: ...


def test_a_lock_is_free_again(tmp_path: Path) -> None:
    for _ in range(2):
        with alone(tmp_path / ".x.lock"):
            pass


def test_no_room_is_said_before_anything_comes(describe: Describe, book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bgstream.library.part.shutil.disk_usage", lambda _: SimpleNamespace(free=1_000_000))
    with pytest.raises(ModelError, match=r"full: 3\.1 MB are needed, 1\.0 MB are free") as caught:
        pull(describe(), order())
    assert "BGSTREAM_MODELS" in caught.value.hint


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_disk_that_fills_up_is_said(tmp_path: Path) -> None:
    part = Part(tmp_path / "net.onnx")
    part.path.symlink_to("/dev/full")
    with pytest.raises(ModelError, match="is full") as caught:
        part.append(iter([b"x" * 1000]))
    assert "make room" in caught.value.hint


def test_what_came_before_the_disk_was_full_stays(tmp_path: Path) -> None:
    def blocks() -> Iterator[bytes]:
        yield b"kept"
        raise OSError(errno.ENOSPC, "No space left on device")

    part = Part(tmp_path / "net.onnx")
    with pytest.raises(ModelError, match="is full"):
        part.append(blocks())
    assert part.path.read_bytes() == b"kept"


def test_a_folder_that_cannot_be_made_is_said(
    describe: Describe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("BGSTREAM_MODELS", str(tmp_path / "file" / "models"))
    with pytest.raises(ModelError, match="cannot keep models") as caught:
        pull(describe(), Order())
    assert "BGSTREAM_MODELS" in caught.value.hint


def test_without_a_setting_the_system_says_where(monkeypatch: pytest.MonkeyPatch, describe: Describe) -> None:
    monkeypatch.delenv("BGSTREAM_MODELS")
    from bgstream.library.places import models_folder

    assert models_folder().parts[-2:] == ("bgstream", "models")


def test_the_command_that_gets_it_tells_what_it_means(describe: Describe) -> None:
    assert describe().command == "bgstream models pull net (3.1 MB, MIT)"
    bound = Download("x", "x.onnx", (), "GPL-3.0-only", "copyleft")
    assert bound.command == "bgstream models pull x --accept-licence (size unknown, GPL-3.0-only, copyleft)"
