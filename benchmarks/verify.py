"""Run the main job on clips and let ffprobe compare what came out with what went in.

usage: python benchmarks/verify.py CLIP... [-- flags for bgstream]

Prints one line a clip: exit status, frames in and out, largest pts difference (ms), difference of durations in
frames, shift between sound and pictures (ms), and whether ffmpeg finds alpha with -c:v libvpx-vp9.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

Facts = dict[str, Any]


def probe(path: Path) -> Facts:
    """Decoded frame times, duration and start times, by ffprobe."""
    show = "frame=pts_time,duration_time"
    line = ["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_frames", "-show_entries", show, "-of", "json"]
    facts: Facts = json.loads(subprocess.run([*line, str(path)], capture_output=True, check=True).stdout)
    times = [float(frame["pts_time"]) for frame in facts["frames"]]
    sound = ["ffprobe", "-v", "error", "-select_streams", "a:0", "-show_entries", "stream=start_time", "-of", "csv=p=0"]
    start = subprocess.run([*sound, str(path)], capture_output=True, check=True, text=True).stdout.strip()
    last = facts["frames"][-1].get("duration_time")
    step = float(last) if last else (times[-1] - times[0]) / max(1, len(times) - 1)
    return {"times": times, "end": times[-1] + step, "step": step, "sound": float(start) if start else None}


def has_alpha(path: Path) -> bool:
    """Whether ffmpeg's libvpx decoder finds an alpha plane that is neither empty nor full."""
    line = ["ffmpeg", "-v", "error", "-c:v", "libvpx-vp9", "-i", str(path), "-vf", "alphaextract", "-frames:v", "1"]
    grey = subprocess.run([*line, "-f", "rawvideo", "-"], capture_output=True, check=False).stdout
    return bool(grey) and min(grey) < 255


def compare(clip: Path, out: Path, flags: list[str]) -> str:
    """One line of the table."""
    command = [str(Path(sys.executable).with_name("bgstream")), str(clip), "-o", str(out), "--quiet", *flags]
    status = subprocess.run(command, capture_output=True, check=False).returncode
    if status:
        return f"status {status}"
    before, after = probe(clip), probe(out)
    shift = max(abs(a - b) for a, b in zip(before["times"], after["times"], strict=False)) * 1000
    ends = (after["end"] - before["end"]) / before["step"]
    sound = "none"
    if before["sound"] is not None:
        lag = (after["sound"] - after["times"][0]) - (before["sound"] - before["times"][0])
        sound = f"{1000 * lag:+.1f} ms"
    return (
        f"status 0  frames {len(before['times'])} → {len(after['times'])}  pts ± {shift:.2f} ms"
        f"  duration {ends:+.2f} frames  sound {sound}  alpha {'yes' if has_alpha(out) else 'NO'}"
    )


def main() -> None:
    """Compare every clip."""
    words = sys.argv[1:]
    split = words.index("--") if "--" in words else len(words)
    with tempfile.TemporaryDirectory() as name:
        for clip in map(Path, words[:split]):
            label = clip.parent.name if clip.stem == "input" else clip.name
            print(f"{label:24} {compare(clip, Path(name) / 'out.webm', words[split + 1 :])}", flush=True)


if __name__ == "__main__":
    main()
