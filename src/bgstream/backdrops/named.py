"""From a word to a backdrop."""

from pathlib import Path

from bgstream.backdrops.blur import Blur
from bgstream.backdrops.fitting import FITS
from bgstream.backdrops.picture import Picture
from bgstream.backdrops.plain import Plain, Transparent, parse_colour
from bgstream.backdrops.video import Video
from bgstream.errors import ConfigError, nearest
from bgstream.protocols import Backdrop
from bgstream.settings import STRENGTH
from bgstream.sources.still import PICTURE_SUFFIXES

KINDS = "transparent, blur, a colour (name, '#rrggbb' or r,g,b), or the path of a picture or a clip"


def backdrop(text: str, fit: str = "cover") -> Backdrop:
    """The backdrop that a setting names.

    Args:
        text: ``transparent``; ``blur`` or ``blur:STRENGTH``; a CSS colour name, ``#rgb``, ``#rrggbb`` or ``r,g,b``;
            else the path of a picture or of a clip. A colour's name wins over a file of that name (say ``./red``).
        fit: ``cover``, ``contain`` or ``stretch``: how pictures and clips are made to fit.

    Raises:
        ConfigError: it names none.
        SourceError: the file is missing or cannot be read.
    """
    if fit not in FITS:
        raise ConfigError(f"unknown fit '{fit}'", nearest(fit, FITS))
    if text == "transparent":
        return Transparent()
    word, colon, strength = text.partition(":")
    if word == "blur":
        return Blur(_strength(strength)) if colon else Blur()
    try:
        return Plain(parse_colour(text))
    except ConfigError:
        if not _names_a_file(text):
            raise ConfigError(f"unknown backdrop '{text}'", _hint(word)) from None
    path = Path(text)
    return (Picture if path.suffix.lower() in PICTURE_SUFFIXES else Video)(path, fit)


def refuse_as_target(target: Path, text: str) -> None:
    """Refuse to write over the backdrop.

    Raises:
        ConfigError: the output is the backdrop's own file.
    """
    if _names_a_file(text) and target.exists() and Path(text).exists() and target.samefile(text):
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

    close = nearest(word, ["transparent", "blur", *ImageColor.colormap])
    return f"{close} {KINDS}" if close.startswith("did") else KINDS
