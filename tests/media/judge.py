"""Media files as an independent reader sees them: ffprobe and ffmpeg."""

import json
import re
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Stream = dict[str, Any]


class Judge:
    """Asks ffprobe and ffmpeg about files.

    Args:
        ffprobe, ffmpeg: the programs.
    """

    def __init__(self, ffprobe: str, ffmpeg: str) -> None:
        self._ffprobe, self._ffmpeg = ffprobe, ffmpeg
        self._summaries: dict[tuple[Path, int], dict[str, Any]] = {}

    def streams(self, path: Path, kind: str = "video") -> list[Stream]:
        """ffprobe's account of all streams of one kind (``video``, ``audio``)."""
        return [stream for stream in self._summary(path)["streams"] if stream["codec_type"] == kind]

    def video(self, path: Path) -> Stream:
        """The first video stream."""
        return self.streams(path)[0]

    def pts(self, path: Path) -> list[int]:
        """Presentation times of all decoded pictures, in the stream's time base."""
        answer = self._probe(path, "-select_streams", "v:0", "-show_entries", "frame=best_effort_timestamp")
        return [int(frame["best_effort_timestamp"]) for frame in answer["frames"]]

    def times(self, path: Path) -> list[Fraction]:
        """The same in seconds."""
        base = Fraction(self.video(path)["time_base"])
        return [pts * base for pts in self.pts(path)]

    def duration(self, path: Path) -> float:
        """Seconds of the whole file."""
        return float(self._summary(path)["format"]["duration"])

    def lead(self, path: Path, track: int = 0) -> float:
        """Seconds by which sound starts after the picture."""
        audio = self.streams(path, "audio")[track]
        return float(audio["start_time"]) - float(self.video(path)["start_time"])

    def heard(self, path: Path, track: int = 0) -> float:
        """Seconds after the first picture at which a track is first heard; the tone of the fixtures is loud at once."""
        filters = ("-map", f"0:a:{track}", "-af", "aresample=async=1:first_pts=0", "-ac", "1", "-ar", "48000")
        raw = self._run(self._ffmpeg, "-v", "error", "-i", str(path), *filters, "-f", "f32le", "-")
        first = int(np.argmax(np.abs(np.frombuffer(raw, np.float32)) > 0.1)) / 48_000
        begin = float(self._summary(path)["format"]["start_time"])  # ffmpeg counts from here
        return first + begin - float(self.video(path)["start_time"])

    def packets_md5(self, path: Path, track: int) -> str:
        """A checksum of an audio track's packets as they are stored."""
        words = ("-i", str(path), "-map", f"0:a:{track}", "-c", "copy", "-f", "md5", "-")
        return self._run(self._ffmpeg, "-v", "error", *words).decode()

    def cues(self, path: Path, track: int = 0) -> list[tuple[float, float, str]]:
        """(from, to, text) of all lines of a subtitle track, seconds after the first picture; tags are taken off."""
        words = ("-copyts", "-i", str(path), "-map", f"0:s:{track}", "-f", "srt", "-")
        written = self._run(self._ffmpeg, "-v", "error", *words).decode().replace("\r", "")
        zero, found = float(self.video(path)["start_time"]), []
        for block in filter(None, written.strip().split("\n\n")):
            _, times, text = block.split("\n", 2)
            begin, end = (
                3600 * int(t[:2]) + 60 * int(t[3:5]) + float(t[6:].replace(",", ".")) for t in times.split(" --> ")
            )
            found.append((begin - zero, end - zero, re.sub(r"<[^>]*>|\{[^}]*\}", "", text)))
        return found

    def chapters(self, path: Path) -> list[tuple[float, float, str]]:
        """(from, to, title) of all chapters, seconds by the file's clock."""
        chapters = self._probe(path, "-show_chapters")["chapters"]
        return [(float(one["start_time"]), float(one["end_time"]), one["tags"]["title"]) for one in chapters]

    def alpha(self, path: Path, decoder: str = "") -> NDArray[np.uint8]:
        """(frames, height, width): the alpha planes; ``decoder`` where FFmpeg's own loses them."""
        return self.pictures(path, "gray", "alphaextract", decoder)

    def pictures(self, path: Path, pixels: str, filters: str = "null", decoder: str = "") -> NDArray[np.uint8]:
        """(frames, height, width[, 3]) of all pictures in ``gray`` or ``rgb24``."""
        before = ("-c:v", decoder) if decoder else ()
        words = ("-i", str(path), "-vf", filters, "-f", "rawvideo", "-pix_fmt", pixels, "-vsync", "passthrough", "-")
        raw = self._run(self._ffmpeg, "-v", "error", *before, *words)
        stream = self.video(path)
        shape = (-1, int(stream["height"]), int(stream["width"]), *((3,) if pixels == "rgb24" else ()))
        return np.frombuffer(raw, np.uint8).reshape(shape)

    def everything(self, path: Path, *before: str) -> dict[str, Any]:
        """Streams, format and all decoded frames; ``before`` says what a file is that does not say so itself."""
        return self._probe(path, *before, "-show_streams", "-show_format", "-show_frames")

    def shown(self, path: Path, size: tuple[int, int], *before: str, filters: str = "null") -> NDArray[np.uint8]:
        """(frames, height, width, 4): R, G, B, A of all pictures, upright, as a player shows them."""
        return np.frombuffer(self.samples(path, "rgba", *before, filters=filters), np.uint8).reshape(-1, *size, 4)

    def samples(self, path: Path, pixels: str, *before: str, filters: str = "null") -> bytes:
        """All pictures in a pixel format, converted exactly; ``before`` goes before the file's name."""
        exact = ("-sws_flags", "bicubic+accurate_rnd+full_chroma_int", "-vf", filters)
        words = ("-i", str(path), *exact, "-f", "rawvideo", "-pix_fmt", pixels, "-vsync", "passthrough", "-")
        return self._run(self._ffmpeg, "-v", "error", *before, *words)

    def _summary(self, path: Path) -> dict[str, Any]:
        """Streams and format, asked once for each state of a file."""
        key = (path, path.stat().st_mtime_ns)
        if key not in self._summaries:
            self._summaries[key] = self._probe(path, "-show_streams", "-show_format")
        return self._summaries[key]

    def _probe(self, path: Path, *words: str) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self._run(self._ffprobe, "-v", "error", *words, "-of", "json", str(path)))
        return answer

    def _run(self, *words: str) -> bytes:
        done = subprocess.run(words, capture_output=True, check=False, timeout=60)
        assert done.returncode == 0, f"{' '.join(words)}: {done.stderr.decode()}"
        return done.stdout
