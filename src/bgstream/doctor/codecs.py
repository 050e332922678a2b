"""FFmpeg's codecs, as PyAV brings them."""

from collections.abc import Iterator
from pathlib import Path

from bgstream.doctor.finding import Finding
from bgstream.errors import BgstreamError

SOUND = {"libopus": "sound in .webm", "aac": "sound in .mp4 and .mov"}


def codecs() -> Iterator[Finding]:
    """The encoders that outputs need, and NVIDIA's."""
    import av
    from av.codec.codec import UnknownCodecError

    yield Finding(
        "codec",
        "ffmpeg",
        "ok",
        f"libavcodec {'.'.join(map(str, av.library_versions['libavcodec']))} in PyAV {av.__version__}",
    )
    for name, purpose in (_purposes() | SOUND).items():
        try:
            av.Codec(name, "w")
        except UnknownCodecError:
            yield Finding("codec", name, "problem", f"missing: no {purpose}", "pip install --force-reinstall av")
        else:
            yield Finding("codec", name, "ok", purpose)
    yield _hardware_encoder()


def _purposes() -> dict[str, str]:
    """Encoders and the outputs that are written with them, from the table of outputs."""
    from bgstream.sinks import formats

    found: dict[str, list[str]] = {}
    for suffix, container in formats.containers().items():
        for name in dict.fromkeys((*container.alpha, *container.opaque)):
            codec, usual = formats.codecs()[name], name in (*container.alpha[:1], *container.opaque[:1])
            if not codec.hardware and suffix != "-":
                found.setdefault(codec.encoder, []).append(suffix if usual else f"{suffix} --codec {name}")
    return {encoder: ", ".join(outputs) for encoder, outputs in found.items()}


def _hardware_encoder() -> Finding:
    """NVIDIA's encoder, tried with a small picture."""
    from bgstream.frame import LAYOUTS, Colour
    from bgstream.protocols import SourceInfo
    from bgstream.sinks import check_encoder, recipe_for

    recipe = recipe_for(Path("out.mp4"), still=False, transparent=False, matte=False, codec="h264_nvenc")
    try:
        check_encoder(recipe, SourceInfo(Path(), (360, 640), LAYOUTS["yuv420p"], Colour()))
    except BgstreamError as error:
        return Finding("codec", "h264_nvenc", "absent", str(error), error.hint)
    return Finding("codec", "h264_nvenc", "ok", ".mp4 with --codec h264_nvenc")
