"""Codecs by name: which go into which file, and hardware that is not there leaves no file behind."""

from dataclasses import replace
from pathlib import Path

import pytest

from bgstream.errors import BgstreamError, ConfigError, DeviceError, NoAlphaChannel, SinkError
from bgstream.frame import LAYOUTS
from bgstream.settings import Settings
from bgstream.sinks import check_encoder, open_sink, recipe_for
from bgstream.sinks.formats import containers
from bgstream.sinks.recipes import Recipe
from tests.media.synthetic import frames, info_of

NVENC = recipe_for(Path("out.mp4"), still=False, transparent=False, matte=False, codec="h264_nvenc")
MP4 = recipe_for(Path("out.mp4"), still=False, transparent=False, matte=False)
MADE = frames(LAYOUTS["yuv420p"], (96, 160))


def recipe(name: str, codec: str, transparent: bool = False) -> Recipe:
    return recipe_for(Path(name), still=False, transparent=transparent, matte=False, codec=codec)


@pytest.mark.parametrize(
    ("name", "codec", "encoder"),
    [
        ("out.mp4", "", "libx264"),
        ("out.mp4", "h264", "libx264"),
        ("out.mp4", "h264_nvenc", "h264_nvenc"),
        ("OUT.MP4", "h264_nvenc", "h264_nvenc"),
        ("out.webm", "vp9", "libvpx-vp9"),
        ("out.mkv", "ffv1", "ffv1"),
    ],
)
def test_a_codec_by_name(name: str, codec: str, encoder: str) -> None:
    assert recipe(name, codec).codec.encoder == encoder


@pytest.mark.parametrize("suffix", containers())
@pytest.mark.parametrize("transparent", [True, False])
def test_without_a_name_the_usual_one(suffix: str, transparent: bool) -> None:
    """The first of each suffix; it needs no hardware."""
    names = containers()[suffix].codecs(transparent, matte=False)
    if not names:
        pytest.skip(f"{suffix} holds no such content")
    target = "out_%d.png" if suffix == "%d.png" else suffix if suffix == "-" else f"out{suffix}"
    usual = recipe(target, "", transparent)
    assert usual == recipe(target, names[0], transparent)
    assert (usual.alpha, usual.codec.hardware) == (transparent, "")


def test_hardware_differs_in_the_encoder_alone() -> None:
    assert NVENC.container == MP4.container
    assert (NVENC.layouts, NVENC.codec.even) == (MP4.layouts, MP4.codec.even)


@pytest.mark.parametrize(
    ("name", "codec", "hint"),
    [
        ("out.mp4", "h265", ".mp4 with a backdrop takes h264, hevc, av1, h264_nvenc"),
        ("out.webm", "h264_nvenc", "it goes into .mp4; .webm with a backdrop takes vp9, vp8, av1"),
        ("out.mp4", "vp9", "it goes into .webm, .mkv; .mp4 with a backdrop takes h264, hevc, av1, h264_nvenc"),
        ("out.mkv", "libx264", ".mkv with a backdrop takes ffv1, h264, hevc, av1, vp9"),
        ("out.mp4", "H264", ".mp4 with a backdrop takes h264, hevc, av1, h264_nvenc"),
    ],
)
def test_a_codec_that_does_not_fit_is_told(name: str, codec: str, hint: str) -> None:
    with pytest.raises(ConfigError, match=codec) as caught:
        recipe(name, codec)
    assert caught.value.hint == hint


def test_pictures_and_transparency_know_no_hardware() -> None:
    with pytest.raises(ConfigError, match="no codec"):
        recipe_for(Path("out.png"), still=True, transparent=True, matte=False, codec="h264")
    with pytest.raises(NoAlphaChannel):
        recipe("out.mp4", "h264_nvenc", transparent=True)
    with pytest.raises(ConfigError, match="h264_nvenc"):
        recipe_for(Path("out.mp4"), still=False, transparent=True, matte=True, codec="h264_nvenc")


def test_the_setting_is_a_word() -> None:
    assert Settings().codec == ""
    assert Settings(codec="h264_nvenc").codec == "h264_nvenc"
    with pytest.raises(ConfigError, match="codec must be text"):
        Settings(codec=5)  # type: ignore[arg-type]


def obstacle() -> str:
    """Why NVIDIA's encoder cannot be had here; empty where it can."""
    try:
        check_encoder(NVENC, info_of(frames(LAYOUTS["yuv420p"], (360, 640))))
    except BgstreamError as error:
        return str(error)
    return ""


def test_hardware_that_is_not_there_is_told_and_no_file_is_left(tmp_path: Path) -> None:
    if not obstacle():
        pytest.skip("NVIDIA's encoder can be used on this machine")
    with pytest.raises(DeviceError, match="an NVIDIA GPU with its driver") as caught:
        open_sink(tmp_path / "out.mp4", NVENC, info_of(MADE))
    assert "--codec" in caught.value.hint
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("option", ["preset", "tune", "rc", "cq"])
def test_its_options_are_options(option: str) -> None:
    """FFmpeg reads them before it looks for the hardware: a wrong word fails otherwise than a GPU that is missing."""
    wrong = replace(NVENC, options={**NVENC.options, option: "nosuchword"})
    with pytest.raises(DeviceError, match="Invalid argument"):
        check_encoder(wrong, info_of(MADE))
    assert "Invalid argument" not in obstacle()


def test_an_ffmpeg_without_it_is_told_and_no_file_is_left(tmp_path: Path) -> None:
    unknown = replace(NVENC, codec=replace(NVENC.codec, encoder="h264_nosuchencoder"))
    with pytest.raises(SinkError, match="built without the encoder h264_nosuchencoder") as caught:
        open_sink(tmp_path / "out.mp4", unknown, info_of(MADE))
    assert caught.value.hint
    assert list(tmp_path.iterdir()) == []


def test_an_encoder_that_opens_is_let_through() -> None:
    """The processor's encoder stands in for hardware: the trial itself has to succeed where the encoder does."""
    busy = replace(MP4, codec=replace(MP4.codec, hardware="a processor"))
    check_encoder(busy, info_of(frames(LAYOUTS["yuv420p"], (97, 161))))
    with pytest.raises(DeviceError, match="a processor"):
        check_encoder(replace(busy, options={"preset": "nosuch"}), info_of(MADE))


def test_the_old_file_stays(tmp_path: Path) -> None:
    if not obstacle():
        pytest.skip("NVIDIA's encoder can be used on this machine")
    (tmp_path / "out.mp4").write_bytes(b"old")
    with pytest.raises(DeviceError):
        open_sink(tmp_path / "out.mp4", NVENC, info_of(MADE))
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("out.mp4", b"old")]
