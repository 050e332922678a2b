"""What independent readers see in a file: ffprobe and ffmpeg, Pillow where FFmpeg 5 reads only the first picture."""

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.media.judge import Judge

Pictures = NDArray[np.uint8]


@dataclass(frozen=True)
class Track:
    """A sound track; ``lead`` is the seconds by which its first sample precedes (−) or follows the zero of time."""

    codec: str
    channels: int
    language: str
    lead: float


@dataclass(frozen=True)
class Seen:
    """What a reader finds.

    Attributes:
        times: seconds at which pictures are shown.
        duration: seconds of the whole file.
        size: (height, width) as it is shown.
        pixels: FFmpeg's name of the pixel format.
        alpha: the file says that it holds alpha.
        tags: colour tags, as ffprobe names them.
        tracks: of sound.
        pictures: (frames, height, width, 4) R, G, B, A; None where nobody looked.
    """

    times: list[Fraction]
    duration: float
    size: tuple[int, int]
    pixels: str
    alpha: bool
    tags: dict[str, str] = field(default_factory=dict)
    tracks: list[Track] = field(default_factory=list)
    pictures: Pictures | None = None


@dataclass(frozen=True)
class Hints:
    """What a reader has to be told.

    Attributes:
        before: options of both: what raw pictures are.
        decoder: ffmpeg's, one that knows of alpha.
        filters: ffmpeg's, where a file cannot say its matrix.
    """

    before: tuple[str, ...] = ()
    decoder: tuple[str, ...] = ()
    filters: str = "null"


def see(judge: Judge, path: Path, looked: bool, hints: Hints) -> Seen:
    """Read a file.

    Args:
        judge: ffprobe and ffmpeg.
        path: the file, or numbered pictures.
        looked: pictures are decoded, too.
        hints: what cannot be told from the file.
    """
    if path.suffix == ".webp":
        return _by_pillow(path)
    account = judge.everything(path, *hints.before)
    (video,) = (stream for stream in account["streams"] if stream["codec_type"] == "video")
    frames = [frame for frame in account["frames"] if frame["media_type"] == "video"]
    base = Fraction(video["time_base"])
    times = [int(frame["best_effort_timestamp"]) * base for frame in frames]
    end = account["format"].get("duration") or times[-1] + int(frames[-1]["pkt_duration"]) * base
    size = (int(video["height"]), int(video["width"]))
    if any(data.get("rotation", 0) % 180 for data in video.get("side_data_list", ())):
        size = size[::-1]
    return Seen(
        times,
        float(end),
        size,
        video["pix_fmt"],
        video.get("tags", {}).get("alpha_mode") == "1" or _has_alpha(video["pix_fmt"]),
        {key: video[key] for key in video if key.startswith("color_")},
        _tracks(account),
        judge.shown(path, size, *hints.before, *hints.decoder, filters=hints.filters) if looked else None,
    )


def _has_alpha(pixels: str) -> bool:
    return pixels.startswith(("yuva", "rgba", "bgra", "argb", "abgr", "gbrap", "pal8"))


def _tracks(account: dict[str, Any]) -> list[Track]:
    found = []
    for stream in account["streams"]:
        if stream["codec_type"] == "audio":
            first = next(frame for frame in account["frames"] if frame["stream_index"] == stream["index"])
            lead = int(first["best_effort_timestamp"]) * Fraction(stream["time_base"])
            language = stream.get("tags", {}).get("language", "")
            found.append(Track(stream["codec_name"], stream["channels"], language, float(lead)))
    return found


def read_rgba(judge: Judge, path: Path, size: tuple[int, int], deep: bool) -> NDArray[np.uint16]:
    """(frames, height, width, 4) R, G, B, A as they are stored, of 8 bits or of 16 (``deep``)."""
    if path.suffix == ".webp":
        pictures = _by_pillow(path).pictures
        assert pictures is not None
        return pictures.astype(np.uint16)
    before = raw_rgba(size) if path.suffix == ".rgba" else ()
    whole = judge.samples(path, "rgba64le" if deep else "rgba", *before)
    return np.frombuffer(whole, np.uint16 if deep else np.uint8).reshape(-1, *size, 4).astype(np.uint16)


def raw_rgba(size: tuple[int, int]) -> tuple[str, ...]:
    """What ffmpeg has to be told about pictures that came out of a pipe."""
    return ("-f", "rawvideo", "-pixel_format", "rgba", "-video_size", f"{size[1]}x{size[0]}")


def _by_pillow(path: Path) -> Seen:
    times, pictures = [Fraction(0)], []
    with Image.open(path) as image:
        mode = image.mode
        for number in range(image.n_frames):  # type: ignore[attr-defined]
            image.seek(number)
            pictures.append(np.asarray(image.convert("RGBA")))
            times.append(times[-1] + Fraction(image.info["duration"]) / 1000)
        size = image.size[::-1]
    *starts, end = times
    return Seen(starts, float(end), size, mode.lower(), mode == "RGBA", pictures=np.stack(pictures))
