"""What an output cannot hold of a source is said, and nothing else is."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from bgstream.frame import LAYOUTS, Colour
from bgstream.protocols import PictureTags, SourceInfo, Wants
from bgstream.sinks import Delivery, recipe_for
from bgstream.sinks.caveats import caveats
from bgstream.sources import StillSource, VideoSource
from tests.media.catalogue import Catalogue

PLAIN = SourceInfo(Path("clip.mp4"), (360, 640), LAYOUTS["yuv420p"], Colour(1), native=LAYOUTS["yuv420p"])
FULL = replace(PLAIN, audio=2, subtitles=3, bitmaps=1, chapters=4)


def said(target: str, info: SourceInfo, delivery: Delivery | None = None, **words: bool | str) -> list[str]:
    """Caveats; the layout is what a source would deliver."""
    opaque = words.pop("opaque", False)
    recipe = recipe_for(
        Path(target), info.still, not opaque, bool(words.pop("matte", False)), str(words.pop("codec", ""))
    )
    layout = recipe.wants.nearest(info.native or info.layout)
    return list(caveats(recipe, replace(info, layout=layout), delivery or Delivery()))


@pytest.mark.parametrize("target", ["a.webm", "a.mov", "a.mkv", "a.webp", "a.apng", "a_%d.png", "-"])
def test_nothing_to_say(target: str) -> None:
    assert said(target, PLAIN) == []
    assert said(target, replace(PLAIN, size=(361, 641))) == []  # these take any size


@pytest.mark.parametrize(
    ("size", "words"),
    [
        ((361, 641), "641×361 made 642×362 by repeating the last column and the last row"),
        ((360, 641), "641×360 made 642×360 by repeating the last column"),
        ((361, 640), "640×361 made 640×362 by repeating the last row"),
    ],
)
def test_odd_sizes(size: tuple[int, int], words: str) -> None:
    (line,) = said("a.mp4", replace(PLAIN, size=size), opaque=True)
    assert line == f"{words}: h264 takes even sizes only"


LEFT_OUT = {
    "a.gif": "left out: 2 audio tracks, 3 subtitle tracks and 4 chapters (.gif holds none)",
    "a.webp": "left out: 2 audio tracks, 3 subtitle tracks and 4 chapters (.webp holds none)",
    "a_%d.png": "left out: 2 audio tracks, 3 subtitle tracks and 4 chapters (a folder of pictures holds none)",
    "-": "left out: 2 audio tracks, 3 subtitle tracks and 4 chapters (a pipe holds none)",
    "a.webm": "left out: 1 subtitle track (.webm holds no subtitles that are pictures)",
    "a.mov": "left out: 1 subtitle track (.mov holds no subtitles that are pictures)",
    "a.mkv": "",
}


@pytest.mark.parametrize("target", LEFT_OUT)
def test_what_is_left_out(target: str) -> None:
    assert [line for line in said(target, FULL) if "GIF" not in line] == [LEFT_OUT[target]] * bool(LEFT_OUT[target])


def test_what_nobody_wants_is_not_missed() -> None:
    assert said("a.webp", FULL, Delivery(audio=False, subtitles=False)) == []
    (line,) = said("a.apng", FULL, Delivery(audio=False))
    assert line == "left out: 3 subtitle tracks and 4 chapters (.apng holds none)"
    (line,) = said("a.apng", replace(PLAIN, audio=1))
    assert line == "left out: 1 audio track (.apng holds none)"


@pytest.mark.parametrize(
    ("target", "native", "words"),
    [
        ("a.webm", "yuv422p10le", "4:2:2 of 10 bits made 4:2:0 of 8 bits: vp9 is written with no more"),
        ("a.webm", "yuv444p", "4:4:4 of 8 bits made 4:2:0 of 8 bits: vp9 is written with no more"),
        ("a.webm", "gbrp", "R, G, B of 8 bits made 4:2:0 of 8 bits: vp9 is written with no more"),
        ("a.apng", "yuv420p10le", "4:2:0 of 10 bits made R, G, B of 8 bits: apng is written with no more"),
        ("a.mov", "yuv420p10le", ""),
        ("a.mkv", "yuv444p12le", ""),
        ("a_%d.png", "yuv422p10le", ""),
    ],
)
def test_samples_that_are_lost(target: str, native: str, words: str) -> None:
    assert said(target, replace(PLAIN, native=LAYOUTS[native])) == [words] * bool(words)


def test_a_matte_has_no_colours_to_lose() -> None:
    assert said("a.mkv", replace(PLAIN, native=LAYOUTS["yuv444p12le"]), matte=True) == []


def test_gif() -> None:
    one_bit, fast = said("a.gif", replace(PLAIN, rate=Fraction(60000, 1001)), Delivery(matte_colour=(255, 128, 0)))
    assert "#ff8000" in one_bit
    assert "59.9401 frames a second" in fast
    assert said("a.gif", replace(PLAIN, rate=Fraction(50)), opaque=True) == []


@pytest.mark.parametrize(("suffix", "lines"), [("png", 0), ("tif", 0), ("webp", 1), ("avif", 1)])
def test_pictures_of_sixteen_bits(suffix: str, lines: int) -> None:
    deep = replace(PLAIN, still=True, native=LAYOUTS["gbrp16le"])
    assert len(said(f"a.{suffix}", deep)) == lines


def test_sources_know_their_own_layout(clip: Catalogue) -> None:
    wants = Wants(frozenset({"yuv420p"}))
    assert VideoSource(clip("ten.mp4"), wants).info.native == LAYOUTS["yuv420p10le"]
    assert VideoSource(clip("plain.mp4"), Wants(frozenset({"gbrp"}))).info.native == LAYOUTS["yuv420p"]
    assert StillSource(clip("photo.jpg")).info.native == LAYOUTS["gbrp"]


@pytest.mark.parametrize(("length", "found"), [(65_533, 0), (65_534, 1)])
def test_exif_that_a_jpeg_cannot_hold(length: int, found: int) -> None:
    lines = said("a.jpg", replace(PLAIN, still=True, picture=PictureTags(exif=bytes(length)), native=None), opaque=True)
    assert ["EXIF" in line for line in lines] == [True] * found
