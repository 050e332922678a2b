"""Everything that bgstream raises on purpose.

BgstreamError            base; has ``hint``, one line on what to do
  ConfigError            a setting, flag or combination that cannot be meant        (exit status 2)
  SourceError            the input is missing, damaged or not what it claims to be   (exit status 1)
  SinkError              the output cannot be written                                (exit status 1)
    NoAlphaChannel       transparency asked of a container that cannot hold it       (exit status 2)
  ModelError             a model, card or network that cannot be used                (exit status 1)
  DeviceError            a device or execution provider that was asked for and cannot be had (status 1)
"""

from collections.abc import Iterable
from difflib import get_close_matches


class BgstreamError(Exception):
    """Base of all errors: one line that says what and where, and a hint on what to do.

    Args:
        message: what went wrong and where, one line.
        hint: what to do about it, one line; may be empty.
    """

    exit_status = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class ConfigError(BgstreamError):
    """A setting, flag or combination of them that cannot be meant."""

    exit_status = 2


class SourceError(BgstreamError):
    """The input is missing, damaged or not what it claims to be."""


class SinkError(BgstreamError):
    """The output cannot be written."""


class NoAlphaChannel(SinkError):  # noqa: N818 - named by what is missing, as users read it
    """Transparency was asked of a container that cannot hold it."""

    exit_status = 2


class ModelError(BgstreamError):
    """A model, its card or its network cannot be used."""


class DeviceError(BgstreamError):
    """A device or execution provider was asked for by name and cannot be had."""


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint naming the known word nearest to ``word``, or all of them."""
    words = sorted(known)
    close = get_close_matches(word, words, n=1, cutoff=0.5)
    return f"did you mean '{close[0]}'?" if close else f"known: {', '.join(words)}"
