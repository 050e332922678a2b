"""``bgstream models``: what a user types, against a server on this machine."""

import hashlib
import json
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.command import BGSTREAM, Done, assert_done, assert_refused, bgstream, inside
from tests.library.shelf import Book, Shelf, own_room, serving
from tests.matting.tiny_networks import write_brightness, write_card


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    with serving() as found:
        yield found


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The models folder; no other place is looked at."""
    return own_room(tmp_path, monkeypatch)


@pytest.fixture
def card(tmp_path: Path, shelf: Shelf) -> Path:
    """A card whose network has to be pulled from the shelf; its weights lie nowhere else."""
    network = write_brightness(tmp_path / "net.onnx")
    path = write_card(network, sha256="")
    body = network.read_bytes()
    network.unlink()
    urls = f'["{shelf.put("net.onnx", Book(body))}"]'
    digest = hashlib.sha256(body).hexdigest()
    path.write_text(f'{path.read_text()}\n[download]\nurls = {urls}\nsize = {len(body)}\nsha256 = "{digest}"\n')
    return path


def test_pull_use_and_remove(
    card: Path, models: Path, examples: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    clip, out = examples / "astronaut.mp4", tmp_path / "out.webm"
    assert_refused(inside(capfd, clip, "-m", card, "-o", out), 1)
    pulled = inside(capfd, "models", "pull", card)
    assert_done(pulled)
    assert "checked" in pulled.out
    assert inside(capfd, "models", "path", card).out.strip() == str(models / "net.onnx")
    assert_done(inside(capfd, clip, "-m", card, "-o", out, "--quiet"))
    assert out.exists()
    assert_done(inside(capfd, "models", "remove", card))
    assert_refused(inside(capfd, "models", "path", card), 1)


def test_programs_get_documents(card: Path, models: Path, capfd: pytest.CaptureFixture[str]) -> None:
    done = inside(capfd, "models", "pull", card, "--json")
    assert_done(done)
    assert json.loads(done.out)["path"] == str(models / "net.onnx")
    assert [json.loads(line)["event"] for line in done.err.splitlines()][:1] == ["download"]
    assert json.loads(inside(capfd, "models", "path", card, "--json").out)["path"] == str(models / "net.onnx")
    assert json.loads(inside(capfd, "models", "remove", card, "--json").out)["removed"] is True


def test_the_list_says_what_is_there(capfd: pytest.CaptureFixture[str]) -> None:
    rows = {row["name"]: row for row in json.loads(inside(capfd, "models", "--json").out)}
    assert rows["selfie"]["shipped"] and rows["selfie"]["present"]
    assert not rows["u2net"]["shipped"] and not rows["u2net"]["present"]
    assert (rows["u2net"]["bytes"], rows["u2net"]["licence"]) == (175_997_641, "Apache-2.0")
    assert (rows["rvm-mobilenetv3"]["terms"], rows["rvm-mobilenetv3"]["recurrent"]) == ("copyleft", True)
    text = inside(capfd, "models").out
    assert "pull: 176 MB" in text
    assert "GPL-3.0-only, copyleft" in text


def test_a_model_that_was_not_pulled_says_how(
    examples: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    done = inside(capfd, examples / "astronaut.mp4", "-m", "u2net", "-o", tmp_path / "out.webm")
    assert_refused(done, 1)
    assert "hint: bgstream models pull u2net (176 MB, Apache-2.0)" in done.err


def test_terms_are_told_before_anything_is_asked(capfd: pytest.CaptureFixture[str]) -> None:
    for name in ("bria-rmbg", "rvm-mobilenetv3"):
        done = inside(capfd, "models", "pull", name)
        assert_refused(done, 2)
        assert f"bgstream models pull {name} --accept-licence" in done.err


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["pul", "u2net"], 2),
        (["pull"], 2),
        (["list", "u2net"], 2),
        (["pull", "u2nett"], 2),
        (["path", "u2net", "--mirror", "https://example.com"], 2),
        (["pull", "selfie"], 1),
        (["pull", "u2net", "--mirror", "http://example.com"], 1),
        (["pull", "u2net", "--from", "nothing.onnx"], 1),
    ],
)
def test_wrong_words(words: list[str], status: int, capfd: pytest.CaptureFixture[str]) -> None:
    assert_refused(inside(capfd, "models", *words), status)


def test_a_mirror_with_another_file_is_refused(shelf: Shelf, capfd: pytest.CaptureFixture[str], models: Path) -> None:
    shelf.put("silueta.onnx", Book(b"not a network"))
    done = inside(capfd, "models", "pull", "silueta", "--mirror", shelf.url, "--quiet")
    assert_refused(done, 1)
    assert "13 bytes" in done.err
    assert [path.name for path in models.iterdir()] == [".silueta.onnx.lock"]


@pytest.mark.skipif(os.name != "posix", reason="signals as on POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_leaves_a_part_that_is_gone_on_with(card: Path, shelf: Shelf, models: Path, number: int) -> None:
    book = shelf.books["/net.onnx"]
    half = len(book.body) // 2
    book.cuts, book.hold = [half], threading.Event()
    line = [str(BGSTREAM), "models", "pull", str(card)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        begun = running.stderr.readline()  # said once bytes flow
        running.send_signal(number)
        out, err = running.communicate(timeout=60)
    book.hold.set()
    done = Done(running.returncode, out, begun + err)
    assert done.status == 130, done.err
    assert "kept" in done.err
    assert "Traceback" not in done.err
    assert (models / "net.onnx.part").exists()
    assert not (models / "net.onnx").exists()
    book.hold = None
    assert_done(bgstream("models", "pull", card))
    assert (models / "net.onnx").read_bytes() == book.body
