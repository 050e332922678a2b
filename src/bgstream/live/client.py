"""The other end of the camera's socket: ask a running camera. Light: it is to answer at once."""

import json
import os
import socket
from pathlib import Path
from typing import Any

from bgstream import errors
from bgstream.errors import BgstreamError, SinkError
from bgstream.live.address import LOOPBACK, Address, check_folder, check_length, usual

PATIENCE = 120.0  # seconds: a large network may have to be loaded and tried
FILES = ("backdrop", "background", "model")  # words whose value may be a file's path
HINT = "start it first: bgstream cam"


def ask(request: dict[str, Any], address: Address | None = None, seconds: float = PATIENCE) -> dict[str, Any]:
    """What the running camera answers.

    Args:
        request: see :mod:`bgstream.live.words`.
        address: where it listens; None: where this user's camera does.
        seconds: to wait for.

    Raises:
        SinkError: no camera is running, or it does not answer.
        BgstreamError: it says no, in its own words.
    """
    place = address or usual()
    try:
        check_folder(place.path.parent)
        line, greeting = _dial(place)
    except (FileNotFoundError, ConnectionError):
        raise SinkError("no camera is running", HINT) from None
    except OSError as error:
        raise SinkError(f"cannot speak to the camera at {place.path}: {error.strerror}", HINT) from None
    with line:
        line.settimeout(seconds)
        return _checked(_exchange(line, greeting + json.dumps(request).encode() + b"\n"))


def absolute(words: dict[str, Any]) -> dict[str, Any]:
    """The same with files by their whole path: the camera runs in another folder.

    What is written like a file (``.`` or ``/`` in it) and is one counts; ``blur`` never does.
    """
    return {word: _absolute(value) if word in FILES else value for word, value in words.items()}


def _absolute(value: Any) -> Any:
    if not isinstance(value, str) or not {".", "/", os.sep} & set(value):
        return value
    path = Path(value).expanduser()
    return str(path.absolute()) if path.is_file() else value


def _dial(place: Address) -> tuple[socket.socket, bytes]:
    if place.unix:
        check_length(place.path)
        return _connected(socket.socket(socket.AF_UNIX), str(place.path)), b""
    said = json.loads(place.path.read_text(encoding="utf-8"))
    greeting = json.dumps({"token": said["token"]}).encode() + b"\n"
    return _connected(socket.socket(socket.AF_INET), (LOOPBACK, int(said["port"]))), greeting


def _connected(line: socket.socket, target: str | tuple[str, int]) -> socket.socket:
    try:
        line.connect(target)
    except BaseException:
        line.close()
        raise
    return line


def _exchange(line: socket.socket, sent: bytes) -> dict[str, Any]:
    try:
        line.sendall(sent)
        with line.makefile("rb") as stream:
            reply = stream.readline()
    except TimeoutError:
        raise SinkError("the camera does not answer", "look at what it prints, or stop it") from None
    except OSError as error:
        raise SinkError(f"the camera went away: {error.strerror}", HINT) from None
    if not reply.endswith(b"\n"):
        raise SinkError("the camera ended before it could answer", HINT)
    found: dict[str, Any] = json.loads(reply)
    return found


def _checked(reply: dict[str, Any]) -> dict[str, Any]:
    if reply.get("ok"):
        return reply
    kind = getattr(errors, str(reply.get("kind")), BgstreamError)
    raise kind(str(reply.get("error")), str(reply.get("hint", "")))
