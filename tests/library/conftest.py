"""What the tests of pulling share: a server, a folder for models, a home without rembg."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bgstream.library.download import Download
from tests.library.shelf import Book, Shelf, own_room, serving

BODY = bytes(range(256)) * 12_000  # 3 MB: several blocks


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    with serving() as found:
        yield found


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The models folder; nothing outside the test's own folder is seen or written."""
    return own_room(tmp_path, monkeypatch)


Describe = Callable[..., Download]


@pytest.fixture
def describe(shelf: Shelf) -> Describe:
    """A download of ``BODY``, its file served as ``net.onnx`` unless ``urls`` says otherwise."""

    def made(**changed: Any) -> Download:
        facts: dict[str, Any] = {
            "name": "net",
            "file": "net.onnx",
            "urls": (f"{shelf.url}/net.onnx",),
            "licence": "MIT",
            "size": len(BODY),
            "checksum": hashlib.sha256(BODY).hexdigest(),
            "also": ("net.onnx",),
        }
        return Download(**(facts | changed))

    return made


@pytest.fixture
def book(shelf: Shelf) -> Book:
    """What is served as ``net.onnx``."""
    served = Book(BODY)
    shelf.put("net.onnx", served)
    return served
