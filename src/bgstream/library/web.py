"""One request for a file, from a byte on. The only module of bgstream that opens a connection.

Addresses are ``https``, or ``http`` on this machine itself; so is every address that a server sends us on to.
Proxies are those that the system or the environment names, as :mod:`urllib.request` honours them.
"""

import ssl
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPException, HTTPResponse
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from bgstream.errors import ModelError

TIMEOUT = 30.0  # seconds without a sign of life
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
PASSING = {408, 425, 429, 500, 502, 503, 504}  # answers that may be another one a moment later


class TryAgain(Exception):  # noqa: N818 - named by what to do
    """The connection failed in a way that may pass."""


class Unavailable(ModelError):  # noqa: N818 - named by what is the matter
    """This address does not serve the file that is meant; another one may."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server sends.

    Attributes:
        start: the first byte that follows.
        total: bytes of the whole file; 0 if untold.
        validator: what tells this version of the file from others; empty if the server names nothing of use.
    """

    start: int
    total: int
    validator: str
    _stream: HTTPResponse

    def read(self, count: int) -> bytes:
        """The next bytes, at most ``count``; none at the end or where the connection was cut.

        Raises:
            TryAgain: the connection broke or fell silent.
        """
        try:
            return self._stream.read(count)
        except (OSError, HTTPException) as error:
            raise TryAgain(f"the connection broke: {error or type(error).__name__}") from None

    def close(self) -> None:
        """End the connection."""
        self._stream.close()


def check_address(url: str) -> None:
    """Refuse addresses that anybody on the way could answer for.

    Raises:
        Unavailable: it is neither https nor this machine.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise Unavailable(f"{url} is not asked: only https addresses are", "give a file on disk with --from FILE")


class _Redirects(HTTPRedirectHandler):
    """Goes where a server sends us, but only to where we would have gone by ourselves."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> Request | None:
        try:
            check_address(newurl)
        except Unavailable:
            fp.close()
            raise
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


def ask(url: str, start: int = 0, validator: str = "") -> Answer:
    """Ask for a file.

    Args:
        url: the address.
        start: first byte wanted; the server may begin at 0 all the same, see ``Answer.start``.
        validator: of the version that the bytes before ``start`` are of.

    Raises:
        Unavailable: the server does not have it, or must not be asked.
        TryAgain: it cannot be reached, or cannot answer now.
    """
    check_address(url)
    headers = {"User-Agent": "bgstream", "Accept-Encoding": "identity"}
    if start:
        headers |= {"Range": f"bytes={start}-", "If-Range": validator}
    try:
        stream: HTTPResponse = build_opener(_Redirects).open(Request(url, headers=headers), timeout=TIMEOUT)
    except HTTPError as error:
        error.close()
        if error.code == 416 and start:  # what we have reaches beyond the end: it is of another file
            return ask(url)
        raise _from_status(url, error.code, error.reason) from None
    except (OSError, HTTPException) as error:
        raise _from_failure(url, error) from None
    return _answer(url, stream, start, validator)


def _from_status(url: str, code: int, reason: str) -> Exception:
    if code in PASSING:
        return TryAgain(f"{url} answers {code} {reason}")
    return Unavailable(f"{url} answers {code} {reason}", "try another address with --mirror, or a file with --from")


def _from_failure(url: str, error: Exception) -> Exception:
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, ssl.SSLCertVerificationError):
        hint = "where a proxy reads along, name its certificate in SSL_CERT_FILE; or use --from FILE"
        return Unavailable(f"{url}: the server's certificate is not trusted", hint)
    return TryAgain(f"{url} cannot be reached: {reason or type(reason).__name__}")


def _answer(url: str, stream: HTTPResponse, start: int, validator: str) -> Answer:
    found = _validator(stream.headers)
    if stream.status != 206:
        return Answer(0, _number(stream.headers.get("Content-Length", "")), found, stream)
    span, _, total = stream.headers.get("Content-Range", "").removeprefix("bytes ").partition("/")
    begins = _number(span.partition("-")[0])
    if begins != start or (found and found != validator):  # another range, or of another version
        stream.close()
        return ask(url)
    return Answer(start, _number(total), validator, stream)


def _validator(headers: Message) -> str:
    """A strong entity tag, or a date; a weak tag (``W/``) vouches for no byte."""
    tag = headers.get("ETag", "")
    return tag if tag.startswith('"') else headers.get("Last-Modified", "")


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0
