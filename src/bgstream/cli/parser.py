"""argparse with our manners: unknown flags name the nearest known one, errors have a hint, status 2."""

import argparse
from collections.abc import Iterable
from typing import Any, NoReturn

from bgstream.errors import ConfigError, nearest


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are :class:`ConfigError`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
            add_help=False,
            **options,
        )
        self._optionals.title = "options"
        self.add_argument("-h", "--help", action="help", help="show this and exit")

    def add_manners(self) -> None:
        """The flags that every working command has: ``--json``, ``--quiet``, ``--debug``."""
        self.add_argument(
            "--json", action="store_true", help="one JSON document on stdout, progress as NDJSON on stderr"
        )
        self.add_argument("--quiet", action="store_true", help="no progress")
        self.add_argument("--debug", action="store_true", help="show a traceback where something fails")

    def flags(self) -> list[str]:
        """All flags that it knows."""
        return [flag for action in self._actions for flag in action.option_strings]

    def parse(self, words: list[str], several: str = "") -> argparse.Namespace:
        """Parse, refusing what is unknown.

        Args:
            words: the command line.
            several: the argument that takes any number of words, also behind flags.

        Raises:
            ConfigError: with the nearest known flag.
        """
        known, unknown = self.parse_known_args(words)
        if several and not any(word.startswith("-") for word in unknown):
            getattr(known, several).extend(unknown)
        elif unknown:
            raise ConfigError(_unexpected(unknown), _hint(unknown, self.flags()))
        return known

    def error(self, message: str) -> NoReturn:
        """Turn argparse's complaint into ours."""
        raise ConfigError(message, f"see: {self.prog} --help")


def _unexpected(words: list[str]) -> str:
    flags = [word for word in words if word.startswith("-")]
    return f"unknown flag {flags[0]}" if flags else f"unexpected argument '{words[0]}'"


def _hint(words: list[str], known: Iterable[str]) -> str:
    flags = [word.partition("=")[0] for word in words if word.startswith("-")]
    if not flags:
        return "one input at a time; put the output behind -o"
    return nearest(flags[0], [flag for flag in known if flag.startswith("--")])
