"""From a word to a backdrop."""

from pathlib import Path

from bgstream.backdrops.blur import Blur
from bgstream.backdrops.fitting import FITS, UNFITTED
from bgstream.backdrops.picture import Picture
from bgstream.backdrops.plain import Plain, Transparent, named_colour
from bgstream.backdrops.video import Video
from bgstream.errors import ConfigError, nearest
from bgstream.partial import same_file
from bgstream.protocols import Backdrop
from bgstream.settings import STRENGTH
from bgstream.sources.like import refuse_other_shape
from bgstream.sources.still import is_still

KINDS = "transparent, blur, a colour (name, '#rrggbb' or r,g,b), the path of a picture or a clip, or plate:FILE"
PLATE = "plate"


def backdrop(text: str, fit: str = "cover") -> Backdrop:
    """The backdrop that a setting names.

    Args:
        text: ``transparent``; ``blur`` or ``blur:STRENGTH``; a CSS colour name, ``#rgb``, ``#rrggbb`` or ``r,g,b``;
            ``plate:FILE``: the same camera's picture or clip of the empty scene, pixel for pixel, whatever ``fit``
            says; else the path of a picture or of a clip. A colour's name wins over a file of that name (say
            ``./red``).
        fit: ``cover``, ``contain`` or ``stretch``: how pictures and clips are made to fit.

    Raises:
        ConfigError: it names none.
        SourceError: the file is missing or cannot be read.
    """
    if fit not in FITS:
        raise ConfigError(f"unknown fit '{fit}'", nearest(fit, FITS))
    if text == "transparent":
        return Transparent()
    word, colon, rest = text.partition(":")
    if word == "blur":
        return Blur(_strength(rest)) if colon else Blur()
    if word == PLATE and colon:
        return _from_file(Path(rest), UNFITTED)
    colour = named_colour(text)
    if colour is not None:
        return Plain(colour)
    if not _names_a_file(text):
        raise ConfigError(f"unknown backdrop '{text}'", _hint(word))
    return _from_file(Path(text), fit)


def _from_file(path: Path, fit: str) -> Picture | Video:
    if str(path) in ("", "."):
        raise ConfigError("plate: names no file", "for example: -b plate:empty-room.jpg")
    return (Picture if is_still(path) else Video)(path, fit)


def file_behind(text: str) -> Path | None:
    """The file that a backdrop is read from; None where it is none."""
    word, colon, rest = text.partition(":")
    if word == PLATE and colon:
        return Path(rest)
    if text == "transparent" or word == "blur" or named_colour(text) is not None or not _names_a_file(text):
        return None
    return Path(text)


def refuse_as_plate(behind: Backdrop, size: tuple[int, int]) -> None:
    """Refuse a scene behind that another camera took, before any work.

    Args:
        behind: any backdrop.
        size: (height, width) of the frames.

    Raises:
        ConfigError: it is to be left as it is, and has another shape.
    """
    if isinstance(behind, Picture | Video) and behind.fit == UNFITTED:
        refuse_other_shape(behind.size, size)


def refuse_as_target(target: Path, text: str) -> None:
    """Refuse to write over the backdrop.

    Raises:
        ConfigError: the output is the backdrop's own file.
    """
    file = file_behind(text)
    if file is not None and same_file(target, file):
        raise ConfigError(f"the output is the backdrop: {target}", "give another name with -o")


def _strength(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ConfigError(f"blur strength '{text}' is no number", f"for example: -b blur:{STRENGTH:g}") from None


def _names_a_file(text: str) -> bool:
    """It lies there, or it is written as only files are: with a folder, or a suffix that begins with a letter."""
    path = Path(text)
    return bool(text) and (path.suffix[1:2].isalpha() or len(path.parts) > 1 or path.exists())


def _hint(word: str) -> str:
    """The word that was probably meant, and what there is."""
    from PIL import ImageColor

    close = nearest(word, ["transparent", "blur", f"{PLATE}:FILE", *ImageColor.colormap])
    return f"{close} {KINDS}" if close.startswith("did") else KINDS
