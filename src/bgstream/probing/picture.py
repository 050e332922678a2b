"""What a clip's pictures are, or a single one: size, samples, colour, time and alpha, as plain values."""

from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Size:
    """Pixels."""

    height: int
    width: int


@dataclass(frozen=True, slots=True)
class Tags:
    """Colour tags in ffprobe's words (``bt709``, ``tv``, ``smpte2084``); ``unknown`` where there is none.

    Attributes:
        matrix, range, primaries, transfer: as the file says.
        assumed: what matrix and range are taken for, where the file does not say.
        hdr: ``PQ``, ``HLG`` or empty.
    """

    matrix: str = "unknown"
    range: str = "unknown"
    primaries: str = "unknown"
    transfer: str = "unknown"
    assumed: dict[str, str] = field(default_factory=dict)
    hdr: str = ""


@dataclass(frozen=True, slots=True)
class Alpha:
    """Whether there is transparency, over all pictures that were read.

    Attributes:
        state: ``none``; ``missing`` (a tag says that there is alpha, but there is none); ``opaque`` (it is there and
            hides nothing); ``working``.
        transparent, partial, opaque: shares of all pixels, 0..1, as alpha of 8 bits.
        highest: the largest alpha, 0..255.
        form: ``straight``, ``premultiplied``, or empty where soft pixels are too few or too dark to tell.
    """

    state: str = "none"
    transparent: float = 0.0
    partial: float = 0.0
    opaque: float = 1.0
    highest: int = 255
    form: str = ""


@dataclass(frozen=True, slots=True)
class Gaps:
    """Seconds between a picture and the next."""

    shortest: float = 0.0
    median: float = 0.0
    longest: float = 0.0


@dataclass(frozen=True, slots=True)
class Timing:
    """When pictures are shown.

    Attributes:
        frames: how many could be decoded.
        declared: how many the file's header says there are; 0: it does not say.
        first: seconds at which the first is shown.
        seconds: from the first to the end of the last.
        rate: pictures a second, on average.
        nominal: the rate that the header says, as a fraction; empty: none.
        constant: all gaps are alike, but for rounding (a millisecond).
        gaps: between pictures.
        astray: pictures without a time of their own, or earlier than the one before.
        unit: seconds of one unit of time.
    """

    frames: int
    declared: int = 0
    first: float = 0.0
    seconds: float = 0.0
    rate: float = 0.0
    nominal: str = ""
    constant: bool = True
    gaps: Gaps = Gaps()
    astray: int = 0
    unit: Fraction = Fraction(1, 1000)


@dataclass(frozen=True, slots=True)
class Picture:
    """A clip's pictures, or a single one.

    Attributes:
        codec, profile: names; the profile may be empty.
        pixel_format: as decoded, FFmpeg's name.
        depth: bits of a sample in the file.
        chroma: ``4:2:0``, ``4:2:2``, ``4:4:4``, …, ``RGB`` or ``grey``.
        stored: as coded.
        shown: upright, with square pixels.
        rotation: degrees counter-clockwise, as ffprobe counts, by which it is turned to be upright.
        mirrored: it is mirrored besides.
        aspect: shape of a stored pixel, width / height.
        interlaced: at least one picture is.
        colour: tags.
        alpha: transparency.
        timing: None for single pictures.
    """

    codec: str
    pixel_format: str
    depth: int
    chroma: str
    stored: Size
    shown: Size
    profile: str = ""
    rotation: int = 0
    mirrored: bool = False
    aspect: Fraction = Fraction(1)
    interlaced: bool = False
    colour: Tags = Tags()
    alpha: Alpha = Alpha()
    timing: Timing | None = None


@dataclass(frozen=True, slots=True)
class Still:
    """What single pictures say besides.

    Attributes:
        mode: how samples are stored, in Pillow's words (``RGB``, ``LA``, ``P``, ``CMYK``).
        icc: the colour profile's name; empty: none.
        dpi: pixels an inch, horizontally and vertically; None where the file does not say.
        exif: whether EXIF says more than how the picture is to be turned.
    """

    mode: str
    icc: str = ""
    dpi: tuple[float, float] | None = None
    exif: bool = False
