"""Playlists and scripts that name other files are refused, and what they name is never opened."""

import ctypes
import os
import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bgstream.errors import SourceError
from bgstream.protocols import Wants
from bgstream.sources import open_source
from tests.media.catalogue import Catalogue

IN_OPEN = 0x20  # inotify's event: a file was opened
M3U8 = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{}\n#EXT-X-ENDLIST\n"
MPD = (
    '<MPD xmlns="urn:mpeg:dash:schema:mpd:2011">'
    "<Period><AdaptationSet><BaseURL>{}</BaseURL></AdaptationSet></Period></MPD>"
)
TEXTS = {
    "list.ffconcat": "ffconcat version 1.0\nfile {}\n",
    "concat_renamed.mp4": "ffconcat version 1.0\nfile {}\n",
    "list.m3u8": M3U8,
    "m3u8_renamed.mp4": M3U8,
    "m3u8_renamed.mkv": M3U8,
    "list.mpd": MPD,
    "mpd_renamed.mp4": MPD,
    "list.txt": "{}\n",
    "picture.png": M3U8,
}
linux = pytest.mark.skipif(sys.platform != "linux", reason="watching for opened files needs Linux' inotify")


@contextmanager
def watched(path: Path) -> Iterator[list[int]]:
    """Fills the list that it gives with one entry for each time that ``path`` was opened inside."""
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = libc.inotify_init1(os.O_NONBLOCK)
    assert descriptor >= 0
    opened: list[int] = []
    try:
        assert libc.inotify_add_watch(descriptor, os.fsencode(path), IN_OPEN) >= 0
        yield opened
        try:
            events = os.read(descriptor, 4096)
        except BlockingIOError:
            events = b""
        opened.extend(mask for _, mask, _, _ in struct.iter_unpack("iIII", events))
    finally:
        os.close(descriptor)


@linux
def test_the_watcher_sees_what_is_opened(clip: Catalogue) -> None:
    with watched(clip("silent.mp4")) as opened:
        clip("silent.mp4").read_bytes()
    assert opened


@linux
@pytest.mark.parametrize("name", TEXTS)
def test_refused_without_opening_what_it_names(name: str, clip: Catalogue, tmp_path: Path) -> None:
    named = tmp_path / "named.mp4"
    named.write_bytes(clip("silent.mp4").read_bytes())
    script = tmp_path / name
    script.write_text(TEXTS[name].format("named.mp4"))
    with watched(named) as opened, pytest.raises(SourceError) as caught:
        list(open_source(script, Wants()).frames())
    assert opened == []
    assert caught.value.hint


@pytest.mark.parametrize("name", TEXTS)
def test_refused_without_calling_a_server(name: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        script = tmp_path / name
        script.write_text(TEXTS[name].format(f"http://127.0.0.1:{server.getsockname()[1]}/a.ts"))
        with pytest.raises(SourceError):
            list(open_source(script, Wants()).frames())
        with pytest.raises(BlockingIOError):
            server.accept()


def test_an_address_is_no_file() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        with pytest.raises(SourceError, match="no such file"):
            open_source(Path(f"http://127.0.0.1:{server.getsockname()[1]}/a.mp4"), Wants())
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.mark.parametrize("name", ["list.m3u8", "list.ffconcat", "list.mpd"])
def test_a_playlist_is_called_one(name: str, tmp_path: Path) -> None:
    script = tmp_path / name
    script.write_text(TEXTS[name].format("named.mp4"))
    with pytest.raises(SourceError, match="playlist"):
        open_source(script, Wants())
