"""Settings: defaults, then a TOML file, then what the caller says; unknown words are refused with the nearest."""

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypedDict

from bgstream.errors import ConfigError, nearest

MAX_PIXELS = 100.0  # of choke and feather
MAX_RATE = 1000.0  # frames a second
WEAKEST, STRENGTH, STRONGEST = 1.0, 20.0, 100.0  # of a blur behind: pixels of a picture of 720 rows, standard deviation


class SettingsDict(TypedDict, total=False):
    """The keyword arguments of :func:`bgstream.remove`; see :class:`Settings`."""

    backdrop: str
    fit: str
    model: str
    quality: str
    device: str
    subject: str
    box: str
    point: str
    keep: str
    remove: str
    refine: bool
    smooth: bool
    clean: bool
    sharp: bool
    foreground: bool
    spill: bool
    shadow: bool
    key_colour: str
    plate: str
    choke: float
    feather: float
    matte: bool
    codec: str
    key_file: str
    matte_colour: str
    start: str
    end: str
    tonemap: bool
    fps_budget: float
    audio: bool
    subtitles: bool
    mkdir: bool
    overwrite: bool


@dataclass(frozen=True, slots=True)
class Settings:
    """What to do with a clip.

    Attributes:
        backdrop: ``transparent``; a colour: CSS name, ``#rrggbb``, ``r,g,b``; ``blur`` or ``blur:STRENGTH``; the path
            of a picture or of a clip; ``plate:FILE``, the same camera's empty scene, pixel for pixel; see
            :func:`bgstream.backdrops.backdrop`.
        fit: how a picture or a clip behind fills the frame: ``cover``, ``contain`` or ``stretch``.
        model: ``auto``, a name, a card (``.toml``) or a network (``.onnx``); ``key`` (chroma key) or ``plate``
            (clean plate), alone or bounded by a network: ``key+u2netp``.
        quality: ``draft``, ``fast``, ``balanced`` or ``best``; see ``matting/tiers.toml``.
        subject: ``auto``, ``person``, ``largest``, ``center`` or ``all``: what is meant.
        box: ``x,y,width,height[@seconds]``, pixels or %: the subject lies in it; several with ``;`` between. Seconds
            are the clip's own, whatever ``start`` says.
        point: ``x,y[@seconds]``: the subject lies under it; several points, several subjects.
        keep: ``FILE[@seconds]``: a picture, white or opaque where the subject is in any case.
        remove: the same for what never belongs to it.
        device: ``auto``, ``cpu``, ``cuda``, ``tensorrt``, …; one asked for by name is used or the run fails.
        refine: follow the frame's own edges at full size.
        smooth: steady the matte over time.
        clean: take away islands and holes that are small or short-lived.
        sharp: edges of one pixel, without any softness (technical objects).
        foreground: estimate the subject's own colours at soft edges, in tiers that do.
        spill: take the screen's light off the subject (``key``).
        shadow: keep shadows that fall on the screen or the scene, as alpha (``key``, ``plate``).
        key_colour: the screen's colour; empty: found in the clip.
        plate: a picture or clip of the empty scene; empty: estimated from the clip.
        choke: pixels by which the matte's edge moves inwards (negative: outwards), at most 100.
        feather: pixels over which the edge is softened (standard deviation), 0 to 100.
        matte: write alpha alone, as a grey picture.
        codec: what a clip is encoded with, one of those that the suffix holds; empty: its usual one. See
            ``sinks/formats.toml``.
        key_file: a second output that gets alpha as a grey clip, beside the fill; empty: none.
        matte_colour: what soft edges are mixed with where alpha has one bit only (.gif).
        start, end: the part of the clip that is used, in seconds after its first picture: ``12.5``, ``1:02.5``,
            ``0:01:02.5``; or as a frame's number from 0: ``240f``. The start is included, the end is not.
        tonemap: map HDR to BT.709; without it HDR is kept where the output holds 10 bits, and refused elsewhere.
        fps_budget: frames a second that are wanted where a large network is asked about key frames only: more or fewer
            are asked about as time allows, so the output depends on the machine; 0: as the tier says.
        audio: keep the sound.
        subtitles: keep subtitles and chapters.
        mkdir: make the output's folder where there is none.
        overwrite: replace an output that exists even if its name was not given.
    """

    backdrop: str = "transparent"
    fit: str = "cover"
    model: str = "auto"
    quality: str = "fast"
    device: str = "auto"
    subject: str = "auto"
    box: str = ""
    point: str = ""
    keep: str = ""
    remove: str = ""
    refine: bool = True
    smooth: bool = True
    clean: bool = True
    sharp: bool = False
    foreground: bool = True
    spill: bool = True
    shadow: bool = False
    key_colour: str = ""
    plate: str = ""
    choke: float = 0.0
    feather: float = 0.0
    matte: bool = False
    codec: str = ""
    key_file: str = ""
    matte_colour: str = "white"
    start: str = ""
    end: str = ""
    tonemap: bool = False
    fps_budget: float = 0.0
    audio: bool = True
    subtitles: bool = True
    mkdir: bool = False
    overwrite: bool = False

    def __post_init__(self) -> None:
        for entry in fields(self):
            value = getattr(self, entry.name)
            kind = type(entry.default)
            fits = isinstance(value, kind) or (kind is float and type(value) is int)
            if not fits or (kind is float and isinstance(value, bool)):
                raise ConfigError(f"{entry.name} must be {_kind(kind)}, not {value!r}", HINTS[kind])
        if not -MAX_PIXELS <= self.choke <= MAX_PIXELS:
            raise ConfigError(f"choke {self.choke} is out of range", f"from -{MAX_PIXELS:g} to {MAX_PIXELS:g} pixels")
        if not 0 <= self.feather <= MAX_PIXELS:
            raise ConfigError(f"feather {self.feather} is out of range", f"from 0 to {MAX_PIXELS:g} pixels")
        if not 0 <= self.fps_budget <= MAX_RATE:
            raise ConfigError(f"fps_budget {self.fps_budget} is out of range", f"from 0 to {MAX_RATE:g} frames/s")
        if self.matte and self.backdrop != "transparent":
            raise ConfigError("a matte has no backdrop", "leave out one of --matte and --backdrop")
        if self.key_file and (self.matte or self.backdrop != "transparent"):
            raise ConfigError(
                "a key file is the alpha of a subject on nothing", "leave out --key-file, or --backdrop and --matte"
            )

    @classmethod
    def layered(cls, file: Path | None, said: dict[str, Any]) -> "Settings":
        """Defaults, overridden by a TOML file, overridden by what was said.

        Raises:
            ConfigError: the file cannot be read, or a key is unknown or of the wrong type.
        """
        words = {**(_from_toml(file) if file else {}), **said}
        known = {entry.name for entry in fields(cls)}
        for word in words:
            if word not in known:
                raise ConfigError(f"unknown setting '{word}'", nearest(word, known))
        return cls(**words)


HINTS: dict[type, str] = {
    bool: "for example: smooth = false",
    str: 'for example: model = "selfie"',
    float: "for example: choke = 1.5",
}


def _kind(kind: type) -> str:
    return {bool: "true or false", str: "text", float: "a number"}[kind]


def _from_toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot read settings {file}: {error.strerror}", "check the name") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{file} is no TOML: {error}", 'one setting a line: model = "selfie"') from None
