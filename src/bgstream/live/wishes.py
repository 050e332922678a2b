"""What may be changed while the camera runs, by whoever controls it: socket, keys, page."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from bgstream.errors import ConfigError, nearest
from bgstream.settings import STRENGTH, STRONGEST, WEAKEST

BLUR = (WEAKEST, STRONGEST)
MEANINGS = {"background": "backdrop", "strength": "blur"}
YES, NO = ("on", "true", "yes", "1"), ("off", "false", "no", "0")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is wanted to be seen.

    Attributes:
        backdrop: what is behind: ``blur``, a colour, a picture or a video; see :func:`bgstream.backdrops.backdrop`.
        blur: strength of the blur, pixels (standard deviation in a picture of 720 rows), 1 to 100.
        ramp: the blur grows with the distance that the picture's rows suggest.
        fit: how a picture or video fills the frame: ``cover``, ``contain`` or ``stretch``.
        model: the network: a name, a card or an ONNX file.
        quality: the tier.
        mirror: as in a mirror; the backdrop stays as it is.
        framing: the picture follows the face.
        pause: nothing of the camera is shown.
    """

    backdrop: str = "blur"
    blur: float = STRENGTH
    ramp: bool = False
    fit: str = "cover"
    model: str = "selfie-landscape"
    quality: str = "fast"
    mirror: bool = False
    framing: bool = False
    pause: bool = False

    def __post_init__(self) -> None:
        if not BLUR[0] <= self.blur <= BLUR[1]:
            raise ConfigError(f"blur {self.blur:g} is out of range", f"from {BLUR[0]:g} to {BLUR[1]:g} pixels")

    def changed(self, words: Mapping[str, Any]) -> "Wishes":
        """The same with some words changed: values of their own type, or text; ``toggle`` turns a switch over.

        Raises:
            ConfigError: an unknown word, or a value that it cannot have.
        """
        known = {entry.name: type(entry.default) for entry in fields(self)}
        new = {}
        for said, value in words.items():
            word = MEANINGS.get(said, said)
            if word not in known:
                raise ConfigError(f"unknown word '{said}'", nearest(said, [*known, *MEANINGS]))
            new[word] = _value(word, value, known[word], getattr(self, word))
        kind, colon, strength = str(new.get("backdrop", "")).partition(":")
        if kind == "blur" and colon:
            new |= {"backdrop": kind, "blur": _value("blur", strength, float, self.blur)}
        return replace(self, **new)

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {entry.name: getattr(self, entry.name) for entry in fields(self)}


def _value(word: str, value: Any, kind: type, now: Any) -> Any:
    if kind is bool:
        text = str(value).lower()
        if text == "toggle":
            return not now
        if text not in (*YES, *NO):
            raise ConfigError(f"{word} is on or off, not '{value}'", f"{word}=on, {word}=off or {word}=toggle")
        return text in YES
    if kind is float:
        try:
            return float(value)
        except (TypeError, ValueError, OverflowError):
            raise ConfigError(f"{word} must be a number, not '{value}'", f"for example: {word}={now:g}") from None
    if not isinstance(value, str) or not value:
        raise ConfigError(f"{word} must be text, not {value!r}", f"for example: {word}={now}")
    return value
