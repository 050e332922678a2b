"""What each output suffix can hold, as data: codec, pixel layouts, sound."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from bgstream.errors import ConfigError, NoAlphaChannel, nearest
from bgstream.frame import LAYOUTS
from bgstream.protocols import Wants

ANY_AUDIO = frozenset({"*"})
PLANAR_8 = frozenset({"yuv420p"})
# FFV1 keeps the source's own layout: 4:2:0 to 4:4:4, RGB, 8 to 16 bits. 12-bit YUV with alpha is new in FFmpeg 8
# and unreadable before: it goes into 16 bits.
FFV1_LAYOUTS = frozenset(LAYOUTS)
FFV1_ALPHA_LAYOUTS = FFV1_LAYOUTS - {"yuv420p12le", "yuv422p12le", "yuv444p12le"}


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one kind of output is written.

    Attributes:
        codec: FFmpeg's encoder, empty for pictures.
        layouts: layouts that the encoder takes; None for any (a matte does not care).
        alpha: it is written with alpha.
        matte: only alpha is written, as a grey picture.
        options: encoder options.
        even: width and height must be even; one row or column is repeated where they are not.
        square: the container cannot say that pixels are not square.
        audio_copy: audio codecs that go in as they are.
        audio_codec: what other audio becomes.
        muxer_options: container options.
        hardware: what the encoder needs, in words; empty: nothing.
    """

    codec: str
    layouts: frozenset[str] | None
    alpha: bool = False
    matte: bool = False
    options: dict[str, str] = field(default_factory=dict)
    even: bool = False
    square: bool = True
    audio_copy: frozenset[str] = ANY_AUDIO
    audio_codec: str = ""
    muxer_options: dict[str, str] = field(default_factory=dict)
    hardware: str = ""

    @property
    def wants(self) -> Wants:
        """What a source has to deliver."""
        return Wants(self.layouts, self.square)


VP9 = {
    "crf": "30",
    "b": "0",
    "auto-alt-ref": "0",
    "deadline": "realtime",
    "cpu-used": "8",
    "row-mt": "1",
    "tile-columns": "2",
    "lag-in-frames": "0",  # looking ahead is of no use to the real-time mode and holds 25 frames twice
}
H264 = {"preset": "veryfast", "crf": "20"}
FFV1 = {"level": "3", "slices": "4", "slicecrc": "1", "g": "1"}
OPUS = frozenset({"opus", "vorbis"})
MP4_AUDIO = frozenset({"aac", "mp3", "mp3float", "ac3", "eac3", "alac", "opus", "flac", "mp2", "mp2float"})

# NVIDIA's hardware encoder: constant quality without a bound on the rate. Its cq counts in about the same steps as
# x264's crf and needs some three more for files of the same size (a rule of thumb: not measured here).
NVENC = {"preset": "p4", "tune": "hq", "rc": "vbr", "cq": "23", "b": "0"}

MP4 = Recipe(
    "libx264",
    PLANAR_8,
    options=H264,
    even=True,
    square=False,
    audio_copy=MP4_AUDIO,
    audio_codec="aac",
    muxer_options={"movflags": "+faststart"},
)
# By suffix, then by the name that a user gives, the usual codec first: with alpha, without.
VIDEO: dict[str, dict[str, tuple[Recipe | None, Recipe]]] = {
    ".webm": {
        "vp9": (
            Recipe("libvpx-vp9", PLANAR_8, True, options=VP9, audio_copy=OPUS, audio_codec="libopus"),
            Recipe("libvpx-vp9", PLANAR_8, False, options=VP9, audio_copy=OPUS, audio_codec="libopus"),
        )
    },
    ".mkv": {
        "ffv1": (
            Recipe("ffv1", FFV1_ALPHA_LAYOUTS, True, options=FFV1),
            Recipe("ffv1", FFV1_LAYOUTS, False, options=FFV1),
        )
    },
    ".mp4": {
        "h264": (None, MP4),
        "h264_nvenc": (None, replace(MP4, codec="h264_nvenc", options=NVENC, hardware="an NVIDIA GPU")),
    },
}
STILL = {".png": (Recipe("", frozenset({"gbrp"}), True), Recipe("", frozenset({"gbrp"}), False))}
MATTE = {".mkv": Recipe("ffv1", None, matte=True, options=FFV1), ".png": Recipe("", None, matte=True)}


def recipe_for(target: Path, still: bool, transparent: bool, matte: bool, codec: str = "") -> Recipe:
    """The recipe for a target, by its suffix.

    Args:
        target: the output.
        still: the source is a picture.
        transparent: alpha is to be kept.
        matte: only alpha is to be written.
        codec: one of those that the suffix can hold; empty: its usual one.

    Raises:
        ConfigError: the suffix is unknown, or of the wrong kind for the source; or the codec does not go with it.
        NoAlphaChannel: transparency is asked of a container that cannot hold it.
    """
    suffix = target.suffix.lower()
    known, other = (STILL, VIDEO) if still else (VIDEO, STILL)
    if suffix in other:
        kind, plain = ("a picture", ".png") if still else ("a clip", ".webm")
        raise ConfigError(f"{kind} cannot be written as {suffix}: {target}", f"use {plain}")
    if suffix not in known:
        raise ConfigError(f"unknown output kind '{suffix}': {target}", nearest(suffix, known))
    pair = STILL[suffix] if still else _coded(suffix, codec)
    if still and codec:
        raise ConfigError(f"a picture has no codec: {target}", "leave out --codec")
    if matte:
        if suffix not in MATTE:
            raise ConfigError(f"--matte writes a lossless grey clip, not {suffix}", "use .mkv")
        return MATTE[suffix]
    with_alpha, opaque = pair
    if not transparent:
        return opaque
    if with_alpha is None:
        raise NoAlphaChannel(
            f"{suffix} cannot hold transparency: {target}",
            f"write {target.with_suffix('.webm').name}, or put a colour behind: -b green",
        )
    return with_alpha


def _coded(suffix: str, codec: str) -> tuple[Recipe | None, Recipe]:
    codecs = VIDEO[suffix]
    if not codec:
        return next(iter(codecs.values()))
    if codec not in codecs:
        others = [other for other, named in VIDEO.items() if codec in named]
        hint = f"it goes into {', '.join(others)}; " if others else ""
        raise ConfigError(f"{suffix} is not written with codec '{codec}'", f"{hint}{suffix} takes {', '.join(codecs)}")
    return codecs[codec]
