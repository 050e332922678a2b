"""The one table of the matrix: clips that differ in what hurts, outputs as ``formats.toml`` lists them, promises."""

from dataclasses import dataclass, replace
from fractions import Fraction

from bgstream.sinks.formats import codecs, containers
from tests.media.clips import Clip, Sound

NTSC = Fraction(1, 30000)
# Units of 1/90000 s: gaps of 25 to 467 ms, none a whole number of anybody's ticks.
UNEVEN = (0, 2259, 5262, 12006, 14265, 56300, 59303, 65309)
ENGLISH = Sound(tags={"language": "eng"}, seconds=0.3)
GERMAN = Sound(channels=2, tags={"language": "deu"}, seconds=0.3)
SD = Clip(unit=NTSC, times=tuple(1001 * k for k in range(8)), rate=30, tags=(6, 1, 6, 6), sound=(ENGLISH,))
LATE = replace(ENGLISH, start=0.2, seconds=0.7)


@dataclass(frozen=True)
class Condition:
    """A source that hurts in one way.

    Attributes:
        suffix: of its file.
        clip: how it is made.
        size: (height, width) as a player shows it.
        end: seconds at which its last picture goes; None where the file cannot say.
        looked: its pictures are compared, too (they differ from those of the other conditions).
    """

    suffix: str
    clip: Clip
    size: tuple[int, int] = (64, 96)
    end: Fraction | None = 8 * 1001 * NTSC
    looked: bool = True


CONDITIONS = {
    "sd8": Condition(".mp4", SD),
    "hd10": Condition(
        ".mp4",
        Clip(pixels="yuv420p10le", size=(720, 1280), count=3, sound=(ENGLISH,), options={"preset": "veryfast"}),
        (720, 1280),
        Fraction(3, 25),
    ),
    "vfr": Condition(".mp4", Clip(unit=Fraction(1, 90000), times=UNEVEN, sound=(LATE,)), end=None, looked=False),
    "rotated": Condition(".mp4", replace(SD, rotation=90), (96, 64)),
    "odd": Condition(
        ".mkv",
        Clip("ffv1", size=(61, 97), count=8, unit=Fraction(1, 1000), sound=(ENGLISH,), options={}),
        (61, 97),
        Fraction(8, 25),
    ),
    "silent": Condition(".mp4", replace(SD, sound=()), looked=False),
    "tracks": Condition(".mp4", replace(SD, sound=(ENGLISH, GERMAN)), looked=False),
}


SPOKEN = {"-": "pipe", "%d.png": "sequence"}


@dataclass(frozen=True)
class Output:
    """One way out: a suffix and a codec that it lists; with alpha, on a colour, or alpha alone."""

    suffix: str
    codec: str
    transparent: bool
    matte: bool = False

    def __str__(self) -> str:
        return f"{SPOKEN.get(self.suffix, self.suffix.lstrip('.'))}-{self.codec}"


def outputs(transparent: bool, matte: bool = False) -> list[Output]:
    """Every suffix with every codec that it takes and that needs no hardware."""
    return [
        Output(suffix, name, transparent, matte)
        for suffix, container in containers().items()
        for name in container.codecs(transparent, matte)
        if not codecs()[name].hardware
    ]


def coded_size(output: Output, condition: str) -> tuple[int, int]:
    """(height, width) that an output should have."""
    height, width = CONDITIONS[condition].size
    return (height + height % 2, width + width % 2) if output.codec in PADDED else (height, width)


ALL_TAGS = ("color_range", "color_space", "color_primaries", "color_transfer")


@dataclass(frozen=True)
class Promise:
    """What a container keeps; a suffix that is missing from ``PROMISES`` fails.

    Attributes:
        rounding: seconds by which a picture's time may differ.
        times: it says when pictures are shown.
        tags: of the source, where it holds luma and chroma.
        rgb_tags: of the source, where it holds red, green and blue.
        sound: what AAC becomes; empty: it holds none.
    """

    rounding: Fraction = Fraction(0)
    times: bool = True
    tags: tuple[str, ...] = ALL_TAGS
    rgb_tags: tuple[str, ...] = ()
    sound: str = ""


PROMISES = {
    ".webm": Promise(Fraction(1, 2000), sound="opus"),
    ".mkv": Promise(Fraction(1, 2000), sound="aac"),
    ".mov": Promise(rgb_tags=("color_primaries", "color_transfer"), sound="aac"),
    ".mp4": Promise(sound="aac"),
    ".webp": Promise(Fraction(1, 1000), tags=()),  # libwebp cuts milliseconds off
    ".apng": Promise(Fraction(1, 20000)),  # exact; ffprobe counts it in 1/100000 s and adds up what it rounds
    ".gif": Promise(Fraction(1, 200)),
    "%d.png": Promise(times=False),  # beside them: see tests/media/test_sequence.py
    "-": Promise(times=False, tags=()),
}
DEEP = {"ffv1", "prores", "hevc", "av1", "png", "y4m"}  # hold more than 8 bits
PADDED = {"h264", "hevc"}  # sides are made even
COARSE = {"gif": 14.0, "hevc": 9.0}  # mean error of opaque pixels, of 255 (hard edges, tiny pictures); others:
FINE = 6.0
# Mean error of the backdrop. VP8's own header knows BT.601 alone, and FFmpeg believes it over WebM's tags: there
# BT.709 green becomes 20, 255, 9.
BACKDROP = {"gif": 8.0, "vp8": 22.0}
ALWAYS_ALPHA = {"gif", "rgba", "webp", "webp_lossless"}  # their pixels have four channels in any case
DECODERS = {"vp9": "libvpx-vp9", "vp8": "libvpx"}  # FFmpeg's own lose alpha
