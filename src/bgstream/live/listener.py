"""Opens the place where a camera listens: one camera at a time, for its user alone."""

import json
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from bgstream.errors import ConfigError, ModelError, SinkError
from bgstream.library.lock import alone
from bgstream.live.address import LOOPBACK, Address, check_length, make_folder

MOST = 16  # clients at a time


@contextmanager
def listening(address: Address) -> Iterator[tuple[socket.socket, str]]:
    """A socket that listens while the body runs, and the word that opens it; empty where the system guards it.

    Raises:
        ConfigError: a camera listens there.
        SinkError: one cannot listen there.
    """
    make_folder(address.path.parent)
    with ExitStack() as opened:
        try:
            try:
                opened.enter_context(alone(address.lock))
            except ModelError:
                hint = "stop it first: bgstream cam stop; or speak to it: bgstream cam set blur=30"
                raise ConfigError("a camera is running already", hint) from None
            address.path.unlink(missing_ok=True)  # of one that died: else it would hold the lock
            listener = opened.enter_context(_unix(address) if address.unix else _loopback())
            opened.callback(address.path.unlink, missing_ok=True)
            token = "" if address.unix else _write_token(address, listener.getsockname()[1])
        except OSError as error:
            raise SinkError(f"cannot listen at {address.path}: {error.strerror}", "free it") from None
        yield listener, token


def _unix(address: Address) -> socket.socket:
    check_length(address.path)
    listener = socket.socket(socket.AF_UNIX)
    try:
        listener.bind(str(address.path))
        address.path.chmod(0o600)
        listener.listen(MOST)
    except BaseException:
        listener.close()
        raise
    return listener


def _loopback() -> socket.socket:
    listener = socket.socket(socket.AF_INET)
    try:
        listener.bind((LOOPBACK, 0))
        listener.listen(MOST)
    except BaseException:
        listener.close()
        raise
    return listener


def _write_token(address: Address, port: int) -> str:
    """For whoever may read this user's files; in place in one step."""
    token = secrets.token_urlsafe(24)
    beside = address.path.with_name(f".{address.path.name}.{secrets.token_hex(4)}")
    with open(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:  # noqa: PTH123
        json.dump({"port": port, "token": token}, file)
    beside.replace(address.path)
    return token
