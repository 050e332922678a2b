"""What outputs would keep is what they are then asked to write."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from bgstream.media import native_layout
from bgstream.probing import Facts
from bgstream.probing.facts import Audio, Chapter, Subtitle
from bgstream.probing.fates import Fate, outputs_for
from bgstream.probing.picture import Alpha, Picture, Size, Still, Tags, Timing
from bgstream.sinks.formats import codecs, containers
from bgstream.sinks.recipes import recipe_for

PLAIN = Picture("h264", "yuv420p", 8, "4:2:0", Size(64, 96), Size(64, 96), timing=Timing(10))
DEEP = replace(PLAIN, pixel_format="yuv422p10le", depth=10, chroma="4:2:2")
HDR = replace(PLAIN, pixel_format="yuv420p10le", depth=10, colour=Tags("bt2020nc", "tv", hdr="PQ"))
PHOTO = Picture("png", "gbrap", 8, "RGB", Size(60, 90), Size(60, 90), alpha=Alpha("working", 0.5, 0.0, 0.5))


def clip(picture: Picture = PLAIN, **more: Any) -> Facts:
    return replace(Facts(Path("clip.mp4"), "clip", "mov", "QuickTime", 1000, picture), **more)


def still(picture: Picture = PHOTO) -> Facts:
    return replace(clip(picture), kind="still", still=Still("RGBA"))


def fate(facts: Facts, suffix: str, codec: str) -> Fate:
    """The row of one output, with alpha where it has some."""
    rows = [row for row in outputs_for(facts, every=True) if (row.suffix, row.codec) == (suffix, codec)]
    return next((row for row in rows if row.alpha != "no"), rows[0])


def target(suffix: str) -> Path:
    return Path(suffix if suffix == "-" else f"out{suffix}" if suffix.startswith(".") else f"out_{suffix}")


@pytest.mark.parametrize("facts", [clip(), clip(DEEP), clip(HDR), still()], ids=["plain", "deep", "hdr", "still"])
@pytest.mark.parametrize("every", [False, True])
def test_every_row_is_a_recipe_that_lands_there(facts: Facts, every: bool) -> None:
    assert facts.picture is not None
    native = native_layout(facts.picture.pixel_format)[0]
    for row in outputs_for(facts, every):
        transparent = row.alpha != "no"
        recipe = recipe_for(target(row.suffix), facts.kind == "still", transparent, False, row.codec)
        landing = recipe.wants.nearest(native)
        assert (row.depth, row.chroma in ("RGB", "palette")) == (landing.depth, landing.rgb), row
        assert row.lossless == (recipe.codec.lossless and landing == native), row
        assert row.usual == (recipe_for(target(row.suffix), facts.kind == "still", transparent, False) == recipe), row


@pytest.mark.parametrize("facts", [clip(), still()], ids=["clip", "still"])
def test_no_output_is_left_out(facts: Facts) -> None:
    known = containers(facts.kind == "still")
    alike = {known[suffix].title for suffix in {row.suffix for row in outputs_for(facts)}}
    assert alike == {container.title for container in known.values()}


def test_a_codec_that_refuses_small_pictures_is_left_out() -> None:
    small = clip(replace(HDR, stored=Size(40, 40), shown=Size(40, 40)))
    assert (".mp4", "hevc") not in {(row.suffix, row.codec) for row in outputs_for(small, every=True)}
    assert (".webm", "av1") in {(row.suffix, row.codec) for row in outputs_for(small, every=True)}


def test_every_codec_can_be_asked_for() -> None:
    rows = {(row.suffix, row.codec) for row in outputs_for(clip(), every=True)}
    assert rows == {(c.suffix, name) for c in containers().values() for name in {*c.alpha, *c.opaque}}
    assert {name for _, name in rows} < set(codecs())


def test_a_codec_that_keeps_the_depth_is_named_where_the_usual_one_does_not() -> None:
    usual = {(row.suffix, row.codec) for row in outputs_for(clip())}
    deep = {(row.suffix, row.codec) for row in outputs_for(clip(HDR))}
    assert deep - usual == {(".webm", "av1"), (".mov", "hevc"), (".mp4", "hevc")}


@pytest.mark.parametrize(
    ("suffix", "codec", "hdr"),
    [
        (".webm", "vp9", "tonemap"),
        (".mp4", "h264", "tonemap"),
        (".mp4", "hevc", "kept"),
        (".mov", "prores", "kept"),
        (".mkv", "ffv1", "kept"),
        (".gif", "gif", "tonemap"),
    ],
)
def test_hdr(suffix: str, codec: str, hdr: str) -> None:
    assert fate(clip(HDR), suffix, codec).hdr == hdr
    assert fate(clip(), suffix, codec).hdr == ""


def test_alpha() -> None:
    facts = clip()
    for suffix, codec, alpha in ((".webm", "vp9", "yes"), (".gif", "gif", "one bit"), (".mp4", "h264", "no")):
        assert fate(facts, suffix, codec).alpha == alpha
    assert {row.suffix: row.alpha for row in outputs_for(still())}[".jpg"] == "no"


def test_samples() -> None:
    rough, deep = fate(clip(DEEP), ".webm", "vp9"), fate(clip(DEEP), ".mkv", "ffv1")
    assert (rough.depth, rough.depth_kept, rough.chroma, rough.chroma_kept) == (8, False, "4:2:0", False)
    assert (deep.depth, deep.depth_kept, deep.chroma, deep.chroma_kept) == (10, True, "4:2:2", True)
    assert deep.lossless and not rough.lossless
    assert fate(clip(), ".gif", "gif").chroma == "palette"


def test_on_its_side_422_becomes_444() -> None:
    row = fate(clip(replace(DEEP, rotation=90)), ".mkv", "ffv1")
    assert (row.chroma, row.chroma_kept, row.lossless) == ("4:4:4", True, False)


def test_what_is_changed_is_not_lossless() -> None:
    assert fate(clip(), ".mkv", "ffv1").lossless
    assert not fate(clip(replace(PLAIN, interlaced=True)), ".mkv", "ffv1").lossless
    assert not fate(clip(replace(PLAIN, aspect=Fraction(4, 3))), ".mkv", "ffv1").lossless


def test_the_shape_of_pixels() -> None:
    facts = clip(replace(PLAIN, aspect=Fraction(4, 3), shown=Size(64, 128)))
    assert [fate(facts, *kind).shape for kind in ((".mp4", "h264"), (".webm", "vp9"))] == ["kept", "squared"]
    assert fate(clip(), ".webm", "vp9").shape == ""


def test_odd_sides_are_padded_where_the_codec_needs_it() -> None:
    odd = clip(replace(PLAIN, stored=Size(61, 97), shown=Size(61, 97)))
    assert fate(odd, ".mp4", "h264").padded
    assert not fate(odd, ".webm", "vp9").padded
    assert not fate(clip(), ".mp4", "h264").padded


@pytest.mark.parametrize(
    ("suffix", "codec", "said"),
    [
        (".webm", "vp9", ("opus", "copied", "unreadable")),
        (".mp4", "h264", ("copied", "copied", "unreadable")),
        (".mkv", "ffv1", ("copied", "copied", "unreadable")),
        (".gif", "gif", ("lost", "lost", "lost")),
    ],
)
def test_sound(suffix: str, codec: str, said: tuple[str, ...]) -> None:
    tracks = tuple(Audio(name, 48000, 2, "stereo") for name in ("aac", "opus", "unknown"))
    assert fate(clip(audio=tracks), suffix, codec).audio == said


@pytest.mark.parametrize(
    ("suffix", "codec", "said"),
    [
        (".webm", "vp9", ("webvtt", "webvtt", "lost")),
        (".mp4", "h264", ("mov_text", "kept", "lost")),
        (".mkv", "ffv1", ("kept", "subrip", "kept")),
        ("%d.png", "png", ("lost", "lost", "lost")),
    ],
)
def test_subtitles(suffix: str, codec: str, said: tuple[str, ...]) -> None:
    tracks = (Subtitle("subrip"), Subtitle("mov_text"), Subtitle("dvd_subtitle", text=False))
    assert fate(clip(subtitles=tracks), suffix, codec).subtitles == said


def test_chapters() -> None:
    facts = clip(chapters=(Chapter(0.0, 1.0),))
    assert [fate(facts, *kind).chapters for kind in ((".webm", "vp9"), (".apng", "apng"))] == ["kept", "lost"]
    assert fate(clip(), ".webm", "vp9").chapters == ""


def test_without_pictures_there_is_no_output() -> None:
    assert outputs_for(replace(clip(), picture=None, kind="sound")) == []
